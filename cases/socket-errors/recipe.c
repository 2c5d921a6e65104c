/* socket-errors: asks an HTTP/1.0 server for a file, prints the reply raw, and calls each thing
 * that can go wrong by a name of its own.
 *
 * What it shows: a client passes through five steps - look up port and host, make a socket,
 * connect, send, receive - and each fails in its own way. The octets of a reply come cut anywhere,
 * may hold NUL, and end where the header says, or else with the connection; an end that comes too
 * early looks exactly like a right one unless somebody counts.
 *
 * What goes wrong without it: one message for every failure sends people to look for the wrong one;
 * a reply kept as a C string loses what stands behind a NUL; one recv() taken for the whole reply
 * works with a server next door; a header read without a bound fills the memory; a Content-Length
 * of -1 or 1e20 put through atoi() becomes a length nobody meant; a client that waits for the end
 * of a connection that is kept open waits for ever; an error page saved as the file is an error
 * page nobody notices.
 *
 * Where systems differ:
 * - Names of ports: what getservbyname() knows is the system's own list, and a small system has
 * none. Its answer is in network byte order, in an int.
 * - A host without an address may be told as EAI_NONAME or EAI_NODATA, which POSIX does not know.
 * - A reset that came before a send() is told by it as EPIPE or ECONNRESET, or only by the recv()
 *   behind it. MSG_NOSIGNAL is not everywhere, so SIGPIPE is ignored instead.
 * - The outcome of a connect() that did not block is told by SO_ERROR. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "socket-errors";

enum { HTTP_PORT = 80, HEAD_OCTETS_MAX = 65536, HOST_OCTETS_MAX = 1024, REASON_SHOWN_MAX = 60 };

/* --- What went wrong, for the one line on stderr --- */

static const char CREATING[] = "Error creating socket";
static const char ADDRESS[] = "Address-related error connecting to server";
static const char CONNECTING[] = "Connection error";
static const char SENDING[] = "Error sending data";
static const char RECEIVING[] = "Error receiving data";
static const char PORT_NAME[] = "Unknown port name";
static const char REPLY[] = "Error reply from server";
static const char PRINTING[] = "Error printing the reply";

struct failure {
  const char *kind; /* one of the above: of the last clause */
  char text[1024];  /* a clause for each address that failed */
  size_t length;
};

static bool fail(struct failure *failure, const char *kind, const char *format, ...) {
  size_t room = sizeof failure->text - failure->length;
  char clause[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(clause, sizeof clause, format, arguments);
  va_end(arguments);
  const char *between = failure->length > 0 ? "; " : "";
  int wanted = snprintf(failure->text + failure->length, room, "%s%s", between, clause);
  if (wanted > 0) failure->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
  failure->kind = kind;
  return false;
}

/* --- Arguments --- */

struct options {
  const char *host, *port, *file;
  int64_t timeout_ms; /* for everything after the names are looked up */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s --host H --port P|SERVICE --file F [--timeout S]\n"
          "Asks an HTTP/1.0 server for a file and prints its reply, raw.\n"
          "  --host H       name or address of the server\n"
          "  --port P       port, 1 to 65535, or the name of a TCP service\n"
          "  --file F       path on the server, printable ASCII without blanks; '/' is put before\n"
          "                 a path that has none\n"
          "  --timeout S    give up after S seconds, more than 0, at most 3600 (default 5)\n",
          program);
}

/* What goes into a line of the request must not end it, nor begin another part of it. */
static bool is_one_word(const char *text) {
  if (*text == '\0') return false;
  for (; *text != '\0'; text++) {
    unsigned char octet = (unsigned char)*text;
    if (octet <= 0x20 || octet >= 0x7f) return false;
  }
  return true;
}

