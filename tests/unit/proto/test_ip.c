/* IP headers of both versions: every field, every cut, every contradiction, every extension. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "exact.h"
#include "proto/ip.h"

/* The example header that textbooks share: 172.16.10.99 -> 172.16.10.12, checksum b1e6. */
static const uint8_t V4[20] = {0x45, 0x00, 0x00, 0x3c, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06,
                               0xb1, 0xe6, 0xac, 0x10, 0x0a, 0x63, 0xac, 0x10, 0x0a, 0x0c};

static enum ip_decoded decode(const uint8_t *bytes, size_t len, struct ip_header *header,
                              size_t *left) {
  struct exact exact = exact_copy(bytes, len);
  struct reader reader = reader_over(exact.bytes);
  enum ip_decoded decoded = ip_decode(&reader, header);
  *left = reader_left(&reader);
  exact_free(exact);
  return decoded;
}

static enum ip_decoded outcome(const uint8_t *bytes, size_t len) {
  struct ip_header header;
  size_t left;
  return decode(bytes, len, &header, &left);
}

static void test_v4_fields(void **state) {
  (void)state;
  struct ip_header header;
  size_t left;
  assert_int_equal(decode(V4, sizeof V4, &header, &left), IP_DECODED);
  assert_int_equal(left, 0);
  assert_int_equal(header.version, IP_V4);
  assert_int_equal(header.header_len_bytes, 20);
  assert_int_equal(header.total_len_bytes, 60);
  assert_int_equal(header.identification, 0x1c46);
  assert_true(header.dont_fragment);
  assert_false(header.fragmented || header.more_fragments);
  assert_int_equal(header.hop_limit, 64);
  assert_int_equal(header.protocol, IP_PROTO_TCP);
  assert_int_equal(header.header_checksum, 0xb1e6);
  assert_true(header.header_checksum_valid);
  char text[IP_ADDRESS_TEXT_MAX];
  assert_string_equal(ip_address_text(&header.source, text), "172.16.10.99");
  assert_string_equal(ip_address_text(&header.destination, text), "172.16.10.12");
}

static void test_v4_every_cut(void **state) {
  (void)state;
  for (size_t len = 0; len < sizeof V4; len++) {
    assert_int_equal(outcome(V4, len), IP_TRUNCATED);
  }
  uint8_t with_options[60] = {0};
  memcpy(with_options, V4, sizeof V4);
  with_options[0] = 0x4f; /* 15 words */
  for (size_t len = 20; len < 60; len++) {
    assert_int_equal(outcome(with_options, len), IP_TRUNCATED);
  }
  struct ip_header header;
  size_t left;
  assert_int_equal(decode(with_options, 60, &header, &left), IP_DECODED);
  assert_int_equal(header.header_len_bytes, 60);
  assert_int_equal(left, 0);
  assert_false(header.header_checksum_valid);
}

static void test_v4_every_flipped_bit_breaks_the_checksum(void **state) {
  (void)state;
  for (size_t bit = 64; bit < sizeof V4 * 8; bit++) { /* behind version and lengths */
    uint8_t bytes[sizeof V4];
    memcpy(bytes, V4, sizeof bytes);
    bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    struct ip_header header;
    size_t left;
    assert_int_equal(decode(bytes, sizeof bytes, &header, &left), IP_DECODED);
    assert_false(header.header_checksum_valid);
  }
}

