/* The wire of a stack of the subject's own: the sandbox's tap device, and what is captured of it;
 * and the addresses that texts of a case name. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/capture.h"
#include "inside.h"
#include "sandbox/sandbox_addresses.h"
#include "sandbox/sandbox_linux.h"

/* --- addresses -------------------------------------------------------------------------------- */

static void assert_fills(bool tap, const char *text, const char *expected) {
  struct text filled = TEXT_INIT(256);
  sandbox_fill_addresses(tap ? &sandbox_on_wire : &sandbox_on_loopback, text, &filled);
  assert_string_equal(text_chars(&filled), expected);
  text_free(&filled);
}

static void addresses_are_those_of_the_network(void **state) {
  (void)state;
  assert_fills(false, "{peer} a {peer2}\n[{peer6}]:1 {peer2_6}",
               "127.0.0.1 a 127.0.0.2\n[::1]:1 fd00:50::2");
  assert_fills(true, "{peer} a {peer2}\n[{peer6}]:1 {peer2_6}",
               "203.0.113.1 a 203.0.113.3\n[fd00:51::1]:1 fd00:51::3");
  assert_fills(true, "{subject}{subject2}{subject6}{subject2_6}",
               "203.0.113.2203.0.113.4fd00:51::2fd00:51::4");
  assert_fills(true, "", "");
  const struct sandbox_places board = {.subject = "192.0.2.10", .peer = "192.0.2.1"};
  struct text filled = TEXT_INIT(256);
  sandbox_fill_addresses(&board, "{subject} {peer} {peer2} {peer6}", &filled);
  assert_string_equal(text_chars(&filled), "192.0.2.10 192.0.2.1 {peer2} {peer6}");
  text_free(&filled);
}

static void other_braces_stay(void **state) {
  (void)state;
  assert_fills(true, "{ {} {peers} {{peer} {peer", "{ {} {peers} {203.0.113.1 {peer");
}

static void a_second_address_is_seen_to_be_wanted(void **state) {
  (void)state;
  assert_true(sandbox_wants_second_address("[{subject2_6}]:80"));
  assert_false(sandbox_wants_second_address("{subject}:80"));
  assert_false(sandbox_wants_second_address(NULL));
}

/* --- the wire --------------------------------------------------------------------------------- */

enum { PORT = 7000, FRAME_LEN = 14 + 20 + 8 + 4, LIMIT_MS = 10000 };

/* "ping" from the subject's address to the peer's: Ethernet, IPv4 without options, UDP without a
 * checksum. */
static const unsigned char FRAME[FRAME_LEN] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,  0,  0,    0,    0,   2,   0x08, 0x00, 0x45, 0,
    0,    32,   0,    1,    0,    0,    64, 17, 0x02, 0xc8, 203, 0,   113,  2,    203,  0,
    113,  1,    0x1b, 0x59, 0x1b, 0x58, 0,  12, 0,    0,    'p', 'i', 'n',  'g'};

static void count_ping(void *context, const struct packet *packet) {
  int *count = context;
  const struct span octets = packet->bytes;
  *count += octets.len >= 4 && memcmp(octets.bytes + octets.len - 4, "ping", 4) == 0;
}

static const char *read_to_the_sentinels(struct capture *capture, int *pings) {
  struct pollfd readable = {.fd = capture_fd(capture), .events = POLLIN};
  while (capture_sentinels_due(capture) > 0) {
    if (poll(&readable, 1, LIMIT_MS) != 1) return "the sentinels were not captured";
    if (capture_read(capture, count_ping, pings, NULL) != ERR_OK) return "capture_read";
  }
  return NULL;
}

static int open_peer(void) {
  const struct sockaddr_in at = {.sin_family = AF_INET,
                                 .sin_port = htons(PORT),
                                 .sin_addr.s_addr = inet_addr(SANDBOX_TAP_PEER_IPV4)};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) == 0) return fd;
  close(fd);
  return -1;
}

static const char *a_frame_comes_through(const struct sandbox *sandbox) {
  struct capture *capture;
  const struct capture_options options = {
      .interface = "any", .both_directions = true, .filter = "udp"};
  int pings = 0;
  char octets[16];
  if (sandbox->tap_fd <= 0) return "there is no tap device";
  const int peer = open_peer();
  if (peer < 0) return "the peer's address is not there";
  if (capture_open(&capture, &options, NULL) != ERR_OK) return "capture_open";
  if (write(sandbox->tap_fd, FRAME, FRAME_LEN) != FRAME_LEN) return "the frame is not taken";
  struct pollfd came = {.fd = peer, .events = POLLIN};
  if (poll(&came, 1, LIMIT_MS) != 1) return "the frame does not come to the peer";
  if (recv(peer, octets, sizeof octets, 0) != 4) return "what came is not what was sent";
  if (capture_send_sentinels(capture, NULL) != ERR_OK) return "capture_send_sentinels";
  const char *wrong = read_to_the_sentinels(capture, &pings);
  capture_close(capture);
  close(peer);
  if (wrong == NULL && pings != 1) wrong = "the frame is not captured once, before the sentinels";
  return wrong;
}

static const char *names_are_of_the_wire(const struct sandbox *sandbox) {
  char text[4096];
  const int fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
  (void)sandbox;
  if (fd < 0) return "/etc/hosts";
  const ssize_t len = read(fd, text, sizeof text - 1);
  close(fd);
  text[len < 0 ? 0 : len] = '\0';
  const bool named = strstr(text, "\n" SANDBOX_TAP_PEER_IPV4 " peer.sockproof.test") != NULL;
  return named && strchr(text, '{') == NULL ? NULL : "the peer's name has another address";
}

static const char *a_second_device_is_refused(const struct sandbox *sandbox) {
  int tap_fd = 0;
  struct err err = {0};
  (void)sandbox;
  if (tap_set_up(false, &tap_fd, &err) == ERR_OK) return "the device was set up twice";
  return strstr(err.text, "its network has a " SANDBOX_TAP " already") != NULL ? NULL
                                                                               : "the reason";
}

static void skip_without_tun(void) {
  const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    print_message(
        "skipped: /dev/net/tun cannot be opened (%s): run as root, or allow it: chmod "
        "0666 /dev/net/tun\n",
        strerror(errno));
    skip();
  }
  close(fd);
}

static void the_tap_device_is_a_wire(void **state) {
  (void)state;
  skip_without_tun();
  const struct sandbox_options options = {.host_name = "proof", .tap = true};
  assert_inside(SANDBOX_USER_NAMESPACE, &options, a_frame_comes_through);
  assert_inside(SANDBOX_USER_NAMESPACE, &options, names_are_of_the_wire);
}

static void a_device_that_is_there_already_is_told(void **state) {
  (void)state;
  skip_without_tun();
  const struct sandbox_options options = {.host_name = "proof", .tap = true};
  assert_inside(SANDBOX_USER_NAMESPACE, &options, a_second_device_is_refused);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(addresses_are_those_of_the_network),
      cmocka_unit_test(other_braces_stay),
      cmocka_unit_test(a_second_address_is_seen_to_be_wanted),
      cmocka_unit_test(the_tap_device_is_a_wire),
      cmocka_unit_test(a_device_that_is_there_already_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