/* Digits only, or a name: one with a letter in it that does not begin as an option does. */
static bool is_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (text[digits] != '\0') {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return text[0] != '-' && text[0] != '+' && strpbrk(text, letters) != NULL && is_one_word(text);
  }
  if (digits == 0 || digits > 5 || text[0] == '0') return false;
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
    return is_one_word(value) && strlen(value) < HOST_OCTETS_MAX;
  }
  if (strcmp(name, "--port") == 0) {
    options->port = value;
    return is_port(value);
  }
  if (strcmp(name, "--file") == 0) {
    options->file = value;
    return is_one_word(value);
  }
  return strcmp(name, "--timeout") == 0 && parse_timeout(value, &options->timeout_ms);
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.timeout_ms = 5000};
  for (int i = 1; i < argc; i += 2) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (!set_option(argv[i], argv[i + 1], options)) return PARSED_WRONG; /* argv[argc] is NULL */
  }
  bool whole = options->host != NULL && options->port != NULL && options->file != NULL;
  return whole ? PARSED_RUN : PARSED_WRONG;
}

/* --- Time that only goes forward: a step of the wall clock must not stretch a time-out --- */

static int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* True when the channel is ready; else false with errno, ETIMEDOUT when the time is up. The clock
 * is looked at first: a server that always has something to say must not keep us for ever. */
static bool wait_for(int channel, short events, int64_t deadline_ms) {
  for (;;) {
    int64_t left_ms = deadline_ms - monotonic_ms();
    struct pollfd waited = {.fd = channel, .events = events};
    int ready = left_ms > 0 ? poll(&waited, 1, (int)left_ms) : 0;
    if (ready > 0) return true;
    if (left_ms <= 0) errno = ETIMEDOUT;
    if (left_ms <= 0 || (ready < 0 && errno != EINTR)) return false;
  }
}

static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* --- Names --- */

/* The port in figures; 0 when it is the name of nothing, and that has been noted. */
static unsigned find_port(const char *text, struct failure *failure) {
  if (strspn(text, "0123456789") == strlen(text)) return (unsigned)strtoul(text, NULL, 10);
  const struct servent *service = getservbyname(text, "tcp");
  if (service != NULL) return ntohs((uint16_t)service->s_port);
  fail(failure, PORT_NAME, "%s: no such TCP service", text);
  return 0;
}

static struct addrinfo *resolve(const char *host, unsigned port, struct failure *failure) {
  struct addrinfo hints, *addresses;
  char figures[16];
  snprintf(figures, sizeof figures, "%u", port);
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_UNSPEC; /* IPv4 and IPv6, in the order that the system prefers */
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(host, figures, &hints, &addresses);
  if (status == 0) return addresses;
  fail(failure, ADDRESS, "%s: %s", host,
       status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
  return NULL;
}

/* --- Connecting --- */

/* A connection, and how to call its other end: "192.0.2.1 port 80". */
struct server {
  int channel;
  char name[96];
  int64_t deadline_ms;
};

static void name_server(struct server *server, const struct addrinfo *address) {
  char host[64], port[8];
  bool named = getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, port,
                           sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  snprintf(server->name, sizeof server->name, "%s port %s", named ? host : "?", named ? port : "?");
}

static bool connect_to(int channel, const struct addrinfo *address, int64_t deadline_ms) {
  int flags = fcntl(channel, F_GETFL);
  if (flags < 0 || fcntl(channel, F_SETFL, flags | O_NONBLOCK) != 0) return false;
  if (connect(channel, address->ai_addr, address->ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS && errno != EINTR) return false;
  if (!wait_for(channel, POLLOUT, deadline_ms)) return false;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(channel, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) return false;
  errno = outcome;
  return outcome == 0;
}

static bool try_address(struct server *server, const struct addrinfo *address, int64_t share_ms,
                        struct failure *failure) {
  name_server(server, address);
  server->channel = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  if (server->channel < 0) return fail(failure, CREATING, "%s: %s", server->name, strerror(errno));
  if (connect_to(server->channel, address, monotonic_ms() + share_ms)) return true;
  fail(failure, CONNECTING, "%s: %s", server->name, strerror(errno));
  close(server->channel);
  return false;
}

/* One address after the other, each with an equal share of the time that is left. */
static bool connect_any(struct server *server, const struct addrinfo *addresses,
                        struct failure *failure) {
  int count = 0;
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next)
    count++;
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next, count--) {
    int64_t share_ms = (server->deadline_ms - monotonic_ms()) / count;
    if (try_address(server, a, share_ms, failure)) return true;
  }
  return false;
}

