/* service-connect: looks up the port of a service by its name (getservbyname), connects to it over
 * TCP, and tells each step as it is done.
 *
 * What it shows: the steps of a client in the order in which they are made: a socket, a port, a
 * connection. The list of services gives a port in network byte order, which is how a sockaddr
 * wants it and not how people read it.
 *
 * What goes wrong without it: a null pointer from getservbyname() used unseen crashes on the first
 * name that the list does not have. The same name may have a port over UDP alone (ntp), so the
 * protocol is part of the question. s_port passed through htons() once more asks for another port.
 * A socket is of one family: made for IPv4 it cannot reach a host that has only IPv6.
 *
 * Where systems differ:
 * - The list is /etc/services on Unix, and may be missing on a small system; nothing tells a
 * missing list from a missing name.
 * - After a connect() that failed the socket's state is unspecified: a new one is made for the next
 *   address.
 * - The result of getservbyname() lies in static memory: the port is taken out at once. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
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
#include <unistd.h>

static const char program[] = "service-connect";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s HOST SERVICE\n"
          "Looks up the port of a service and connects to it over TCP.\n"
          "  HOST     name or address\n"
          "  SERVICE  a name of the system's list: http, www, ...\n",
          program);
}

/* The words are the user's own, but they may have come from elsewhere by a script: only printable
 * octets go to the terminal as they are. */
static void print_word(FILE *stream, const char *word) {
  for (; *word != '\0'; word++) {
    unsigned char octet = (unsigned char)*word;
    if (octet >= 0x20 && octet < 0x7f) {
      putc(octet, stream);
    } else {
      fprintf(stream, "\\x%02x", octet);
    }
  }
}

/* A line is begun when a step begins, and seen at once: connecting may take a while. */
static void begin_step(const char *what) {
  printf("%s ... ", what);
  fflush(stdout);
}

static void end_step(bool done) {
  printf("%s\n", done ? "done" : "failed");
}

static struct addrinfo *resolve(const char *host) {
  struct addrinfo hints, *addresses;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  int status = getaddrinfo(host, NULL, &hints, &addresses);
  if (status == 0) return addresses;
  fprintf(stderr, "%s: ", program);
  print_word(stderr, host);
  fprintf(stderr, ": %s\n", status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
  return NULL;
}

static int open_socket(const struct addrinfo *address) {
  return socket(address->ai_family, address->ai_socktype, address->ai_protocol);
}

/* The port in network byte order; -1 where the list has no such service. */
static int look_up(const char *service) {
  const struct servent *entry = getservbyname(service, "tcp");
  return entry != NULL ? entry->s_port & 0xffff : -1;
}

static void tell_unknown(const char *service) {
  fprintf(stderr, "%s: ", program);
  print_word(stderr, service);
  fprintf(stderr, "/tcp: no such service in the system's list\n");
}

/* Both families have a port, each in a place of its own. */
static void set_port(struct sockaddr_storage *address, in_port_t network_port) {
  if (address->ss_family == AF_INET6) {
    ((struct sockaddr_in6 *)address)->sin6_port = network_port;
  } else {
    ((struct sockaddr_in *)address)->sin_port = network_port;
  }
}

/* Begins with a socket for the first of the addresses; each further one has a new one. The
 * connected socket, or -1, and then `failures` says what was wrong with each. */
static int connect_to_any(int channel, const struct addrinfo *addresses, in_port_t network_port,
                          char *failures, size_t room) {
  size_t length = 0;
  for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
    struct sockaddr_storage address;
    memset(&address, 0, sizeof address);
    memcpy(&address, a->ai_addr, a->ai_addrlen);
    set_port(&address, network_port);
    if (channel < 0) channel = open_socket(a);
    if (channel >= 0 && connect(channel, (struct sockaddr *)&address, a->ai_addrlen) == 0)
      return channel;
    const char *reason = strerror(errno);
    char host[64] = "?";
    getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    int wanted = snprintf(failures + length, room - length, "%s%s port %u: %s",
                          length > 0 ? "; " : "", host, (unsigned)ntohs(network_port), reason);
    if (wanted > 0) length += (size_t)wanted < room - length ? (size_t)wanted : room - length - 1;
    if (channel >= 0) close(channel);
    channel = -1;
  }
  return -1;
}

/* The three steps. False when one did not work, and that has been told. */
static bool run_steps(const struct addrinfo *addresses, const char *service) {
  begin_step("Creating socket");
  int channel = open_socket(addresses);
  int reason = errno;
  end_step(channel >= 0);
  if (channel < 0) {
    fprintf(stderr, "%s: socket: %s\n", program, strerror(reason));
    return false;
  }

  begin_step("Looking up port number");
  int network_port = look_up(service);
  end_step(network_port >= 0);
  if (network_port < 0) {
    tell_unknown(service);
    close(channel);
    return false;
  }

  char what[64], failures[1024] = "";
  snprintf(what, sizeof what, "Connecting to remote host on port %u",
           (unsigned)ntohs((in_port_t)network_port));
  begin_step(what);
  channel = connect_to_any(channel, addresses, (in_port_t)network_port, failures, sizeof failures);
  end_step(channel >= 0);
  if (channel < 0) {
    fprintf(stderr, "%s: %s\n", program, failures);
    return false;
  }
  close(channel);
  return true;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  signal(SIGPIPE, SIG_IGN); /* a reader of stdout that is gone is an error of printf() */
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") != 0) continue;
    print_usage(stdout);
    return finish_output();
  }
  if (argc != 3 || argv[1][0] == '\0' || argv[1][0] == '-' || argv[2][0] == '\0' ||
      argv[2][0] == '-') {
    print_usage(stderr);
    return 2;
  }
  struct addrinfo *addresses = resolve(argv[1]);
  if (addresses == NULL) return EXIT_FAILURE;
  bool connected = run_steps(addresses, argv[2]);
  freeaddrinfo(addresses);
  return connected ? finish_output() : EXIT_FAILURE;
}
