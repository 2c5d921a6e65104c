/* sntp-client: asks one time server for the time, and prints it only if the answer can be believed.
 *
 * What it shows: an SNTP client (RFC 4330) is one datagram out, one datagram back, and a dozen
 * questions in between: does this answer MY request, does the server refuse me, is it a time at
 * all? Each question is one line below, with the clause that asks it.
 *
 * What goes wrong without it: the usual short client takes the first 48 octets that arrive, from
 * anybody, for the time. It believes an attacker who cannot even see its request (origin not
 * checked), a server that says "go away" (stratum 0), one that says "I do not know" (leap 3), a
 * reply of an earlier run; it waits for ever when a packet is lost; it prints 1900 or 1970 from
 * February 2036 on, and garbage after January 2038 where time_t has 32 bits.
 *
 * Where systems differ:
 * - A connected UDP socket hears of a closed port (ICMP port unreachable, ECONNREFUSED) at once on
 *   Linux, the BSDs and macOS; small stacks drop the message, and the answer is a time-out.
 * - A connected UDP socket takes datagrams from its peer only. Some stacks forget this, so the
 *   source is compared here as well.
 * - poll() may call a socket readable and recvfrom() then find nothing (so late does Linux drop a
 *   datagram with a bad checksum): the socket must not block.
 * - time_t may be 32 bits wide: no date goes through it here. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "sntp-client";

enum { HEADER_OCTETS = 48, DATAGRAM_OCTETS_MAX = 65535 };
enum { VERSION = 4, MODE_CLIENT = 3, MODE_SERVER = 4 };
enum { LEAP_UNKNOWN = 3, STRATUM_KISS = 0, STRATUM_MAX = 15 };

/* --- Arguments --- */

struct options {
  const char *host;
  const char *port;
  int64_t timeout_ms; /* for all addresses of the host together */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST [PORT] [--timeout S]\n"
          "Asks the time server HOST for the time (SNTP, RFC 4330) and prints it in UTC.\n"
          "  PORT         UDP port, 1 to 65535 (default 123)\n"
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

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.host = NULL, .port = NULL, .timeout_ms = 5000};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--timeout") == 0) {
      if (i + 1 == argc || !parse_timeout(argv[++i], &options->timeout_ms)) return PARSED_WRONG;
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
  /* RFC 4330 section 10: no server is built in, the operator always names one. */
  if (options->host == NULL || options->host[0] == '\0') return PARSED_WRONG;
  if (options->port == NULL) options->port = "123"; /* RFC 4330 section 4 */
  return PARSED_RUN;
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
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(options->host, options->port, &hints, &addresses);
  if (status == 0) return addresses;
  const char *reason = status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status);
  fprintf(stderr, "%s: ", program);
  print_escaped(stderr, options->host);
  fprintf(stderr, ": %s\n", reason);
  return NULL;
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

/* getaddrinfo() may give an address twice (two lines in /etc/hosts); RFC 4330 section 10 wants 15
 * seconds between two requests to one server. */
static bool is_repeated(const struct addrinfo *first, const struct addrinfo *address) {
  for (const struct addrinfo *earlier = first; earlier != address; earlier = earlier->ai_next) {
    if (same_endpoint(earlier->ai_addr, address->ai_addr)) return true;
  }
  return false;
}

/* This address, and those behind it that will be asked. */
static int count_left(const struct addrinfo *first, const struct addrinfo *address) {
  int count = 1;
  for (const struct addrinfo *a = address->ai_next; a != NULL; a = a->ai_next)
    count += is_repeated(first, a) ? 0 : 1;
  return count;
}

/* One address of the host, and how to call it. */
struct server {
  const struct addrinfo *address;
  const char *port;
  char host[64];
};

static void name_server(struct server *server) {
  if (getnameinfo(server->address->ai_addr, server->address->ai_addrlen, server->host,
                  sizeof server->host, NULL, 0, NI_NUMERICHOST) != 0) {
    strcpy(server->host, "?");
  }
}

/* --- The request ---
 *
 *  0                   1                   2                   3
 *  |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |   0
 *  |                          Root Delay                           |   4
 *  |                       Root Dispersion                         |   8
 *  |                     Reference Identifier                      |  12
 *  |                 Reference Timestamp (64 bits)                 |  16
 *  |                 Origin Timestamp (64 bits)                    |  24
 *  |                 Receive Timestamp (64 bits)                   |  32
 *  |                 Transmit Timestamp (64 bits)                  |  40 */

