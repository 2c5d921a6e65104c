/* daytime-server: says the date and time in words to whoever asks, over TCP and UDP at once (RFC
 * 867).
 *
 * What it shows: one process serves two transports with one poll(). What a client says makes no
 * difference: it is thrown away, and the answer is one line for a person to read.
 *
 * What goes wrong without it: a server that waits for the client to say something first tells a TCP
 * client nothing; one that closes while octets of the client lie unread resets the connection, and
 * the line may be lost on its way; tm_year printed as it is makes this year 126; a line sent with
 * its terminating NUL puts an octet on the terminal that is no text; one that answers every
 * datagram plays ping-pong with an echo server for ever, once somebody forges a datagram from there
 * (CERT CA-1996-01).
 *
 * Where systems differ:
 * - strftime() speaks the language of the system where setlocale() was called; it is not here, so
 *   that names are English and the octets ASCII everywhere.
 * - A socket from accept() inherits O_NONBLOCK on the BSDs and macOS, not on Linux: it is set here.
 * - IPv6 tells the address asked by IPV6_RECVPKTINFO (RFC 3542) everywhere, IPv4 by IP_RECVDSTADDR
 *   (BSDs) or IP_PKTINFO (Linux, macOS, Solaris). Where there is neither, the system chooses the
 *   source of a reply.
 * - An IPv6 socket takes IPv4 too, as ::ffff:a.b.c.d, where IPV6_V6ONLY can be switched off (not on
 *   OpenBSD); without that, or without IPv6, this server serves IPv4 alone.
 * - MSG_NOSIGNAL is not everywhere: SIGPIPE is ignored instead. */
#define _GNU_SOURCE 1          /* struct in6_pktinfo on Linux */
#define __APPLE_USE_RFC_3542 1 /* IPV6_RECVPKTINFO on macOS */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "daytime-server";

enum {
  LINE_OCTETS_MAX = 128,
  CLIENTS_MAX = 64, /* that have the line and have not ended yet; one more ends the oldest */
  BACKLOG = 64,
  LEAVING_MS = 2000, /* a client may take so long to end, after it was told the time */
  RETRY_MS = 200,    /* after accept() failed for want of descriptors or memory */
  CONTROL_OCTETS_MAX = 256
};

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--port P]\n"
          "Says date and time (RFC 867) over TCP and UDP, until SIGINT or SIGTERM.\n"
          "  --port P  port, 1 to 65535, on every IPv6 and IPv4 address (default 13)\n",
          program);
}

/* Digits only: atoi() would take "12x" for 12, and strtol() " +12". 0 where it is no port. */
static uint16_t parse_port(const char *text) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0') return 0;
  long port = strtol(text, NULL, 10);
  return port <= 65535 ? (uint16_t)port : 0;
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_arguments(int argc, char **argv, uint16_t *port) {
  *port = 13;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return PARSED_HELP;
    if (strcmp(argv[i], "--port") != 0 || i + 1 == argc) return PARSED_WRONG;
    *port = parse_port(argv[++i]);
    if (*port == 0) return PARSED_WRONG;
  }
  return PARSED_RUN;
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

static bool catch_signals(void) {
  struct sigaction stop = {.sa_handler = ask_to_stop};
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigemptyset(&stop.sa_mask);
  sigemptyset(&ignore.sa_mask);
  return pipe(stop_pipe) == 0 && set_nonblocking(stop_pipe[0]) && set_nonblocking(stop_pipe[1]) &&
         sigaction(SIGINT, &stop, NULL) == 0 && sigaction(SIGTERM, &stop, NULL) == 0 &&
         sigaction(SIGPIPE, &ignore, NULL) == 0; /* a client that is gone is an error of send() */
}

/* --- What is said: the line, and how many octets it has; none where the clock does not work, and
 * then there is no answer. RFC 867 has no format; this is the first that it calls popular, with an
 * end of line as the network writes it. --- */

