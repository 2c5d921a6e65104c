/* buffer-size: how large the buffers of a TCP socket are, before and after they are set.
 *
 * What it shows: SO_SNDBUF and SO_RCVBUF are wishes. setsockopt() takes them, and the system makes
 * of them what it can; only getsockopt() tells what came of it. TCP_NODELAY is a switch.
 *
 * What goes wrong without it: a program that sets 4 MB and believes in it is slow on each host that
 * allows less, and nothing says so; one that reads back, doubles "what is there" and sets it again,
 * grows on Linux by a factor of four each time; a buffer set after connect() or listen() comes too
 * late for the window scale of the connection; an option of another size than int is refused, or
 * half of it read.
 *
 * Where systems differ:
 * - Linux reads back twice what was asked for, as its own bookkeeping is paid from the same buffer;
 *   others read back what was set.
 * - Too little: Linux raises it to a minimum (2304 to receive, 4608 to send, by the size of its
 *   structures). Too much: Linux lowers it to rmem_max and wmem_max without an error; the BSDs
 *   refuse with ENOBUFS, and the buffer stays as it was.
 * - A switch that is on reads as 1, or as another number that is not 0. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char program[] = "buffer-size";

struct options {
  int send_octets, receive_octets;
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--send N] [--receive N]\n"
          "Sets the buffers of a TCP socket, and prints what the system makes of it.\n"
          "  --send N     octets, 1 to %d (default 4096)\n"
          "  --receive N  octets, 1 to %d (default 4096)\n",
          program, INT_MAX, INT_MAX);
}

/* Digits only, and an int: anything else would be another number to the system. */
static bool parse_size(const char *text, int *octets) {
  int value = 0;
  if (text == NULL || text[0] == '\0') return false;
  for (; *text != '\0'; text++) {
    int digit = *text - '0';
    if (digit < 0 || digit > 9 || value > (INT_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *octets = value;
  return value > 0;
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.send_octets = 4096, .receive_octets = 4096};
  for (int i = 1; i < argc; i += 2) { /* argv[argc] is NULL */
    bool sends = strcmp(argv[i], "--send") == 0;
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (!sends && strcmp(argv[i], "--receive") != 0) return PARSED_WRONG;
    if (!parse_size(argv[i + 1], sends ? &options->send_octets : &options->receive_octets))
      return PARSED_WRONG;
  }
  return PARSED_RUN;
}

struct option {
  const char *heading; /* printed above it; or NULL */
  const char *label;
  const char *name;
  int level, number;
  bool is_switch;
};

static bool complain(const struct option *option, const char *doing) {
  fprintf(stderr, "%s: %s: %s: %s\n", program, option->name, doing, strerror(errno));
  return false;
}

static bool print_option(int channel, const struct option *option, const char *when) {
  int value;
  socklen_t size = sizeof value;
  if (getsockopt(channel, option->level, option->number, &value, &size) != 0)
    return complain(option, "reading it");
  if (option->is_switch) value = value != 0;
  printf("%s [%s]: %d\n", option->label, when, value);
  return true;
}

/* What is in force afterwards is printed also where the wish was refused. */
static bool change(int channel, const struct option *option, int wanted) {
  if (option->heading != NULL) printf("%s\n", option->heading);
  if (!print_option(channel, option, "Before")) return false;
  bool is_set = setsockopt(channel, option->level, option->number, &wanted, sizeof wanted) == 0 ||
                complain(option, "setting it");
  return print_option(channel, option, "After") && is_set;
}

static bool change_all(int channel, const struct options *options) {
  const struct option send_buffer = {.heading = "Send buffer",
                                     .label = "Buffer size",
                                     .name = "SO_SNDBUF",
                                     .level = SOL_SOCKET,
                                     .number = SO_SNDBUF};
  const struct option receive_buffer = {.heading = "Receive buffer",
                                        .label = "Buffer size",
                                        .name = "SO_RCVBUF",
                                        .level = SOL_SOCKET,
                                        .number = SO_RCVBUF};
  const struct option no_delay = {.label = "TCP_NODELAY",
                                  .name = "TCP_NODELAY",
                                  .level = IPPROTO_TCP,
                                  .number = TCP_NODELAY,
                                  .is_switch = true};
  bool sends = change(channel, &send_buffer, options->send_octets);
  bool receives = change(channel, &receive_buffer, options->receive_octets);
  return change(channel, &no_delay, 1) && sends && receives;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  struct options options;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  int channel = socket(AF_INET, SOCK_STREAM, 0);
  if (channel < 0) {
    fprintf(stderr, "%s: a TCP socket: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  bool changed = change_all(channel, &options);
  close(channel);
  int status = finish_output();
  return changed ? status : EXIT_FAILURE;
}
