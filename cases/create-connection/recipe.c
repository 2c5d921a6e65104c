/* create-connection: opens a TCP connection to a host by whichever of its addresses takes it,
 * within a time and from an address that the user may name, and tells both of its ends.
 *
 * What it shows: a name has a list of addresses, of both families, and any of them may be dead; a
 * connection is tried with one after the other. connect() by itself waits for as long as the system
 * likes (two minutes and more), so it is begun without blocking and waited for with a clock. bind()
 * before connect() chooses the client's own end.
 *
 * What goes wrong without it: a client that takes only the first address fails on every host that
 * has IPv6 on paper alone. A writable socket was taken for a connected one: after a failure it is
 * writable too, and only SO_ERROR tells. The socket of a failed connect() used for the next address
 * works on some systems and not on others. A time-out for each address makes the whole wait as many
 * times as long as there are addresses.
 *
 * Where systems differ:
 * - After a connect() that failed the socket's state is unspecified: a new one is opened.
 * - The outcome of a connect() that did not block is told by SO_ERROR; Solaris once failed the
 *   getsockopt() itself.
 * - Some systems have no IPv6, and refuse the socket and not the connection: that is one more
 * reason to try the next address. */
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

static const char program[] = "create-connection";

/* --- Arguments --- */

struct options {
  const char *host, *port;
  int64_t timeout_ms;
  struct addrinfo *source; /* NULL: the system chooses */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST PORT [--timeout S] [--source A[:P]]\n"
          "Opens a TCP connection and tells both of its ends.\n"
          "  HOST            name or address\n"
          "  PORT            1 to 65535\n"
          "  --timeout S     give up after S seconds, more than 0, at most 3600 (default 10)\n"
          "  --source A[:P]  connect from this address of ours, and this port; [A]:P with IPv6\n",
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

/* "A", "A:P" or "[A]:P": with more than one colon and no bracket it is all one IPv6 address. */
static bool parse_source(const char *text, struct addrinfo **source) {
  char address[80];
  const char *port = NULL;
  size_t length = strlen(text);
  bool bracketed = text[0] == '[';
  if (bracketed) {
    text++;
    length = strcspn(text, "]");
    if (text[length] != ']' || (text[length + 1] != '\0' && text[length + 1] != ':')) return false;
    if (text[length + 1] == ':') port = text + length + 2;
  } else if (strchr(text, ':') != NULL && strchr(text, ':') == strrchr(text, ':')) {
    length = strcspn(text, ":");
    port = text + length + 1;
  }
  if (length == 0 || length >= sizeof address || (port != NULL && !is_port(port))) return false;
  memcpy(address, text, length);
  address[length] = '\0';

  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = bracketed ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  return getaddrinfo(address, port != NULL ? port : "0", &hints, source) == 0;
}

static bool set_option(const char *name, const char *value, struct options *options) {
  if (value == NULL) return false;
  if (strcmp(name, "--timeout") == 0) return parse_timeout(value, &options->timeout_ms);
  if (strcmp(name, "--source") != 0 || options->source != NULL) return false;
  return parse_source(value, &options->source);
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.timeout_ms = 10000};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strncmp(argv[i], "--", 2) == 0) {
      if (!set_option(argv[i], argv[i + 1], options)) return PARSED_WRONG; /* argv[argc] is NULL */
      i++;
    } else if (options->host == NULL) {
      options->host = argv[i];
    } else if (options->port == NULL) {
      options->port = argv[i];
    } else {
      return PARSED_WRONG;
    }
  }
  bool whole = options->port != NULL && options->host[0] != '\0' && is_port(options->port);
  return whole ? PARSED_RUN : PARSED_WRONG;
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

/* --- Connecting --- */

/* Time that only goes forward: a step of the wall clock must not stretch a time-out. */
static int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False with errno when the socket has not become writable in time. */
static bool wait_until_writable(int channel, int64_t deadline_ms) {
  for (;;) {
    int64_t left_ms = deadline_ms - monotonic_ms();
    struct pollfd waited = {.fd = channel, .events = POLLOUT};
    int ready = left_ms > 0 ? poll(&waited, 1, (int)left_ms) : 0;
    if (ready > 0) return true;
    if (ready == 0 && left_ms <= 0) {
      errno = ETIMEDOUT;
      return false;
    }
    if (ready < 0 && errno != EINTR) return false; /* a signal: look at the clock again */
  }
}

/* A connect() that does not block has begun. The socket becomes writable when it is over, however
 * that went: the outcome is SO_ERROR. */
static bool finish_connect(int channel, int64_t deadline_ms) {
  if (!wait_until_writable(channel, deadline_ms)) return false;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(channel, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) return false;
  errno = outcome;
  return outcome == 0;
}

