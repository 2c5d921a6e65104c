/* ICMP of both versions: every cut, errors and their quotes, names, checksums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "proto/icmp.h"

static const struct ip_header V4 = {.version = IP_V4,
                                    .source = {IP_V4, {127, 0, 0, 1}},
                                    .destination = {IP_V4, {127, 0, 0, 1}},
                                    .protocol = IP_PROTO_ICMP};
static const struct ip_header V6 = {.version = IP_V6,
                                    .source = {IP_V6, {[15] = 1}},
                                    .destination = {IP_V6, {[15] = 1}},
                                    .protocol = IP_PROTO_ICMPV6};

static void test_every_cut(void **state) {
  (void)state;
  static const uint8_t BYTES[10] = {3, 4, 0xab, 0xcd, 0, 0, 0x05, 0xdc, 'q', 'r'};
  for (size_t len = 0; len <= sizeof BYTES; len++) {
    struct exact exact = exact_copy(BYTES, len);
    struct reader reader = reader_over(exact.bytes);
    struct icmp_message message;
    assert_int_equal(icmp_decode(&reader, IP_V4, &message), len >= 8);
    if (len >= 8) {
      assert_int_equal(message.type, 3);
      assert_int_equal(message.code, 4);
      assert_int_equal(message.checksum, 0xabcd);
      assert_int_equal(message.rest, 1500);
      assert_int_equal(message.quote.len, len - 8);
      assert_true(message.is_error);
    }
    exact_free(exact);
  }
}

static void expect_round_trip(const struct ip_header *ip, uint8_t type, uint8_t code,
                              struct span quote) {
  uint8_t bytes[100];
  struct writer writer = writer_over(bytes, sizeof bytes);
  writer_u8(&writer, 0xee);
  icmp_encode_error(&writer, ip, type, code, 0x01020304, quote);
  assert_false(writer.failed);
  struct span whole = span_part(writer_written(&writer), 1, SIZE_MAX);
  assert_int_equal(ip_checksum_judge(ip, whole, ICMP_CHECKSUM_OFFSET), IP_CHECKSUM_VALID);
  struct reader reader = reader_over(whole);
  struct icmp_message message;
  assert_true(icmp_decode(&reader, ip->version, &message));
  assert_int_equal(message.type, type);
  assert_int_equal(message.code, code);
  assert_int_equal(message.rest, 0x01020304);
  assert_true(message.is_error);
  assert_true(span_equal(message.quote, quote));
  assert_string_equal(icmp_name(ip->version, type, code), "port-unreachable");

  bytes[1 + 2] ^= 1;
  assert_int_equal(ip_checksum_judge(ip, whole, ICMP_CHECKSUM_OFFSET), IP_CHECKSUM_WRONG);
  struct writer small = writer_over(bytes, whole.len - 1);
  icmp_encode_error(&small, ip, type, code, 0, quote);
  assert_true(small.failed);
}

static void test_port_unreachable_round_trip(void **state) {
  (void)state;
  static const uint8_t QUOTE[29] = {0x45, 1, 2, 3};
  for (size_t len = 0; len <= sizeof QUOTE; len++) {
    expect_round_trip(&V4, ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, span_of(QUOTE, len));
    expect_round_trip(&V6, ICMPV6_TYPE_UNREACHABLE, ICMPV6_CODE_PORT, span_of(QUOTE, len));
  }
}

static void test_version_4_sums_the_message_alone(void **state) {
  (void)state;
  uint8_t bytes[8];
  struct writer writer = writer_over(bytes, sizeof bytes);
  icmp_encode_error(&writer, &V4, 3, 3, 0, (struct span){NULL, 0});
  assert_int_equal(bytes[2] << 8 | bytes[3], 0xfcfc);
}

/* RFC 792 names five errors; RFC 4443 section 2.1: errors have a high bit of zero. */
static void test_which_are_errors(void **state) {
  (void)state;
  for (unsigned type = 0; type < 256; type++) {
    uint8_t bytes[8] = {(uint8_t)type};
    struct icmp_message message;
    struct reader v4 = reader_over(span_of(bytes, 8));
    assert_true(icmp_decode(&v4, IP_V4, &message));
    assert_int_equal(message.is_error,
                     type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
    struct reader v6 = reader_over(span_of(bytes, 8));
    assert_true(icmp_decode(&v6, IP_V6, &message));
    assert_int_equal(message.is_error, type < 128);
  }
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(icmp_name(IP_V4, 3, 1), "host-unreachable");
  assert_string_equal(icmp_name(IP_V6, 1, 3), "host-unreachable");
  assert_string_equal(icmp_name(IP_V4, 8, 0), "echo-request");
  assert_string_equal(icmp_name(IP_V6, 128, 0), "echo-request");
  assert_string_equal(icmp_name(IP_V6, 2, 0), "packet-too-big");
  assert_string_equal(icmp_name(IP_V4, 5, 1), "redirect");
  assert_null(icmp_name(IP_V4, 8, 1)); /* no name hides a code */
  assert_null(icmp_name(IP_V6, 128, 1));
  assert_null(icmp_name(IP_V4, 3, 200));
  assert_null(icmp_name(IP_V4, 200, 0));
  assert_null(icmp_name(IP_V6, 3, 9));
  assert_null(icmp_name(IP_NONE, 3, 3));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_cut),
      cmocka_unit_test(test_port_unreachable_round_trip),
      cmocka_unit_test(test_version_4_sums_the_message_alone),
      cmocka_unit_test(test_which_are_errors),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
