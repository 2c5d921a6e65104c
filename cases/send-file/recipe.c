/* send-file: sends a file, or a part of it, over TCP.
 *
 * What it shows: sendfile() hands a file to a socket within the system, without a copy in the
 * program; where a system or a file system cannot, pread() and send() do the same. Both move what
 * they can and say how much that was: the rest is the program's to go on with. When all is handed
 * over nothing has arrived yet, so the program ends its own side and waits for the other's.
 *
 * What goes wrong without it: one sendfile() taken for the whole file stops at the first full
 * buffer, at 2 GiB at the latest; an offset in 32 bits begins at the wrong place of a large file; a
 * file that shrinks meanwhile is waited for without end; a partial send that is read again from
 * where reading stopped loses octets; close() while the other side still sends becomes a reset that
 * throws away what was on its way.
 *
 * Where systems differ:
 * - sendfile() is in no standard. Linux and Solaris return the count and move the offset; FreeBSD
 *   and macOS have another order of arguments and give the count through a pointer, also with an
 *   error. Linux refuses with EINVAL where the file system cannot, and ENOSYS where the kernel has
 *   no such call. Only Linux is asked here; all others, and what Linux refuses, take the portable
 *   path.
 * - off_t has 32 bits on some systems unless they are asked for 64.
 * - MSG_NOSIGNAL is not everywhere, and sendfile() knows no flags at all: SIGPIPE is ignored. */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64

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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "send-file";

enum { PART_OCTETS = 65536 }; /* of a file, at a time */

/* --- What the system has: octets of `file` from `offset` to the channel; how many, 0 at the end of
 * the file, -1 with errno --- */

#if defined(__linux__)
#include <sys/sendfile.h>
static ssize_t system_sendfile(int channel, int file, off_t offset, size_t count) {
  return sendfile(channel, file, &offset, count);
}
#else
static ssize_t system_sendfile(int channel, int file, off_t offset, size_t count) {
  (void)channel;
  (void)file;
  (void)offset;
  (void)count;
  errno = ENOSYS;
  return -1;
}
#endif

/* Reads again what send() did not take, as it reads at `offset`, which counts what was sent. */
static ssize_t portable_sendfile(int channel, int file, off_t offset, size_t count) {
  static uint8_t part[PART_OCTETS];
  size_t room = count < sizeof part ? count : sizeof part;
  ssize_t got = pread(file, part, room, offset);
  return got > 0 ? send(channel, part, (size_t)got, 0) : got;
}

/* --- Arguments --- */

struct options {
  const char *host, *port, *file;
  off_t offset;
  uint64_t count; /* UINT64_MAX: all there is */
  bool no_sendfile;
  int64_t timeout_ms;
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(
      stream,
      "usage: %s HOST PORT FILE [--offset N] [--count N] [--timeout S] [--no-sendfile]\n"
      "Sends a file over TCP, from an offset on, as many octets as are asked for or there are.\n"
      "  HOST           name or address of the server\n"
      "  PORT           1 to 65535\n"
      "  FILE           a regular file\n"
      "  --offset N     octets of the file to leave out (default 0)\n"
      "  --count N      octets to send at most (default: to the end of the file)\n"
      "  --timeout S    give up when nothing moves for S seconds, more than 0, at most 3600\n"
      "                 (default 5)\n"
      "  --no-sendfile  read and send, also where the system has sendfile()\n",
      program);
}

/* Digits only: atoi() would take "12x" for 12, strtol() " +12", and strtoull() "-1" for a lot. */
static bool parse_number(const char *text, uint64_t max, uint64_t *value) {
  uint64_t number = 0;
  if (*text == '\0') return false;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return false;
    uint64_t digit = (uint64_t)(*text - '0');
    if (number > (max - digit) / 10) return false;
    number = number * 10 + digit;
  }
  *value = number;
  return true;
}

