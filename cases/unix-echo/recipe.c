/* unix-echo: the echo pair on one machine: a server and a client on a local socket (AF_UNIX).
 *
 * What it shows: everything but the address is as with TCP. The address is a path: bind() makes a
 * file of it, and close() does not take it away. So the server removes it at its end, and knows it
 * again by its device and inode, as somebody else's file may have got the name meanwhile.
 *
 * What goes wrong without it: a server that leaves its path cannot start again ("address in use").
 * One that unlinks whatever stands there before bind() deletes other people's files, and takes the
 * name from a server that is running. A path has room for about a hundred octets: a longer one, cut
 * by strncpy(), is another path, and may lack its NUL.
 *
 * Where systems differ:
 * - The room for the path is 108 octets on Linux, 104 on the BSDs and macOS, 92 by POSIX's example.
 * - Whether the permissions of the file keep others from connecting: on Linux they do. A folder
 *   that only its owner may search keeps them out everywhere. The umask decides.
 * - MSG_NOSIGNAL is not everywhere: SIGPIPE is ignored instead. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "unix-echo";

enum { CLIENTS_MAX = 32, BACKLOG = 16, BUFFER_OCTETS = 16384, SHOWN_OCTETS_MAX = 256 };

/* --- Arguments --- */

struct options {
  const char *server, *client; /* a path: one of them */
  const char *message;
  int64_t timeout_ms;
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s --server PATH\n"
          "       %s --client PATH [--message M] [--timeout S]\n"
          "Sends back what clients send, until SIGINT or SIGTERM; or sends and compares.\n"
          "  --message M  what is sent (default 'Test message. This will be echoed')\n"
          "  --timeout S  give up after S seconds, more than 0, at most 3600 (default 5)\n",
          program, program);
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
  *options = (struct options){.timeout_ms = 5000};
  for (int i = 1; i < argc; i += 2) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    const char *value = argv[i + 1]; /* argv[argc] is NULL */
    if (value == NULL) return PARSED_WRONG;
    if (strcmp(argv[i], "--server") == 0 && value[0] != '\0') {
      options->server = value;
    } else if (strcmp(argv[i], "--client") == 0 && value[0] != '\0') {
      options->client = value;
    } else if (strcmp(argv[i], "--message") == 0) {
      options->message = value;
    } else if (strcmp(argv[i], "--timeout") != 0 || !parse_timeout(value, &options->timeout_ms)) {
      return PARSED_WRONG;
    }
  }
  return (options->server != NULL) != (options->client != NULL) ? PARSED_RUN : PARSED_WRONG;
}

/* --- What is printed: octets of others are shown, only printable ones as they are --- */

static void print_octets(FILE *stream, const char *octets, size_t count) {
  size_t shown = count < SHOWN_OCTETS_MAX ? count : SHOWN_OCTETS_MAX;
  for (size_t i = 0; i < shown; i++) {
    unsigned char octet = (unsigned char)octets[i];
    fprintf(stream, octet >= 0x20 && octet < 0x7f ? "%c" : "\\x%02x", octet);
  }
  if (shown < count) fprintf(stream, " ... (%zu octets)", count);
}

static int fail(const char *what, const char *why) {
  fprintf(stderr, "%s: ", program);
  print_octets(stderr, what, strlen(what));
  fprintf(stderr, ": %s\n", why);
  return EXIT_FAILURE;
}

static void print_path(const char *before, const char *path) {
  printf("%s", before);
  print_octets(stdout, path, strlen(path));
  printf("\n");
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  return fail("standard output", strerror(errno));
}

/* --- Addresses --- */

/* False with ENAMETOOLONG: what does not fit, its NUL included, is not cut. */
static bool set_address(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  errno = ENAMETOOLONG;
  if (strlen(path) >= sizeof address->sun_path) return false;
  memcpy(address->sun_path, path, strlen(path) + 1);
  return true;
}

static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static bool set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

/* --- The server: its path --- */

/* A socket that nobody listens on any more, left by a server that had no time to remove it. A file
 * of another kind is never one, nor is a socket that answers. */
static bool is_left_over(const struct sockaddr_un *address) {
  struct stat status;
  if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  int probe = socket(AF_UNIX, SOCK_STREAM, 0);
  if (probe < 0) return false;
  bool refused = set_nonblocking(probe) &&
                 connect(probe, (const struct sockaddr *)address, sizeof *address) != 0 &&
                 errno == ECONNREFUSED;
  close(probe);
  return refused;
}

