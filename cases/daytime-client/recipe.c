/* daytime-client: asks a daytime server for date and time in words (RFC 867, TCP or UDP), and
 * prints them.
 *
 * What it shows: a text that ends where the connection ends. Its octets are gathered until the
 * server closes, and no form is demanded of them, as RFC 867 has none. And they are a stranger's
 * octets: what is not printable never reaches the terminal as it is.
 *
 * What goes wrong without it: one recv() taken for the whole line shows half of it; the end of the
 * stream taken for "nothing there yet" hangs; a buffer without a bound grows until a server that
 * never ends has filled the memory; printf("%s") stops at a NUL, and lets an ESC of the server
 * rename the terminal's window or worse.
 *
 * Where systems differ:
 * - isprint() depends on the language of the system, and on the signedness of char; the octets are
 *   compared here.
 * - A connected UDP socket hears of a closed port, and of nobody but its peer; small stacks know
 *   neither, so there is a time-out too, and the source is compared here as well.
 * - The outcome of a connect() that did not block is told by SO_ERROR; Solaris once failed the
 *   getsockopt() itself. */
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

static const char program[] = "daytime-client";

/* RFC 867 knows no longest line; a date has its place in this many octets. */
enum { TEXT_OCTETS_MAX = 1024 };

/* --- Arguments --- */

struct options {
  const char *host;
  const char *port;
  bool udp;
  int64_t timeout_ms; /* for all addresses of the host together */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST [PORT] [--udp] [--timeout S]\n"
          "Asks the daytime server HOST for date and time (RFC 867) and prints its line.\n"
          "  PORT         1 to 65535 (default 13)\n"
          "  --udp        with a UDP datagram; otherwise over TCP\n"
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
  if (text == NULL || text[strspn(text, "0123456789.")] != '\0') return false;
  char *end;
  double seconds = strtod(text, &end);
  if (end == text || *end != '\0' || !(seconds > 0.0 && seconds <= 3600.0)) return false;
  *timeout_ms = seconds < 0.001 ? 1 : (int64_t)(seconds * 1000.0);
  return true;
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.timeout_ms = 5000};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--udp") == 0) {
      options->udp = true;
    } else if (strcmp(argv[i], "--timeout") == 0) {
      if (!parse_timeout(argv[++i], &options->timeout_ms)) return PARSED_WRONG; /* or NULL */
    } else if (argv[i][0] == '-') {
      return PARSED_WRONG;
    } else if (options->host == NULL) {
      options->host = argv[i];
    } else if (options->port == NULL && is_port(argv[i])) {
      options->port = argv[i];
    } else {
      return PARSED_WRONG;
    }
  }
  if (options->port == NULL) options->port = "13";
  return options->host != NULL && options->host[0] != '\0' ? PARSED_RUN : PARSED_WRONG;
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

/* False with errno, ETIMEDOUT when the time is up. A signal only makes it look at the clock again.
 */
