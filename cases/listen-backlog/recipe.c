/* listen-backlog: what the number given to listen() does, and what it does not.
 *
 * What it shows: the backlog is a hint for how many clients may wait until accept() takes them. It
 * is no limit to the clients that a server serves: with 1, with 0 and with a negative one it still
 * serves one after another, and several that come at once.
 *
 * What goes wrong without it: taken for a limit, it is set to 1, and in a rush the system drops the
 * openings (SYN) of those who find the queue full; they try again after a second, or are refused.
 *
 * Where systems differ:
 * - POSIX: less than 0 is as 0, and 0 may still let somebody in. On Linux the queue holds one more
 *   than the number, and a negative one is the largest there is; on the BSDs that is so too.
 * - More than the system's maximum (Linux: net.core.somaxconn) is cut silently.
 * - A full queue drops the SYN on Linux and the BSDs; Windows refuses with a reset.
 * - An IPv6 socket takes IPv4 too where IPV6_V6ONLY can be switched off (not on OpenBSD). */
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

static const char program[] = "listen-backlog";

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s --backlog N\n"
          "Listens on a free port and numbers its clients, until SIGINT or SIGTERM.\n"
          "  --backlog N  how many clients may wait, a hint: -1000000 to 1000000\n",
          program);
}

/* False where it is no whole number, or one out of bounds. */
static bool parse_backlog(const char *text, int *backlog) {
  const char *figures = text[0] == '-' ? text + 1 : text;
  size_t digits = strspn(figures, "0123456789");
  if (digits == 0 || digits > 7 || figures[digits] != '\0') return false;
  long number = strtol(text, NULL, 10);
  *backlog = (int)number;
  return number >= -1000000 && number <= 1000000;
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_arguments(int argc, char **argv, int *backlog) {
  bool given = false;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--backlog") != 0 || i + 1 == argc) return PARSED_WRONG;
    if (!parse_backlog(argv[++i], backlog)) return PARSED_WRONG;
    given = true;
  }
  return given ? PARSED_RUN : PARSED_WRONG;
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

/* So few octets fit into every system's buffer at once. One who is gone already costs nothing. */
static void greet(int channel, unsigned long number) {
  char line[64];
  int length = snprintf(line, sizeof line, "You are client %lu.\n", number);
  if (send(channel, line, (size_t)length, 0) == length) printf("Served client %lu\n", number);
  close(channel);
}

/* Until a signal asks it to stop. False with errno when it cannot go on. */
static bool serve(int listener) {
  struct pollfd polled[2] = {{.fd = stop_pipe[0], .events = POLLIN},
                             {.fd = listener, .events = POLLIN}};
  unsigned long number = 0;
  for (;;) {
    int ready = poll(polled, 2, -1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 0) continue;
    if (polled[0].revents != 0) return true;
    int channel = accept(listener, NULL, NULL);
    if (channel >= 0) {
      greet(channel, ++number);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return false; /* any other failure is of a client that is gone */
    }
  }
}

int main(int argc, char **argv) {
  int backlog = 0;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &backlog);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? EXIT_SUCCESS : 2;
  int listener = catch_signals() ? open_listener(backlog) : -1;
  uint16_t port = listener >= 0 && set_nonblocking(listener) ? port_of(listener) : 0;
  if (port == 0) {
    fprintf(stderr, "%s: a free port of every address: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  printf("Listening on port %u with a backlog of %d\n", (unsigned)port, backlog);
  bool stopped = serve(listener);
  if (!stopped) fprintf(stderr, "%s: port %u: %s\n", program, (unsigned)port, strerror(errno));
  close(listener);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
