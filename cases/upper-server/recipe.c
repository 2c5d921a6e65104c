/* upper-server: answers in upper case, to many clients at once, over TCP.
 *
 * What it shows: a server that changes what it passes on. Each octet is an answer by itself, so no
 * line, no end and no size has to be waited for, and how the octets were cut makes no difference.
 *
 * What goes wrong without it: one recv() and one send() a client serve a short line alone: what
 * comes later or in pieces is lost, and so is what send() did not take. toupper() of a plain char
 * is undefined from 0x80 on where char is signed, and gives what the locale says: a UTF-8 text
 * comes back broken. Here the letters a to z are changed and nothing else. A blocking server stands
 * still with its first idle client; one that a reset kills by SIGPIPE serves nobody any more.
 *
 * Where systems differ:
 * - A socket from accept() inherits O_NONBLOCK on the BSDs and macOS, not on Linux: it is set here.
 * - An IPv6 socket takes IPv4 too where IPV6_V6ONLY can be switched off (not on OpenBSD).
 * - MSG_NOSIGNAL is not everywhere: SIGPIPE is ignored instead.
 * - a to z are neighbours in ASCII, not in EBCDIC; the wire is ASCII, so they are numbers here. */
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

static const char program[] = "upper-server";

enum {
  DEFAULT_PORT = 8080,
  BACKLOG = 64,
  CLIENTS_MAX = 64, /* more wait in the system's queue until one leaves */
  BUFFER_OCTETS = 16384,
  RETRY_MS = 200 /* after accept() failed for want of descriptors or memory */
};

/* Its buffer is either being filled or being sent, never both: who does not read is not read from.
 */
struct client {
  int channel;
  uint8_t buffer[BUFFER_OCTETS];
  size_t start, end; /* what is still to be sent */
  uint64_t sent;
};

static struct client clients[CLIENTS_MAX];
static size_t client_count;

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--port P]\n"
          "Sends back in upper case what clients send, until SIGINT or SIGTERM.\n"
          "  --port P  TCP port, 1 to 65535, on every IPv6 and IPv4 address (%d)\n",
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

static enum parsed parse_arguments(int argc, char **argv, uint16_t *port) {
  *port = DEFAULT_PORT;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--port") != 0 || i + 1 == argc) return PARSED_WRONG;
    *port = parse_port(argv[++i]);
    if (*port == 0) return PARSED_WRONG;
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

/* SO_REUSEADDR: connections of the last run, in TIME_WAIT, do not keep the port (it does not let
 * two servers listen). -1 with errno. */
static int open_listener(uint16_t port) {
  int family, on = 1;
  int listener = open_socket(&family);
  if (listener < 0) return -1;
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind_every_address(listener, family, port) && listen(listener, BACKLOG) == 0 &&
      set_nonblocking(listener)) { /* a client may be gone between poll() and accept() */
    return listener;
  }
  return fail_at(listener);
}

/* --- One client --- */

static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static void to_upper_case(uint8_t *octets, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (octets[i] >= 0x61 && octets[i] <= 0x7a) octets[i] = (uint8_t)(octets[i] - 0x20);
  }
}

/* Fills the empty buffer. False when there is nothing more to do for this client: it has ended its
 * side, and all before that has been answered by now; or it is gone. */
static bool receive_some(struct client *client) {
  ssize_t got = recv(client->channel, client->buffer, BUFFER_OCTETS, 0);
  if (got < 0) return is_passing(errno);
  if (got == 0) return false;
  to_upper_case(client->buffer, (size_t)got);
  client->start = 0;
  client->end = (size_t)got;
  return true;
}

/* Sends what the system takes of the buffer: it may be less than all. */
static bool send_some(struct client *client) {
  size_t due = client->end - client->start;
  ssize_t sent = send(client->channel, client->buffer + client->start, due, 0);
  if (sent < 0) return is_passing(errno);
  client->start += (size_t)sent;
  client->sent += (uint64_t)sent;
  return true;
}

static bool has_unsent(const struct client *client) {
  return client->start < client->end;
}

static void end_client(struct client *client) {
  printf("send %llu bytes\n", (unsigned long long)client->sent);
  close(client->channel);
}

/* --- All clients --- */

/* False when the system has no descriptor or memory left: trying again at once would be a loop. */
static bool accept_client(int listener) {
  int channel = accept(listener, NULL, NULL);
  if (channel < 0) {
    return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
  }
  if (set_nonblocking(channel)) {
    clients[client_count++] = (struct client){.channel = channel};
  } else {
    close(channel);
  }
  return true;
}

static void serve_ready_clients(const struct pollfd *polled) {
  size_t kept = 0;
  for (size_t i = 0; i < client_count; i++) {
    struct client *client = &clients[i];
    bool stays =
        polled[i].revents == 0 || (has_unsent(client) ? send_some(client) : receive_some(client));
    if (!stays) {
      end_client(client);
    } else if (kept++ != i) {
      clients[kept - 1] = *client;
    }
  }
  client_count = kept;
}

/* Serves until a signal asks it to stop. False with errno when poll() itself fails. */
static bool serve(int listener) {
  struct pollfd polled[CLIENTS_MAX + 2];
  bool may_accept = true;
  for (;;) {
    size_t count = client_count;
    for (size_t i = 0; i < count; i++) {
      short awaited = has_unsent(&clients[i]) ? POLLOUT : POLLIN;
      polled[i] = (struct pollfd){.fd = clients[i].channel, .events = awaited};
    }
    polled[count] = (struct pollfd){.fd = stop_pipe[0], .events = POLLIN};
    polled[count + 1] = (struct pollfd){.fd = listener, .events = POLLIN};
    nfds_t listening = may_accept && count < CLIENTS_MAX ? 1 : 0;
    int ready = poll(polled, (nfds_t)count + 1 + listening, may_accept ? -1 : RETRY_MS);
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 0) continue;
    if (polled[count].revents != 0) return true;
    may_accept = true;
    serve_ready_clients(polled);
    if (listening == 1 && polled[count + 1].revents != 0) may_accept = accept_client(listener);
  }
}

int main(int argc, char **argv) {
  uint16_t port;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &port);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? EXIT_SUCCESS : 2;
  int listener = catch_signals() ? open_listener(port) : -1;
  bool stopped = false;
  if (listener >= 0) {
    printf("Listening on port: %u\n", (unsigned)port);
    stopped = serve(listener);
  }
  if (!stopped) {
    fprintf(stderr, "%s: port %u of every address: %s\n", program, (unsigned)port, strerror(errno));
  }
  for (size_t i = 0; i < client_count; i++)
    end_client(&clients[i]);
  if (listener >= 0) close(listener);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