static bool wait_for(int channel, short events, int64_t deadline_ms) {
  for (;;) {
    int64_t left_ms = deadline_ms - monotonic_ms();
    struct pollfd waited = {.fd = channel, .events = events};
    int ready = left_ms <= 0 ? 0 : poll(&waited, 1, (int)left_ms);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    errno = ETIMEDOUT;
    if (left_ms <= 0) return false;
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

/* One address of the host, how to call it ("192.0.2.1 port 13"), and how long it may take. */
struct server {
  const struct addrinfo *address;
  char name[96];
  int64_t deadline_ms;
};

static void name_server(struct server *server) {
  char host[64], port[8];
  bool named = getnameinfo(server->address->ai_addr, server->address->ai_addrlen, host, sizeof host,
                           port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  snprintf(server->name, sizeof server->name, "%s port %s", named ? host : "?", named ? port : "?");
}

/* --- Connecting, which for UDP only names the peer --- */

/* A connect() that does not block has begun; it is done when the socket is writable. */
static bool finish_connect(int channel, int64_t deadline_ms) {
  if (!wait_for(channel, POLLOUT, deadline_ms)) return false;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(channel, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) return false;
  errno = outcome;
  return outcome == 0;
}

static bool connect_to(int channel, const struct server *server) {
  int flags = fcntl(channel, F_GETFL);
  if (flags < 0 || fcntl(channel, F_SETFL, flags | O_NONBLOCK) != 0) return false;
  if (connect(channel, server->address->ai_addr, server->address->ai_addrlen) == 0) return true;
  return (errno == EINPROGRESS || errno == EINTR) && finish_connect(channel, server->deadline_ms);
}

/* --- The text, as it comes --- */

/* One octet more than may come: when it is used, there was too much. */
struct text {
  uint8_t octets[TEXT_OCTETS_MAX + 1];
  size_t length;
};

static bool note_wrong(const struct server *server, const struct text *text, const char *what,
                       struct failures *failures) {
  add_failure(failures, "%s: %s (%zu octets came)", server->name, what, text->length);
  return false;
}

/* Over TCP: gathers octets, in whatever pieces, until the server ends. */
static bool receive_stream(int channel, const struct server *server, struct text *text,
                           struct failures *failures) {
  for (;;) {
    size_t room = sizeof text->octets - text->length;
    if (room == 0) return note_wrong(server, text, "too much for a date", failures);
    bool ready = wait_for(channel, POLLIN, server->deadline_ms);
    ssize_t got = ready ? recv(channel, text->octets + text->length, room, 0) : -1;
    if (got == 0) break;
    if (got < 0 && ready && is_passing(errno)) continue;
    if (got < 0) return note_wrong(server, text, strerror(errno), failures);
    text->length += (size_t)got;
  }
  if (text->length > 0) return true;
  return note_wrong(server, text, "connection closed", failures);
}

/* The octets of one datagram of our server; -1 with errno, EAGAIN where it was somebody else's. */
static ssize_t receive_datagram(int channel, const struct server *server, struct text *text) {
  struct sockaddr_storage source;
  socklen_t size = sizeof source;
  memset(&source, 0, sizeof source);
  ssize_t got =
      recvfrom(channel, text->octets, sizeof text->octets, 0, (struct sockaddr *)&source, &size);
  if (got < 0) return -1;
  if (same_endpoint((struct sockaddr *)&source, server->address->ai_addr)) return got;
  errno = EAGAIN;
  return -1;
}

/* Over UDP: an empty datagram asks, and one datagram is the answer. */
static bool ask_by_datagram(int channel, const struct server *server, struct text *text,
                            struct failures *failures) {
  ssize_t got = send(channel, "", 0, 0);
  if (got == 0) {
    do {
      bool ready = wait_for(channel, POLLIN, server->deadline_ms);
      got = ready ? receive_datagram(channel, server, text) : -1;
    } while (got < 0 && is_passing(errno));
  }
  if (got < 0) {
    add_failure(failures, "%s: %s", server->name, strerror(errno));
    return false;
  }
  text->length = (size_t)got;
  if (got == 0) return note_wrong(server, text, "an empty reply", failures);
  if (got > TEXT_OCTETS_MAX) return note_wrong(server, text, "too much for a date", failures);
  return true;
}

/* --- Printing it --- */

/* An end of line is LF, or CR LF as the network writes it; other octets that are not printable
 * ASCII are shown as \xNN. The last line is ended where the server did not. */
static void print_text(const struct text *text) {
  const uint8_t *octets = text->octets;
  for (size_t i = 0; i < text->length; i++) {
    bool before_end = i + 1 < text->length && octets[i + 1] == '\n';
    if (octets[i] == '\r' && before_end) continue;
    if ((octets[i] >= 0x20 && octets[i] < 0x7f) || octets[i] == '\n') {
      putchar(octets[i]);
    } else {
      printf("\\x%02x", octets[i]);
    }
  }
  if (octets[text->length - 1] != '\n') putchar('\n');
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

/* --- The addresses, one after the other, until one answers --- */

static bool ask_server(const struct server *server, const struct options *options,
                       struct failures *failures) {
  const struct addrinfo *address = server->address;
  struct text text = {.length = 0};
  int channel = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  bool connected = channel >= 0 && connect_to(channel, server);
  if (!connected) add_failure(failures, "%s: %s", server->name, strerror(errno));
  bool told = connected && (options->udp ? ask_by_datagram(channel, server, &text, failures)
                                         : receive_stream(channel, server, &text, failures));
  if (channel >= 0) close(channel);
  if (told) print_text(&text);
  return told;
}

/* An address may take its share of what is left of the time. */
static bool ask_host(const struct addrinfo *addresses, const struct options *options,
                     struct failures *failures) {
  int64_t deadline_ms = monotonic_ms() + options->timeout_ms;
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
    struct server server = {.address = a};
    int64_t now_ms = monotonic_ms();
    server.deadline_ms = now_ms + (deadline_ms - now_ms) / count_left(a);
    name_server(&server);
    if (failures->length > 0) add_failure(failures, "; ");
    if (ask_server(&server, options, failures)) return true;
  }
  return false;
}

int main(int argc, char **argv) {
  struct options options;
  struct failures failures = {.length = 0};
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  signal(SIGPIPE, SIG_IGN); /* a server that is gone is an error of send() */
  struct addrinfo *addresses = resolve(&options);
  if (addresses == NULL) return EXIT_FAILURE;
  bool told = ask_host(addresses, &options, &failures);
  freeaddrinfo(addresses);
  if (told) return finish_output();
  fprintf(stderr, "%s: %s\n", program, failures.text);
  return EXIT_FAILURE;
}
