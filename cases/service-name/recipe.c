/* service-name: which service has a port, by the system's own list (getservbyport).
 *
 * What it shows: the port goes in as it stands in a packet, in network byte order, so it passes
 * through htons(); and one number can mean different services, or none, over TCP and over UDP.
 *
 * What goes wrong without it: on a little-endian machine port 80 without htons() is port 20480,
 * which has no name, and the same program works on a big-endian one. "No name" is a null pointer:
 * who prints ->s_name of it crashes at the first unassigned port, or on a machine without a list.
 *
 * Where systems differ:
 * - The list is a file (/etc/services) on Unix, and may be missing on a small system; nothing tells
 *   a missing list from a missing name. Which names it holds is each system's own: Debian has
 *   123/udp as ntp and nothing for 123/tcp, others have both.
 * - The result lies in static memory that the next call may overwrite: it is printed at once. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "service-name";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--protocol P] PORT...\n"
          "Prints the name of the service that each port belongs to.\n"
          "  --protocol P  of this protocol (tcp, udp, ...); otherwise of any\n"
          "  PORT          1 to 65535\n",
          program);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". 0 where it is no port. */
static uint16_t parse_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0') return 0;
  long port = strtol(text, NULL, 10);
  return port <= 65535 ? (uint16_t)port : 0;
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

/* All of them are looked at before the first is answered: a slip of the finger prints nothing but
 * the usage. */
static enum parsed parse_arguments(int argc, char **argv, const char **protocol, int *first_port) {
  int i = 1;
  *protocol = NULL;
  for (; i < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--protocol") != 0 || i + 1 == argc || argv[i + 1][0] == '\0')
      return PARSED_WRONG;
    *protocol = argv[i + 1];
  }
  *first_port = i;
  for (; i < argc; i++) {
    if (parse_port(argv[i]) == 0) return PARSED_WRONG;
  }
  return *first_port < argc ? PARSED_RUN : PARSED_WRONG;
}

static void print_service(uint16_t port, const char *protocol) {
  const struct servent *service = getservbyport(htons(port), protocol);
  if (service == NULL) {
    printf("Port: %u => No service name found\n", (unsigned)port);
  } else {
    printf("Port: %u => service name: %s\n", (unsigned)port, service->s_name);
  }
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  const char *protocol;
  int first_port;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &protocol, &first_port);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  for (int i = first_port; i < argc; i++)
    print_service(parse_port(argv[i]), protocol);
  return finish_output();
}
