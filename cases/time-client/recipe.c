/* time-client: asks a time server for the time (RFC 868, UDP or TCP) and prints it in UTC.
 *
 * What it shows: the smallest binary protocol there is. Four octets, the most significant first,
 * count the seconds since 1900. Over UDP they are one datagram; over TCP they are a stream, and
 * four octets may come as four segments.
 *
 * What goes wrong without it: recv() into a 32-bit integer gives the right number on a big-endian
 * machine alone; one recv() taken for all four octets fails where they come one at a time; a signed
 * integer makes every year after 1968 one before 1900; a client that waits for the server to close
 * hangs on one that does not; one that takes any datagram takes the time from a stranger.
 *
 * Where systems differ:
 * - The count of seconds is used up in 2036 and begins again. Here a number without its highest bit
 *   is a time after that (as RFC 4330 section 3 does for NTP): right from 1968 to 2104.
 * - gmtime() cannot be asked where time_t has 32 bits; the date is reckoned here.
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

static const char program[] = "time-client";

enum { TIME_OCTETS = 4, DATAGRAM_OCTETS_MAX = 65536 };

/* --- Arguments --- */

struct options {
  const char *host;
  const char *port;
  bool tcp;
  int64_t timeout_ms; /* for all addresses of the host together */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST [PORT] [--tcp] [--timeout S]\n"
          "Asks the time server HOST for the time (RFC 868) and prints it in UTC.\n"
          "  PORT         1 to 65535 (default 37)\n"
          "  --tcp        over TCP; otherwise with a UDP datagram\n"
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
    if (strcmp(argv[i], "--tcp") == 0) {
      options->tcp = true;
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
  if (options->port == NULL) options->port = "37";
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
  hints.ai_socktype = options->tcp ? SOCK_STREAM : SOCK_DGRAM;
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

/* One address of the host, how to call it ("192.0.2.1 port 37"), and how long it may take. */
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

/* --- The time, as it comes --- */

/* Over TCP: gathers four octets, in whatever pieces, and looks at no more. */
static bool receive_stream(int channel, const struct server *server, uint8_t octets[TIME_OCTETS],
                           struct failures *failures) {
  size_t count = 0;
  while (count < TIME_OCTETS) {
    bool ready = wait_for(channel, POLLIN, server->deadline_ms);
    ssize_t got = ready ? recv(channel, octets + count, TIME_OCTETS - count, 0) : -1;
    if (got < 0 && ready && is_passing(errno)) continue;
    if (got < 0) {
      add_failure(failures, "%s: %s (%zu of 4 octets came)", server->name, strerror(errno), count);
      return false;
    }
    if (got == 0) { /* that is how a server says that it does not know the time */
      add_failure(failures, "%s: connection closed (%zu of 4 octets came)", server->name, count);
      return false;
    }
    count += (size_t)got;
  }
  return true;
}

/* The octets of one datagram of our server; -1 with errno, EAGAIN where it was somebody else's. */
static ssize_t receive_datagram(int channel, const struct server *server, uint8_t *datagram) {
  struct sockaddr_storage source;
  socklen_t size = sizeof source;
  memset(&source, 0, sizeof source);
  ssize_t got =
      recvfrom(channel, datagram, DATAGRAM_OCTETS_MAX, 0, (struct sockaddr *)&source, &size);
  if (got < 0) return -1;
  if (same_endpoint((struct sockaddr *)&source, server->address->ai_addr)) return got;
  errno = EAGAIN;
  return -1;
}

/* Over UDP: an empty datagram asks, and the answer has four octets and not one more. Room for only
 * four would cut a longer one to a time. */
static bool ask_by_datagram(int channel, const struct server *server, uint8_t octets[TIME_OCTETS],
                            struct failures *failures) {
  static uint8_t datagram[DATAGRAM_OCTETS_MAX];
  ssize_t got = send(channel, "", 0, 0);
  if (got == 0) {
    do {
      bool ready = wait_for(channel, POLLIN, server->deadline_ms);
      got = ready ? receive_datagram(channel, server, datagram) : -1;
    } while (got < 0 && is_passing(errno));
  }
  if (got < 0) {
    add_failure(failures, "%s: %s", server->name, strerror(errno));
    return false;
  }
  if (got != TIME_OCTETS) {
    printf("Wrong-sized reply %d\n", (int)got);
    add_failure(failures, "%s: the reply has %d octets, not 4", server->name, (int)got);
    return false;
  }
  memcpy(octets, datagram, TIME_OCTETS);
  return true;
}

/* --- Printing it --- */

/* The most significant octet first, whatever the order of this machine. */
static uint32_t read_number(const uint8_t octets[TIME_OCTETS]) {
  return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
         octets[3];
}

static unsigned days_in_month(unsigned year, unsigned month) {
  static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && leap_year ? 1 : 0);
}

/* As asctime() writes a date, whatever the language of the system: Thu Jan  1 00:00:00 1970 */
static void print_time(uint32_t number) {
  static const char weekdays[] = "MonTueWedThuFriSatSun";
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  uint64_t seconds = number; /* since 1900 */
  if ((number & UINT32_C(0x80000000)) == 0) seconds += UINT64_C(1) << 32;
  unsigned days = (unsigned)(seconds / 86400), rest = (unsigned)(seconds % 86400);
  unsigned year = 1900, month = 1, weekday = days % 7; /* 1900-01-01 was a Monday */
  while (days >= days_in_month(year, month)) {
    days -= days_in_month(year, month);
    year += month == 12;
    month = month % 12 + 1;
  }
  printf("%.3s %.3s %2u %02u:%02u:%02u %u\n", weekdays + 3 * weekday, months + 3 * (month - 1),
         days + 1, rest / 3600, rest / 60 % 60, rest % 60, year);
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

/* --- The addresses, one after the other, until one tells the time --- */

static bool ask_server(const struct server *server, const struct options *options,
                       struct failures *failures) {
  const struct addrinfo *address = server->address;
  uint8_t octets[TIME_OCTETS];
  int channel = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  bool connected = channel >= 0 && connect_to(channel, server);
  if (!connected) add_failure(failures, "%s: %s", server->name, strerror(errno));
  bool told = connected && (options->tcp ? receive_stream(channel, server, octets, failures)
                                         : ask_by_datagram(channel, server, octets, failures));
  if (channel >= 0) close(channel);
  if (told) print_time(read_number(octets));
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