/* 64 bits that nobody can guess. They are all that tells a reply to us from a forged one. */
static bool draw_nonce(uint64_t *nonce) {
  int source = open("/dev/urandom", O_RDONLY);
  if (source < 0) return false;
  ssize_t got;
  do {
    got = read(source, nonce, sizeof *nonce);
  } while ((got < 0 && errno == EINTR) || (got == (ssize_t)sizeof *nonce && *nonce == 0));
  close(source);
  return got == (ssize_t)sizeof *nonce;
}

static void put_u64(uint8_t *octets, uint64_t value) {
  for (int i = 0; i < 8; i++)
    octets[i] = (uint8_t)(value >> (56 - 8 * i)); /* network byte order */
}

/* All fields but three are zero (RFC 4330 section 5). The transmit timestamp needs no clock time:
 * the server only copies it back. */
static void make_request(uint64_t nonce, uint8_t request[HEADER_OCTETS]) {
  memset(request, 0, HEADER_OCTETS);
  request[0] = VERSION << 3 | MODE_CLIENT; /* leap 0 */
  put_u64(request + 40, nonce);
}

/* --- The reply --- */

struct reply {
  unsigned leap, version, mode, stratum;
  int32_t root_delay;       /* signed 16.16 seconds */
  uint32_t root_dispersion; /* unsigned 16.16 seconds */
  char kiss_code[5];        /* the reference identifier as text */
  uint64_t reference, origin, receive, transmit;
};

static uint32_t get_u32(const uint8_t *octets) {
  return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
         octets[3];
}

static uint64_t get_u64(const uint8_t *octets) {
  return (uint64_t)get_u32(octets) << 32 | get_u32(octets + 4);
}

static void decode_reply(const uint8_t *octets, struct reply *reply) {
  reply->leap = octets[0] >> 6;
  reply->version = octets[0] >> 3 & 7;
  reply->mode = octets[0] & 7;
  reply->stratum = octets[1];
  reply->root_delay = (int32_t)get_u32(octets + 4);
  reply->root_dispersion = get_u32(octets + 8);
  memcpy(reply->kiss_code, octets + 12, 4);
  reply->kiss_code[4] = '\0';
  reply->reference = get_u64(octets + 16);
  reply->origin = get_u64(octets + 24);
  reply->receive = get_u64(octets + 32);
  reply->transmit = get_u64(octets + 40);
}

/* Timestamps wrap in 2036, so "later" is a matter of distance (RFC 5905 section 6). */
static bool is_later(uint64_t a, uint64_t b) {
  return a != b && a - b < UINT64_C(1) << 63;
}

/* Behind the header: extension fields of at least 16 octets, then perhaps a key identifier with a
 * digest of 16 or 20 octets. What is longer than such a MAC begins with an extension field. */
static const char *check_trailer(const uint8_t *trailer, size_t octets) {
  while (octets > 24) {
    size_t field = (size_t)trailer[2] << 8 | trailer[3];
    if (field < 16 || field % 4 != 0) return "extension field of impossible length"; /* 5905 s7.5 */
    if (field > octets) return "extension field longer than the packet";             /* 5905 s7.5 */
    trailer += field;
    octets -= field;
  }
  if (octets == 4 && get_u32(trailer) == 0) return "crypto-NAK"; /* RFC 5905 section 9.2 */
  if (octets != 0 && octets != 20 && octets != 24) return "impossible trailer"; /* 5905 s7.3 */
  return NULL;
}

static const char *check_length(const uint8_t *datagram, size_t octets) {
  if (octets < HEADER_OCTETS) return "shorter than 48 octets"; /* RFC 5905 section 7.3 */
  if (octets % 4 != 0) return "length is not a multiple of 4"; /* RFC 5905 section 7.5 */
  return check_trailer(datagram + HEADER_OCTETS, octets - HEADER_OCTETS);
}

/* Is it an answer to this very request? (The numbered checks are those of RFC 4330 section 5.) */
static const char *check_ours(const struct reply *reply, uint64_t nonce) {
  if (reply->mode != MODE_SERVER) return "mode is not 4 (server)";      /* 4330 check 4 */
  if (reply->version != VERSION) return "version is not the request's"; /* 4330 s5 table */
  if (reply->origin != nonce) return "origin timestamp is not ours";    /* 4330 check 3 */
  return NULL;
}