/* --- The request --- */

/* RFC 1945 section 5.1. Host came with HTTP/1.1 (RFC 9112 section 3.2), and without it a server of
 * many names cannot tell which is meant: an IPv6 address stands in brackets, without its zone; port
 * 80 is not named. NULL when there is no memory; the caller frees it. */
static char *make_request(const struct options *options, unsigned port) {
  const char *slash = options->file[0] == '/' ? "" : "/";
  bool is_ipv6 = strchr(options->host, ':') != NULL;
  int host_length = (int)strcspn(options->host, "%");
  char after_host[16] = "";
  if (port != HTTP_PORT) snprintf(after_host, sizeof after_host, ":%u", port);
  size_t room = strlen(options->file) + strlen(options->host) + 64;
  char *request = malloc(room);
  if (request == NULL) return NULL;
  snprintf(request, room, "GET %s%s HTTP/1.0\r\nHost: %s%.*s%s%s\r\n\r\n", slash, options->file,
           is_ipv6 ? "[" : "", host_length, options->host, is_ipv6 ? "]" : "", after_host);
  return request;
}

/* send() takes what there is room for, which may be less than all. */
static bool send_all(const struct server *server, const char *octets, size_t length,
                     struct failure *failure) {
  size_t sent = 0;
  while (sent < length) {
    if (!wait_for(server->channel, POLLOUT, server->deadline_ms)) break;
    ssize_t part = send(server->channel, octets + sent, length - sent, 0);
    if (part < 0 && !is_passing(errno)) break;
    if (part > 0) sent += (size_t)part;
  }
  if (sent == length) return true;
  return fail(failure, SENDING, "%s: %s (%zu of %zu octets sent)", server->name, strerror(errno),
              sent, length);
}

/* --- The reply: a header of lines, an empty line, a body --- */

struct reply {
  uint8_t head[HEAD_OCTETS_MAX]; /* and what of the body came with it */
  size_t head_length, filled;    /* head_length: up to and with the empty line; 0: not there yet */
  int status;
  bool has_length;
  uint64_t length, received; /* of the body */
};

/* How many octets came, 0 for the end of the stream, -1 when it failed and that has been noted. */
static ssize_t receive(const struct server *server, void *to, size_t room,
                       struct failure *failure) {
  for (;;) {
    bool ready = wait_for(server->channel, POLLIN, server->deadline_ms);
    ssize_t got = ready ? recv(server->channel, to, room, 0) : -1;
    if (got >= 0) return got;
    if (ready && is_passing(errno)) continue;
    fail(failure, RECEIVING, "%s: %s", server->name, strerror(errno));
    return -1;
  }
}

/* The header's length when its empty line has come, else 0. A line ends with LF, and a CR before it
 * is part of the end (RFC 1945 appendix B). `looked_at` octets are known to hold no end. */
static size_t find_head_end(const struct reply *reply, size_t looked_at) {
  const uint8_t *head = reply->head;
  for (size_t i = looked_at > 2 ? looked_at - 2 : 0; i + 1 < reply->filled; i++) {
    if (head[i] != '\n') continue;
    if (head[i + 1] == '\n') return i + 2;
    if (head[i + 1] == '\r' && i + 2 < reply->filled && head[i + 2] == '\n') return i + 3;
  }
  return 0;
}

