/* interrupted-call: sends and receives while a signal comes every 20 milliseconds, and neither
 * loses an octet nor the time.
 *
 * What it shows: a signal that is caught ends a call that waits, with EINTR and nothing done; or,
 * where some octets were moved already, with their count. Both are made good by calling again for
 * what is left. SA_RESTART lets the system do that itself, but not for every call: so a program
 * that asked for it has to be ready for EINTR all the same.
 *
 * What goes wrong without it: EINTR taken for an error ends a connection because a window changed
 * its size (SIGWINCH), a child ended (SIGCHLD) or a profiler looked (SIGPROF). Calling again with
 * the same timeout starts it anew: with a signal every second, a timeout of two never comes.
 *
 * Where systems differ:
 * - On Linux a call with SO_RCVTIMEO or SO_SNDTIMEO is never restarted, whatever SA_RESTART says,
 *   and even a stop and its end (Ctrl-Z, fg), which no handler sees, give EINTR. Elsewhere
 *   SA_RESTART holds, and some start the timeout anew with it. poll() is restarted nowhere.
 * - connect() goes on after EINTR in the background, and a second call fails with EALREADY: one
 *   waits with poll(), and asks SO_ERROR. Here the signals begin when the connection stands.
 * - Windows has no such signals. */
#define _XOPEN_SOURCE 700

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "interrupted-call";

enum { MICROSECONDS = 1000000, INTERVAL_US = 20000, SEND_MAX = 100000000 };

/* --- Arguments --- */

struct options {
  const char *host;
  const char *port;
  long send_octets;
  int64_t timeout_us; /* for everything behind the connection; -1: none */
  bool restart;       /* SA_RESTART */
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST PORT [--send N] [--timeout S] [--restart]\n"
          "Sends and receives over TCP while a signal comes every 20 ms.\n"
          "  --send N     octets to send, 0 to 100000000 (default 5)\n"
          "  --timeout S  for all of it, more than 0, at most 3600 (default: none)\n"
          "  --restart    ask the system to restart what is interrupted (SA_RESTART)\n",
          program);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". -1 where it is none. */
static long parse_number(const char *text, long max) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 9 || text[digits] != '\0') return -1;
  long number = strtol(text, NULL, 10);
  return number <= max ? number : -1;
}

/* strtod() alone would also take "inf", "0x1p3" and " 1". */
static bool parse_timeout(const char *text, int64_t *timeout_us) {
  if (text[strspn(text, "0123456789.")] != '\0') return false;
  char *end;
  double seconds = strtod(text, &end);
  if (end == text || *end != '\0' || !(seconds > 0.0 && seconds <= 3600.0)) return false;
  *timeout_us = seconds < 0.001 ? 1000 : (int64_t)(seconds * MICROSECONDS);
  return true;
}

static bool take_option(const char *name, const char *value, struct options *options) {
  if (value == NULL) return false;
  if (strcmp(name, "--timeout") == 0) return parse_timeout(value, &options->timeout_us);
  if (strcmp(name, "--send") != 0) return false;
  options->send_octets = parse_number(value, SEND_MAX);
  return options->send_octets >= 0;
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.send_octets = 5, .timeout_us = -1};
  const char **words[] = {&options->host, &options->port};
  size_t count = 0;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--restart") == 0) {
      options->restart = true;
    } else if (strncmp(argv[i], "--", 2) == 0) {
      if (!take_option(argv[i], argv[i + 1], options)) return PARSED_WRONG;
      i++; /* argv[argc] is NULL */
    } else if (count == 2 || argv[i][0] == '\0') {
      return PARSED_WRONG;
    } else {
      *words[count++] = argv[i];
    }
  }
  return count == 2 && parse_number(options->port, 65535) > 0 ? PARSED_RUN : PARSED_WRONG;
}

/* --- What goes wrong --- */

static int fail(const char *what, const char *why) {
  fprintf(stderr, "%s: ", program);
  for (; *what != '\0'; what++) {
    unsigned char octet = (unsigned char)*what;
    fprintf(stderr, octet >= 0x20 && octet < 0x7f ? "%c" : "\\x%02x", octet);
  }
  fprintf(stderr, ": %s\n", why);
  return EXIT_FAILURE;
}

/* --- The signal: it does nothing but come --- */

static volatile sig_atomic_t signals;

static void count_signal(int signal_number) {
  (void)signal_number;
  signals++;
}

static bool start_signals(bool restart) {
  struct sigaction action = {.sa_handler = count_signal, .sa_flags = restart ? SA_RESTART : 0};
  struct itimerval every;
  memset(&every, 0, sizeof every);
  every.it_interval.tv_usec = every.it_value.tv_usec = INTERVAL_US;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &every, NULL) == 0;
}

static void stop_signals(void) {
  struct itimerval never;
  memset(&never, 0, sizeof never);
  setitimer(ITIMER_REAL, &never, NULL);
}

