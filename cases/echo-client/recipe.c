/* echo-client: sends a message to an echo server (RFC 862) and says whether it came back unchanged.
 *
 * What it shows: over TCP a message has no edges. It may leave in several pieces and come back in
 * others; what belongs together is known by its length alone. Over UDP a datagram comes whole or
 * not at all, and from whoever likes to send one.
 *
 * What goes wrong without it: one recv() taken for the whole echo works on the author's machine and
 * fails where the reply is cut; send() taken to have sent everything loses the end of a long
 * message; sending all before reading anything stands still for ever once both sides' buffers are
 * full; a client that never compares calls any answer an echo; one without a time-out waits for a
 * lost datagram for ever.
 *
 * Where systems differ:
 * - A connected UDP socket hears of a closed port, and of nobody but its peer; small stacks know
 *   neither, so there is a time-out too, and the source is compared here as well.
 * - The outcome of a connect() that did not block is told by SO_ERROR; Solaris once failed the
 *   getsockopt() itself.
 * - MSG_NOSIGNAL is not everywhere: SIGPIPE is ignored instead. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "echo-client";

enum { RECEIVE_OCTETS = 65536, SHOWN_OCTETS_MAX = 1024 };

/* --- Arguments --- */

struct options {
  const char *host;
  const char *port;
  const char *message;
  bool udp;
  int64_t timeout_ms; /* for everything after the name is resolved */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s --port P [--host H] [--message M] [--udp] [--timeout S]\n"
          "Sends a message to an echo server (RFC 862) and compares what comes back.\n"
          "  --port P     port, 1 to 65535\n"
          "  --host H     name or address of the server (default localhost)\n"
          "  --message M  what is sent (default 'Test message. This will be echoed')\n"
          "  --udp        as one UDP datagram; otherwise over TCP\n"
          "  --timeout S  give up after S seconds, more than 0, at most 3600 (default 5)\n",
          program);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". */
static bool is_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0') return false;
  return strtol(text, NULL, 10) <= 65535;
}

/* strtod() alone would also take "inf", "0x1p3" and " 1". */
static bool parse_timeout(const char *text, int64_t *timeout_ms) {
  if (text[strspn(text, "0123456789.")] != '\0') return false;
  char *end;
  double seconds = strtod(text, &end);
  if (end == text || *end != '\0' || !(seconds > 0.0 && seconds <= 3600.0)) return false;
  *timeout_ms = seconds < 0.001 ? 1 : (int64_t)(seconds * 1000.0);
  return true;
}

static bool set_option(const char *name, const char *value, struct options *options) {
  if (value == NULL) return false;
  if (strcmp(name, "--host") == 0) {
    options->host = value;
    return value[0] != '\0';
  }
  if (strcmp(name, "--message") == 0) {
    options->message = value;
  } else if (strcmp(name, "--port") == 0) {
    options->port = value;
    return is_port(value);
  } else {
    return strcmp(name, "--timeout") == 0 && parse_timeout(value, &options->timeout_ms);
  }
  return true;
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){
      .host = "localhost", .message = "Test message. This will be echoed", .timeout_ms = 5000};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--udp") == 0) {
      options->udp = true;
    } else if (set_option(argv[i], argv[i + 1], options)) { /* argv[argc] is NULL */
      i++;
    } else {
      return PARSED_WRONG;
    }
  }
  return options->port != NULL ? PARSED_RUN : PARSED_WRONG;
}

/* --- What went wrong, for the one line on stderr: a clause for each address that failed --- */

struct failures {
  char text[1024];
  size_t length;
};

