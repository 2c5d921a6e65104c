/* socket-modes: accept() that waits for ever, not at all, or for so long.
 *
 * What it shows: the three modes of a socket are one thing, how long poll() may wait, and a
 * descriptor that never waits by itself (O_NONBLOCK). So Python has it too: settimeout(None) is
 * blocking, settimeout(0) non-blocking, settimeout(2.5) both.
 *
 * What goes wrong without it: a blocking accept() after poll() said "ready" waits for ever where
 * the client is gone again by then; a non-blocking one without poll() is a busy loop; a loop of
 * waits that each get the whole time never ends while signals or lost clients come; and a server
 * that stands in accept() does not see the signal that came just before.
 *
 * Where systems differ:
 * - accept() with nobody there fails with EAGAIN or EWOULDBLOCK, which are two numbers on some
 *   systems, and WSAEWOULDBLOCK on Windows; each has its own words.
 * - SO_RCVTIMEO bounds accept() on Linux, and not everywhere: POSIX speaks of receiving alone.
 * - An accepted socket inherits O_NONBLOCK on the BSDs and macOS, not on Linux.
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

#include <time.h>

static const char program[] = "socket-modes";

enum { BACKLOG = 16, FOR_EVER = -1, NOT_AT_ALL = 0 };

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--timeout S]\n"
          "Listens on a free port and tells who connects, until SIGINT, SIGTERM or a time-out.\n"
          "  --timeout S  how long to wait for each client, in seconds: 0 not at all; without it\n"
          "               for ever\n",
          program);
}

/* "2", "0.25": decimal seconds, up to an hour, in milliseconds. -1 where it is none. */
static int parse_seconds(const char *text) {
  size_t whole = strspn(text, "0123456789");
  if (whole == 0 || whole > 4) return -1;
  long ms = strtol(text, NULL, 10) * 1000;
  const char *rest = text + whole;
  if (*rest == '.') {
    size_t decimals = strspn(++rest, "0123456789");
    if (decimals == 0) return -1;
    long weight = 100;
    for (size_t i = 0; i < decimals; i++, weight /= 10)
      ms += (rest[i] - '0') * weight;
    rest += decimals;
  }
  return *rest == '\0' && ms <= 3600000 ? (int)ms : -1;
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_arguments(int argc, char **argv, int *timeout_ms) {
  *timeout_ms = FOR_EVER;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--timeout") != 0 || i + 1 == argc) return PARSED_WRONG;
    *timeout_ms = parse_seconds(argv[++i]);
    if (*timeout_ms < 0) return PARSED_WRONG;
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

/* Port 0 lets the system choose one that is free; -1 with errno. */
static int open_listener(int backlog) {
  int family, on = 1;
  int listener = open_socket(&family);
  if (listener < 0) return -1;
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind_every_address(listener, family, 0) && listen(listener, backlog) == 0) {
    return listener;
  }
  return fail_at(listener);
}

/* As Python prints an address: ('192.0.2.1', 4711). An IPv4 client of an IPv6 socket has an address
 * like ::ffff:192.0.2.1, and is called by its own. */
static void name_address(const struct sockaddr_storage *address, socklen_t size, char name[80]) {
  char host[64], port[8];
  if (getnameinfo((const struct sockaddr *)address, size, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    strcpy(host, "?"); /* gone so early that the system does not know it any more */
    strcpy(port, "0");
  }
  bool mapped = strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') != NULL;
  snprintf(name, 80, "('%s', %s)", mapped ? host + 7 : host, port);
}

/* What the system chose. */
static bool print_listener(int listener) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  char name[80];
  memset(&address, 0, sizeof address);
  if (getsockname(listener, (struct sockaddr *)&address, &size) != 0) return false;
  name_address(&address, size, name);
  printf("Trivial Server launched on socket: %s\n", name);
  return true;
}

/* --- Clients --- */

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now); /* the time of day may be set while we wait */
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What poll() may still wait for, so that several waits are no longer than one. */
static int left_ms(int timeout_ms, int64_t started_ms) {
  if (timeout_ms < 0) return FOR_EVER;
  int64_t left = started_ms + timeout_ms - now_ms();
  return left > 0 ? (int)left : 0;
}

/* No client yet, or one that was gone before it was met: worth another wait. */
static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ECONNABORTED ||
         error == EPROTO;
}

enum met { MET_CLIENT, MET_STOP, MET_TIMEOUT, MET_ERROR };

/* accept() with a patience. The descriptor does not wait by itself, only poll() does. */
static enum met meet_client(int listener, int timeout_ms, char name[80]) {
  struct pollfd polled[2] = {{.fd = stop_pipe[0], .events = POLLIN},
                             {.fd = listener, .events = POLLIN}};
  int64_t started_ms = now_ms();
  for (;;) {
    int ready = timeout_ms == NOT_AT_ALL ? 0 : poll(polled, 2, left_ms(timeout_ms, started_ms));
    if (ready < 0 && errno != EINTR) return MET_ERROR;
    if (ready > 0 && polled[0].revents != 0) return MET_STOP;
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    int channel = accept(listener, (struct sockaddr *)&address, &size);
    if (channel >= 0) {
      name_address(&address, size, name);
      close(channel);
      return MET_CLIENT;
    }
    if (!is_passing(errno) || timeout_ms == NOT_AT_ALL) return MET_ERROR;
    if (timeout_ms > 0 && left_ms(timeout_ms, started_ms) == 0) return MET_TIMEOUT;
  }
}

/* The reason why no client is met any more; NULL: it was asked to stop. */
static const char *serve(int listener, int timeout_ms) {
  char name[80];
  for (;;) {
    switch (meet_client(listener, timeout_ms, name)) {
      case MET_CLIENT:
        printf("Connection accepted from %s\n", name);
        break;
      case MET_STOP:
        return NULL;
      case MET_TIMEOUT:
        return "timed out";
      case MET_ERROR:
        return strerror(errno);
    }
  }
}

int main(int argc, char **argv) {
  int timeout_ms;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &timeout_ms);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? EXIT_SUCCESS : 2;
  int listener = catch_signals() ? open_listener(BACKLOG) : -1;
  if (listener < 0 || !set_nonblocking(listener) || !print_listener(listener)) {
    fprintf(stderr, "%s: a free port of every address: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  const char *reason = serve(listener, timeout_ms);
  if (reason != NULL) {
    printf("An error occurred: %s\n", reason);
    fprintf(stderr, "%s: accept on every address: %s\n", program, reason);
  }
  close(listener);
  return reason == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