/* False too where the system's own offsets are too short for it. */
static bool parse_offset(const char *text, off_t *offset) {
  uint64_t number;
  if (!parse_number(text, INT64_MAX, &number)) return false;
  *offset = (off_t)number;
  return *offset >= 0 && (uint64_t)*offset == number;
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
  if (strcmp(name, "--offset") == 0) return parse_offset(value, &options->offset);
  if (strcmp(name, "--count") == 0) return parse_number(value, INT64_MAX, &options->count);
  return strcmp(name, "--timeout") == 0 && parse_timeout(value, &options->timeout_ms);
}

static bool is_port(const char *text) {
  uint64_t number;
  return text[0] != '0' && parse_number(text, 65535, &number);
}

static enum parsed parse_arguments(int argc, char **argv, struct options *options) {
  const char **places[] = {&options->host, &options->port, &options->file};
  size_t given = 0;
  *options = (struct options){.count = UINT64_MAX, .timeout_ms = 5000};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--no-sendfile") == 0) {
      options->no_sendfile = true;
    } else if (strncmp(argv[i], "--", 2) == 0) {
      if (!set_option(argv[i], argv[i + 1], options)) return PARSED_WRONG; /* argv[argc]: NULL */
      i++;
    } else if (given < 3) {
      *places[given++] = argv[i];
    } else {
      return PARSED_WRONG;
    }
  }
  bool usable = given == 3 && options->host[0] != '\0' && is_port(options->port);
  return usable ? PARSED_RUN : PARSED_WRONG;
}

/* --- What went wrong, for the one line on stderr: a clause for each address that failed --- */

struct failures {
  char text[1024];
  size_t length;
};

