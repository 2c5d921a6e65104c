/* upper-client: sends each line of its standard input to a server that answers in upper case, and
 * prints what comes back.
 *
 * What it shows: a conversation by lines over TCP. TCP keeps no lines: what was sent in one piece
 * may come back in several, and two replies in one. The line feed says where a reply ends, so
 * octets are gathered until it has come, and what is behind it is kept for the next.
 *
 * What goes wrong without it: one recv() printed as "the reply" shows half a line, or two. send()
 * taken to have sent everything loses the end of a long line; sending all of it before reading
 * anything stands still for ever when the server answers as it goes. A receive of 0 octets is the
 * end of the connection, and a program that prints it as an empty reply goes on for ever. Without a
 * bound a server that never sends a line feed fills the memory. What the server sends is put on a
 * terminal that obeys control octets.
 *
 * Where systems differ:
 * - The outcome of a connect() that did not block is told by SO_ERROR; Solaris once failed the
 *   getsockopt() itself.
 * - MSG_NOSIGNAL is not everywhere: SIGPIPE is ignored instead.
 * - poll() does not take a terminal everywhere, so standard input is read by itself: that the
 * server has gone is noticed with the next line. */
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
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "upper-client";

/* --- Arguments --- */

struct options {
  const char *host, *port;
  int64_t timeout_ms;
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--host H] [--port P] [--timeout S]\n"
          "Sends each line of standard input and prints the reply, a line too.\n"
          "  --host H     name or address of the server (default localhost)\n"
          "  --port P     1 to 65535 (default 8080)\n"
          "  --timeout S  to connect, and for each reply: more than 0, at most 3600 (default 5)\n",
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
  if (strcmp(name, "--port") == 0) {
    options->port = value;
    return is_port(value);
  }
  return strcmp(name, "--timeout") == 0 && parse_timeout(value, &options->timeout_ms);
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.host = "localhost", .port = "8080", .timeout_ms = 5000};
  for (int i = 1; i < argc; i += 2) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (!set_option(argv[i], argv[i + 1], options)) return PARSED_WRONG; /* argv[argc] is NULL */
  }
  return PARSED_RUN;
}

/* --- Waiting: by a clock that only goes forward --- */

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

/* --- Connecting --- */

/* "192.0.2.1 port 7". */
static void name_address(const struct addrinfo *address, char name[96]) {
  char host[64], port[8];
  bool named = getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, port,
                           sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  snprintf(name, 96, "%s port %s", named ? host : "?", named ? port : "?");
}

/* False with errno. A socket whose connect() is over is writable, however that went. */
static bool connect_by(int channel, const struct addrinfo *address, int64_t deadline_ms) {
  int flags = fcntl(channel, F_GETFL);
  if (flags < 0 || fcntl(channel, F_SETFL, flags | O_NONBLOCK) != 0) return false;
  if (connect(channel, address->ai_addr, address->ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS && errno != EINTR) return false;
  int ready = wait_for(channel, POLLOUT, deadline_ms);
  if (ready == 0) errno = ETIMEDOUT;
  if (ready <= 0) return false;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(channel, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) return false;
  errno = outcome;
  return outcome == 0;
}

static int count_left(const struct addrinfo *address) {
  int count = 1;
  for (; address->ai_next != NULL; address = address->ai_next)
    count++;
  return count;
}

/* The connected socket and the server's name; or -1, when all have failed and that has been told.
 * Each address may take its share of what is left of the time. */
static int connect_to_any(const struct addrinfo *addresses, int64_t timeout_ms, char name[96]) {
  char failures[1024] = "";
  size_t length = 0;
  int64_t deadline_ms = monotonic_ms() + timeout_ms;
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
    int64_t now_ms = monotonic_ms();
    int channel = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    name_address(a, name);
    if (channel >= 0 && connect_by(channel, a, now_ms + (deadline_ms - now_ms) / count_left(a)))
      return channel;
    int wanted =
        snprintf(failures + length, sizeof failures - length, "%s%s: %s", length > 0 ? "; " : "",
                 name, errno == ETIMEDOUT ? "no answer in time" : strerror(errno));
    if (wanted > 0) length += (size_t)wanted;
    if (length >= sizeof failures) length = sizeof failures - 1;
    if (channel >= 0) close(channel);
  }
  fprintf(stderr, "%s: %s\n", program, failures);
  return -1;
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

static struct addrinfo *resolve(const struct options *options) {
  struct addrinfo hints, *addresses;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_UNSPEC; /* IPv4 and IPv6, in the order that the system prefers */
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(options->host, options->port, &hints, &addresses);
  if (status == 0) return addresses;
  const char *reason = status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status);
  fprintf(stderr, "%s: ", program);
  print_escaped(stderr, options->host);
  fprintf(stderr, ": %s\n", reason);
  return NULL;
}

/* --- A line and its reply --- */

struct exchange {
  int channel;
  const char *server;
  int64_t timeout_ms;
  const char *line; /* that is being sent */
  size_t length, sent;
  char *reply; /* what has come and was not printed yet */
  size_t room, got;
};

