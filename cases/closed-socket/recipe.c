/* closed-socket: uses a socket after it was closed, in every way there is, and prints what each
 * call says.
 *
 * What it shows: a closed descriptor is a number like any other, and the system says so at each
 * use: EBADF. No call crashes, none waits, and nothing is sent. poll() alone does not fail: it
 * reports POLLNVAL, and returns at once.
 *
 * What goes wrong without it: the number is free, and the next socket or file that is opened gets
 * it. A program that keeps it and goes on using it, or closes it twice, then writes into somebody
 * else's connection, or closes that. Such a mistake is silent: EBADF is the lucky case, and never
 * one to ignore. Here nothing is opened in between, and so every call must fail.
 *
 * Where systems differ:
 * - Windows says WSAENOTSOCK, and so may a small stack that keeps sockets apart from files.
 * - After a close() that a signal interrupted (EINTR), POSIX leaves open whether the number is
 *   free. On Linux it is: to close it again is the mistake above. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char program[] = "closed-socket";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [HOST PORT]\n"
          "Closes a socket, uses it in every way all the same, and prints what each call says.\n"
          "  HOST PORT  the socket is connected before it is closed: to TCP port PORT of HOST\n",
          program);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". */
static bool is_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0') return false;
  return strtol(text, NULL, 10) <= 65535;
}

/* --- The uses: each returns what the call does, less than 0 with errno --- */

static struct sockaddr_in loopback(void) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(9); /* discard; it is never reached */
  return address;
}

static long use_bind(int closed) {
  struct sockaddr_in address = loopback();
  return bind(closed, (const struct sockaddr *)&address, sizeof address);
}

static long use_listen(int closed) {
  return listen(closed, 1);
}

static long use_accept(int closed) {
  return accept(closed, NULL, NULL);
}

static long use_connect(int closed) {
  struct sockaddr_in address = loopback();
  return connect(closed, (const struct sockaddr *)&address, sizeof address);
}

static long use_getsockname(int closed) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  return getsockname(closed, (struct sockaddr *)&address, &size);
}

static long use_getpeername(int closed) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  return getpeername(closed, (struct sockaddr *)&address, &size);
}

static long use_getsockopt(int closed) {
  int value;
  socklen_t size = sizeof value;
  return getsockopt(closed, SOL_SOCKET, SO_ERROR, &value, &size);
}

static long use_setsockopt(int closed) {
  int on = 1;
  return setsockopt(closed, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

static long use_send(int closed) {
  return send(closed, "x", 1, 0);
}

static long use_recv(int closed) {
  char octet;
  return recv(closed, &octet, 1, 0);
}

static long use_sendto(int closed) {
  struct sockaddr_in address = loopback();
  return sendto(closed, "x", 1, 0, (const struct sockaddr *)&address, sizeof address);
}

static long use_recvfrom(int closed) {
  char octet;
  return recvfrom(closed, &octet, 1, 0, NULL, NULL);
}

static long use_write(int closed) {
  return write(closed, "x", 1);
}

static long use_read(int closed) {
  char octet;
  return read(closed, &octet, 1);
}

static long use_shutdown(int closed) {
  return shutdown(closed, SHUT_RDWR);
}

static long use_fcntl(int closed) {
  return fcntl(closed, F_GETFL);
}

static long use_close(int closed) {
  return close(closed);
}

static const struct use {
  const char *name;
  long (*call)(int closed);
} uses[] = {
    {"bind", use_bind},
    {"listen", use_listen},
    {"accept", use_accept},
    {"connect", use_connect},
    {"getsockname", use_getsockname},
    {"getpeername", use_getpeername},
    {"getsockopt", use_getsockopt},
    {"setsockopt", use_setsockopt},
    {"send", use_send},
    {"recv", use_recv},
    {"sendto", use_sendto},
    {"recvfrom", use_recvfrom},
    {"write", use_write},
    {"read", use_read},
    {"shutdown", use_shutdown},
    {"fcntl", use_fcntl},
    {"close", use_close},
};

/* --- What is printed --- */

static void print_error(const char *name, int error) {
  switch (error) {
    case EBADF:
      printf("%s: EBADF (%s)\n", name, strerror(error));
      break;
    case ENOTSOCK:
      printf("%s: ENOTSOCK (%s)\n", name, strerror(error));
      break;
    default:
      printf("%s: error %d (%s)\n", name, error, strerror(error));
  }
}

static int fail(const char *what, const char *why) {
  fprintf(stderr, "%s: ", program);
  for (; *what != '\0'; what++) {
    unsigned char octet = (unsigned char)*what;
    fprintf(stderr, octet >= 0x20 && octet < 0x7f ? "%c" : "\\x%02x", octet);
  }
  fprintf(stderr, ": %s\n", why);
  return EXIT_FAILURE;
}

static bool try_all(int closed) {
  bool all_failed = true;
  for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
    if (uses[i].call(closed) < 0) {
      print_error(uses[i].name, errno);
    } else {
      printf("%s: succeeded\n", uses[i].name);
      all_failed = false;
    }
  }
  return all_failed;
}

/* It succeeds in telling that the descriptor is none: an event that nobody has to ask for. */
static bool try_poll(int closed) {
  struct pollfd polled = {.fd = closed, .events = POLLIN};
  int ready = poll(&polled, 1, 0);
  if (ready < 0) print_error("poll", errno);
  if (ready < 0) return true;
  bool told = ready == 1 && (polled.revents & POLLNVAL) != 0;
  printf("poll: %s\n", told ? "POLLNVAL" : "succeeded");
  return told;
}

/* --- A socket to be closed --- */

/* Connected to the first address that takes it; -1 with a line on stderr. */
static int open_connection(const char *host, const char *port) {
  struct addrinfo hints, *addresses;
  int channel = -1, reason = 0;
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  int status = getaddrinfo(host, port, &hints, &addresses);
  if (status != 0) {
    fail(host, status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
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
  char peer[320];
  snprintf(peer, sizeof peer, "%.300s port %s", host, port);
  if (channel < 0) fail(peer, strerror(reason));
  return channel;
}

static int open_socket(void) {
  int channel = socket(AF_INET, SOCK_STREAM, 0);
  if (channel < 0) fail("socket", strerror(errno));
  return channel;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  return fail("standard output", strerror(errno));
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    print_usage(stdout);
    return finish_output();
  }
  if (argc != 1 && (argc != 3 || argv[1][0] == '\0' || argv[1][0] == '-' || !is_port(argv[2]))) {
    print_usage(stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN); /* so that no send() could end the program */
  int channel = argc == 3 ? open_connection(argv[1], argv[2]) : open_socket();
  if (channel < 0) return EXIT_FAILURE;
  if (close(channel) != 0) return fail("close", strerror(errno));
  bool polled = try_poll(channel);
  bool all_failed = try_all(channel);
  if (!polled || !all_failed) return fail("a closed socket", "a use of it succeeded");
  return finish_output();
}
