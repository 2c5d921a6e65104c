/* UDP: every cut, lengths that cannot be, and a checksum that is never sent as zero. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "proto/udp.h"

static const struct ip_header V4 = {.version = IP_V4,
                                    .source = {IP_V4, {127, 0, 0, 1}},
                                    .destination = {IP_V4, {127, 0, 0, 1}},
                                    .protocol = IP_PROTO_UDP};
static const struct ip_header V6 = {.version = IP_V6,
                                    .source = {IP_V6, {[15] = 1}},
                                    .destination = {IP_V6, {[15] = 1}},
                                    .protocol = IP_PROTO_UDP};

static bool decodes(const void *bytes, size_t len, struct udp_header *header, size_t *left) {
  struct exact exact = exact_copy(bytes, len);
  struct reader reader = reader_over(exact.bytes);
  bool good = udp_decode(&reader, header);
  *left = reader_left(&reader);
  exact_free(exact);
  return good;
}

static void test_fields_and_every_cut(void **state) {
  (void)state;
  static const uint8_t BYTES[10] = {0x9c, 0x40, 0x00, 0x7b, 0x00, 0x0a, 0xab, 0xcd, 1, 2};
  struct udp_header header;
  size_t left;
  assert_true(decodes(BYTES, sizeof BYTES, &header, &left));
  assert_int_equal(header.source_port, 40000);
  assert_int_equal(header.destination_port, 123);
  assert_int_equal(header.len_bytes, 10);
  assert_int_equal(header.checksum, 0xabcd);
  assert_int_equal(left, 2);
  assert_true(decodes(BYTES, 8, &header, &left)); /* the payload may be cut, the header not */
  for (size_t len = 0; len < 8; len++) {
    assert_false(decodes(BYTES, len, &header, &left));
  }
}

static void test_a_length_below_the_header(void **state) {
  (void)state;
  for (uint8_t stated = 0; stated <= 9; stated++) {
    uint8_t bytes[16] = {[5] = stated};
    struct udp_header header;
    size_t left;
    assert_int_equal(decodes(bytes, sizeof bytes, &header, &left), stated >= 8);
  }
}

static void expect_round_trip(const struct ip_header *ip, struct span payload) {
  static uint8_t bytes[65536];
  struct writer writer = writer_over(bytes, sizeof bytes);
  writer_u8(&writer, 0xee); /* the segment need not be at the start, nor aligned */
  udp_encode(&writer, ip, 1, 65535, payload);
  assert_false(writer.failed);
  struct span segment = span_part(writer_written(&writer), 1, SIZE_MAX);
  assert_int_equal(segment.len, 8 + payload.len);
  struct reader reader = reader_over(segment);
  struct udp_header header;
  assert_true(udp_decode(&reader, &header));
  assert_int_equal(header.source_port, 1);
  assert_int_equal(header.destination_port, 65535);
  assert_int_equal(header.len_bytes, segment.len);
  assert_true(span_equal(reader_rest(&reader), payload));
  assert_int_equal(ip_checksum_judge(ip, segment, UDP_CHECKSUM_OFFSET), IP_CHECKSUM_VALID);
}

static void test_round_trips(void **state) {
  (void)state;
  static const uint8_t ZEROS[65528] = {0};
  expect_round_trip(&V4, (struct span){NULL, 0});
  expect_round_trip(&V4, span_of_text("odd"));
  expect_round_trip(&V4, span_of(ZEROS, UDP_PAYLOAD_MAX));
  expect_round_trip(&V6, span_of_text("even"));
  expect_round_trip(&V6, span_of(ZEROS, 65527));

  static uint8_t bytes[70000];
  struct writer writer = writer_over(bytes, sizeof bytes);
  udp_encode(&writer, &V6, 1, 1, span_of(ZEROS, 65528));
  assert_true(writer.failed);
  struct writer small = writer_over(bytes, 10);
  udp_encode(&small, &V4, 1, 1, span_of_text("odd"));
  assert_true(small.failed);
}

/* RFC 768: "If the computed checksum is zero, it is transmitted as all ones". */
static void test_a_computed_zero_is_sent_as_ones(void **state) {
  (void)state;
  bool met = false;
  for (uint32_t word = 0; word <= UINT16_MAX; word++) {
    uint8_t payload[2] = {(uint8_t)(word >> 8), (uint8_t)word};
    uint8_t bytes[10];
    struct writer writer = writer_over(bytes, sizeof bytes);
    udp_encode(&writer, &V4, 7, 7, span_of(payload, 2));
    struct span segment = writer_written(&writer);
    uint16_t checksum = (uint16_t)(bytes[6] << 8 | bytes[7]);
    assert_int_not_equal(checksum, 0);
    assert_int_equal(ip_checksum_judge(&V4, segment, UDP_CHECKSUM_OFFSET), IP_CHECKSUM_VALID);
    met = met || checksum == 0xffff;
  }
  assert_true(met);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fields_and_every_cut),
      cmocka_unit_test(test_a_length_below_the_header),
      cmocka_unit_test(test_round_trips),
      cmocka_unit_test(test_a_computed_zero_is_sent_as_ones),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