static void test_v4_contradictions(void **state) {
  (void)state;
  uint8_t bytes[24] = {0};
  memcpy(bytes, V4, sizeof V4);
  bytes[0] = 0x44; /* four words of header */
  assert_int_equal(outcome(bytes, sizeof bytes), IP_MALFORMED);
  bytes[0] = 0x40;
  assert_int_equal(outcome(bytes, sizeof bytes), IP_MALFORMED);
  bytes[0] = 0x45;
  bytes[3] = 0; /* total length 0 */
  assert_int_equal(outcome(bytes, sizeof bytes), IP_MALFORMED);
  bytes[3] = 19;
  assert_int_equal(outcome(bytes, sizeof bytes), IP_MALFORMED);
  bytes[3] = 20;
  assert_int_equal(outcome(bytes, sizeof bytes), IP_DECODED);
  bytes[0] = 0x46; /* 24 octets of header in 20 of packet */
  assert_int_equal(outcome(bytes, sizeof bytes), IP_MALFORMED);
  for (int version = 0; version < 16; version++) {
    bytes[0] = (uint8_t)(version << 4 | 5);
    bool known = version == 4 || version == 6;
    assert_int_equal(outcome(bytes, 1), known ? IP_TRUNCATED : IP_MALFORMED);
  }
}

static void test_v4_fragments(void **state) {
  (void)state;
  static const struct {
    uint16_t wire;
    bool fragmented, more, dont;
    uint32_t offset_bytes;
  } CASES[] = {
      {0x0000, false, false, false, 0},   {0x4000, false, false, true, 0},
      {0x2000, true, true, false, 0},     {0x0001, true, false, false, 8},
      {0x3fff, true, true, false, 65528}, {0x8000, false, false, false, 0}, /* the evil bit */
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    uint8_t bytes[sizeof V4];
    memcpy(bytes, V4, sizeof bytes);
    bytes[6] = (uint8_t)(CASES[i].wire >> 8);
    bytes[7] = (uint8_t)CASES[i].wire;
    struct ip_header header;
    size_t left;
    assert_int_equal(decode(bytes, sizeof bytes, &header, &left), IP_DECODED);
    assert_int_equal(header.fragmented, CASES[i].fragmented);
    assert_int_equal(header.more_fragments, CASES[i].more);
    assert_int_equal(header.dont_fragment, CASES[i].dont);
    assert_int_equal(header.fragment_offset_bytes, CASES[i].offset_bytes);
  }
}

/* A version 6 header for `stated_len` octets behind it, the first of kind `next`. */
static size_t start_v6(uint8_t *bytes, uint8_t next, uint16_t stated_len) {
  struct writer writer = writer_over(bytes, 40);
  writer_u32(&writer, 0x6ab12345);
  writer_u16(&writer, stated_len);
  writer_u8(&writer, next);
  writer_u8(&writer, 63);
  writer_zeros(&writer, 15);
  writer_u8(&writer, 1);
  writer_zeros(&writer, 15);
  writer_u8(&writer, 2);
  assert_false(writer.failed);
  return writer.len;
}

static void test_v6_fields_and_every_cut(void **state) {
  (void)state;
  uint8_t bytes[48] = {0};
  (void)start_v6(bytes, IP_PROTO_UDP, 8);
  struct ip_header header;
  size_t left;
  assert_int_equal(decode(bytes, 48, &header, &left), IP_DECODED);
  assert_int_equal(header.version, IP_V6);
  assert_int_equal(header.traffic_class, 0xab);
  assert_int_equal(header.flow_label, 0x12345);
  assert_int_equal(header.hop_limit, 63);
  assert_int_equal(header.protocol, IP_PROTO_UDP);
  assert_int_equal(header.header_len_bytes, 40);
  assert_int_equal(header.total_len_bytes, 48);
  assert_int_equal(left, 8);
  assert_int_equal(header.source.octets[15], 1);
  assert_int_equal(header.destination.octets[15], 2);
  assert_true(header.header_checksum_valid);
  assert_false(header.fragmented);
  for (size_t len = 0; len < 40; len++) {
    assert_int_equal(outcome(bytes, len), IP_TRUNCATED);
  }
  assert_int_equal(outcome(bytes, 40), IP_DECODED);
}

/* hop-by-hop (8), routing (24), fragment (8), destination options (16), then UDP (8). */
static const uint8_t CHAIN[] = {43, 0, 1, 4,  0,    0,    0,    0,                            /**/
                                44, 2, 0, 0,  0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /**/
                                0,  0, 0, 0,  0,    0,    0,    0,                            /**/
                                60, 0, 0, 1,  0xde, 0xad, 0xbe, 0xef,                         /**/
                                17, 1, 1, 12, 0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /**/
                                0,  7, 0, 7,  0,    8,    0,    0};