static size_t say_time(char line[LINE_OCTETS_MAX]) {
  time_t now = time(NULL);
  struct tm utc;
  if (now == (time_t)-1 || gmtime_r(&now, &utc) == NULL) return 0;
  return strftime(line, LINE_OCTETS_MAX, "%A, %B %d, %Y %H:%M:%S-UTC\r\n", &utc);
}

/* --- The address that a datagram was sent to. It comes in the control messages of recvmsg(), and
 * goes back in those of sendmsg(), made over in place. Each system has its own for IPv4. --- */

#if defined(IP_RECVDSTADDR) && defined(IP_SENDSRCADDR)
static bool want_ipv4_destination(int channel) {
  int on = 1;
  return setsockopt(channel, IPPROTO_IP, IP_RECVDSTADDR, &on, sizeof on) == 0;
}

static bool turn_ipv4_destination(struct cmsghdr *message) {
  if (message->cmsg_level != IPPROTO_IP || message->cmsg_type != IP_RECVDSTADDR) return false;
  message->cmsg_type = IP_SENDSRCADDR;
  return true;
}
#elif defined(IP_PKTINFO)
static bool want_ipv4_destination(int channel) {
  int on = 1;
  return setsockopt(channel, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) == 0;
}

static bool turn_ipv4_destination(struct cmsghdr *message) {
  if (message->cmsg_level != IPPROTO_IP || message->cmsg_type != IP_PKTINFO) return false;
  struct in_pktinfo info;
  memcpy(&info, CMSG_DATA(message), sizeof info);
  info.ipi_spec_dst = info.ipi_addr; /* the source of the reply */
  info.ipi_ifindex = 0;              /* the way back is the routing table's to choose */
  memcpy(CMSG_DATA(message), &info, sizeof info);
  return true;
}
#else
static bool want_ipv4_destination(int channel) {
  (void)channel;
  return true;
}

static bool turn_ipv4_destination(struct cmsghdr *message) {
  (void)message;
  return false;
}
#endif

#if defined(IPV6_RECVPKTINFO) && defined(IPV6_PKTINFO)
static bool want_ipv6_destination(int channel) {
  int on = 1;
  return setsockopt(channel, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) == 0;
}

static bool turn_ipv6_destination(struct cmsghdr *message) {
  if (message->cmsg_level != IPPROTO_IPV6 || message->cmsg_type != IPV6_PKTINFO) return false;
  struct in6_pktinfo info;
  memcpy(&info, CMSG_DATA(message), sizeof info);
  if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) info.ipi6_ifindex = 0; /* as for IPv4 */
  memcpy(CMSG_DATA(message), &info, sizeof info);
  return true;
}
#else
static bool want_ipv6_destination(int channel) {
  (void)channel;
  return true;
}

static bool turn_ipv6_destination(struct cmsghdr *message) {
  (void)message;
  return false;
}
#endif

/* --- The two sockets --- */

/* SO_REUSEADDR, for TCP alone: connections of the last run, in TIME_WAIT, do not keep the port, and
 * two servers cannot listen all the same. Two servers over UDP would share the port. */
