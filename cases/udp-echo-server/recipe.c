/* udp-echo-server: sends each datagram back to where it came from, whole (RFC 862, UDP).
 *
 * What it shows: one socket on all addresses, and yet the reply leaves from the very address that
 * was asked. A datagram has no connection to remember that address: it has to be asked for
 * (IPV6_RECVPKTINFO and its kin), read beside each datagram, and given back with the reply.
 *
 * What goes wrong without it: on a host with two addresses the system answers from the one it likes
 * best, and a client that knows its peer (a connected socket, a firewall) throws the reply away. A
 * buffer of 1024 octets cuts longer datagrams without a word, and the echo is short. Taking a
 * length of 0 for the end, as on TCP, leaves empty datagrams without an answer. And two echo
 * servers that are introduced to each other by one forged datagram answer each other for ever (CERT
 * CA-1996-01).
 *
 * Where systems differ:
 * - IPv6 tells the address asked by IPV6_RECVPKTINFO (RFC 3542) everywhere, IPv4 by IP_RECVDSTADDR
 *   (BSDs) or IP_PKTINFO (Linux, macOS, Solaris). Where there is neither, the system chooses.
 * - An IPv6 socket takes IPv4 too, as ::ffff:a.b.c.d, where IPV6_V6ONLY can be switched off (not on
 *   OpenBSD); without that, or without IPv6, this server serves IPv4 alone.
 * - BSDs and macOS send no more than 9216 octets in a datagram unless SO_SNDBUF is larger. */
#define _GNU_SOURCE 1          /* struct in6_pktinfo on Linux */
#define __APPLE_USE_RFC_3542 1 /* IPV6_RECVPKTINFO on macOS */

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
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char program[] = "udp-echo-server";

enum { DATAGRAM_OCTETS_MAX = 65536, CONTROL_OCTETS_MAX = 256 };

/* --- Arguments --- */

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s [--port P]\n"
          "Sends each datagram back (RFC 862, UDP), until SIGINT or SIGTERM.\n"
          "  --port P  UDP port, 1 to 65535, on every IPv6 and IPv4 address (default 51423)\n",
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
  *port = 51423;
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
  sigemptyset(&stop.sa_mask);
  return pipe(stop_pipe) == 0 && set_nonblocking(stop_pipe[0]) && set_nonblocking(stop_pipe[1]) &&
         sigaction(SIGINT, &stop, NULL) == 0 && sigaction(SIGTERM, &stop, NULL) == 0;
}

/* --- The address that was asked. It comes in the control messages of recvmsg(), and goes back in
 * those of sendmsg(), made over in place. Each system has its own for IPv4. --- */

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

/* --- The socket --- */

/* Room for the largest datagram in each direction, where the system has set aside less. What it
 * then refuses is told when a datagram is too large for it. */
static void widen_buffer(int channel, int which) {
  int octets = 0, wanted = 2 * DATAGRAM_OCTETS_MAX;
  socklen_t size = sizeof octets;
  if (getsockopt(channel, SOL_SOCKET, which, &octets, &size) == 0 && octets < wanted) {
    (void)setsockopt(channel, SOL_SOCKET, which, &wanted, sizeof wanted);
  }
}

/* No SO_REUSEADDR: UDP has no TIME_WAIT, and with it two servers would share the port and take each
 * other's datagrams. */
static bool bind_to(int channel, const void *address, socklen_t size) {
  widen_buffer(channel, SO_RCVBUF);
  widen_buffer(channel, SO_SNDBUF);
  return set_nonblocking(channel) && bind(channel, address, size) == 0;
}

static int close_failed(int channel) {
  int reason = errno;
  close(channel);
  errno = reason;
  return -1;
}

