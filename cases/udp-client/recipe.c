/* udp-client: sends one line of its standard input as one datagram, and prints what comes back.
 *
 * What it shows: a datagram socket that is connected. connect() sends nothing; it makes the system
 * drop what others send here, tell of a closed port (ICMP) as ECONNREFUSED, and let send() and
 * recv() do without an address. A datagram has edges: one send, one datagram, one receive.
 *
 * What goes wrong without it: on an unconnected socket anyone's datagram is taken for the reply,
 * and a closed port is silence for ever. A buffer of 2048 octets cuts a longer reply, and nothing
 * says so. A receive of 0 octets is an empty datagram; who takes it for the end, as on TCP, stops
 * listening. More than a datagram can carry is refused (EMSGSIZE), and not sent in parts. UDP tells
 * nobody that a datagram was lost: without a time-out, waiting is for ever.
 *
 * Where systems differ:
 * - The error that a closed port gives comes from the next call, whichever it is: send() or recv().
 *   Windows says WSAECONNRESET, and some small stacks nothing at all.
 * - poll() may say that there is something and recv() find nothing, as Linux drops a datagram with
 *   a wrong checksum in between: so the socket does not block. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
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

static const char program[] = "udp-client";

/* UDP's own length field has 16 bits, so nothing that comes is longer than this. What is to be sent
 * may be one octet longer than can be, so that the system has its say. */
enum { DATAGRAM_OCTETS_MAX = 65536, REPLIES_A_TURN = 64 };

/* --- Arguments --- */

struct options {
  const char *host;
  const char *port;   /* in figures, or a service */
  int64_t timeout_ms; /* -1: none */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST PORT|SERVICE [--timeout S]\n"
          "Sends one line of standard input as one UDP datagram, and prints the replies.\n"
          "  HOST          name or address\n"
          "  PORT|SERVICE  1 to 65535, or the name of a service\n"
          "  --timeout S   stop after S seconds, more than 0, at most 3600 (default: at Ctrl-C)\n",
          program);
}

static bool is_number(const char *text) {
  return text[strspn(text, "0123456789")] == '\0';
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". */
static bool is_port(const char *text) {
  size_t digits = strlen(text);
  return is_number(text) && digits > 0 && digits <= 5 && text[0] != '0' &&
         strtol(text, NULL, 10) <= 65535;
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
  const char **words[] = {&options->host, &options->port};
  size_t count = 0;
  *options = (struct options){.timeout_ms = -1};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--timeout") == 0) {
      if (i + 1 == argc || !parse_timeout(argv[++i], &options->timeout_ms)) return PARSED_WRONG;
    } else if (argv[i][0] == '-' || argv[i][0] == '\0' || count == 2) {
      return PARSED_WRONG;
    } else {
      *words[count++] = argv[i];
    }
  }
  if (count < 2 || (is_number(options->port) && !is_port(options->port))) return PARSED_WRONG;
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

/* --- Octets of others: only printable ones go to the terminal as they are --- */

static void print_octets(FILE *stream, const char *octets, size_t count) {
  for (size_t i = 0; i < count; i++) {
    unsigned char octet = (unsigned char)octets[i];
    if (octet >= 0x20 && octet < 0x7f) {
      putc(octet, stream);
    } else {
      fprintf(stream, "\\x%02x", octet);
    }
  }
}