static bool start(int channel, int type, const void *address, socklen_t size) {
  int on = 1;
  if (!set_nonblocking(channel)) return false;
  if (type == SOCK_DGRAM) return bind(channel, address, size) == 0;
  return setsockopt(channel, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
         bind(channel, address, size) == 0 && listen(channel, BACKLOG) == 0;
}

static int close_failed(int channel) {
  int reason = errno;
  close(channel);
  errno = reason;
  return -1;
}

/* One socket for both families. */
static int open_dual_stack(int type, uint16_t port) {
  int channel = socket(AF_INET6, type, 0);
  int off = 0;
  if (channel < 0) return -1;
  struct sockaddr_in6 any;
  memset(&any, 0, sizeof any);
  any.sin6_family = AF_INET6;
  any.sin6_addr = in6addr_any;
  any.sin6_port = htons(port);
  bool open = setsockopt(channel, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0 &&
              (type == SOCK_STREAM || want_ipv6_destination(channel)) &&
              start(channel, type, &any, sizeof any);
  return open ? channel : close_failed(channel);
}

static int open_ipv4(int type, uint16_t port) {
  int channel = socket(AF_INET, type, 0);
  if (channel < 0) return -1;
  struct sockaddr_in any;
  memset(&any, 0, sizeof any);
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_ANY);
  any.sin_port = htons(port);
  bool open = (type == SOCK_STREAM || want_ipv4_destination(channel)) &&
              start(channel, type, &any, sizeof any);
  return open ? channel : close_failed(channel);
}

/* A port that is taken or not allowed is the same in IPv4; anything else is a lack of IPv6. */
static int open_socket(int type, uint16_t port) {
  int channel = open_dual_stack(type, port);
  if (channel < 0 && errno != EADDRINUSE && errno != EACCES) channel = open_ipv4(type, port);
  if (channel >= 0) return channel;
  fprintf(stderr, "%s: %s port %u of every address: %s\n", program,
          type == SOCK_STREAM ? "TCP" : "UDP", (unsigned)port, strerror(errno));
  return -1;
}

static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* --- UDP --- */

static uint16_t port_of(const struct sockaddr_storage *address) {
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
  if (address->ss_family == AF_INET) {
    memcpy(&ipv4, address, sizeof ipv4);
    return ntohs(ipv4.sin_port);
  }
  memcpy(&ipv6, address, sizeof ipv6);
  return ntohs(ipv6.sin6_port);
}

/* A datagram from one of the services that answer anything (echo, daytime, quote of the day,
 * chargen, time), or from a server like this one, is a loop in the making: no reply. */
static bool is_loop(const struct sockaddr_storage *source, uint16_t own_port) {
  static const uint16_t answering[] = {7, 13, 17, 19, 37};
  uint16_t port = port_of(source);
  for (size_t i = 0; i < sizeof answering / sizeof answering[0]; i++) {
    if (port == answering[i]) return true;
  }
  return port == own_port;
}

/* Makes the address that was asked the source of the reply. It is the only thing that was asked
 * for, so it is the first and only control message. */
static void turn_control(struct msghdr *message) {
  struct cmsghdr *destination = CMSG_FIRSTHDR(message);
  if (destination != NULL &&
      (turn_ipv4_destination(destination) || turn_ipv6_destination(destination))) {
    return;
  }
  message->msg_control = NULL; /* not told: the system chooses */
  message->msg_controllen = 0;
}

/* Whatever the datagram says, the answer is the line, once. What cannot be sent is lost, as any
 * datagram may be; the client asks again. */
static void answer_datagram(int channel, uint16_t own_port) {
  union {
    struct cmsghdr aligned;
    uint8_t octets[CONTROL_OCTETS_MAX];
  } control;
  struct sockaddr_storage source;
  char line[LINE_OCTETS_MAX]; /* what the question has beyond it is cut off, and not needed */
  memset(&source, 0, sizeof source);
  struct iovec part = {.iov_base = line, .iov_len = sizeof line};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_name = &source;
  message.msg_namelen = sizeof source;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  /* An error is news of an earlier reply that was not wanted, or a moment without memory. */
  if (recvmsg(channel, &message, 0) < 0 || is_loop(&source, own_port)) return;
  part.iov_len = say_time(line);
  if (part.iov_len == 0) return;
  turn_control(&message);
  message.msg_flags = 0;
  if (sendmsg(channel, &message, 0) < 0 && !is_passing(errno))
    fprintf(stderr, "%s: reply to a datagram: %s\n", program, strerror(errno));
}

/* --- TCP. A client has the line at once; then its end is awaited, for a while, and what it sends
 * is thrown away: a close() with octets unread would reset the connection. --- */

struct client {
  int channel;
  int64_t deadline_ms;
};

static struct client clients[CLIENTS_MAX]; /* the oldest first */
static size_t client_count;

static int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void end_client(size_t index) {
  close(clients[index].channel);
  client_count--;
  memmove(&clients[index], &clients[index + 1], (client_count - index) * sizeof clients[0]);
}

/* The send buffer of a new connection has room for one line: send() takes them all, or the
 * connection is broken. */
static void serve_client(int channel) {
  char line[LINE_OCTETS_MAX];
  size_t count = say_time(line);
  bool told = set_nonblocking(channel) && send(channel, line, count, 0) == (ssize_t)count;
  if (!told || shutdown(channel, SHUT_WR) != 0) {
    close(channel);
    return;
  }
  if (client_count == CLIENTS_MAX) end_client(0);
  clients[client_count++] = (struct client){channel, monotonic_ms() + LEAVING_MS};
}

/* False when the system has no descriptor or memory left: trying again at once would be a loop. */
static bool accept_client(int listener) {
  static bool told; /* once, not at every try */
  int channel = accept(listener, NULL, NULL);
  if (channel >= 0) {
    told = false;
    serve_client(channel);
    return true;
  }
  if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return true;
  if (!told) fprintf(stderr, "%s: accept: %s\n", program, strerror(errno));
  told = true;
  return false;
}

/* Throws away what is there. False when the client has ended, or is gone. */
static bool discard_input(int channel) {
  uint8_t ignored[4096];
  ssize_t got = recv(channel, ignored, sizeof ignored, 0);
  return got > 0 || (got < 0 && is_passing(errno));
}

/* From the last to the first, so that the places of those before do not change. */
static void end_clients(const struct pollfd *polled) {
  int64_t now_ms = monotonic_ms();
  for (size_t i = client_count; i-- > 0;) {
    bool stays = polled[i].revents == 0 || discard_input(clients[i].channel);
    if (!stays || clients[i].deadline_ms <= now_ms) end_client(i);
  }
}

/* --- Both --- */

/* Until the first client's time is up, or accept() is to be tried again; -1: for ever. */
static int wait_ms(bool may_accept) {
  int64_t left_ms = client_count > 0 ? clients[0].deadline_ms - monotonic_ms() : LEAVING_MS;
  if (!may_accept && left_ms > RETRY_MS) left_ms = RETRY_MS;
  if (may_accept && client_count == 0) return -1;
  return left_ms > 0 ? (int)left_ms : 0;
}

/* Serves until a signal asks it to stop. False with errno when poll() itself fails. */
static bool serve(int listener, int datagrams, uint16_t own_port) {
  static struct pollfd polled[CLIENTS_MAX + 3];
  bool may_accept = true;
  for (;;) {
    size_t count = client_count;
    for (size_t i = 0; i < count; i++)
      polled[i] = (struct pollfd){.fd = clients[i].channel, .events = POLLIN};
    struct pollfd *own = &polled[count];
    own[0] = (struct pollfd){.fd = stop_pipe[0], .events = POLLIN};
    own[1] = (struct pollfd){.fd = datagrams, .events = POLLIN};
    own[2] = (struct pollfd){.fd = listener, .events = POLLIN};
    int ready = poll(polled, (nfds_t)count + (may_accept ? 3 : 2), wait_ms(may_accept));
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 0) continue;
    if (own[0].revents != 0) return true;
    end_clients(polled);
    if (own[1].revents != 0) answer_datagram(datagrams, own_port);
    may_accept = !may_accept || own[2].revents == 0 || accept_client(listener);
  }
}

int main(int argc, char **argv) {
  uint16_t port;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  enum parsed parsed = parse_arguments(argc, argv, &port);
  if (parsed != PARSED_RUN) print_usage(parsed == PARSED_HELP ? stdout : stderr);
  if (parsed != PARSED_RUN) return parsed == PARSED_HELP ? EXIT_SUCCESS : 2;
  if (!catch_signals()) {
    fprintf(stderr, "%s: signals: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  /* UDP first: who sees that TCP is listened on may ask over either. */
  int datagrams = open_socket(SOCK_DGRAM, port);
  int listener = datagrams >= 0 ? open_socket(SOCK_STREAM, port) : -1;
  if (listener < 0) return EXIT_FAILURE;
  bool stopped = serve(listener, datagrams, port);
  if (!stopped) fprintf(stderr, "%s: poll: %s\n", program, strerror(errno));
  while (client_count > 0)
    end_client(0);
  close(datagrams);
  close(listener);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
