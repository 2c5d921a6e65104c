/* service-port: which port a service has, by the system's own list (getservbyname).
 *
 * What it shows: the list is asked by name and protocol; the port comes out as it stands in a
 * packet, in network byte order, so it passes through ntohs().
 *
 * What goes wrong without it: s_port printed as it is says 20480 for http on a little-endian
 * machine. A name that is not in the list is a null pointer, not an error number: who uses it
 * unseen crashes on the first typing error, and on every machine without a list. The same name may
 * have a port over UDP and none over TCP (ntp), so the protocol of the socket must be asked for.
 *
 * Where systems differ:
 * - The list is a file (/etc/services) on Unix, and may be missing on a small system; nothing tells
 *   a missing list from a missing name. A program that is to work there takes a port in figures
 *   too. Without a protocol, the order of the list decides which one is found.
 * - s_port is an int, of which only 16 bits count.
 * - The result lies in static memory that the next call may overwrite: it is printed at once. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "service-port";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s NAME [PROTO]\n"
          "Prints the port of a service.\n"
          "  NAME   its name or an alias: http, www, ntp, ...\n"
          "  PROTO  tcp, udp, ...; otherwise the first that is found\n",
          program);
}

/* The words are the user's own, but they may have come from elsewhere by a script: only printable
 * octets go to the terminal as they are. */
static void print_word(FILE *stream, const char *word) {
  for (; *word != '\0'; word++) {
    unsigned char octet = (unsigned char)*word;
    if (octet >= 0x20 && octet < 0x7f) {
      putc(octet, stream);
    } else {
      fprintf(stream, "\\x%02x", octet);
    }
  }
}

static int tell_unknown(const char *name, const char *protocol) {
  fprintf(stderr, "%s: ", program);
  print_word(stderr, name);
  if (protocol != NULL) putc('/', stderr);
  if (protocol != NULL) print_word(stderr, protocol);
  fprintf(stderr, ": no such service in the system's list\n");
  return EXIT_FAILURE;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
    print_usage(stdout);
    return finish_output();
  }
  const char *name = argc >= 2 ? argv[1] : "";
  const char *protocol = argc == 3 ? argv[2] : NULL;
  if (argc > 3 || name[0] == '\0' || name[0] == '-' || (protocol != NULL && protocol[0] == '\0')) {
    print_usage(stderr);
    return 2;
  }
  const struct servent *service = getservbyname(name, protocol);
  if (service == NULL) return tell_unknown(name, protocol);
  /* The name as it was asked for, which may be an alias; the protocol as it was found. */
  printf("Service: ");
  print_word(stdout, name);
  printf("/%s => port: %u\n", service->s_proto, (unsigned)ntohs((uint16_t)service->s_port));
  return finish_output();
}