static int tell(const char *what, const char *why) {
  fprintf(stderr, "%s: ", program);
  print_octets(stderr, what, strlen(what));
  fprintf(stderr, ": %s\n", why);
  return EXIT_FAILURE;
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

/* SA_RESTART: a write to a slow terminal or pipe goes on, where stdio would lose what is left of
 * it; poll() comes back all the same. */
static bool catch_signals(void) {
  struct sigaction stop = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
  sigemptyset(&stop.sa_mask);
  return pipe(stop_pipe) == 0 && set_nonblocking(stop_pipe[0]) && set_nonblocking(stop_pipe[1]) &&
         sigaction(SIGINT, &stop, NULL) == 0 && sigaction(SIGTERM, &stop, NULL) == 0;
}

/* --- The line --- */

static char line[DATAGRAM_OCTETS_MAX];

/* The first line, without its end. NULL, or what is wrong with it. A NUL is an octet like any other
 * here, which fgets() would not tell from the end. */
static const char *read_line(size_t *length) {
  int octet;
  *length = 0;
  while ((octet = getchar()) != EOF && octet != '\n') {
    if (*length == sizeof line) return "the line is longer than any datagram";
    line[(*length)++] = (char)octet;
  }
  if (ferror(stdin)) return strerror(errno);
  return octet == EOF && *length == 0 ? "there is no line" : NULL;
}

/* --- The replies --- */

static int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum outcome { OUTCOME_STOPPED, OUTCOME_TIME_UP, OUTCOME_FAILED };

/* Prints what is there, but looks at the clock and for signals in between: a peer that sends for
 * ever is stopped too. False with errno when the socket has an error to tell. */
static bool print_replies(int channel, unsigned long *replies) {
  static char reply[DATAGRAM_OCTETS_MAX];
  for (int i = 0; i < REPLIES_A_TURN; i++) {
    ssize_t got = recv(channel, reply, sizeof reply, 0);
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    print_octets(stdout, reply, (size_t)got); /* 0: an empty datagram, an empty line */
    printf("\n");
    (*replies)++;
  }
  return true;
}

/* A reply that came before the signal is printed before the end. */
static enum outcome wait_for_replies(int channel, int64_t deadline_ms, unsigned long *replies) {
  for (;;) {
    struct pollfd waited[] = {{.fd = channel, .events = POLLIN},
                              {.fd = stop_pipe[0], .events = POLLIN}};
    int64_t left_ms = deadline_ms < 0 ? -1 : deadline_ms - monotonic_ms();
    if (deadline_ms >= 0 && left_ms <= 0) return OUTCOME_TIME_UP;
    int ready = poll(waited, 2, (int)left_ms);
    if (ready < 0 && errno != EINTR) return OUTCOME_FAILED;
    if (ready <= 0) continue;
    if (waited[0].revents != 0 && !print_replies(channel, replies)) return OUTCOME_FAILED;
    if (waited[1].revents != 0) return OUTCOME_STOPPED;
  }
}

/* --- The addresses, one after the other, until one is not refused --- */

static enum outcome ask(const struct addrinfo *address, size_t length, int64_t timeout_ms,
                        unsigned long *replies) {
  int channel = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  enum outcome outcome = OUTCOME_FAILED;
  if (channel >= 0 && set_nonblocking(channel) &&
      connect(channel, address->ai_addr, address->ai_addrlen) == 0 &&
      send(channel, line, length, 0) >= 0) {
    printf("Looking for replies; press Ctrl-C or Ctrl-Break to stop.\n");
    int64_t deadline_ms = timeout_ms < 0 ? -1 : monotonic_ms() + timeout_ms;
    outcome = wait_for_replies(channel, deadline_ms, replies);
  }
  int reason = errno;
  if (channel >= 0) close(channel);
  errno = reason;
  return outcome;
}

static void note_failure(const struct addrinfo *address, const char *why,
                         struct failures *failures) {
  char host[64], port[8];
  bool named = getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, port,
                           sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  add_failure(failures, "%s%s port %s: %s", failures->length > 0 ? "; " : "", named ? host : "?",
              named ? port : "?", why);
}

/* True when it was told to stop, or has had a reply when the time was up. */
static bool ask_all(const struct addrinfo *addresses, size_t length, int64_t timeout_ms,
                    struct failures *failures) {
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
    unsigned long replies = 0;
    enum outcome outcome = ask(a, length, timeout_ms, &replies);
    if (outcome == OUTCOME_STOPPED || (outcome == OUTCOME_TIME_UP && replies > 0)) return true;
    note_failure(a, outcome == OUTCOME_TIME_UP ? "no reply in time" : strerror(errno), failures);
    if (outcome == OUTCOME_TIME_UP || replies > 0) return false;
  }
  return false;
}

static struct addrinfo *resolve(const char *host, const char *port) {
  struct addrinfo hints, *addresses;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(host, port, &hints, &addresses);
  if (status == 0) return addresses;
  tell(host, status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
  return NULL;
}

/* A port in figures needs no list of services, which a small system may not have. */
static bool find_port(const char *text, char port[8]) {
  const struct servent *service = is_number(text) ? NULL : getservbyname(text, "udp");
  if (service != NULL) {
    snprintf(port, 8, "%u", (unsigned)ntohs((uint16_t)service->s_port));
  } else {
    snprintf(port, 8, "%s", text);
  }
  return service != NULL || is_number(text);
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  return tell("standard output", strerror(errno));
}

int main(int argc, char **argv) {
  struct options options;
  struct failures failures = {.length = 0};
  char port[8];
  size_t length;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  if (!find_port(options.port, port)) return tell(options.port, "no such service over UDP");
  struct addrinfo *addresses = resolve(options.host, port);
  if (addresses == NULL) return EXIT_FAILURE;
  const char *wrong = read_line(&length);
  if (wrong != NULL || !catch_signals()) {
    freeaddrinfo(addresses);
    return tell(wrong != NULL ? "standard input" : "signals",
                wrong != NULL ? wrong : strerror(errno));
  }
  bool served = ask_all(addresses, length, options.timeout_ms, &failures);
  freeaddrinfo(addresses);
  if (served) return finish_output();
  fprintf(stderr, "%s: %s\n", program, failures.text);
  return EXIT_FAILURE;
}