/* Binds, and notes which file it has made. False with errno. */
static bool bind_path(int listener, const struct sockaddr_un *address, struct stat *own) {
  const struct sockaddr *any = (const struct sockaddr *)address;
  if (bind(listener, any, sizeof *address) != 0) {
    if (errno != EADDRINUSE) return false;
    bool removed = is_left_over(address) && unlink(address->sun_path) == 0;
    errno = EADDRINUSE;
    if (!removed || bind(listener, any, sizeof *address) != 0) return false;
  }
  return lstat(address->sun_path, own) == 0;
}

static void remove_own(const char *path, const struct stat *own) {
  struct stat now;
  if (lstat(path, &now) == 0 && now.st_dev == own->st_dev && now.st_ino == own->st_ino)
    unlink(path);
}

/* --- The server: signals. The handler writes to a pipe, and poll() sees it. A flag alone could be
 * set between the look at it and the wait. --- */

static int stop_pipe[2];

static void ask_to_stop(int signal_number) {
  (void)signal_number;
  int interrupted = errno;
  ssize_t ignored = write(stop_pipe[1], "", 1); /* full: it has been asked already */
  (void)ignored;
  errno = interrupted;
}

static bool catch_signals(void) {
  struct sigaction stop = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
  sigemptyset(&stop.sa_mask);
  return pipe(stop_pipe) == 0 && set_nonblocking(stop_pipe[0]) && set_nonblocking(stop_pipe[1]) &&
         sigaction(SIGINT, &stop, NULL) == 0 && sigaction(SIGTERM, &stop, NULL) == 0;
}

/* --- The server: its clients. A buffer is either being filled or being sent back: a client that
 * does not read is not read from. --- */

struct client {
  int channel;
  char buffer[BUFFER_OCTETS];
  size_t start, end; /* what is still to be sent back */
  char shown[SHOWN_OCTETS_MAX];
  unsigned long long received, echoed;
};

static struct client clients[CLIENTS_MAX];
static size_t client_count;

/* False when there is nothing more to do for it: it has ended its side, or it is gone. */
static bool serve_client(struct client *client) {
  if (client->start < client->end) {
    ssize_t sent =
        send(client->channel, client->buffer + client->start, client->end - client->start, 0);
    if (sent < 0) return is_passing(errno);
    client->start += (size_t)sent;
    client->echoed += (unsigned long long)sent;
    return true;
  }
  ssize_t got = recv(client->channel, client->buffer, BUFFER_OCTETS, 0);
  if (got < 0) return is_passing(errno);
  for (size_t i = 0; i < (size_t)got && client->received + i < SHOWN_OCTETS_MAX; i++)
    client->shown[client->received + i] = client->buffer[i];
  client->received += (unsigned long long)got;
  client->start = 0;
  client->end = (size_t)got;
  return got > 0;
}

static void end_client(struct client *client) {
  if (client->received > 0) {
    printf("Data: ");
    print_octets(stdout, client->shown,
                 client->received < SHOWN_OCTETS_MAX ? (size_t)client->received : SHOWN_OCTETS_MAX);
    if (client->received > SHOWN_OCTETS_MAX) printf(" ... (%llu octets)", client->received);
    printf("\nSent %llu bytes back\n", client->echoed);
  }
  close(client->channel);
}

static void serve_ready(const struct pollfd *polled) {
  size_t kept = 0;
  for (size_t i = 0; i < client_count; i++) {
    if (polled[i].revents != 0 && !serve_client(&clients[i])) {
      end_client(&clients[i]);
    } else {
      if (kept != i) clients[kept] = clients[i];
      kept++;
    }
  }
  client_count = kept;
}

/* Nobody accepted is nothing to tell: the client may have gone meanwhile. */
static void accept_client(int listener) {
  int channel = accept(listener, NULL, NULL);
  if (channel < 0) return;
  if (set_nonblocking(channel)) {
    clients[client_count++] = (struct client){.channel = channel};
  } else {
    close(channel);
  }
}

/* Serves until a signal asks it to stop. False with errno when poll() itself fails. */
static bool serve(int listener) {
  static struct pollfd polled[CLIENTS_MAX + 2];
  for (;;) {
    size_t count = client_count;
    for (size_t i = 0; i < count; i++) {
      short awaited = clients[i].start < clients[i].end ? POLLOUT : POLLIN;
      polled[i] = (struct pollfd){.fd = clients[i].channel, .events = awaited};
    }
    polled[count] = (struct pollfd){.fd = stop_pipe[0], .events = POLLIN};
    polled[count + 1] = (struct pollfd){.fd = listener, .events = POLLIN};
    nfds_t watched = (nfds_t)count + (count < CLIENTS_MAX ? 2 : 1);
    int ready = poll(polled, watched, -1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 0) continue;
    if (polled[count].revents != 0) return true;
    serve_ready(polled);
    if (count < CLIENTS_MAX && polled[count + 1].revents != 0) accept_client(listener);
  }
}

