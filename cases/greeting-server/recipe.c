/* greeting-server: talks to a client in lines, through a stdio stream on the socket.
 *
 * What it shows: fdopen() makes a socket a FILE, and fprintf(), fgets() and all the rest work on
 * it. Reading and writing get a FILE each: between the two on one FILE the C standard wants a
 * positioning call, which a socket cannot do. Output stays in the buffer until fflush().
 *
 * What goes wrong without it: with one FILE for both ways the answer is lost or garbled on many
 * systems; without fflush() client and server wait for each other; gets(), or a buffer that grows,
 * lets a stranger who never ends the line have all memory; a client that says nothing keeps all
 * others waiting; and while the server waits in fgets() no signal is seen that came just before.
 *
 * One client is served at a time, the others wait in the system's queue, each for a bounded time.
 *
 * Where systems differ:
 * - Windows has no FILE for a socket but through _open_osfhandle(), and lwIP none at all.
 * - SO_RCVTIMEO bounds each read; not every small system has it.
 * - A socket from accept() inherits O_NONBLOCK on the BSDs and macOS, not on Linux: stdio wants it
 *   blocking, and it is set so here. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sys/time.h>
#include <time.h>

static const char program[] = "greeting-server";

enum { DEFAULT_PORT = 51444, BACKLOG = 16, STRING_MAX = 1024, DEFAULT_TIMEOUT_S = 60 };

struct request {
  uint16_t port;
  unsigned timeout_s;
};

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--port P] [--timeout S]\n"
          "Greets each client, and counts the characters of the string that it enters.\n"
          "  --port P     TCP port, 1 to 65535, on every IPv6 and IPv4 address (%d)\n"
          "  --timeout S  how long a client may take for its string, 1 to 3600 seconds (%d)\n",
          program, DEFAULT_PORT, DEFAULT_TIMEOUT_S);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". 0 where it is no such number.
 */
static unsigned parse_number(const char *text, long max) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0') return 0;
  long number = strtol(text, NULL, 10);
  return number <= max ? (unsigned)number : 0;
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_arguments(int argc, char **argv, struct request *request) {
  *request = (struct request){.port = DEFAULT_PORT, .timeout_s = DEFAULT_TIMEOUT_S};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (i + 1 == argc) return PARSED_WRONG;
    if (strcmp(argv[i], "--port") == 0) {
      request->port = (uint16_t)parse_number(argv[++i], 65535);
    } else if (strcmp(argv[i], "--timeout") == 0) {
      request->timeout_s = parse_number(argv[++i], 3600);
    } else {
      return PARSED_WRONG;
    }
    if (request->port == 0 || request->timeout_s == 0) return PARSED_WRONG;
  }
  return PARSED_RUN;
}

/* --- Signals: the handler writes to a pipe, and poll() sees it. A flag alone could be set between
 * the look at it and the wait. A client's connection is shut down, which ends the wait of stdio for
 * it, and also one that is yet to begin. --- */

static int stop_pipe[2];
static volatile sig_atomic_t client_channel = -1;
static volatile sig_atomic_t stopping;

static void ask_to_stop(int signal_number) {
  (void)signal_number;
  int interrupted = errno;
  stopping = 1;
  if (client_channel >= 0) shutdown(client_channel, SHUT_RDWR);
  ssize_t ignored = write(stop_pipe[1], "", 1); /* full: it has been asked already */
  (void)ignored;
  errno = interrupted;
}

static bool set_blocking(int descriptor, bool blocking) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return false;
  flags = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  return fcntl(descriptor, F_SETFL, flags) == 0;
}

static bool catch_signals(void) {
  struct sigaction stop = {.sa_handler = ask_to_stop};
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigemptyset(&stop.sa_mask);
  sigemptyset(&ignore.sa_mask);
  return pipe(stop_pipe) == 0 && set_blocking(stop_pipe[0], false) &&
         set_blocking(stop_pipe[1], false) && sigaction(SIGINT, &stop, NULL) == 0 &&
         sigaction(SIGTERM, &stop, NULL) == 0 && sigaction(SIGPIPE, &ignore, NULL) == 0;
}

/* --- The socket that listens --- */

static int fail_at(int listener) {
  int reason = errno;
  close(listener);
  errno = reason;
  return -1;
}

/* One socket for both families; of IPv4 alone where the system has no such. -1 with errno. */
static int open_socket(int *family) {
  int off = 0;
  *family = AF_INET6;
  int listener = socket(AF_INET6, SOCK_STREAM, 0);
  if (listener >= 0 && setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0) {
    return listener;
  }
  if (listener >= 0) close(listener);
  *family = AF_INET;
  return socket(AF_INET, SOCK_STREAM, 0);
}

static bool bind_every_address(int listener, int family, uint16_t port) {
  struct sockaddr_in6 ipv6;
  struct sockaddr_in ipv4;
  memset(&ipv6, 0, sizeof ipv6);
  memset(&ipv4, 0, sizeof ipv4);
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_addr = in6addr_any;
  ipv6.sin6_port = htons(port);
  ipv4.sin_family = AF_INET;
  ipv4.sin_addr.s_addr = htonl(INADDR_ANY);
  ipv4.sin_port = htons(port);
  return family == AF_INET6 ? bind(listener, (struct sockaddr *)&ipv6, sizeof ipv6) == 0
                            : bind(listener, (struct sockaddr *)&ipv4, sizeof ipv4) == 0;
}