static bool receive_head(const struct server *server, struct reply *reply,
                         struct failure *failure) {
  static const char protocol[] = "HTTP/";
  while (reply->head_length == 0) {
    size_t room = sizeof reply->head - reply->filled;
    if (room == 0)
      return fail(failure, RECEIVING, "%s: the header has more than %d octets", server->name,
                  HEAD_OCTETS_MAX);
    ssize_t got = receive(server, reply->head + reply->filled, room, failure);
    if (got < 0) return false;
    if (got == 0)
      return fail(failure, RECEIVING, "%s: connection closed within the header (after %zu octets)",
                  server->name, reply->filled);
    size_t before = reply->filled;
    reply->filled += (size_t)got;
    size_t known = reply->filled < strlen(protocol) ? reply->filled : strlen(protocol);
    if (memcmp(reply->head, protocol, known) != 0)
      return fail(failure, RECEIVING, "%s: what came is no HTTP reply", server->name);
    reply->head_length = find_head_end(reply, before);
  }
  return true;
}

static bool is_blank(uint8_t octet) {
  return octet == ' ' || octet == '\t';
}

static bool is_digit(uint8_t octet) {
  return octet >= '0' && octet <= '9';
}

/* "HTTP/1.0 200 OK": of which the reason is for people, and may be missing. */
static bool parse_status(const uint8_t *line, size_t length, int *status) {
  size_t at = strlen("HTTP/");
  while (at < length && (is_digit(line[at]) || line[at] == '.'))
    at++;
  size_t version_end = at;
  while (at < length && is_blank(line[at]))
    at++;
  if (at == version_end || length - at < 3) return false;
  if (!is_digit(line[at]) || !is_digit(line[at + 1]) || !is_digit(line[at + 2])) return false;
  if (length - at > 3 && !is_blank(line[at + 3])) return false;
  *status = (line[at] - '0') * 100 + (line[at + 1] - '0') * 10 + (line[at + 2] - '0');
  return true;
}

/* Digits only, and no more than fit: strtoull() would take "-1", and not tell that it did. */
static bool parse_length(const uint8_t *text, size_t length, uint64_t *value) {
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++) {
    if (!is_digit(text[i])) return false;
    uint64_t digit = (uint64_t)(text[i] - '0');
    if (number > (UINT64_MAX - digit) / 10) return false;
    number = number * 10 + digit;
  }
  *value = number;
  return length > 0;
}

/* A wrong length, or two that differ, leave nothing to rely on (RFC 9112 section 6.3). */
static bool parse_field(struct reply *reply, const uint8_t *line, size_t length) {
  static const char name[] = "Content-Length:";
  size_t at = strlen(name);
  if (length < at || strncasecmp((const char *)line, name, at) != 0) return true;
  while (at < length && is_blank(line[at]))
    at++;
  while (length > at && is_blank(line[length - 1]))
    length--;
  uint64_t value;
  if (!parse_length(line + at, length - at, &value)) return false;
  bool differs = reply->has_length && reply->length != value;
  reply->has_length = true;
  reply->length = value;
  return !differs;
}

static bool parse_head(const struct server *server, struct reply *reply, struct failure *failure) {
  bool is_first = true;
  for (size_t at = 0; at < reply->head_length;) {
    const uint8_t *line = reply->head + at;
    const uint8_t *end = memchr(line, '\n', reply->head_length - at);
    size_t length = (size_t)(end - line); /* there is one: the header ends with it */
    at += length + 1;
    if (length > 0 && line[length - 1] == '\r') length--;
    if (is_first && !parse_status(line, length, &reply->status))
      return fail(failure, RECEIVING, "%s: what came is no HTTP reply", server->name);
    if (!is_first && !parse_field(reply, line, length))
      return fail(failure, RECEIVING, "%s: wrong Content-Length", server->name);
    is_first = false;
  }
  return true;
}

/* Raw, as the reply came. A result that did not reach the reader is a failure too. */
static bool print_octets(const uint8_t *octets, size_t length, struct failure *failure) {
  if (fwrite(octets, 1, length, stdout) == length) return true;
  return fail(failure, PRINTING, "standard output: %s", strerror(errno));
}

