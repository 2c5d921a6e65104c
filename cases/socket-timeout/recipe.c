/* socket-timeout: what a socket's timeout is at first, sets it, reads it back, and sees it expire.
 *
 * What it shows: SO_RCVTIMEO and SO_SNDTIMEO bound each call that blocks. A call whose time is up
 * fails with EAGAIN or EWOULDBLOCK, the same as on a socket that does not block: that is neither
 * data nor the end of it.
 *
 * What goes wrong without it: by default a receive waits for ever for a peer that has lost power.
 * Zero means no timeout, so a short time cut down to whole microseconds may turn into "for ever".
 * All of the time in tv_usec is refused (EDOM), as is any million of microseconds. And the time
 * counts from each call anew: who calls again after a signal must take off what has passed, or each
 * signal puts the end off.
 *
 * Where systems differ:
 * - The time is kept in ticks of the system's clock, and rounded up to them: 0.0001 may read back
 *   as 0.004.
 * - On Linux a call with a timeout fails with EINTR at a signal whatever SA_RESTART says, and even
 *   without any handler when the process was stopped and goes on (SIGSTOP, SIGCONT).
 * - connect() keeps to SO_SNDTIMEO on Linux, and on most systems does not. Windows takes
 *   milliseconds as an int instead of a timeval. Small stacks may know no timeout at all: there,
 * and for a deadline over several calls, poll() is the way. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "socket-timeout";

enum { MICROSECONDS = 1000000, SECONDS_MAX = 86400 };

/* --- Arguments --- */

struct options {
  struct timeval timeout;
  const char *host; /* NULL: nothing is received */
  const char *port;
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--set S] [--receive-from H P]\n"
          "       %s --set-exactly SECONDS MICROSECONDS\n"
          "Prints a socket's timeout, sets it, and prints it again.\n"
          "  --set S             to S seconds, 0 (none) to 86400 (default 100)\n"
          "  --set-exactly S U   to these members of a struct timeval, as they are\n"
          "  --receive-from H P  then receives from TCP port P of the host H, once\n",
          program, program);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". */
static bool is_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0') return false;
  return strtol(text, NULL, 10) <= 65535;
}

static struct timeval timeval_of(int64_t microseconds) {
  struct timeval time;
  memset(&time, 0, sizeof time);
  time.tv_sec = (time_t)(microseconds / MICROSECONDS);
  time.tv_usec = (suseconds_t)(microseconds % MICROSECONDS);
  return time;
}

/* strtod() alone would also take "inf", "0x1p3" and " 1". What is more than nothing stays so: 0
 * would be no timeout at all. */
static bool parse_seconds(const char *text, struct timeval *timeout) {
  if (text[0] == '\0' || text[strspn(text, "0123456789.")] != '\0') return false;
  char *end;
  double seconds = strtod(text, &end);
  if (end == text || *end != '\0' || seconds > (double)SECONDS_MAX) return false;
  int64_t microseconds = (int64_t)(seconds * MICROSECONDS + 0.5);
  if (microseconds == 0 && seconds > 0.0) microseconds = 1;
  *timeout = timeval_of(microseconds);
  return true;
}

static bool parse_integer(const char *text, long *number) {
  const char *digits = text[0] == '-' ? text + 1 : text;
  size_t count = strspn(digits, "0123456789");
  if (count == 0 || count > 9 || digits[count] != '\0') return false;
  *number = strtol(text, NULL, 10);
  return true;
}

static bool set_exactly(const char *seconds, const char *microseconds, struct timeval *timeout) {
  long whole, rest;
  if (!parse_integer(seconds, &whole) || !parse_integer(microseconds, &rest)) return false;
  timeout->tv_sec = (time_t)whole;
  timeout->tv_usec = (suseconds_t)rest;
  return true;
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  *options = (struct options){.timeout = timeval_of((int64_t)100 * MICROSECONDS)};
  for (int i = 1; i < argc; i++) {
    const char *name = argv[i];
    int left = argc - 1 - i;
    if (strcmp(name, "--help") == 0) return PARSED_HELP;
    if (strcmp(name, "--set") == 0 && left >= 1) {
      if (!parse_seconds(argv[++i], &options->timeout)) return PARSED_WRONG;
    } else if (strcmp(name, "--set-exactly") == 0 && left >= 2) {
      if (!set_exactly(argv[i + 1], argv[i + 2], &options->timeout)) return PARSED_WRONG;
      i += 2;
    } else if (strcmp(name, "--receive-from") == 0 && left >= 2) {
      options->host = argv[++i];
      options->port = argv[++i];
      if (options->host[0] == '\0' || !is_port(options->port)) return PARSED_WRONG;
    } else {
      return PARSED_WRONG;
    }
  }
  return PARSED_RUN;
}