/* SO_REUSEADDR: connections of the last run, in TIME_WAIT, do not keep the port (it does not let
 * two servers listen). -1 with errno. */
static int open_listener(uint16_t port) {
  int family, on = 1;
  int listener = open_socket(&family);
  if (listener < 0) return -1;
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind_every_address(listener, family, port) && listen(listener, BACKLOG) == 0 &&
      set_blocking(listener, false)) { /* a client may be gone between poll() and accept() */
    return listener;
  }
  return fail_at(listener);
}

/* --- One client --- */

/* As Python prints an address: ('192.0.2.1', 4711). An IPv4 client of an IPv6 socket has an address
 * like ::ffff:192.0.2.1, and is called by its own. */
static void name_address(const struct sockaddr_storage *address, socklen_t size, char name[80]) {
  char host[64], port[8];
  if (getnameinfo((const struct sockaddr *)address, size, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    strcpy(host, "?"); /* gone so early that the system does not know it any more */
    strcpy(port, "0");
  }
  bool mapped = strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') != NULL;
  snprintf(name, 80, "('%s', %s)", mapped ? host + 7 : host, port);
}

static int64_t now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now); /* the time of day may be set while a client thinks */
  return (int64_t)now.tv_sec;
}

/* Up to a line feed, the end, or the limit: in time or in length. How many characters came, without
 * the line's end; more than STRING_MAX: too many. */
static size_t read_string(FILE *input, unsigned timeout_s) {
  int64_t started_s = now_s();
  size_t length = 0;
  int last = 0;
  for (;;) {
    int octet = getc(input); /* from the FILE's buffer, not one by one from the system */
    if (octet == EOF || octet == '\n') break;
    last = octet;
    if (++length > STRING_MAX || now_s() - started_s > (int64_t)timeout_s) break;
  }
  return length > 0 && length <= STRING_MAX && last == '\r' ? length - 1 : length;
}

/* The dialogue. A client that is gone fails the writes, and that is its own affair. */
static void talk(FILE *input, FILE *output, const char *name, unsigned timeout_s) {
  fprintf(output, "Welcome, %s\nPlease enter a string: ", name);
  fflush(output); /* or the client waits for what stands in this buffer */
  size_t length = read_string(input, timeout_s);
  if (ferror(input)) return; /* reset, out of time, or stopped: nobody waits for an answer */
  if (length > STRING_MAX) {
    fprintf(output, "More than %d characters are too many.\n", STRING_MAX);
  } else {
    fprintf(output, "You entered %zu characters.\n", length);
  }
  fflush(output);
}

/* A FILE for each direction, on a descriptor of its own, since fclose() closes it. */
static void serve_client(int channel, const char *name, unsigned timeout_s) {
  struct timeval patience = {.tv_sec = (time_t)timeout_s};
  if (!set_blocking(channel, true) ||
      setsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
      setsockopt(channel, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) {
    fprintf(stderr, "%s: %s: %s\n", program, name, strerror(errno));
    close(channel);
    return;
  }
  int second = dup(channel);
  FILE *input = fdopen(channel, "r");
  FILE *output = second >= 0 ? fdopen(second, "w") : NULL;
  client_channel = channel;
  if (stopping) shutdown(channel, SHUT_RDWR); /* the signal came before it could be seen here */
  if (input != NULL && output != NULL) talk(input, output, name, timeout_s);
  if (input == NULL || output == NULL)
    fprintf(stderr, "%s: fdopen: %s\n", program, strerror(errno));
  client_channel = -1;
  if (output != NULL) fclose(output);
  if (output == NULL && second >= 0) close(second);
  if (input != NULL) fclose(input);
  if (input == NULL) close(channel);
}

/* --- All clients, one after the other --- */

/* Until a signal asks it to stop. False with errno when it cannot go on. */
static bool serve(int listener, unsigned timeout_s) {
  struct pollfd polled[2] = {{.fd = stop_pipe[0], .events = POLLIN},
                             {.fd = listener, .events = POLLIN}};
  for (;;) {
    int ready = poll(polled, 2, -1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 0) continue;
    if (polled[0].revents != 0) return true;
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    int channel = accept(listener, (struct sockaddr *)&address, &size);
    if (channel >= 0) {
      char name[80];
      name_address(&address, size, name);
      serve_client(channel, name, timeout_s);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return false; /* any other failure is of a client that is gone */
    }
  }
}

int main(int argc, char **argv) {
  struct request request;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &request);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? EXIT_SUCCESS : 2;
  int listener = catch_signals() ? open_listener(request.port) : -1;
  bool stopped = false;
  if (listener >= 0) {
    printf("Server is running on port %u; press Ctrl-C to terminate.\n", (unsigned)request.port);
    stopped = serve(listener, request.timeout_s);
  }
  if (!stopped) {
    fprintf(stderr, "%s: port %u of every address: %s\n", program, (unsigned)request.port,
            strerror(errno));
  }
  if (listener >= 0) close(listener);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