static int run_server(const char *path) {
  struct sockaddr_un address;
  struct stat own;
  if (!set_address(path, &address)) return fail(path, strerror(errno));
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (listener < 0 || !catch_signals()) return fail("socket", strerror(errno));
  if (!bind_path(listener, &address, &own)) return fail(path, strerror(errno));
  if (!set_nonblocking(listener) || listen(listener, BACKLOG) != 0) {
    int reason = errno;
    remove_own(path, &own);
    return fail(path, strerror(reason));
  }
  print_path("Starting up echo server on ", path);
  bool stopped = serve(listener);
  int reason = errno;
  for (size_t i = 0; i < client_count; i++)
    end_client(&clients[i]);
  remove_own(path, &own);
  close(listener);
  return stopped ? finish_output() : fail("poll", strerror(reason));
}

/* --- The client --- */

static int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The events that have come; 0 with errno when the time is up or poll() fails. */
static int wait_for(int channel, short events, int64_t deadline_ms) {
  for (;;) {
    int64_t left_ms = deadline_ms - monotonic_ms();
    errno = ETIMEDOUT;
    if (left_ms <= 0) return 0;
    struct pollfd waited = {.fd = channel, .events = events};
    int ready = poll(&waited, 1, (int)left_ms);
    if (ready > 0) return waited.revents;
    if (ready < 0 && errno != EINTR) return 0;
  }
}

/* Sends and receives at the same time, compares as it goes, and ends its side when all is back.
 * NULL, or what is wrong. */
static const char *exchange(int channel, const char *message, int64_t deadline_ms) {
  static char received[BUFFER_OCTETS];
  size_t length = strlen(message), sent = 0, echoed = 0;
  bool ended = false;
  for (;;) {
    if (echoed == length && !ended && shutdown(channel, SHUT_WR) != 0) return strerror(errno);
    if (echoed == length) ended = true; /* what still comes must be the end */
    short wanted = sent < length ? POLLIN | POLLOUT : POLLIN;
    int ready = wait_for(channel, wanted, deadline_ms);
    if (ready == 0) return errno == ETIMEDOUT ? "no more came in time" : strerror(errno);
    if ((ready & ~POLLOUT) != 0) {
      ssize_t got = recv(channel, received, sizeof received, 0);
      if (got == 0) return ended ? NULL : "connection closed before the whole echo";
      if (got < 0 && !is_passing(errno)) return strerror(errno);
      if (got > 0 &&
          ((size_t)got > sent - echoed || memcmp(received, message + echoed, (size_t)got) != 0))
        return "what came back is not what was sent";
      if (got > 0) echoed += (size_t)got;
    }
    if ((ready & POLLOUT) != 0) {
      ssize_t taken = send(channel, message + sent, length - sent, 0);
      if (taken < 0 && !is_passing(errno)) return strerror(errno);
      if (taken > 0) sent += (size_t)taken;
    }
  }
}

static int run_client(const struct options *options) {
  const char *message =
      options->message != NULL ? options->message : "Test message. This will be echoed";
  struct sockaddr_un address;
  if (!set_address(options->client, &address)) return fail(options->client, strerror(errno));
  int channel = socket(AF_UNIX, SOCK_STREAM, 0);
  if (channel < 0) return fail("socket", strerror(errno));
  if (connect(channel, (const struct sockaddr *)&address, sizeof address) != 0 ||
      !set_nonblocking(channel)) {
    int reason = errno;
    close(channel);
    return fail(options->client, strerror(reason));
  }
  print_path("Connected to ", options->client);
  const char *wrong = exchange(channel, message, monotonic_ms() + options->timeout_ms);
  if (wrong == NULL) {
    printf("Received: ");
    print_octets(stdout, message, strlen(message));
    printf("\n");
  }
  printf("Closing connection to the server\n");
  close(channel);
  return wrong == NULL ? finish_output() : fail(options->client, wrong);
}

int main(int argc, char **argv) {
  struct options options;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &options);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? finish_output() : 2;
  signal(SIGPIPE, SIG_IGN); /* a peer that is gone is an error of send() */
  return options.server != NULL ? run_server(options.server) : run_client(&options);
}