/* One socket for both families. */
static int open_dual_stack(uint16_t port) {
  int channel = socket(AF_INET6, SOCK_DGRAM, 0);
  int off = 0;
  if (channel < 0) return -1;
  struct sockaddr_in6 any;
  memset(&any, 0, sizeof any);
  any.sin6_family = AF_INET6;
  any.sin6_addr = in6addr_any;
  any.sin6_port = htons(port);
  bool open = setsockopt(channel, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0 &&
              want_ipv6_destination(channel) && bind_to(channel, &any, sizeof any);
  return open ? channel : close_failed(channel);
}

static int open_ipv4(uint16_t port) {
  int channel = socket(AF_INET, SOCK_DGRAM, 0);
  if (channel < 0) return -1;
  struct sockaddr_in any;
  memset(&any, 0, sizeof any);
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_ANY);
  any.sin_port = htons(port);
  bool open = want_ipv4_destination(channel) && bind_to(channel, &any, sizeof any);
  return open ? channel : close_failed(channel);
}

/* A port that is taken or not allowed is the same in IPv4; anything else is a lack of IPv6. */
static int open_socket(uint16_t port) {
  int channel = open_dual_stack(port);
  if (channel >= 0 || errno == EADDRINUSE || errno == EACCES) return channel;
  return open_ipv4(port);
}

/* --- One datagram --- */

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

/* A datagram from one of the services that answer anything (echo, discard, daytime, chargen, time),
 * or from an echo server like this one, is a loop in the making: no reply. */
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

static void tell_peer(const struct msghdr *message, const char *what) {
  char host[64], port[8];
  if (getnameinfo(message->msg_name, message->msg_namelen, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    strcpy(host, "?");
    strcpy(port, "0");
  }
  bool mapped = strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') != NULL;
  fprintf(stderr, "%s: %s port %s: %s\n", program, mapped ? host + 7 : host, port, what);
}

enum waited { WAITED_READY, WAITED_STOP, WAITED_FAILED };

static enum waited wait_for(int channel, short events) {
  struct pollfd polled[] = {{.fd = stop_pipe[0], .events = POLLIN}, {channel, events, 0}};
  int ready;
  do {
    ready = poll(polled, 2, -1);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return WAITED_FAILED;
  return polled[0].revents != 0 ? WAITED_STOP : WAITED_READY;
}

/* A reply that cannot be sent concerns one client; the server goes on. */
static void send_reply(int channel, const struct msghdr *message) {
  while (sendmsg(channel, message, 0) < 0) {
    bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (!full) tell_peer(message, strerror(errno));
    if (!full || wait_for(channel, POLLOUT) != WAITED_READY) return;
  }
}

/* Errors of recvmsg() that pass: nothing there after all, news of an earlier reply that was not
 * wanted, a moment without memory. */
static bool is_passing(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ECONNREFUSED ||
         error == ECONNRESET || error == EHOSTUNREACH || error == ENETUNREACH || error == ENOBUFS ||
         error == ENOMEM;
}

/* False with errno when the socket is of no more use. */
static bool echo_datagram(int channel, uint16_t own_port) {
  static uint8_t datagram[DATAGRAM_OCTETS_MAX];
  union {
    struct cmsghdr aligned;
    uint8_t octets[CONTROL_OCTETS_MAX];
  } control;
  struct sockaddr_storage source;
  memset(&source, 0, sizeof source);
  struct iovec part = {.iov_base = datagram, .iov_len = sizeof datagram};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_name = &source;
  message.msg_namelen = sizeof source;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  ssize_t got = recvmsg(channel, &message, 0);
  if (got < 0) return is_passing(errno);
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    tell_peer(&message, "datagram too long to be echoed whole");
    return true;
  }
  if (is_loop(&source, own_port)) return true;
  part.iov_len = (size_t)got; /* 0 is a datagram like any other */
  turn_control(&message);
  message.msg_flags = 0;
  send_reply(channel, &message);
  return true;
}

static bool serve(int channel, uint16_t own_port) {
  enum waited waited;
  while ((waited = wait_for(channel, POLLIN)) == WAITED_READY) {
    if (!echo_datagram(channel, own_port)) return false;
  }
  return waited == WAITED_STOP;
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
  int channel = open_socket(port);
  if (channel < 0) {
    fprintf(stderr, "%s: port %u of every address: %s\n", program, (unsigned)port, strerror(errno));
    return EXIT_FAILURE;
  }
  bool stopped = serve(channel, port);
  if (!stopped) {
    fprintf(stderr, "%s: port %u: %s\n", program, (unsigned)port, strerror(errno));
  }
  close(channel);
  return stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}
