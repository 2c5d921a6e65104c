/* Whose a packet is on a loopback that others use: the case's by address, port and protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/icmp.h"
#include "proto/link.h"
#include "run/play/shared_capture.h"

enum { OURS = 20004, THEIRS = 40000, CLIENT = 40001, PACKET_MAX = 256 };

static struct ip_address address(const char *text) {
  struct ip_address parsed = {0};
  assert_true(ip_address_parse(text, &parsed));
  return parsed;
}

/* A loopback's, with an Ethernet header. */
struct made {
  uint8_t octets[PACKET_MAX];
  struct span packet;
};

static void frame(struct made *made, struct ip_header ip, struct span payload) {
  struct writer writer = writer_over(made->octets, sizeof made->octets);
  for (int i = 0; i < 12; i++)
    writer_u8(&writer, 0);
  writer_u16(&writer, ip.version == IP_V6 ? 0x86dd : 0x0800);
  ip.hop_limit = 64;
  ip_encode(&writer, &ip, payload.len);
  writer_span(&writer, payload);
  assert_false(writer.failed);
  made->packet = writer_written(&writer);
}

static struct ip_header between(const char *from, const char *to, uint8_t protocol) {
  struct ip_header ip = {.source = address(from), .destination = address(to), .protocol = protocol};
  ip.version = ip.source.family;
  return ip;
}

/* All that is looked at of a transport is its ports: a UDP header stands for both. */
static struct span ports(uint8_t octets[static 12], uint16_t from, uint16_t to) {
  const uint8_t header[12] = {
      (uint8_t)(from >> 8), (uint8_t)from, (uint8_t)(to >> 8), (uint8_t)to, 0, 12};
  memcpy(octets, header, sizeof header);
  return span_of(octets, sizeof header);
}

static void make(struct made *made, struct ip_header ip, uint16_t from, uint16_t to) {
  uint8_t octets[12];
  frame(made, ip, ports(octets, from, to));
}

static struct shared_places case_at(const char *where, uint8_t protocol) {
  struct shared_places places = {.count = 0};
  const struct endpoint at = {.address = address(where), .port = OURS};
  shared_places_add(&places, &at, protocol);
  assert_int_equal(places.count, 1);
  return places;
}

static bool concerns(struct shared_places *places, const struct made *made) {
  return shared_capture_concerns(places, LINK_ETHERNET, made->packet);
}

static void test_a_port_is_the_cases_at_its_address_and_protocol_alone(void **state) {
  (void)state;
  static const struct {
    const char *from, *to;
    uint8_t protocol;
    uint16_t from_port, to_port;
    bool concerns;
  } rows[] = {
      {"::1", "::1", IP_PROTO_UDP, CLIENT, OURS, true},
      {"::1", "::1", IP_PROTO_UDP, OURS, CLIENT, true},
      {"::1", "::1", IP_PROTO_UDP, CLIENT, THEIRS, false},
      {"127.0.0.1", "127.0.0.1", IP_PROTO_UDP, OURS, THEIRS, false}, /* of the other version */
      {"127.0.0.1", "127.0.0.1", IP_PROTO_UDP, THEIRS, OURS, false},
      {"::1", "::1", IP_PROTO_TCP, OURS, THEIRS, false},               /* over the other protocol */
      {"fd00:50::2", "fd00:50::2", IP_PROTO_UDP, THEIRS, OURS, false}, /* at another address */
  };
  struct made made;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct shared_places places = case_at("::1", IP_PROTO_UDP);
    make(&made, between(rows[i].from, rows[i].to, rows[i].protocol), rows[i].from_port,
         rows[i].to_port);
    if (concerns(&places, &made) != rows[i].concerns) fail_msg("row %zu", i);
  }
  struct shared_places both = case_at("::1", 0);
  make(&made, between("::1", "::1", IP_PROTO_TCP), OURS, CLIENT);
  assert_true(concerns(&both, &made));
}