/* What belongs to the body of `length` octets that came: all of it, or what its length allows. */
static size_t take_body(struct reply *reply, size_t length) {
  if (reply->has_length && length > reply->length - reply->received)
    length = (size_t)(reply->length - reply->received);
  reply->received += length;
  return length;
}

/* To its Content-Length, and not further: the server may keep the connection open. Without one to
 * the end of the connection (RFC 1945 section 7.2.2). */
static bool pass_body(const struct server *server, struct reply *reply, struct failure *failure) {
  static uint8_t part[65536];
  const uint8_t *octets = reply->head + reply->head_length;
  size_t length = take_body(reply, reply->filled - reply->head_length);
  for (;;) {
    if (!print_octets(octets, length, failure)) return false;
    if (reply->has_length && reply->received == reply->length) return true;
    ssize_t got = receive(server, part, sizeof part, failure);
    if (got < 0) return false;
    if (got == 0 && !reply->has_length) return true;
    if (got == 0)
      return fail(failure, RECEIVING,
                  "%s: connection closed after %" PRIu64 " of %" PRIu64 " octets of the body",
                  server->name, reply->received, reply->length);
    octets = part;
    length = take_body(reply, (size_t)got);
  }
}

/* The file did not come: an error, or a hint to ask elsewhere, which is not followed. The server's
 * own words are shown as far as they are printable. */
static bool judge_status(const struct server *server, const struct reply *reply,
                         struct failure *failure) {
  if (reply->status >= 200 && reply->status < 300) return true;
  char words[REASON_SHOWN_MAX + 1];
  size_t length = 0;
  const uint8_t *line = reply->head;
  while (length < REASON_SHOWN_MAX && line[length] != '\r' && line[length] != '\n') {
    bool is_printable = line[length] >= 0x20 && line[length] < 0x7f;
    words[length] = is_printable ? (char)line[length] : '?';
    length++;
  }
  words[length] = '\0';
  return fail(failure, REPLY, "%s: %s", server->name, words);
}

static bool fetch(const struct server *server, const char *request, struct failure *failure) {
  static struct reply reply;
  return send_all(server, request, strlen(request), failure) &&
         receive_head(server, &reply, failure) && parse_head(server, &reply, failure) &&
         print_octets(reply.head, reply.head_length, failure) &&
         pass_body(server, &reply, failure) && judge_status(server, &reply, failure);
}

static bool run(const struct options *options, struct failure *failure) {
  unsigned port = find_port(options->port, failure);
  struct addrinfo *addresses = port != 0 ? resolve(options->host, port, failure) : NULL;
  if (addresses == NULL) return false;
  struct server server = {.deadline_ms = monotonic_ms() + options->timeout_ms};
  bool connected = connect_any(&server, addresses, failure);
  freeaddrinfo(addresses);
  if (!connected) return false;
  failure->length = 0; /* that another address failed before is of no interest any more */
  char *request = make_request(options, port);
  bool done = request != NULL ? fetch(&server, request, failure)
                              : fail(failure, SENDING, "%s: %s", server.name, strerror(errno));
  free(request);
  close(server.channel);
  return done;
}

static bool finish_output(struct failure *failure) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return true;
  return fail(failure, PRINTING, "standard output: %s", strerror(errno));
}

int main(int argc, char **argv) {
  struct options options;
  struct failure failure = {.kind = NULL};
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  signal(SIGPIPE, SIG_IGN); /* a server or a reader that is gone is an error of the call */
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed == PARSED_WRONG) {
    print_usage(stderr);
    return 2;
  }
  if (parsed == PARSED_HELP) print_usage(stdout);
  bool done = parsed == PARSED_HELP || run(&options, &failure);
  if (done) done = finish_output(&failure);
  if (done) return EXIT_SUCCESS;
  fflush(stdout); /* what came before it failed is the reader's all the same */
  fprintf(stderr, "%s: %s: %s\n", program, failure.kind, failure.text);
  return EXIT_FAILURE;
}
