/* socket-names: connects to a TCP service and prints what the system calls both ends of the
 * connection (getsockname, getpeername).
 *
 * What it shows: a client that does not bind() its socket gets an address and a port from the
 * system when it connects, and only getsockname() tells which; getpeername() tells which of the
 * server's addresses was reached. Both fill a struct sockaddr of the socket's family, whose size
 * goes in as the room that there is and comes out as what is filled.
 *
 * What goes wrong without it: asked before connect(), getsockname() says 0.0.0.0 port 0. A size
 * that was not set gives nothing, or half an address. The port in a sockaddr stands in network byte
 * order: printed as it is, 80 is 20480 on a little-endian machine. A struct sockaddr_in has no room
 * for an IPv6 address. "My own address", as the host's name gives it, is often not the one in use.
 *
 * Where systems differ:
 * - How long connect() waits for an answer: from seconds to minutes, and that is not changed here.
 * - getservbyname(), and with it a service's name, may be missing on small systems: a port in
 * figures always works. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char program[] = "socket-names";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST PORT|SERVICE\n"
          "Connects over TCP and prints both ends of the connection.\n"
          "  HOST     name or address\n"
          "  PORT     1 to 65535\n"
          "  SERVICE  a name of the system's list: http, www, ...\n",
          program);
}

/* What consists of digits is a port, and must be one; a service has a letter in its name. */
static bool is_port_or_service(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (text[digits] != '\0') return text[0] != '-';
  return digits > 0 && digits <= 5 && text[0] != '0' && strtol(text, NULL, 10) <= 65535;
}

/* A name may come from anywhere: octets that are not printable ASCII are shown as \xNN. */
static void print_escaped(FILE *stream, const char *text) {
  for (; *text != '\0'; text++) {
    unsigned char octet = (unsigned char)*text;
    if (octet >= 0x20 && octet < 0x7f) {
      putc(octet, stream);
    } else {
      fprintf(stream, "\\x%02x", octet);
    }
  }
}

/* Without SOCK_STREAM the service would be looked for in any protocol, and each address come once
 * for each type of socket. */
static struct addrinfo *resolve(const char *host, const char *service) {
  struct addrinfo hints, *addresses;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  int status = getaddrinfo(host, service, &hints, &addresses);
  if (status == 0) return addresses;
  const char *reason = status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status);
  fprintf(stderr, "%s: ", program);
  print_escaped(stderr, host);
  fprintf(stderr, ", ");
  print_escaped(stderr, service);
  fprintf(stderr, ": %s\n", reason);
  return NULL;
}

struct end {
  char host[64], port[8];
};

static bool name_end(const struct sockaddr *address, socklen_t size, struct end *end) {
  return getnameinfo(address, size, end->host, sizeof end->host, end->port, sizeof end->port,
                     NI_NUMERICHOST | NI_NUMERICSERV) == 0;
}

/* A socket whose connect() failed is in no state that one can count on: each address has its own.
 * -1 when none was reached; what was wrong with each stands in `failures`. */
static int connect_to_any(const struct addrinfo *addresses, char *failures, size_t room) {
  size_t length = 0;
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
    int channel = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (channel >= 0 && connect(channel, a->ai_addr, a->ai_addrlen) == 0) return channel;
    const char *reason = strerror(errno);
    struct end end;
    bool named = name_end(a->ai_addr, a->ai_addrlen, &end);
    int wanted =
        snprintf(failures + length, room - length, "%s%s port %s: %s", length > 0 ? "; " : "",
                 named ? end.host : "?", named ? end.port : "?", reason);
    if (wanted > 0) length += (size_t)wanted < room - length ? (size_t)wanted : room - length - 1;
    if (channel >= 0) close(channel);
  }
  return -1;
}

typedef int (*name_getter)(int, struct sockaddr *, socklen_t *);

static bool print_end(const char *what, int channel, name_getter get_name) {
  struct sockaddr_storage address; /* has room for every family's */
  socklen_t size = sizeof address;
  struct end end;
  errno = 0;
  if (get_name(channel, (struct sockaddr *)&address, &size) != 0 ||
      !name_end((struct sockaddr *)&address, size, &end)) {
    fprintf(stderr, "%s: the end of the connection: %s\n", program, strerror(errno));
    return false;
  }
  printf("Connected %s ('%s', %s)\n", what, end.host, end.port);
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
  signal(SIGPIPE, SIG_IGN); /* a reader of stdout that is gone is an error of printf() */
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") != 0) continue;
    print_usage(stdout);
    return finish_output();
  }
  if (argc != 3 || argv[1][0] == '\0' || argv[1][0] == '-' || !is_port_or_service(argv[2])) {
    print_usage(stderr);
    return 2;
  }
  struct addrinfo *addresses = resolve(argv[1], argv[2]);
  if (addresses == NULL) return EXIT_FAILURE;
  char failures[1024] = "";
  int channel = connect_to_any(addresses, failures, sizeof failures);
  freeaddrinfo(addresses);
  if (channel < 0) {
    fprintf(stderr, "%s: %s\n", program, failures);
    return EXIT_FAILURE;
  }
  bool told = print_end("from", channel, getsockname) && print_end("to", channel, getpeername);
  close(channel);
  return told ? finish_output() : EXIT_FAILURE;
}