/* --- Calls that are made again --- */

struct exchange {
  int channel;
  int64_t began_us, deadline_us; /* monotonic; a deadline of -1: none */
  unsigned long interrupted;
  unsigned long long sent, received;
};

static int64_t monotonic_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

/* Gives the next call what is left of the time; EAGAIN, as the call itself would say, where nothing
 * is: 0 would mean no timeout. */
static bool limit_next_call(const struct exchange *exchange, int option) {
  if (exchange->deadline_us < 0) return true;
  int64_t left_us = exchange->deadline_us - monotonic_us();
  struct timeval left;
  memset(&left, 0, sizeof left);
  if (left_us <= 0) errno = EAGAIN;
  if (left_us <= 0) return false;
  left.tv_sec = (time_t)(left_us / MICROSECONDS);
  left.tv_usec = (suseconds_t)(left_us % MICROSECONDS);
  return setsockopt(exchange->channel, SOL_SOCKET, option, &left, sizeof left) == 0;
}

static ssize_t receive(struct exchange *exchange, void *octets, size_t room) {
  for (;;) {
    if (!limit_next_call(exchange, SO_RCVTIMEO)) return -1;
    ssize_t got = recv(exchange->channel, octets, room, 0);
    if (got >= 0 || errno != EINTR) return got;
    exchange->interrupted++;
  }
}

/* Interrupted or not, it may take less than it was given. */
static bool send_all(struct exchange *exchange, unsigned long long count) {
  static const char octets[16384];
  while (exchange->sent < count) {
    unsigned long long left = count - exchange->sent;
    size_t part = left < sizeof octets ? (size_t)left : sizeof octets;
    if (!limit_next_call(exchange, SO_SNDTIMEO)) return false;
    ssize_t sent = send(exchange->channel, octets, part, 0);
    if (sent >= 0) {
      exchange->sent += (unsigned long long)sent;
    } else if (errno == EINTR) {
      exchange->interrupted++;
    } else {
      return false;
    }
  }
  return true;
}

static bool receive_to_the_end(struct exchange *exchange) {
  static char octets[16384];
  for (;;) {
    ssize_t got = receive(exchange, octets, sizeof octets);
    if (got <= 0) return got == 0;
    exchange->received += (unsigned long long)got;
  }
}

/* --- The whole --- */

static int run(int channel, const struct options *options, const char *peer) {
  int64_t now_us = monotonic_us();
  struct exchange exchange = {.channel = channel, .began_us = now_us, .deadline_us = -1};
  if (options->timeout_us >= 0) exchange.deadline_us = now_us + options->timeout_us;
  if (!start_signals(options->restart)) return fail("setitimer", strerror(errno));
  bool whole = send_all(&exchange, (unsigned long long)options->send_octets);
  if (whole) whole = receive_to_the_end(&exchange);
  int reason = errno;
  double took_s = (double)(monotonic_us() - exchange.began_us) / MICROSECONDS;
  stop_signals(); /* what is printed now is not interrupted */
  printf("Sent %llu bytes\nReceived %llu bytes\n", exchange.sent, exchange.received);
  printf("Signals: %ld, interrupted calls: %lu\n", (long)signals, exchange.interrupted);
  if (whole) return EXIT_SUCCESS;
  if (reason != EAGAIN && reason != EWOULDBLOCK) return fail(peer, strerror(reason));
  char words[64];
  snprintf(words, sizeof words, "timed out after %.3f seconds", took_s);
  return fail(peer, words);
}

/* Connected to the first address that takes it; -1 with a line on stderr. */
static int open_connection(const struct options *options, const char *peer) {
  struct addrinfo hints, *addresses;
  int channel = -1, reason = 0;
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(options->host, options->port, &hints, &addresses);
  if (status != 0) {
    fail(peer, status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
    return -1;
  }
  for (const struct addrinfo *a = addresses; a != NULL && channel < 0; a = a->ai_next) {
    channel = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (channel >= 0 && connect(channel, a->ai_addr, a->ai_addrlen) == 0) continue;
    reason = errno;
    if (channel >= 0) close(channel);
    channel = -1;
  }
  freeaddrinfo(addresses);
  if (channel < 0) fail(peer, strerror(reason));
  return channel;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(int status) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  return fail("standard output", strerror(errno));
}

int main(int argc, char **argv) {
  struct options options;
  char peer[320];
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output(EXIT_SUCCESS) : 2;
  snprintf(peer, sizeof peer, "%.300s port %s", options.host, options.port);
  signal(SIGPIPE, SIG_IGN); /* a peer that is gone is an error of send() */
  int channel = open_connection(&options, peer);
  if (channel < 0) return EXIT_FAILURE;
  int status = run(channel, &options, peer);
  close(channel);
  return finish_output(status);
}
