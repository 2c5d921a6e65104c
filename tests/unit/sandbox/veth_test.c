/* The sandbox's second network, where a subject lives behind a wire: what passes the wire, what is
 * captured of it, and that nothing else is shared. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/capture.h"
#include "inside.h"

enum { PORT = 7000, LIMIT_MS = 10000 };

static struct sockaddr_in at_ipv4(const char *address, uint16_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = inet_addr(address)};
}

/* A socket of that type at an address of this network; -1 with errno. */
static int open_at(int type, const char *address) {
  const struct sockaddr_in at = at_ipv4(address, PORT);
  const int fd = socket(AF_INET, type, 0);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) == 0) return fd;
  const int reason = errno;
  close(fd);
  errno = reason;
  return -1;
}

static bool has_address_ipv6(const char *address) {
  struct sockaddr_in6 at = {.sin6_family = AF_INET6};
  const int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  const bool has = fd >= 0 && inet_pton(AF_INET6, address, &at.sin6_addr) == 1 &&
                   bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
  if (fd >= 0) close(fd);
  return has;
}

/* --- at the far end --------------------------------------------------------------------------- */

static const char *loopback_is_another(void) {
  const struct sockaddr_in at = at_ipv4("127.0.0.1", PORT);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return "socket";
  const bool refused =
      connect(fd, (const struct sockaddr *)&at, sizeof at) != 0 && errno == ECONNREFUSED;
  close(fd);
  return refused ? NULL : "the near end's loopback can be reached";
}

static const char *subject_speaks(const struct sandbox *sandbox) {
  const struct sockaddr_in peer = at_ipv4(SANDBOX_TAP_PEER_IPV4, PORT);
  if (open_at(SOCK_DGRAM, SANDBOX_TAP_PEER_IPV4) >= 0) return "the peer's address is here, too";
  const int fd = open_at(SOCK_DGRAM, SANDBOX_TAP_SUBJECT_IPV4);
  if (fd < 0) return "the subject's address is not there";
  if (sandbox->has_ipv6 && !has_address_ipv6(SANDBOX_TAP_SUBJECT_IPV6))
    return "the subject's address of IPv6 is not there";
  const bool sent = sendto(fd, "ping", 4, 0, (const struct sockaddr *)&peer, sizeof peer) == 4;
  close(fd);
  return sent ? loopback_is_another() : "the datagram is not taken";
}

/* --- at the near end -------------------------------------------------------------------------- */

static void count_ping(void *context, const struct packet *packet) {
  int *count = context;
  const struct span octets = packet->bytes;
  *count += octets.len >= 4 && memcmp(octets.bytes + octets.len - 4, "ping", 4) == 0;
}

static const char *is_captured_once(struct capture *capture) {
  struct pollfd readable = {.fd = capture_fd(capture), .events = POLLIN};
  int pings = 0;
  if (capture_send_sentinels(capture, NULL) != ERR_OK) return "capture_send_sentinels";
  while (capture_sentinels_due(capture) > 0) {
    if (poll(&readable, 1, LIMIT_MS) != 1) return "the sentinels were not captured";
    if (capture_read(capture, count_ping, &pings, NULL) != ERR_OK) return "capture_read";
  }
  return pings == 1 ? NULL : "the datagram is not captured once, before the sentinels";
}

static const char *comes_from_the_subject(int peer) {
  char octets[16];
  struct sockaddr_in from = {0};
  socklen_t len = sizeof from;
  struct pollfd came = {.fd = peer, .events = POLLIN};
  if (poll(&came, 1, LIMIT_MS) != 1) return "the datagram does not come to the peer";
  if (recvfrom(peer, octets, sizeof octets, 0, (struct sockaddr *)&from, &len) != 4)
    return "what came is not what was sent";
  const bool subject = from.sin_addr.s_addr == inet_addr(SANDBOX_TAP_SUBJECT_IPV4);
  return subject ? NULL : "it does not come from the subject's address";
}

static const char *a_datagram_passes_the_wire(const struct sandbox *sandbox) {
  const struct sandbox_limits far = {.far = true};
  const struct capture_options options = {
      .interface = "any", .both_directions = true, .filter = "udp"};
  struct capture *capture;
  if (sandbox->far_network <= 0 || !sandbox_has_wire(sandbox)) return "there is no second network";
  if (open_at(SOCK_DGRAM, SANDBOX_TAP_SUBJECT_IPV4) >= 0) return "the subject's address is here";
  const int peer = open_at(SOCK_DGRAM, SANDBOX_TAP_PEER_IPV4);
  const int listener = open_at(SOCK_STREAM, "127.0.0.1");
  if (peer < 0 || listener < 0 || listen(listener, 1) != 0) return "the near end";
  if (capture_open(&capture, &options, NULL) != ERR_OK) return "capture_open";
  const char *wrong = inside_subject(sandbox, &far, subject_speaks);
  if (wrong == NULL) wrong = comes_from_the_subject(peer);
  if (wrong == NULL) wrong = is_captured_once(capture);
  capture_close(capture);
  close(listener);
  close(peer);
  return wrong;
}

static const char *an_ordinary_subject_is_near(const struct sandbox *sandbox) {
  (void)sandbox;
  return open_at(SOCK_DGRAM, SANDBOX_TAP_PEER_IPV4) >= 0 ? NULL : "it is not in the near network";
}

static const char *only_who_shall_is_far(const struct sandbox *sandbox) {
  const struct sandbox_limits near = {0};
  return inside_subject(sandbox, &near, an_ordinary_subject_is_near);
}

static void a_wire_is_between_two_networks(void **state) {
  (void)state;
  const struct sandbox_options options = {.host_name = "proof", .veth = true};
  assert_inside(SANDBOX_USER_NAMESPACE, &options, a_datagram_passes_the_wire);
  assert_inside(SANDBOX_USER_NAMESPACE, &options, only_who_shall_is_far);
}

static const char *there_is_no_wire(const struct sandbox *sandbox) {
  return sandbox_has_wire(sandbox) ? "there is a wire that nobody asked for" : NULL;
}

static void elsewhere_is_no_wire(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, there_is_no_wire);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_wire_is_between_two_networks),
      cmocka_unit_test(elsewhere_is_no_wire),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