static bool note_failure(const struct exchange *exchange, const char *why) {
  fprintf(stderr, "%s: %s: %s (%zu of %zu octets of the reply)\n", program, exchange->server, why,
          exchange->got, exchange->length);
  return false;
}

/* The octets of the first line of what has come, its line feed among them; 0: not whole yet. */
static size_t whole_line(const struct exchange *exchange) {
  const char *end = exchange->got > 0 ? memchr(exchange->reply, '\n', exchange->got) : NULL;
  return end != NULL ? (size_t)(end - exchange->reply) + 1 : 0;
}

/* As much as the system takes: it may be less than all. False with errno. */
static bool send_part(struct exchange *exchange) {
  ssize_t sent = send(exchange->channel, exchange->line + exchange->sent,
                      exchange->length - exchange->sent, 0);
  if (sent < 0) return is_passing(errno);
  exchange->sent += (size_t)sent;
  if (exchange->sent == exchange->length) printf("send %zu bytes\n", exchange->length);
  return true;
}

/* What is there, which may be any part of the reply. False when nothing more can come, and that has
 * been told. */
static bool receive_part(struct exchange *exchange) {
  ssize_t got =
      recv(exchange->channel, exchange->reply + exchange->got, exchange->room - exchange->got, 0);
  if (got == 0) return note_failure(exchange, "connection closed");
  if (got < 0) return is_passing(errno) ? true : note_failure(exchange, strerror(errno));
  exchange->got += (size_t)got;
  return true;
}

/* Sends and receives at the same time. The reply to a line is not longer than the line. */
static bool exchange_line(struct exchange *exchange) {
  int64_t deadline_ms = monotonic_ms() + exchange->timeout_ms;
  exchange->sent = 0;
  while (exchange->sent < exchange->length || whole_line(exchange) == 0) {
    bool sending = exchange->sent < exchange->length;
    bool full = exchange->got >= exchange->length;
    if (full && whole_line(exchange) == 0)
      return note_failure(exchange, "the reply is longer than what was sent");
    short wanted = (short)((sending ? POLLOUT : 0) | (full ? 0 : POLLIN));
    int ready = wait_for(exchange->channel, wanted, deadline_ms);
    if (ready == 0) return note_failure(exchange, "no reply in time");
    if (ready < 0) return note_failure(exchange, strerror(errno));
    /* Reading first: what came before a reset is worth more than the reset. */
    if (!full && (ready & ~POLLOUT) != 0 && !receive_part(exchange)) return false;
    if (sending && (ready & (POLLOUT | POLLERR | POLLHUP)) != 0 && !send_part(exchange))
      return note_failure(exchange, strerror(errno));
  }
  return true;
}

/* Octets that are not printable ASCII go to the terminal as \xNN. */
static void print_reply(struct exchange *exchange) {
  size_t length = whole_line(exchange);
  for (size_t i = 0; i + 1 < length; i++) {
    unsigned char octet = (unsigned char)exchange->reply[i];
    if (octet >= 0x20 && octet < 0x7f) {
      putchar(octet);
    } else {
      printf("\\x%02x", octet);
    }
  }
  putchar('\n');
  exchange->got -= length;
  memmove(exchange->reply, exchange->reply + length, exchange->got);
}

/* Room for a reply as long as the line, behind what is still there of the one before. */
static bool make_room(struct exchange *exchange) {
  if (exchange->room >= exchange->length) return true;
  char *reply = realloc(exchange->reply, exchange->length);
  if (reply == NULL) return note_failure(exchange, strerror(errno));
  exchange->reply = reply;
  exchange->room = exchange->length;
  return true;
}

/* Octets of the next line, which gets a line feed where it has none; 0 at the end of the input. A
 * line may be of any length and hold any octet, so neither fgets() nor strlen() will do. */
static size_t read_line(char **line, size_t *room) {
  ssize_t length = getline(line, room, stdin);
  if (length <= 0) return 0;
  if ((*line)[length - 1] == '\n') return (size_t)length;
  (*line)[length] = '\n'; /* in the place of the NUL */
  return (size_t)length + 1;
}

static bool converse(struct exchange *exchange) {
  char *line = NULL;
  size_t room = 0;
  bool answered = true;
  while (answered && (exchange->length = read_line(&line, &room)) > 0) {
    exchange->line = line;
    answered = make_room(exchange) && exchange_line(exchange);
    if (answered) print_reply(exchange);
  }
  if (answered && ferror(stdin)) {
    fprintf(stderr, "%s: standard input: %s\n", program, strerror(errno));
    answered = false;
  }
  free(line);
  return answered;
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
  signal(SIGPIPE, SIG_IGN); /* a server that is gone is an error of send() */
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  struct addrinfo *addresses = resolve(&options);
  if (addresses == NULL) return EXIT_FAILURE;
  char name[96];
  int channel = connect_to_any(addresses, options.timeout_ms, name);
  freeaddrinfo(addresses);
  if (channel < 0) return EXIT_FAILURE;
  struct exchange exchange = {.channel = channel, .server = name, .timeout_ms = options.timeout_ms};
  bool answered = converse(&exchange);
  free(exchange.reply);
  close(channel);
  return answered ? finish_output() : EXIT_FAILURE;
}