static void add_failure(struct failures *failures, const char *format, ...) {
  size_t room = sizeof failures->text - failures->length;
  va_list arguments;
  va_start(arguments, format);
  int wanted = vsnprintf(failures->text + failures->length, room, format, arguments);
  va_end(arguments);
  if (wanted > 0) failures->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

/* --- Time that only goes forward: a step of the wall clock must not stretch a time-out --- */

static int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The events that have come, 0 when the time is up, -1 with errno. A signal only makes it look at
 * the clock again. */
static int wait_for(int channel, short events, int64_t deadline_ms) {
  for (;;) {
    int64_t left_ms = deadline_ms - monotonic_ms();
    if (left_ms <= 0) return 0;
    struct pollfd waited = {.fd = channel, .events = events};
    int ready = poll(&waited, 1, (int)left_ms);
    if (ready > 0) return waited.revents;
    if (ready < 0 && errno != EINTR) return -1;
  }
}

static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* --- Addresses --- */

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

static struct addrinfo *resolve(const struct options *options) {
  struct addrinfo hints, *addresses;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_UNSPEC; /* IPv4 and IPv6, in the order that the system prefers */
  hints.ai_socktype = options->udp ? SOCK_DGRAM : SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(options->host, options->port, &hints, &addresses);
  if (status == 0) return addresses;
  const char *reason = status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status);
  fprintf(stderr, "%s: ", program);
  print_escaped(stderr, options->host);
  fprintf(stderr, ": %s\n", reason);
  return NULL;
}

/* This address, and those behind it. */
static int count_left(const struct addrinfo *address) {
  int count = 1;
  for (; address->ai_next != NULL; address = address->ai_next)
    count++;
  return count;
}

/* Member by member: a sockaddr has padding, and flow labels that say nothing about who it is. */
static bool same_endpoint(const struct sockaddr *a, const struct sockaddr *b) {
  if (a->sa_family != b->sa_family) return false;
  if (a->sa_family == AF_INET) {
    struct sockaddr_in x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x.sin_port == y.sin_port && x.sin_addr.s_addr == y.sin_addr.s_addr;
  }
  if (a->sa_family != AF_INET6) return false;
  struct sockaddr_in6 x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x.sin6_port == y.sin6_port && memcmp(&x.sin6_addr, &y.sin6_addr, sizeof x.sin6_addr) == 0;
}

/* One address of the host, and how to call it: "192.0.2.1 port 7". */
struct server {
  const struct addrinfo *address;
  char name[96];
};

