/* echo-server: sends back every octet that it receives, to many clients at once (RFC 862, TCP).
 *
 * What it shows: one process, one poll(), no threads. Each client has a buffer of fixed size, which
 * is either being filled or being sent back, never both: a client that does not read is not read
 * from, so nobody can make the server grow or stand still.
 *
 * What goes wrong without it: with one blocking recv() and send() after another, an idle client
 * keeps all others waiting; send() takes less than it was given, and the rest is lost; a client
 * that ends with shutdown() (half-close) loses what it had not yet read back; one that vanishes
 * kills the server with SIGPIPE; without SO_REUSEADDR a restart fails for a minute ("address in
 * use"); when descriptors run out, accept() fails at once for ever and the server spins.
 *
 * Where systems differ:
 * - A socket from accept() inherits O_NONBLOCK on the BSDs and macOS, not on Linux: it is set here.
 * - An IPv6 socket takes IPv4 too, as ::ffff:a.b.c.d, where IPV6_V6ONLY can be switched off (not on
 *   OpenBSD); without that, or without IPv6, this server serves IPv4 alone.
 * - MSG_NOSIGNAL is not everywhere: SIGPIPE is ignored instead. */
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

static const char program[] = "echo-server";

enum {
  CLIENTS_MAX = 128, /* more wait in the system's queue until one leaves */
  BACKLOG = 64,
  BUFFER_OCTETS = 16384,
  SHOWN_OCTETS_MAX = 256, /* of a client's data, on the screen */
  RETRY_MS = 200          /* after accept() failed for want of descriptors or memory */
};

struct client {
  int channel;
  char name[80]; /* ('192.0.2.1', 4711) */
  uint8_t buffer[BUFFER_OCTETS];
  size_t start, end; /* what is still to be sent back */
  uint64_t echoed;
  uint8_t shown[SHOWN_OCTETS_MAX];
  size_t shown_octets;
  uint64_t received;
};

static struct client clients[CLIENTS_MAX];
static size_t client_count;

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s --port P\n"
          "Sends back what clients send (RFC 862, TCP), until SIGINT or SIGTERM.\n"
          "  --port P  TCP port, 1 to 65535, on every IPv6 and IPv4 address\n",
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

static enum parsed parse_arguments(int argc, char **argv, uint16_t *port) {
  *port = 0;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--port") != 0 || i + 1 == argc) return PARSED_WRONG;
    *port = parse_port(argv[++i]);
    if (*port == 0) return PARSED_WRONG;
  }
  return *port != 0 ? PARSED_RUN : PARSED_WRONG;
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
         sigaction(SIGPIPE, &ignore, NULL) == 0; /* a client that is gone is an error of send() */
}

/* --- Listening --- */

/* SO_REUSEADDR: connections of the last run, in TIME_WAIT, do not keep the port (it does not let
 * two servers listen). Non-blocking: a client may be gone between poll() and accept(). */
static bool start_listening(int listener, const void *address, socklen_t size) {
  int on = 1;
  return setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
         bind(listener, address, size) == 0 && listen(listener, BACKLOG) == 0 &&
         set_nonblocking(listener);
}

/* One socket for both families. */
static int open_dual_stack(uint16_t port) {
  int listener = socket(AF_INET6, SOCK_STREAM, 0);
  int off = 0;
  if (listener < 0) return -1;
  struct sockaddr_in6 any;
  memset(&any, 0, sizeof any);
  any.sin6_family = AF_INET6;
  any.sin6_addr = in6addr_any;
  any.sin6_port = htons(port);
  if (setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0 &&
      start_listening(listener, &any, sizeof any)) {
    return listener;
  }
  int reason = errno;
  close(listener);
  errno = reason;
  return -1;
}

static int open_ipv4(uint16_t port) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) return -1;
  struct sockaddr_in any;
  memset(&any, 0, sizeof any);
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_ANY);
  any.sin_port = htons(port);
  if (start_listening(listener, &any, sizeof any)) return listener;
  int reason = errno;
  close(listener);
  errno = reason;
  return -1;
}

/* A port that is taken or not allowed is the same in IPv4; anything else is a lack of IPv6. */
static int open_listener(uint16_t port) {
  int listener = open_dual_stack(port);
  if (listener >= 0 || errno == EADDRINUSE || errno == EACCES) return listener;
  return open_ipv4(port);
}

/* --- What is printed --- */

/* As Python prints an address: ('192.0.2.1', 4711). An IPv4 client of an IPv6 socket has an address
 * like ::ffff:192.0.2.1, and is called by its own. */