/* "192.0.2.1 port 7". */
static void name_address(const struct sockaddr *address, socklen_t size, char name[96]) {
  char host[64], port[8];
  bool named = getnameinfo(address, size, host, sizeof host, port, sizeof port,
                           NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  snprintf(name, 96, "%s port %s", named ? host : "?", named ? port : "?");
}

/* A new socket, bound to the source if there is one; -1 when that failed and has been noted. */
static int open_socket(const struct addrinfo *address, const struct addrinfo *source,
                       struct failures *failures) {
  char name[96];
  int channel = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  int flags = channel >= 0 ? fcntl(channel, F_GETFL) : -1;
  if (flags < 0 || fcntl(channel, F_SETFL, flags | O_NONBLOCK) != 0) {
    name_address(address->ai_addr, address->ai_addrlen, name);
    add_failure(failures, "%s: %s", name, strerror(errno));
  } else if (source != NULL && bind(channel, source->ai_addr, source->ai_addrlen) != 0) {
    name_address(source->ai_addr, source->ai_addrlen, name);
    add_failure(failures, "from %s: %s", name, strerror(errno));
  } else {
    return channel;
  }
  if (channel >= 0) close(channel);
  return -1;
}

static int connect_to(const struct addrinfo *address, const struct addrinfo *source,
                      int64_t deadline_ms, struct failures *failures) {
  int channel = open_socket(address, source, failures);
  if (channel < 0) return -1;
  if (connect(channel, address->ai_addr, address->ai_addrlen) == 0) return channel;
  /* POSIX: an interrupted connect() goes on by itself, as one that does not block. */
  bool begun = errno == EINPROGRESS || errno == EINTR;
  if (begun && finish_connect(channel, deadline_ms)) return channel;
  char name[96];
  const char *reason = errno == ETIMEDOUT ? "no answer in time" : strerror(errno);
  name_address(address->ai_addr, address->ai_addrlen, name);
  add_failure(failures, "%s: %s", name, reason);
  close(channel);
  return -1;
}

static bool may_try(const struct addrinfo *address, const struct addrinfo *source) {
  return source == NULL || source->ai_family == address->ai_family;
}

static int count_left(const struct addrinfo *address, const struct addrinfo *source) {
  int count = 0;
  for (; address != NULL; address = address->ai_next) {
    if (may_try(address, source)) count++;
  }
  return count;
}

/* The connected socket, or -1. An address may take its share of what is left of the time. */
static int connect_to_any(const struct addrinfo *addresses, const struct options *options,
                          struct failures *failures) {
  int64_t deadline_ms = monotonic_ms() + options->timeout_ms;
  int channel = -1;
  for (const struct addrinfo *a = addresses; a != NULL && channel < 0; a = a->ai_next) {
    if (!may_try(a, options->source)) continue;
    if (failures->length > 0) add_failure(failures, "; ");
    int64_t now_ms = monotonic_ms();
    int64_t share_ms = (deadline_ms - now_ms) / count_left(a, options->source);
    channel = connect_to(a, options->source, now_ms + share_ms, failures);
  }
  if (channel < 0 && failures->length == 0)
    add_failure(failures, "%s: no address of the source's family", options->host);
  return channel;
}

/* --- What is printed --- */

typedef int (*name_getter)(int, struct sockaddr *, socklen_t *);

/* The size goes in as the room that there is, and comes out as what was filled. */
static bool print_end(const char *what, int channel, name_getter get_name) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  char host[64], port[8];
  if (get_name(channel, (struct sockaddr *)&address, &size) != 0) {
    fprintf(stderr, "%s: the end of the connection: %s\n", program, strerror(errno));
    return false;
  }
  int status = getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
                           NI_NUMERICHOST | NI_NUMERICSERV);
  if (status != 0) {
    fprintf(stderr, "%s: the end of the connection: %s\n", program, gai_strerror(status));
    return false;
  }
  printf("Connected %s ('%s', %s)\n", what, host, port);
  return true;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
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

static int run(const struct options *options) {
  struct failures failures = {.length = 0};
  struct addrinfo *addresses = resolve(options);
  if (addresses == NULL) return EXIT_FAILURE;
  int channel = connect_to_any(addresses, options, &failures);
  freeaddrinfo(addresses);
  if (channel < 0) {
    fprintf(stderr, "%s: %s\n", program, failures.text);
    return EXIT_FAILURE;
  }
  bool told = print_end("from", channel, getsockname) && print_end("to", channel, getpeername);
  close(channel);
  return told ? finish_output() : EXIT_FAILURE;
}

int main(int argc, char **argv) {
  struct options options;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  signal(SIGPIPE, SIG_IGN); /* a reader of stdout that is gone is an error of printf() */
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  int status = parsed == PARSED_HELP ? finish_output() : 2;
  if (parsed == PARSED_RUN) status = run(&options);
  if (options.source != NULL) freeaddrinfo(options.source);
  return status;
}