static void name_server(struct server *server) {
  char host[64], port[8];
  bool named = getnameinfo(server->address->ai_addr, server->address->ai_addrlen, host, sizeof host,
                           port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  snprintf(server->name, sizeof server->name, "%s port %s", named ? host : "?", named ? port : "?");
}

/* --- Connecting --- */

/* A connect() that does not block has begun; it is done when the socket is writable. */
static bool finish_connect(int channel, int64_t deadline_ms) {
  int ready = wait_for(channel, POLLOUT, deadline_ms);
  if (ready == 0) errno = ETIMEDOUT;
  if (ready <= 0) return false;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(channel, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) return false;
  errno = outcome;
  return outcome == 0;
}

static bool connect_to(int channel, const struct addrinfo *address, int64_t deadline_ms) {
  int flags = fcntl(channel, F_GETFL);
  if (flags < 0 || fcntl(channel, F_SETFL, flags | O_NONBLOCK) != 0) return false;
  if (connect(channel, address->ai_addr, address->ai_addrlen) == 0) return true;
  return (errno == EINPROGRESS || errno == EINTR) && finish_connect(channel, deadline_ms);
}

/* -1 when it failed, and that has been noted. */
static int open_channel(const struct server *server, int64_t deadline_ms,
                        struct failures *failures) {
  const struct addrinfo *address = server->address;
  int channel = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  if (channel >= 0 && connect_to(channel, address, deadline_ms)) return channel;
  add_failure(failures, "%s: %s", server->name, strerror(errno));
  if (channel >= 0) close(channel);
  return -1;
}

/* --- The exchange --- */

/* What an attempt came to. Another address is worth trying only when nobody has answered here. */
enum outcome { OUTCOME_ECHOED, OUTCOME_WRONG, OUTCOME_NOBODY };

/* What one message needs: `sent` and `echoed` of its `length` octets are done. */
struct exchange {
  int channel;
  const struct server *server;
  const uint8_t *message;
  size_t length, sent, echoed;
  int64_t deadline_ms;
};

static uint8_t received[RECEIVE_OCTETS];

/* An echo is the same octets, no more of them than have been sent. NULL while it is one. */
static const char *compare_part(const struct exchange *exchange, size_t octets) {
  if (octets > exchange->sent - exchange->echoed) return "more came back than was sent";
  if (memcmp(received, exchange->message + exchange->echoed, octets) != 0)
    return "what came back is not what was sent";
  return NULL;
}

/* Sends what the system takes: it may be less than all. False with errno. */
static bool send_part(struct exchange *exchange) {
  ssize_t sent = send(exchange->channel, exchange->message + exchange->sent,
                      exchange->length - exchange->sent, 0);
  if (sent < 0) return is_passing(errno);
  exchange->sent += (size_t)sent;
  return true;
}

static bool note_unfinished(const struct exchange *exchange, const char *why,
                            struct failures *failures) {
  add_failure(failures, "%s: %s (%zu of %zu octets echoed)", exchange->server->name, why,
              exchange->echoed, exchange->length);
  return false;
}

enum part { PART_NONE, PART_SOME, PART_END, PART_FAILED };

/* Receives and compares what is there, which may be any part of the echo. */
static enum part receive_part(struct exchange *exchange, struct failures *failures) {
  ssize_t got = recv(exchange->channel, received, sizeof received, 0);
  if (got < 0 && is_passing(errno)) return PART_NONE;
  if (got == 0) return PART_END;
  const char *wrong = got < 0 ? strerror(errno) : compare_part(exchange, (size_t)got);
  if (wrong != NULL) {
    note_unfinished(exchange, wrong, failures);
    return PART_FAILED;
  }
  exchange->echoed += (size_t)got;
  return PART_SOME;
}

/* Sends and receives at the same time: a server that echoes as it goes stops reading when nobody
 * reads from it. */
static bool exchange_stream(struct exchange *exchange, struct failures *failures) {
  while (exchange->echoed < exchange->length) {
    short wanted = exchange->sent < exchange->length ? POLLIN | POLLOUT : POLLIN;
    int ready = wait_for(exchange->channel, wanted, exchange->deadline_ms);
    if (ready == 0) return note_unfinished(exchange, "no more came in time", failures);
    if (ready < 0) return note_unfinished(exchange, strerror(errno), failures);
    /* Reading first: what came before a reset is worth more than the reset. */
    if ((ready & ~POLLOUT) != 0) {
      enum part part = receive_part(exchange, failures);
      if (part == PART_FAILED) return false;
      if (part == PART_END) return note_unfinished(exchange, "connection closed", failures);
    }
    if ((ready & POLLOUT) != 0 && !send_part(exchange))
      return note_unfinished(exchange, strerror(errno), failures);
  }
  return true;
}

/* The whole echo is there; is it all? Only the end of the stream tells: RFC 862 has the server go
 * on until the client ends, so the client ends its side, and the server has then nothing left to
 * send but its own end. One that keeps its side open until the time is up has still echoed all. */
static bool expect_end(struct exchange *exchange, struct failures *failures) {
  if (shutdown(exchange->channel, SHUT_WR) != 0 && errno != ENOTCONN)
    return note_unfinished(exchange, strerror(errno), failures);
  for (;;) {
    int ready = wait_for(exchange->channel, POLLIN, exchange->deadline_ms);
    if (ready == 0) return true;
    if (ready < 0) return note_unfinished(exchange, strerror(errno), failures);
    enum part part = receive_part(exchange, failures);
    if (part == PART_END) return true;
    if (part == PART_FAILED) return false;
  }
}

static enum outcome echo_by_tcp(struct exchange *exchange, struct failures *failures) {
  bool echoed = exchange_stream(exchange, failures) && expect_end(exchange, failures);
  return echoed ? OUTCOME_ECHOED : OUTCOME_WRONG;
}

/* The octets of one datagram of our server; -1 with errno, EAGAIN where it was somebody else's. */
static ssize_t receive_datagram(const struct exchange *exchange) {
  struct sockaddr_storage source;
  socklen_t size = sizeof source;
  memset(&source, 0, sizeof source);
  ssize_t got =
      recvfrom(exchange->channel, received, sizeof received, 0, (struct sockaddr *)&source, &size);
  if (got < 0) return -1;
  if (same_endpoint((struct sockaddr *)&source, exchange->server->address->ai_addr)) return got;
  errno = EAGAIN;
  return -1;
}

/* One datagram out, one back; nothing is sent again. A datagram has edges: an echo of another
 * length is none, and length 0 is an echo of an empty message. */
static enum outcome echo_by_udp(struct exchange *exchange, struct failures *failures) {
  const char *name = exchange->server->name;
  int ready = -1;
  ssize_t got = send(exchange->channel, exchange->message, exchange->length, 0);
  if (got >= 0) {
    do {
      ready = wait_for(exchange->channel, POLLIN, exchange->deadline_ms);
      got = ready > 0 ? receive_datagram(exchange) : 0;
    } while (got < 0 && is_passing(errno));
  }
  if (ready == 0) {
    add_failure(failures, "%s: no echo in time", name);
    return OUTCOME_NOBODY;
  }
  if (ready < 0 || got < 0) {
    add_failure(failures, "%s: %s", name, strerror(errno));
    return OUTCOME_NOBODY;
  }
  if ((size_t)got == exchange->length && memcmp(received, exchange->message, (size_t)got) == 0)
    return OUTCOME_ECHOED;
  add_failure(failures, "%s: what came back (%zd octets) is not what was sent (%zu octets)", name,
              got, exchange->length);
  return OUTCOME_WRONG;
}

/* --- What is printed --- */

/* Octets that are not printable ASCII go to the terminal as \xNN, and a long message in part. */
static void print_received(const char *message, size_t length) {
  size_t shown = length < SHOWN_OCTETS_MAX ? length : SHOWN_OCTETS_MAX;
  printf("Received: ");
  for (size_t i = 0; i < shown; i++) {
    unsigned char octet = (unsigned char)message[i];
    if (octet >= 0x20 && octet < 0x7f) {
      putchar(octet);
    } else {
      printf("\\x%02x", octet);
    }
  }
  if (shown < length) printf(" ... (%zu octets)", length);
  printf("\n");
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

/* --- The addresses, one after the other, until somebody answers --- */

struct run {
  const struct options *options;
  int64_t deadline_ms;
  bool announced; /* "Connected to" has been printed */
  struct failures failures;
};

static enum outcome try_server(const struct server *server, int64_t share_ms, struct run *run) {
  const struct options *options = run->options;
  struct exchange exchange = {.server = server, .message = (const uint8_t *)options->message};
  int64_t share_end_ms = monotonic_ms() + share_ms;
  exchange.length = strlen(options->message);
  exchange.channel = open_channel(server, share_end_ms, &run->failures);
  if (exchange.channel < 0) return OUTCOME_NOBODY;
  if (!run->announced) printf("Connected to %s:%s\n", options->host, options->port);
  run->announced = true;
  /* A TCP server that took the connection is the one; a datagram may have found nobody. */
  exchange.deadline_ms = options->udp ? share_end_ms : run->deadline_ms;
  enum outcome outcome = options->udp ? echo_by_udp(&exchange, &run->failures)
                                      : echo_by_tcp(&exchange, &run->failures);
  if (outcome == OUTCOME_ECHOED) print_received(options->message, exchange.length);
  close(exchange.channel);
  return outcome;
}

/* An address may take its share of what is left of the time to answer. */
static enum outcome try_host(const struct addrinfo *addresses, struct run *run) {
  enum outcome outcome = OUTCOME_NOBODY;
  for (const struct addrinfo *a = addresses; a != NULL && outcome == OUTCOME_NOBODY;
       a = a->ai_next) {
    struct server server = {.address = a};
    name_server(&server);
    if (run->failures.length > 0) add_failure(&run->failures, "; ");
    outcome = try_server(&server, (run->deadline_ms - monotonic_ms()) / count_left(a), run);
  }
  if (run->announced) printf("Closing connection to the server\n");
  return outcome;
}

int main(int argc, char **argv) {
  struct options options;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  signal(SIGPIPE, SIG_IGN); /* a server that is gone is an error of send() */
  struct addrinfo *addresses = resolve(&options);
  if (addresses == NULL) return EXIT_FAILURE;
  struct run run = {.options = &options, .deadline_ms = monotonic_ms() + options.timeout_ms};
  enum outcome outcome = try_host(addresses, &run);
  freeaddrinfo(addresses);
  if (outcome == OUTCOME_ECHOED) return finish_output();
  fprintf(stderr, "%s: %s\n", program, run.failures.text);
  return EXIT_FAILURE;
}