static void name_client(const struct sockaddr_storage *address, socklen_t size, char name[80]) {
  char host[64], port[8];
  if (getnameinfo((const struct sockaddr *)address, size, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    strcpy(host, "?");
    strcpy(port, "0");
  }
  bool mapped = strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') != NULL;
  snprintf(name, 80, "('%s', %s)", mapped ? host + 7 : host, port);
}

/* The octets are a stranger's: only printable ones go to the terminal as they are. */
static void print_octets(const uint8_t *octets, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (octets[i] >= 0x20 && octets[i] < 0x7f) {
      putchar(octets[i]);
    } else {
      printf("\\x%02x", octets[i]);
    }
  }
}

/* Once a client, at its end: how its octets were cut into segments is nobody's business. */
static void print_client(const struct client *client) {
  if (client->received == 0) return;
  printf("Data: ");
  print_octets(client->shown, client->shown_octets);
  if (client->received > client->shown_octets) {
    printf(" ... (%llu octets)", (unsigned long long)client->received);
  }
  printf("\nSent %llu bytes back to %s\n", (unsigned long long)client->echoed, client->name);
}

/* --- One client --- */

static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static void note_data(struct client *client, const uint8_t *octets, size_t count) {
  size_t room = SHOWN_OCTETS_MAX - client->shown_octets;
  size_t kept = count < room ? count : room;
  memcpy(client->shown + client->shown_octets, octets, kept);
  client->shown_octets += kept;
  client->received += count;
}

/* Fills the empty buffer. False when there is nothing more to do for this client: it has ended its
 * side (all before that has been sent back by now, RFC 862), or it is gone. */
static bool receive_some(struct client *client) {
  ssize_t got = recv(client->channel, client->buffer, BUFFER_OCTETS, 0);
  if (got < 0 && is_passing(errno)) return true;
  if (got < 0) fprintf(stderr, "%s: %s: %s\n", program, client->name, strerror(errno));
  if (got <= 0) return false;
  note_data(client, client->buffer, (size_t)got);
  client->start = 0;
  client->end = (size_t)got;
  return true;
}

/* Sends what the system takes of the buffer: it may be less than all. */
static bool send_some(struct client *client) {
  ssize_t sent =
      send(client->channel, client->buffer + client->start, client->end - client->start, 0);
  if (sent < 0 && is_passing(errno)) return true;
  if (sent < 0) {
    fprintf(stderr, "%s: %s: %s\n", program, client->name, strerror(errno));
    return false;
  }
  client->start += (size_t)sent;
  client->echoed += (uint64_t)sent;
  return true;
}

static bool has_unsent(const struct client *client) {
  return client->start < client->end;
}

static bool serve_client(struct client *client) {
  return has_unsent(client) ? send_some(client) : receive_some(client);
}

static void end_client(struct client *client) {
  print_client(client);
  close(client->channel);
}

/* --- All clients --- */

/* False when the system has no descriptor or memory left: trying again at once would be a loop. */
static bool accept_client(int listener) {
  static bool told; /* once, not at every try */
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  int channel = accept(listener, (struct sockaddr *)&address, &size);
  if (channel < 0) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return true;
    if (!told) fprintf(stderr, "%s: accept: %s\n", program, strerror(errno));
    told = true;
    return false;
  }
  told = false;
  if (!set_nonblocking(channel)) {
    close(channel);
    return true;
  }
  struct client *client = &clients[client_count++];
  *client = (struct client){.channel = channel};
  name_client(&address, size, client->name);
  return true;
}

static void serve_ready_clients(const struct pollfd *polled) {
  size_t kept = 0;
  for (size_t i = 0; i < client_count; i++) {
    if (polled[i].revents == 0 || serve_client(&clients[i])) {
      if (kept != i) clients[kept] = clients[i];
      kept++;
    } else {
      end_client(&clients[i]);
    }
  }
  client_count = kept;
}

/* Serves until a signal asks it to stop. False with errno when poll() itself fails. */
static bool serve(int listener) {
  static struct pollfd polled[CLIENTS_MAX + 2];
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
  if (!catch_signals()) {
    fprintf(stderr, "%s: signals: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  int listener = open_listener(port);
  if (listener < 0) {
    fprintf(stderr, "%s: port %u of every address: %s\n", program, (unsigned)port, strerror(errno));
    return EXIT_FAILURE;
  }
  printf("Starting up echo server on port %u\n", (unsigned)port);
  bool stopped = serve(listener);
  if (!stopped) fprintf(stderr, "%s: poll: %s\n", program, strerror(errno));
  for (size_t i = 0; i < client_count; i++)
    end_client(&clients[i]);
  close(listener);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
