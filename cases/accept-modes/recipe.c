/* accept-modes: what an accepted socket inherits from the one that listens.
 *
 * What it shows: the mode (O_NONBLOCK) and the receive timeout (SO_RCVTIMEO) of the socket that
 * listens, of the one that accept() gives, and of the same after the program has said what it
 * wants. Only the last is alike on every system.
 *
 * What goes wrong without it: a server written where O_NONBLOCK is not inherited stands still in
 * recv() elsewhere, or the other way round takes EAGAIN for the end of its client; and a timeout
 * that nobody set ends a slow client's connection.
 *
 * Where systems differ:
 * - O_NONBLOCK is inherited on the BSDs, macOS and Windows, not on Linux (accept(2)).
 * - SO_RCVTIMEO is inherited on Linux and the BSDs; POSIX leaves it open.
 * - A timeout is read back as the system keeps it, in whole ticks of its clock.
 * - Windows takes SO_RCVTIMEO as an int of milliseconds, and cannot tell a socket's mode. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
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

#include <sys/time.h>

static const char program[] = "accept-modes";

enum { BACKLOG = 16 };

struct mode {
  bool blocking;
  int timeout_ms; /* 0: none */
};

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--non-blocking] [--timeout S]\n"
          "Listens on a free port and tells what each accepted socket is like, until SIGINT or\n"
          "SIGTERM.\n"
          "  --non-blocking  the socket that listens has O_NONBLOCK\n"
          "  --timeout S     the socket that listens has SO_RCVTIMEO, in seconds\n",
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

static enum parsed parse_arguments(int argc, char **argv, struct mode *mode) {
  *mode = (struct mode){.blocking = true};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--non-blocking") == 0) {
      mode->blocking = false;
      continue;
    }
    if (strcmp(argv[i], "--timeout") != 0 || i + 1 == argc) return PARSED_WRONG;
    mode->timeout_ms = parse_seconds(argv[++i]);
    if (mode->timeout_ms <= 0) return PARSED_WRONG;
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

/* --- Modes --- */

static bool set_mode(int channel, const struct mode *mode) {
  int flags = fcntl(channel, F_GETFL);
  struct timeval timeout = {.tv_sec = mode->timeout_ms / 1000,
                            .tv_usec = mode->timeout_ms % 1000 * 1000};
  if (flags < 0) return false;
  flags = mode->blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  return fcntl(channel, F_SETFL, flags) == 0 &&
         setsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0;
}

static bool print_mode(const char *whose, int channel) {
  int flags = fcntl(channel, F_GETFL);
  struct timeval timeout = {0};
  socklen_t size = sizeof timeout;
  if (flags < 0 || getsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size) != 0) return false;
  printf("%s: %s, timeout ", whose, (flags & O_NONBLOCK) != 0 ? "non-blocking" : "blocking");
  if (timeout.tv_sec == 0 && timeout.tv_usec == 0) {
    printf("none\n");
  } else {
    printf("%ld.%03ld\n", (long)timeout.tv_sec, (long)timeout.tv_usec / 1000);
  }
  return true;
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

/* Port 0 lets the system choose one that is free; -1 with errno. The mode is set before the first
 * client can be there: what a connection inherits may be settled before accept(). */
static int open_listener(const struct mode *mode) {
  int family, on = 1;
  int listener = open_socket(&family);
  if (listener < 0) return -1;
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind_every_address(listener, family, 0) && set_mode(listener, mode) &&
      listen(listener, BACKLOG) == 0) {
    return listener;
  }
  return fail_at(listener);
}

/* What the system chose; 0 with errno where that cannot be told. */
static uint16_t port_of(int listener) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  if (getsockname(listener, (struct sockaddr *)&address, &size) != 0) return 0;
  if (address.ss_family == AF_INET) {
    struct sockaddr_in ipv4;
    memcpy(&ipv4, &address, sizeof ipv4);
    return ntohs(ipv4.sin_port);
  }
  struct sockaddr_in6 ipv6;
  memcpy(&ipv6, &address, sizeof ipv6);
  return ntohs(ipv6.sin6_port);
}

/* --- Clients --- */

/* What it inherited, and what it is once the program has said so. */
static bool show_client(int channel) {
  static const struct mode wanted = {.blocking = true};
  return print_mode("Accepted", channel) && set_mode(channel, &wanted) &&
         print_mode("Set", channel);
}

/* Until a signal asks it to stop. False with errno when it cannot go on. poll() waits, and not
 * accept(), whatever the mode: so a signal is never missed. */
static bool serve(int listener) {
  struct pollfd polled[2] = {{.fd = stop_pipe[0], .events = POLLIN},
                             {.fd = listener, .events = POLLIN}};
  for (;;) {
    int ready = poll(polled, 2, -1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 0) continue;
    if (polled[0].revents != 0) return true;
    int channel = accept(listener, NULL, NULL);
    if (channel >= 0) {
      bool shown = show_client(channel);
      int reason = errno;
      close(channel);
      errno = reason;
      if (!shown) return false;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return false; /* any other failure is of a client that is gone */
    }
  }
}

int main(int argc, char **argv) {
  struct mode mode;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &mode);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? EXIT_SUCCESS : 2;
  int listener = catch_signals() ? open_listener(&mode) : -1;
  uint16_t port = listener >= 0 ? port_of(listener) : 0;
  if (port == 0) {
    fprintf(stderr, "%s: a free port of every address: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  printf("Listening on port %u\n", (unsigned)port);
  bool stopped = print_mode("Listener", listener) && serve(listener);
  if (!stopped) fprintf(stderr, "%s: the socket's mode: %s\n", program, strerror(errno));
  close(listener);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