/* --- The timeout --- */

/* A name may have come from anywhere: only printable octets go to the terminal as they are. */
static int fail(const char *what, const char *why) {
  fprintf(stderr, "%s: ", program);
  for (; *what != '\0'; what++) {
    unsigned char octet = (unsigned char)*what;
    fprintf(stderr, octet >= 0x20 && octet < 0x7f ? "%c" : "\\x%02x", octet);
  }
  fprintf(stderr, ": %s\n", why);
  return EXIT_FAILURE;
}

/* As Python prints it: None, 100.0, 1.5. */
static void print_timeout(const char *which, const struct timeval *timeout) {
  char digits[16];
  if (timeout->tv_sec == 0 && timeout->tv_usec == 0) {
    printf("%s socket timeout: None\n", which);
    return;
  }
  int length = snprintf(digits, sizeof digits, "%06ld", (long)timeout->tv_usec);
  while (length > 1 && digits[length - 1] == '0')
    digits[--length] = '\0';
  printf("%s socket timeout: %lld.%s\n", which, (long long)timeout->tv_sec, digits);
}

static bool get_timeout(int channel, struct timeval *timeout) {
  socklen_t size = sizeof *timeout;
  memset(timeout, 0, sizeof *timeout);
  return getsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, timeout, &size) == 0;
}

static bool set_timeout(int channel, const struct timeval *timeout) {
  return setsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, timeout, sizeof *timeout) == 0 &&
         setsockopt(channel, SOL_SOCKET, SO_SNDTIMEO, timeout, sizeof *timeout) == 0;
}

/* NULL, or the call that failed, with errno. */
static const char *change_timeout(int channel, const struct timeval *timeout) {
  struct timeval now;
  if (!get_timeout(channel, &now)) return "getsockopt SO_RCVTIMEO";
  print_timeout("Default", &now);
  if (!set_timeout(channel, timeout)) return "setsockopt SO_RCVTIMEO";
  if (!get_timeout(channel, &now)) return "getsockopt SO_RCVTIMEO";
  print_timeout("Current", &now);
  return NULL;
}

/* --- Seeing it expire --- */

static int64_t monotonic_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

/* One receive, made again after a signal for what is left of its time. */
static ssize_t receive(int channel, const struct timeval *timeout, void *octets, size_t room) {
  int64_t whole_us = (int64_t)timeout->tv_sec * MICROSECONDS + timeout->tv_usec;
  int64_t deadline_us = monotonic_us() + whole_us;
  for (;;) {
    ssize_t got = recv(channel, octets, room, 0);
    if (got >= 0 || errno != EINTR) return got;
    if (whole_us == 0) continue; /* no timeout: no deadline */
    int64_t left_us = deadline_us - monotonic_us();
    if (left_us <= 0) {
      errno = EAGAIN;
      return -1;
    }
    struct timeval left = timeval_of(left_us);
    if (!set_timeout(channel, &left)) return -1;
  }
}

static int receive_and_tell(int channel, const struct options *options, const char *peer) {
  char octets[4096], words[64];
  int64_t began_us = monotonic_us();
  ssize_t got = receive(channel, &options->timeout, octets, sizeof octets);
  if (got > 0) {
    printf("Received %d bytes\n", (int)got);
    return EXIT_SUCCESS;
  }
  if (got == 0) return fail(peer, "the connection was closed before anything came");
  if (errno != EAGAIN && errno != EWOULDBLOCK) return fail(peer, strerror(errno));
  double took_s = (double)(monotonic_us() - began_us) / MICROSECONDS;
  snprintf(words, sizeof words, "timed out after %.3f seconds", took_s);
  return fail(peer, words);
}

/* A socket connected to the first address that takes it; -1 with a line on stderr. */
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
  char peer[320] = "socket";
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output(EXIT_SUCCESS) : 2;
  bool receives = options.host != NULL;
  if (receives) snprintf(peer, sizeof peer, "%.300s port %s", options.host, options.port);
  int channel = receives ? open_connection(&options, peer) : socket(AF_INET, SOCK_STREAM, 0);
  if (channel < 0) return receives ? EXIT_FAILURE : fail(peer, strerror(errno));
  const char *failed = change_timeout(channel, &options.timeout);
  int status = failed == NULL ? EXIT_SUCCESS : fail(failed, strerror(errno));
  if (failed == NULL && receives) status = receive_and_tell(channel, &options, peer);
  close(channel);
  return finish_output(status);
}
