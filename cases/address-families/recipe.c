/* address-families: which kinds of sockets this system makes.
 *
 * What it shows: what a system has is found by asking it: socket() either makes one or says why
 * not. A constant in a header says what the compiler knows, not what runs; and a family that can be
 * made need not lead anywhere, so IPv6 is there only if its own loopback address can be bound too.
 *
 * What goes wrong without it: a program built with AF_INET6 fails on a kernel without IPv6, or
 * waits for time-outs where IPv6 is switched off, though IPv4 would do; and one that takes any
 * failure for "not there" gives up a family because it had no descriptors left, or no right to raw
 * sockets.
 *
 * Where systems differ:
 * - In nearly every line. A type that a family does not have gives ESOCKTNOSUPPORT on Linux,
 *   EPROTONOSUPPORT or EPROTOTYPE elsewhere. AF_UNIX has SOCK_SEQPACKET on Linux and FreeBSD, not
 *   on macOS; on Windows it has streams alone.
 * - Raw sockets need root, or CAP_NET_RAW on Linux: refused with EPERM there, EACCES elsewhere. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char program[] = "address-families";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s\n"
          "Prints which families and types of sockets this system makes, and if it has IPv6.\n",
          program);
}

struct named {
  const char *name;
  int value;
};

static const struct named families[] = {
    {"AF_UNIX", AF_UNIX}, {"AF_INET", AF_INET}, {"AF_INET6", AF_INET6}};
static const struct named types[] = {{"SOCK_STREAM", SOCK_STREAM},
                                     {"SOCK_DGRAM", SOCK_DGRAM},
                                     {"SOCK_SEQPACKET", SOCK_SEQPACKET},
                                     {"SOCK_RAW", SOCK_RAW}};

/* A raw socket has no protocol of its own to fall back on. */
static int protocol_of(int family, int type) {
  enum { ICMP = 1, ICMP_V6 = 58 }; /* by IANA: not every system names the second in a header */
  if (type != SOCK_RAW || family == AF_UNIX) return 0;
  return family == AF_INET6 ? ICMP_V6 : ICMP;
}

/* What an answer means; NULL: the system could not answer, for want of something. */
static const char *explain(int error) {
  switch (error) {
    case 0:
      return "yes";
    case EPERM:
    case EACCES:
      return "not permitted";
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return NULL;
    default: /* EAFNOSUPPORT, EPROTONOSUPPORT, EPROTOTYPE, ESOCKTNOSUPPORT, ... */
      return "no";
  }
}

static int try_socket(int family, int type) {
  int made = socket(family, type, protocol_of(family, type));
  if (made < 0) return errno;
  close(made);
  return 0;
}

static bool print_socket(const struct named *family, const struct named *type) {
  int error = try_socket(family->value, type->value);
  const char *answer = explain(error);
  if (answer == NULL) {
    fprintf(stderr, "%s: %s %s: %s\n", program, family->name, type->name, strerror(error));
    return false;
  }
  printf("%s %s: %s\n", family->name, type->name, answer);
  return true;
}

/* Nothing is sent by binding a socket. Port 0 is any that is free. */
static bool has_ipv6(void) {
  struct sockaddr_in6 loopback;
  int made = socket(AF_INET6, SOCK_DGRAM, 0);
  if (made < 0) return false;
  memset(&loopback, 0, sizeof loopback);
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  bool bound = bind(made, (const struct sockaddr *)&loopback, sizeof loopback) == 0;
  close(made);
  return bound;
}

static bool print_all(void) {
  for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
    for (size_t k = 0; k < sizeof types / sizeof types[0]; k++) {
      if (!print_socket(&families[i], &types[k])) return false;
    }
  }
  printf("has_ipv6: %s\n", has_ipv6() ? "True" : "False");
  return true;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  bool asks_for_help = argc == 2 && strcmp(argv[1], "--help") == 0;
  if (argc > 1) print_usage(asks_for_help ? stdout : stderr);
  if (argc > 1) return asks_for_help ? finish_output() : 2;
  return print_all() ? finish_output() : EXIT_FAILURE;
}