static void test_v6_extension_headers(void **state) {
  (void)state;
  uint8_t bytes[40 + sizeof CHAIN];
  (void)start_v6(bytes, 0, sizeof CHAIN);
  memcpy(bytes + 40, CHAIN, sizeof CHAIN);
  struct ip_header header;
  size_t left;
  assert_int_equal(decode(bytes, sizeof bytes, &header, &left), IP_DECODED);
  assert_int_equal(header.protocol, IP_PROTO_UDP);
  assert_int_equal(header.header_len_bytes, sizeof bytes - 8);
  assert_int_equal(header.total_len_bytes, sizeof bytes);
  assert_int_equal(left, 8);
  assert_true(header.fragmented && header.more_fragments);
  assert_int_equal(header.fragment_offset_bytes, 0);
  assert_int_equal(header.identification, 0xdeadbeef);
  for (size_t len = 0; len < sizeof bytes - 8; len++) { /* captured short */
    assert_int_equal(outcome(bytes, len), IP_TRUNCATED);
  }
  for (size_t stated = 0; stated < sizeof CHAIN - 8; stated++) { /* stated short */
    (void)start_v6(bytes, 0, (uint16_t)stated);
    assert_int_equal(outcome(bytes, sizeof bytes), IP_MALFORMED);
  }
}

static void test_v6_a_later_fragment_ends_the_chain(void **state) {
  (void)state;
  /* "next header" says destination options, and none are there */
  static const uint8_t FRAGMENT[8] = {60, 0, 0x05, 0xaa, 0, 0, 0, 7};
  uint8_t bytes[56] = {0};
  (void)start_v6(bytes, IP_PROTO_FRAGMENT, 16);
  memcpy(bytes + 40, FRAGMENT, sizeof FRAGMENT);
  struct ip_header header;
  size_t left;
  assert_int_equal(decode(bytes, sizeof bytes, &header, &left), IP_DECODED);
  assert_int_equal(header.protocol, 60);
  assert_int_equal(header.fragment_offset_bytes, 0x05a8);
  assert_false(header.more_fragments);
  assert_true(header.fragmented);
  assert_int_equal(left, 8);
}

static void test_v6_a_chain_has_an_end(void **state) {
  (void)state;
  for (size_t count = 15; count <= 18; count++) {
    uint8_t bytes[40 + 18 * 8] = {0};
    (void)start_v6(bytes, 60, (uint16_t)(count * 8));
    for (size_t i = 0; i < count; i++) {
      bytes[40 + i * 8] = i == count - 1 ? IP_PROTO_UDP : 60;
    }
    assert_int_equal(outcome(bytes, sizeof bytes), count <= 16 ? IP_DECODED : IP_MALFORMED);
  }
}

static void test_v6_the_longest_chain(void **state) {
  (void)state;
  enum { EACH = 2048, COUNT = 16 };
  static uint8_t bytes[40 + EACH * COUNT];
  (void)start_v6(bytes, 60, EACH * COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    bytes[40 + i * EACH] = i == COUNT - 1 ? 59 : 60;
    bytes[40 + i * EACH + 1] = 255;
  }
  struct ip_header header;
  size_t left;
  assert_int_equal(decode(bytes, sizeof bytes, &header, &left), IP_DECODED);
  assert_int_equal(header.header_len_bytes, sizeof bytes);
  assert_int_equal(left, 0);
}

