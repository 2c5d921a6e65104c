/* reuse-address: a server that can be started again at once, by SO_REUSEADDR; and without it.
 *
 * What it shows: the option before and after it is set, and what it is for. Whoever closes a TCP
 * connection first keeps it for a minute or more (TIME_WAIT, RFC 9293 section 3.6), so that late
 * segments find nobody else. This server closes first; its port is then taken by its own past.
 *
 * What goes wrong without it: the restart fails with "Address already in use", while no program is
 * to be seen that uses it. Setting the option after bind() is too late, and setting it on another
 * socket than the one that listens does nothing (a classic example does both).
 *
 * Where systems differ:
 * - The option reads back as 1 on Linux and Windows, on the BSDs and macOS as its flag, 4.
 * - It never lets two servers listen on one port, but on Windows, where it means just that: there
 *   TIME_WAIT is no obstacle to a listener, and a server sets SO_EXCLUSIVEADDRUSE instead.
 * - An IPv6 socket takes IPv4 too where IPV6_V6ONLY can be switched off (not on OpenBSD). */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char program[] = "reuse-address";

enum { DEFAULT_PORT = 8282, BACKLOG = 16 };

struct request {
  uint16_t port;
  bool reuse;
};

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--port P] [--no-reuse]\n"
          "Listens, tells who connects, and closes each connection, until SIGINT or SIGTERM.\n"
          "  --port P    TCP port, 1 to 65535, on every IPv6 and IPv4 address (%d)\n"
          "  --no-reuse  without SO_REUSEADDR: a restart may have to wait for TIME_WAIT to end\n",
          program, DEFAULT_PORT);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". 0 where it is no port. */
static uint16_t parse_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0') return 0;
  long port = strtol(text, NULL, 10);
  return port <= 65535 ? (uint16_t)port : 0;
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_arguments(int argc, char **argv, struct request *request) {
  *request = (struct request){.port = DEFAULT_PORT, .reuse = true};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--no-reuse") == 0) {
      request->reuse = false;
      continue;
    }
    if (strcmp(argv[i], "--port") != 0 || i + 1 == argc) return PARSED_WRONG;
    request->port = parse_port(argv[++i]);
    if (request->port == 0) return PARSED_WRONG;
  }
  return PARSED_RUN;
}

/* --- Signals: the handler writes to a pipe, and poll() sees it. A flag alone could be set between
 * the look at it and the wait. --- */

static int stop_pipe[2];

static void ask_to_stop(int signal_number) {
  (void)signal_number;
  int interrupted = errno;
  ssize_t ignored = write(stop_pipe[1], "", 1); /* full: it has been asked already */
  (void)ignored;
  errno = interrupted;
}

static bool set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool catch_signals(void) {
  struct sigaction stop = {.sa_handler = ask_to_stop};
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigemptyset(&stop.sa_mask);
  sigemptyset(&ignore.sa_mask);
  return pipe(stop_pipe) == 0 && set_nonblocking(stop_pipe[0]) && set_nonblocking(stop_pipe[1]) &&
         sigaction(SIGINT, &stop, NULL) == 0 && sigaction(SIGTERM, &stop, NULL) == 0 &&
         sigaction(SIGPIPE, &ignore, NULL) == 0;
}

/* --- The socket that listens --- */

static int fail_at(int listener) {
  int reason = errno;
  close(listener);
  errno = reason;
  return -1;
}

/* One socket for both families; of IPv4 alone where the system has no such. -1 with errno. */
static int open_socket(int *family) {
  int off = 0;
  *family = AF_INET6;
  int listener = socket(AF_INET6, SOCK_STREAM, 0);
  if (listener >= 0 && setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0) {
    return listener;
  }
  if (listener >= 0) close(listener);
  *family = AF_INET;
  return socket(AF_INET, SOCK_STREAM, 0);
}

static bool bind_every_address(int listener, int family, uint16_t port) {
  struct sockaddr_in6 ipv6;
  struct sockaddr_in ipv4;
  memset(&ipv6, 0, sizeof ipv6);
  memset(&ipv4, 0, sizeof ipv4);
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_addr = in6addr_any;
  ipv6.sin6_port = htons(port);
  ipv4.sin_family = AF_INET;
  ipv4.sin_addr.s_addr = htonl(INADDR_ANY);
  ipv4.sin_port = htons(port);
  return family == AF_INET6 ? bind(listener, (struct sockaddr *)&ipv6, sizeof ipv6) == 0
                            : bind(listener, (struct sockaddr *)&ipv4, sizeof ipv4) == 0;
}

static bool read_option(int listener, int *state) {
  socklen_t size = sizeof *state;
  return getsockopt(listener, SOL_SOCKET, SO_REUSEADDR, state, &size) == 0;
}

/* The option is set between socket() and bind(): bind() is the one that it speaks to. */
static int open_listener(const struct request *request) {
  int family, before = 0, after = 0;
  int on = 1;
  int listener = open_socket(&family);
  if (listener < 0) return -1;
  if (!read_option(listener, &before)) return fail_at(listener);
  if (request->reuse && setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
    return fail_at(listener);
  }
  if (!read_option(listener, &after)) return fail_at(listener);
  printf("Old sock state: %d\nNew sock state: %d\n", before, after);
  if (!bind_every_address(listener, family, request->port) || listen(listener, BACKLOG) != 0 ||
      !set_nonblocking(listener)) { /* a client may be gone between poll() and accept() */
    return fail_at(listener);
  }
  return listener;
}

/* --- Clients --- */

/* An IPv4 client of an IPv6 socket has an address like ::ffff:192.0.2.1, and is called by its own.
 */
static void print_client(const struct sockaddr_storage *address, socklen_t size) {
  char host[64], port[8];
  if (getnameinfo((const struct sockaddr *)address, size, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return; /* gone so early that the system does not know it any more */
  }
  bool mapped = strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') != NULL;
  printf("Connected by %s:%s\n", mapped ? host + 7 : host, port);
}

/* False when accept() cannot work any more, with errno; a client that is gone is no such thing. */
static bool meet_client(int listener) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  int channel = accept(listener, (struct sockaddr *)&address, &size);
  if (channel < 0) {
    return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM &&
           errno != EBADF && errno != EINVAL;
  }
  print_client(&address, size);
  close(channel); /* first: TIME_WAIT is on this side */
  return true;
}

/* Until a signal asks it to stop. False with errno when it cannot go on. */
static bool serve(int listener) {
  struct pollfd polled[2] = {{.fd = stop_pipe[0], .events = POLLIN},
                             {.fd = listener, .events = POLLIN}};
  for (;;) {
    int ready = poll(polled, 2, -1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 0) continue;
    if (polled[0].revents != 0) return true;
    if (polled[1].revents != 0 && !meet_client(listener)) return false;
  }
}

int main(int argc, char **argv) {
  struct request request;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &request);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? EXIT_SUCCESS : 2;
  if (!catch_signals()) {
    fprintf(stderr, "%s: signals: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  int listener = open_listener(&request);
  bool stopped = false;
  if (listener >= 0) {
    printf("Listening on port: %u\n", (unsigned)request.port);
    stopped = serve(listener);
  }
  if (!stopped) {
    fprintf(stderr, "%s: port %u of every address: %s\n", program, (unsigned)request.port,
            strerror(errno));
  }
  if (listener >= 0) close(listener);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