static void test_an_icmp_error_is_whose_packet_it_quotes(void **state) {
  (void)state;
  static const struct {
    uint16_t to;
    bool concerns;
  } rows[] = {{OURS, true}, {THEIRS, false}};
  for (size_t i = 0; i < 2; i++) {
    struct shared_places places = case_at("127.0.0.1", IP_PROTO_UDP);
    struct made quoted, made;
    uint8_t octets[PACKET_MAX];
    make(&quoted, between("127.0.0.1", "127.0.0.1", IP_PROTO_UDP), CLIENT, rows[i].to);
    const struct ip_header ip = between("127.0.0.1", "127.0.0.1", IP_PROTO_ICMP);
    struct writer writer = writer_over(octets, sizeof octets);
    icmp_encode_error(&writer, &ip, ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, 0,
                      span_part(quoted.packet, LINK_ETHERNET_HEADER_LEN, SIZE_MAX));
    frame(&made, ip, writer_written(&writer));
    assert_int_equal(concerns(&places, &made), rows[i].concerns);
  }
}

static void test_a_fragment_is_its_datagrams(void **state) {
  (void)state;
  struct shared_places places = case_at("127.0.0.1", IP_PROTO_UDP);
  struct made made;
  struct ip_header ip = between("127.0.0.1", "127.0.0.1", IP_PROTO_UDP);
  ip.fragmented = ip.more_fragments = true;
  ip.identification = 7;
  make(&made, ip, CLIENT, OURS);
  assert_true(concerns(&places, &made));
  ip.more_fragments = false;
  ip.fragment_offset_bytes = 16; /* what stands there are octets of the datagram, not ports */
  make(&made, ip, THEIRS, THEIRS);
  assert_true(concerns(&places, &made));
  ip.identification = 8;
  make(&made, ip, OURS, OURS);
  assert_false(concerns(&places, &made));
  ip.identification = 7;
  ip.source = address("127.0.0.9"); /* the same number, given by another sender */
  make(&made, ip, OURS, OURS);
  assert_false(concerns(&places, &made));
}

static void test_what_cannot_be_read_is_nobodys(void **state) {
  (void)state;
  struct shared_places places = case_at("127.0.0.1", 0);
  struct made made;
  make(&made, between("127.0.0.1", "127.0.0.1", IP_PROTO_UDP), CLIENT, OURS);
  assert_true(concerns(&places, &made));
  for (size_t len = 0; len < LINK_ETHERNET_HEADER_LEN + 20 + 4; len++) {
    const struct made cut = {.packet = span_part(made.packet, 0, len)};
    assert_false(concerns(&places, &cut));
  }
}

static void test_places_are_named_once_and_bounded(void **state) {
  (void)state;
  struct shared_places places = {.count = 0};
  struct endpoint at = {.address = address("127.0.0.1"), .port = 0};
  shared_places_add(&places, &at, 0);
  assert_int_equal(places.count, 0);
  for (unsigned i = 0; i < 2 * SHARED_PLACES_MAX; i++) {
    at.port = (uint16_t)(1 + i);
    shared_places_add(&places, &at, 0);
    shared_places_add(&places, &at, IP_PROTO_UDP);
  }
  assert_int_equal(places.count, SHARED_PLACES_MAX);
  struct text filter = TEXT_INIT(1024);
  shared_capture_filter(&places, &filter);
  assert_non_null(strstr(text_chars(&filter), " or port 16"));
  assert_null(strstr(text_chars(&filter), " or port 17"));
  text_free(&filter);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_port_is_the_cases_at_its_address_and_protocol_alone),
      cmocka_unit_test(test_an_icmp_error_is_whose_packet_it_quotes),
      cmocka_unit_test(test_a_fragment_is_its_datagrams),
      cmocka_unit_test(test_what_cannot_be_read_is_nobodys),
      cmocka_unit_test(test_places_are_named_once_and_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