static bool fail(struct failures *failures, const char *format, ...) {
  char clause[512];
  size_t room = sizeof failures->text - failures->length;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(clause, sizeof clause, format, arguments);
  va_end(arguments);
  const char *between = failures->length > 0 ? "; " : "";
  int wanted = snprintf(failures->text + failures->length, room, "%s%s", between, clause);
  if (wanted > 0) failures->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
  return false;
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

/* --- Connecting --- */

static struct addrinfo *resolve(const struct options *options, struct failures *failures) {
  struct addrinfo hints, *addresses;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_UNSPEC; /* IPv4 and IPv6, in the order that the system prefers */
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(options->host, options->port, &hints, &addresses);
  if (status == 0) return addresses;
  fail(failures, "%s: %s", options->host,
       status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
  return NULL;
}

/* A connection, and how to call its other end: "192.0.2.1 port 9". */
struct server {
  int channel;
  char name[96];
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
  int ready = wait_for(channel, POLLOUT, deadline_ms);
  if (ready == 0) errno = ETIMEDOUT;
  if (ready <= 0) return false;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (getsockopt(channel, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) return false;
  errno = outcome;
  return outcome == 0;
}

/* The first address that takes the connection. */
static bool connect_any(struct server *server, const struct addrinfo *addresses, int64_t timeout_ms,
                        struct failures *failures) {
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
    name_server(server, a);
    server->channel = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (server->channel >= 0 && connect_to(server->channel, a, monotonic_ms() + timeout_ms)) {
      failures->length = 0; /* that another address failed before is of no interest any more */
      return true;
    }
    fail(failures, "%s: %s", server->name, strerror(errno));
    if (server->channel >= 0) close(server->channel);
  }
  return false;
}

/* --- Sending --- */

struct transfer {
  const struct options *options;
  const struct server *server;
  int file;
  bool portable;
  uint64_t sent;
};

/* What Linux answers where the file system or the kernel has no sendfile(). */
static bool is_refusal(int error) {
  return error == EINVAL || error == ENOSYS;
}

/* As much as goes at once; as the two functions above. */
static ssize_t send_part(struct transfer *transfer) {
  uint64_t left = transfer->options->count - transfer->sent;
  size_t count = left < PART_OCTETS ? (size_t)left : PART_OCTETS;
  off_t offset = transfer->options->offset + (off_t)transfer->sent;
  if (!transfer->portable) {
    ssize_t moved = system_sendfile(transfer->server->channel, transfer->file, offset, count);
    if (moved >= 0 || !is_refusal(errno)) return moved;
    transfer->portable = true;
  }
  return portable_sendfile(transfer->server->channel, transfer->file, offset, count);
}

static bool note_unsent(const struct transfer *transfer, const char *why,
                        struct failures *failures) {
  return fail(failures, "%s: %s (%" PRIu64 " octets sent)", transfer->server->name, why,
              transfer->sent);
}

/* To the end of the file, wherever that is when it is met, or of the count. */
static bool send_all(struct transfer *transfer, struct failures *failures) {
  while (transfer->sent < transfer->options->count) {
    int64_t deadline_ms = monotonic_ms() + transfer->options->timeout_ms;
    int ready = wait_for(transfer->server->channel, POLLOUT, deadline_ms);
    if (ready == 0) return note_unsent(transfer, "nothing moves", failures);
    if (ready < 0) return note_unsent(transfer, strerror(errno), failures);
    ssize_t moved = send_part(transfer);
    if (moved == 0) return true;
    if (moved > 0) transfer->sent += (uint64_t)moved;
    if (moved < 0 && !is_passing(errno)) return note_unsent(transfer, strerror(errno), failures);
  }
  return true;
}

/* The system has all octets, the other side perhaps not yet: it ends when it has read our end. What
 * it says until then is read, as a close() over octets that were not read is a reset. One that
 * keeps its side open until the time is up has not complained. */
static bool expect_end(const struct transfer *transfer, struct failures *failures) {
  static uint8_t ignored[PART_OCTETS];
  int channel = transfer->server->channel;
  int64_t deadline_ms = monotonic_ms() + transfer->options->timeout_ms;
  if (shutdown(channel, SHUT_WR) != 0 && errno != ENOTCONN)
    return note_unsent(transfer, strerror(errno), failures);
  for (;;) {
    int ready = wait_for(channel, POLLIN, deadline_ms);
    if (ready == 0) return true;
    ssize_t got = ready > 0 ? recv(channel, ignored, sizeof ignored, 0) : -1;
    if (got == 0) return true;
    if (got < 0 && !is_passing(errno)) return note_unsent(transfer, strerror(errno), failures);
  }
}

/* The descriptor, or -1. O_NONBLOCK: a pipe without a writer would hold up open() itself. */
static int open_file(const char *name, struct failures *failures) {
  struct stat about;
  int file = open(name, O_RDONLY | O_NONBLOCK);
  if (file < 0 || fstat(file, &about) != 0) {
    fail(failures, "%s: %s", name, strerror(errno));
  } else if (S_ISREG(about.st_mode)) {
    return file;
  } else {
    fail(failures, "%s: %s", name,
         S_ISDIR(about.st_mode) ? strerror(EISDIR) : "not a regular file");
  }
  if (file >= 0) close(file);
  return -1;
}

static bool send_file(const struct options *options, int file, uint64_t *sent,
                      struct failures *failures) {
  struct addrinfo *addresses = resolve(options, failures);
  if (addresses == NULL) return false;
  struct server server = {.channel = -1};
  bool connected = connect_any(&server, addresses, options->timeout_ms, failures);
  freeaddrinfo(addresses);
  if (!connected) return false;
  struct transfer transfer = {
      .options = options, .server = &server, .file = file, .portable = options->no_sendfile};
  bool done = send_all(&transfer, failures) && expect_end(&transfer, failures);
  close(server.channel);
  *sent = transfer.sent;
  return done;
}

/* A name of a host or a file may come from anywhere: octets that are not printable ASCII are shown
 * as \xNN. */
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

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  struct options options;
  struct failures failures = {.length = 0};
  uint64_t sent = 0;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  signal(SIGPIPE, SIG_IGN); /* a peer that is gone is an error of the call */

  int file = open_file(options.file, &failures); /* before anybody is bothered */
  bool done = file >= 0 && send_file(&options, file, &sent, &failures);
  if (file >= 0) close(file);
  if (!done) {
    fprintf(stderr, "%s: ", program);
    print_escaped(stderr, failures.text);
    fputc('\n', stderr);
    return EXIT_FAILURE;
  }
  printf("send %" PRIu64 " bytes\n", sent);
  return finish_output();
}