/* Is it a time from a server that knows the time? */
static const char *check_time(const struct reply *reply) {
  int64_t distance = (int64_t)reply->root_delay / 2 + reply->root_dispersion; /* 5905 A.5.1.1 */

  if (reply->stratum > STRATUM_MAX) return "stratum is over 15";             /* RFC 5905 s7.3 */
  if (reply->leap == LEAP_UNKNOWN) return "leap 3: server not synchronized"; /* 5905 fig. 22 (6) */
  if (reply->transmit == 0) return "transmit timestamp is zero";             /* 4330 check 4 */
  if (reply->receive == 0) return "receive timestamp is zero";               /* 5905 fig. 22 (3) */
  if (is_later(reply->receive, reply->transmit)) return "sent before it was received"; /* 5905 s8 */
  if (reply->root_delay < -65536) return "root delay is under -1 s";        /* 4330 s4, check 5 */
  if (distance >= 16 * 65536) return "root distance is 16 s or more";       /* 5905 MAXDISP */
  if (reply->reference != 0 && is_later(reply->reference, reply->transmit)) /* 5905 A.5.1.1 */
    return "reference time is later than transmit time";
  return NULL;
}

/* The kiss codes that tell this client to go away (RFC 5905 section 7.4 a, b). Others are
 * "discarded after inspection" (7.4 c, d). */
static bool is_refusal(const struct reply *reply) {
  return strcmp(reply->kiss_code, "DENY") == 0 || strcmp(reply->kiss_code, "RSTR") == 0 ||
         strcmp(reply->kiss_code, "RATE") == 0;
}

enum verdict { REPLY_DROPPED, REPLY_REFUSES, REPLY_GOOD };

/* The order matters: a kiss is obeyed only when it answers our request (RFC 8633 section 5.4), and
 * the timestamps of a kiss are never looked at (RFC 5905 section 7.4). */
static enum verdict judge_reply(const uint8_t *datagram, size_t octets, uint64_t nonce,
                                struct reply *reply, const char **reason) {
  *reason = check_length(datagram, octets);
  if (*reason != NULL) return REPLY_DROPPED;
  decode_reply(datagram, reply);
  *reason = check_ours(reply, nonce);
  if (*reason != NULL) return REPLY_DROPPED;
  if (reply->stratum == STRATUM_KISS) {
    *reason = "stratum 0: a kiss code, not a time";
    return is_refusal(reply) ? REPLY_REFUSES : REPLY_DROPPED;
  }
  *reason = check_time(reply);
  return *reason != NULL ? REPLY_DROPPED : REPLY_GOOD;
}

/* --- The exchange --- */

/* Connected: the system then tells of a closed port, and keeps other senders out. */
static bool connect_to(int channel, const struct addrinfo *address) {
  int flags = fcntl(channel, F_GETFL);
  return flags >= 0 && fcntl(channel, F_SETFL, flags | O_NONBLOCK) == 0 &&
         connect(channel, address->ai_addr, address->ai_addrlen) == 0;
}

/* 1: something is there; 0: the time is up; -1: errno says why. A signal only makes it look at the
 * clock again. */
static int wait_readable(int channel, int64_t deadline_ms) {
  for (;;) {
    int64_t left_ms = deadline_ms - monotonic_ms();
    if (left_ms <= 0) return 0;
    struct pollfd waited = {.fd = channel, .events = POLLIN};
    int ready = poll(&waited, 1, (int)left_ms);
    if (ready > 0) return 1;
    if (ready < 0 && errno != EINTR) return -1;
  }
}

/* The octets of one datagram; -1 with errno, EAGAIN where there was nothing after all. */
static ssize_t receive(int channel, void *datagram, size_t room, struct sockaddr_storage *source) {
  socklen_t size = sizeof *source;
  memset(source, 0, sizeof *source);
  return recvfrom(channel, datagram, room, 0, (struct sockaddr *)source, &size);
}

/* A bad packet is dropped and the waiting goes on: otherwise anybody could end it with one forged
 * datagram. Nothing is ever sent again (RFC 4330 section 10). */