static void expect_round_trip(const struct ip_header *in, size_t payload_len) {
  uint8_t bytes[64];
  struct writer writer = writer_over(bytes, sizeof bytes);
  ip_encode(&writer, in, payload_len);
  assert_false(writer.failed);
  struct ip_header out;
  size_t left;
  assert_int_equal(decode(bytes, writer.len, &out, &left), IP_DECODED);
  assert_int_equal(out.header_len_bytes, writer.len);
  assert_int_equal(out.total_len_bytes, writer.len + payload_len);
  assert_true(out.header_checksum_valid);
  assert_int_equal(out.version, in->version);
  assert_true(ip_address_equal(&out.source, &in->source));
  assert_true(ip_address_equal(&out.destination, &in->destination));
  assert_int_equal(out.traffic_class, in->traffic_class);
  assert_int_equal(out.flow_label, in->flow_label);
  assert_int_equal(out.hop_limit, in->hop_limit);
  assert_int_equal(out.protocol, in->protocol);
  assert_int_equal(out.fragmented, in->fragmented);
  assert_int_equal(out.more_fragments, in->more_fragments);
  assert_int_equal(out.dont_fragment, in->dont_fragment);
  assert_int_equal(out.identification, in->identification);
  assert_int_equal(out.fragment_offset_bytes, in->fragment_offset_bytes);

  for (size_t capacity = 0; capacity < writer.len; capacity++) { /* one short of every part */
    struct writer small = writer_over(bytes, capacity);
    ip_encode(&small, in, payload_len);
    assert_true(small.failed);
  }
}

static void test_round_trips(void **state) {
  (void)state;
  struct ip_header v4 = {.version = IP_V4,
                         .source = {IP_V4, {10, 0, 0, 1}},
                         .destination = {IP_V4, {10, 0, 0, 2}},
                         .traffic_class = 0xfe,
                         .hop_limit = 1,
                         .protocol = 255,
                         .dont_fragment = true,
                         .identification = 0xffff};
  expect_round_trip(&v4, 0);
  expect_round_trip(&v4, 65515);
  v4.dont_fragment = false;
  v4.fragmented = v4.more_fragments = true;
  v4.fragment_offset_bytes = 65528;
  expect_round_trip(&v4, 8);

  struct ip_header v6 = {.version = IP_V6,
                         .source = {IP_V6, {0xfe, 0x80, [15] = 1}},
                         .destination = {IP_V6, {0xff, 0x02, [15] = 2}},
                         .traffic_class = 0xff,
                         .flow_label = 0xfffff,
                         .hop_limit = 255,
                         .protocol = IP_PROTO_TCP};
  expect_round_trip(&v6, 0);
  expect_round_trip(&v6, 65535);
  v6.fragmented = true;
  expect_round_trip(&v6, 1); /* atomic: a fragment header and no other fragment */
  v6.more_fragments = true;
  v6.fragment_offset_bytes = 65528;
  v6.identification = 0xdeadbeef;
  expect_round_trip(&v6, 65527);
}

static void test_what_no_header_can_say(void **state) {
  (void)state;
  static const struct {
    struct ip_header header;
    size_t payload_len;
  } CASES[] = {
      {{.version = IP_V4}, 65516},
      {{.version = IP_V6}, 65536},
      {{.version = IP_V6, .fragmented = true}, 65528},
      {{.version = IP_NONE}, 0},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    uint8_t bytes[64];
    struct writer writer = writer_over(bytes, sizeof bytes);
    ip_encode(&writer, &CASES[i].header, CASES[i].payload_len);
    assert_true(writer.failed);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_v4_fields),
      cmocka_unit_test(test_v4_every_cut),
      cmocka_unit_test(test_v4_every_flipped_bit_breaks_the_checksum),
      cmocka_unit_test(test_v4_contradictions),
      cmocka_unit_test(test_v4_fragments),
      cmocka_unit_test(test_v6_fields_and_every_cut),
      cmocka_unit_test(test_v6_extension_headers),
      cmocka_unit_test(test_v6_a_later_fragment_ends_the_chain),
      cmocka_unit_test(test_v6_a_chain_has_an_end),
      cmocka_unit_test(test_v6_the_longest_chain),
      cmocka_unit_test(test_round_trips),
      cmocka_unit_test(test_what_no_header_can_say),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
