/* The Internet checksum, and the judgement of a transport checksum on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "proto/tcp.h"
#include "proto/udp.h"

static const struct ip_header V4 = {.version = IP_V4,
                                    .source = {IP_V4, {127, 0, 0, 1}},
                                    .destination = {IP_V4, {127, 0, 0, 1}},
                                    .protocol = IP_PROTO_UDP};
static const struct ip_header V6 = {.version = IP_V6,
                                    .source = {IP_V6, {[15] = 1}},
                                    .destination = {IP_V6, {[15] = 1}},
                                    .protocol = IP_PROTO_UDP};

/* RFC 1071 section 3: 00 01 f2 03 f4 f5 f6 f7 sums to 2ddf0, folded ddf2. */
static void test_the_example_of_rfc_1071(void **state) {
  (void)state;
  struct span example = span_of("\x00\x01\xf2\x03\xf4\xf5\xf6\xf7", 8);
  assert_int_equal(ip_checksum_fold(ip_checksum_add(0, example)), 0xddf2);
  /* In two parts, as long as the first is even. */
  uint32_t sum = ip_checksum_add(0, span_part(example, 0, 4));
  assert_int_equal(ip_checksum_fold(ip_checksum_add(sum, span_part(example, 4, 4))), 0xddf2);
  assert_int_equal(ip_checksum_fold(0x2ddf0), 0xddf2);
  assert_int_equal(ip_checksum_fold(0xffffffff), 0xffff);
}

static void test_an_odd_octet_counts_as_if_zero_followed(void **state) {
  (void)state;
  assert_int_equal(ip_checksum_add(0, span_of("\xab", 1)), 0xab00);
  assert_int_equal(ip_checksum_add(0, span_of("\x00\x01\xab", 3)), 0xab01);
  assert_int_equal(ip_checksum_add(5, (struct span){NULL, 0}), 5);
}

static void test_no_carry_is_lost_over_64_kilobytes(void **state) {
  (void)state;
  static uint8_t ones[65536];
  memset(ones, 0xff, sizeof ones);
  uint32_t sum = 0;
  for (int i = 0; i < 100; i++) {
    sum = ip_checksum_add(sum, span_of(ones, sizeof ones));
  }
  assert_int_equal(ip_checksum_fold(sum), 0xffff);
}

static void set_checksum(uint8_t *segment, uint16_t checksum) {
  segment[UDP_CHECKSUM_OFFSET] = (uint8_t)(checksum >> 8);
  segment[UDP_CHECKSUM_OFFSET + 1] = (uint8_t)checksum;
}

static void judge_udp_over(const struct ip_header *ip, enum ip_checksum_verdict of_zero) {
  uint8_t segment[64];
  struct writer writer = writer_over(segment, sizeof segment);
  udp_encode(&writer, ip, 40000, 123, span_of_text("odd"));
  struct span written = writer_written(&writer);
  assert_int_equal(ip_checksum_judge(ip, written, UDP_CHECKSUM_OFFSET), IP_CHECKSUM_VALID);

  /* As Linux leaves it: the folded pseudo-header sum, not complemented. */
  uint16_t partial = ip_checksum_fold(
      ip_checksum_pseudo(&ip->source, &ip->destination, IP_PROTO_UDP, (uint32_t)written.len));
  set_checksum(segment, partial);
  assert_int_equal(ip_checksum_judge(ip, written, UDP_CHECKSUM_OFFSET), IP_CHECKSUM_PARTIAL);
  set_checksum(segment, (uint16_t)~partial);
  assert_int_equal(ip_checksum_judge(ip, written, UDP_CHECKSUM_OFFSET), IP_CHECKSUM_WRONG);
  set_checksum(segment, (uint16_t)(partial + 1));
  assert_int_equal(ip_checksum_judge(ip, written, UDP_CHECKSUM_OFFSET), IP_CHECKSUM_WRONG);
  set_checksum(segment, 0);
  assert_int_equal(ip_checksum_judge(ip, written, UDP_CHECKSUM_OFFSET), of_zero);
}

static void test_udp(void **state) {
  (void)state;
  judge_udp_over(&V4, IP_CHECKSUM_ABSENT);
  judge_udp_over(&V6, IP_CHECKSUM_WRONG);
}

static void test_a_partial_sum_worked_out_by_hand(void **state) {
  (void)state;
  /* 127.0.0.1 -> 127.0.0.1, UDP, length 11: 7f00+0001+7f00+0001+0011+000b = fe1e. */
  static const uint8_t SEGMENT[] = {0x9c, 0x40, 0x00, 0x07, 0x00, 0x0b, 0xfe, 0x1e, 'a', 'b', 'c'};
  assert_int_equal(ip_checksum_judge(&V4, span_of(SEGMENT, sizeof SEGMENT), UDP_CHECKSUM_OFFSET),
                   IP_CHECKSUM_PARTIAL);
}

static void test_every_flipped_bit_is_wrong(void **state) {
  (void)state;
  uint8_t segment[64];
  struct writer writer = writer_over(segment, sizeof segment);
  struct ip_header ip = V6;
  ip.protocol = IP_PROTO_TCP;
  tcp_encode(&writer, &ip, &(struct tcp_header){.source_port = 80, .flags = TCP_ACK},
             span_of_text("hello"));
  struct span written = writer_written(&writer);
  for (size_t bit = 0; bit < written.len * 8; bit++) {
    segment[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    assert_int_equal(ip_checksum_judge(&ip, written, TCP_CHECKSUM_OFFSET), IP_CHECKSUM_WRONG);
    segment[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
  }
  assert_int_equal(ip_checksum_judge(&ip, written, TCP_CHECKSUM_OFFSET), IP_CHECKSUM_VALID);
}

static void test_a_segment_too_short_for_its_checksum(void **state) {
  (void)state;
  static const uint8_t ZEROS[8] = {0};
  assert_int_equal(ip_checksum_judge(&V4, span_of(ZEROS, 8), UDP_CHECKSUM_OFFSET),
                   IP_CHECKSUM_ABSENT);
  assert_int_equal(ip_checksum_judge(&V4, span_of(ZEROS, 7), UDP_CHECKSUM_OFFSET),
                   IP_CHECKSUM_WRONG);
  assert_int_equal(ip_checksum_judge(&V4, (struct span){NULL, 0}, UDP_CHECKSUM_OFFSET),
                   IP_CHECKSUM_WRONG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_example_of_rfc_1071),
      cmocka_unit_test(test_an_odd_octet_counts_as_if_zero_followed),
      cmocka_unit_test(test_no_carry_is_lost_over_64_kilobytes),
      cmocka_unit_test(test_udp),
      cmocka_unit_test(test_a_partial_sum_worked_out_by_hand),
      cmocka_unit_test(test_every_flipped_bit_is_wrong),
      cmocka_unit_test(test_a_segment_too_short_for_its_checksum),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