static bool await_reply(int channel, const struct server *server, uint64_t nonce,
                        int64_t timeout_ms, struct reply *reply, struct failures *failures) {
  static uint8_t datagram[DATAGRAM_OCTETS_MAX]; /* the largest there is: nothing is cut silently */
  int64_t deadline_ms = monotonic_ms() + timeout_ms;
  const char *last_drop = NULL;
  int ready;
  while ((ready = wait_readable(channel, deadline_ms)) > 0) {
    struct sockaddr_storage source;
    ssize_t got = receive(channel, datagram, sizeof datagram, &source);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
    if (got < 0) break;
    if (!same_endpoint((struct sockaddr *)&source, server->address->ai_addr)) {
      last_drop = "from another address or port"; /* RFC 4330 section 5, checks 1 and 2 */
      continue;
    }
    enum verdict verdict = judge_reply(datagram, (size_t)got, nonce, reply, &last_drop);
    if (verdict == REPLY_GOOD) return true;
    if (verdict == REPLY_REFUSES) {
      add_failure(failures, "%s port %s refuses service: %s", server->host, server->port,
                  reply->kiss_code);
      return false;
    }
  }
  if (ready != 0) {
    add_failure(failures, "%s port %s: %s", server->host, server->port, strerror(errno));
  } else {
    add_failure(failures, "no usable reply from %s port %s within %g s", server->host, server->port,
                (double)timeout_ms / 1000.0);
    if (last_drop != NULL) add_failure(failures, " (last reply dropped: %s)", last_drop);
  }
  return false;
}

static bool ask_server(const struct server *server, int64_t timeout_ms, struct reply *reply,
                       struct failures *failures) {
  uint64_t nonce;
  uint8_t request[HEADER_OCTETS];
  if (!draw_nonce(&nonce)) {
    add_failure(failures, "no random number from /dev/urandom: %s", strerror(errno));
    return false;
  }
  make_request(nonce, request);
  const struct addrinfo *address = server->address;
  int channel = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  bool good = false;
  if (channel < 0 || !connect_to(channel, address) ||
      send(channel, request, sizeof request, 0) != (ssize_t)sizeof request) {
    add_failure(failures, "%s port %s: %s", server->host, server->port, strerror(errno));
  } else {
    good = await_reply(channel, server, nonce, timeout_ms, reply, failures);
  }
  if (channel >= 0) close(channel);
  return good;
}

/* One request to each address, until one answers (RFC 4330 sections 8 and 10). An address may take
 * its share of what is left of the time; what it does not use, the others have. */
static bool ask_host(const struct addrinfo *addresses, const struct options *options,
                     struct server *server, struct reply *reply, struct failures *failures) {
  int64_t deadline_ms = monotonic_ms() + options->timeout_ms;
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
    if (is_repeated(addresses, a)) continue;
    if (failures->length > 0) add_failure(failures, "; ");
    int64_t share_ms = (deadline_ms - monotonic_ms()) / count_left(addresses, a);
    *server = (struct server){.address = a, .port = options->port};
    name_server(server);
    if (ask_server(server, share_ms > 0 ? share_ms : 1, reply, failures)) return true;
  }
  return false;
}

/* --- What is printed --- */

struct date {
  unsigned year, month, day, hour, minute, second;
};

static unsigned days_in_month(unsigned year, unsigned month) {
  static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && leap_year ? 1 : 0);
}

/* Seconds since 1900, as a calendar date in UTC. RFC 4330 section 3: with its highest bit set, a
 * timestamp lies in 1968 to 2036; without, it counts on from 2036-02-07, up to 2104. */
static struct date date_of(uint64_t timestamp) {
  uint64_t seconds = timestamp >> 32;
  if (timestamp >> 63 == 0) seconds += UINT64_C(1) << 32;
  unsigned days = (unsigned)(seconds / 86400), rest = (unsigned)(seconds % 86400);
  struct date date = {.year = 1900, .month = 1, .day = 1};
  date.hour = rest / 3600;
  date.minute = rest / 60 % 60;
  date.second = rest % 60;
  while (days >= days_in_month(date.year, date.month)) {
    days -= days_in_month(date.year, date.month);
    date.year += date.month == 12;
    date.month = date.month % 12 + 1;
  }
  date.day += days;
  return date;
}

static void print_time(const struct server *server, const struct reply *reply) {
  struct date date = date_of(reply->transmit);
  printf("Response received from: ('%s', %s)\n", server->host, server->port);
  printf("Time=%04u-%02u-%02u %02u:%02u:%02u\n", date.year, date.month, date.day, date.hour,
         date.minute, date.second);
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
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  struct addrinfo *addresses = resolve(&options);
  if (addresses == NULL) return EXIT_FAILURE;
  struct server server;
  struct reply reply;
  struct failures failures = {.length = 0};
  bool good = ask_host(addresses, &options, &server, &reply, &failures);
  if (good) {
    print_time(&server, &reply);
  } else {
    fprintf(stderr, "%s: %s\n", program, failures.text);
  }
  freeaddrinfo(addresses);
  return good ? finish_output() : EXIT_FAILURE;
}
