/* TCP: every cut, every data offset, options, and the order of sequence numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "proto/tcp.h"

static const struct ip_header V4 = {.version = IP_V4,
                                    .source = {IP_V4, {127, 0, 0, 1}},
                                    .destination = {IP_V4, {127, 0, 0, 2}},
                                    .protocol = IP_PROTO_TCP};
static const struct ip_header V6 = {.version = IP_V6,
                                    .source = {IP_V6, {[15] = 1}},
                                    .destination = {IP_V6, {[15] = 2}},
                                    .protocol = IP_PROTO_TCP};

/* A SYN with MSS 1460, SACK permitted, no-operation twice; then two octets of data. */
static const uint8_t SYN[30] = {0x9c, 0x40, 0x00, 0x50, 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02,
                                0x03, 0x04, 0x70, 0x02, 0xfa, 0xf0, 0x12, 0x34, 0x56, 0x78,
                                0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x01, 0x01, 'h',  'i'};

static bool decodes(const void *bytes, size_t len, struct tcp_header *header, size_t *left) {
  struct exact exact = exact_copy(bytes, len);
  struct reader reader = reader_over(exact.bytes);
  bool good = tcp_decode(&reader, header);
  *left = reader_left(&reader);
  if (good && header->options.len > 0)
    assert_ptr_equal(header->options.bytes, exact.bytes.bytes + 20);
  header->options.bytes = NULL;
  exact_free(exact);
  return good;
}

static void test_fields_and_every_cut(void **state) {
  (void)state;
  struct tcp_header header;
  size_t left;
  assert_true(decodes(SYN, sizeof SYN, &header, &left));
  assert_int_equal(header.source_port, 40000);
  assert_int_equal(header.destination_port, 80);
  assert_int_equal(header.sequence, 0xdeadbeef);
  assert_int_equal(header.acknowledgement, 0x01020304);
  assert_int_equal(header.header_len_bytes, 28);
  assert_int_equal(header.flags, TCP_SYN);
  assert_int_equal(header.window, 64240);
  assert_int_equal(header.checksum, 0x1234);
  assert_int_equal(header.urgent_pointer, 0x5678);
  assert_int_equal(header.options.len, 8);
  assert_int_equal(left, 2);
  for (size_t len = 0; len < 28; len++) {
    assert_false(decodes(SYN, len, &header, &left));
  }
  assert_true(decodes(SYN, 28, &header, &left));
  assert_int_equal(left, 0);
}

static void test_every_data_offset(void **state) {
  (void)state;
  for (unsigned words = 0; words < 16; words++) {
    uint8_t bytes[60] = {[12] = (uint8_t)(words << 4)};
    struct tcp_header header;
    size_t left;
    assert_int_equal(decodes(bytes, words * 4 < 20 ? 20 : words * 4, &header, &left), words >= 5);
    if (words >= 5) assert_false(decodes(bytes, words * 4 - 1, &header, &left));
    assert_int_equal(decodes(bytes, 60, &header, &left), words >= 5);
  }
}

static void expect_round_trip(const struct ip_header *ip, struct span options,
                              struct span payload) {
  struct tcp_header in = {.source_port = 1,
                          .destination_port = 65535,
                          .sequence = UINT32_MAX,
                          .acknowledgement = 1,
                          .flags = 0xff,
                          .window = 65535,
                          .urgent_pointer = 3,
                          .options = options};
  uint8_t bytes[200];
  struct writer writer = writer_over(bytes, sizeof bytes);
  writer_u8(&writer, 0xee);
  tcp_encode(&writer, ip, &in, payload);
  assert_false(writer.failed);
  struct span segment = span_part(writer_written(&writer), 1, SIZE_MAX);
  struct reader reader = reader_over(segment);
  struct tcp_header out;
  assert_true(tcp_decode(&reader, &out));
  assert_int_equal(out.source_port, in.source_port);
  assert_int_equal(out.destination_port, in.destination_port);
  assert_int_equal(out.sequence, in.sequence);
  assert_int_equal(out.acknowledgement, in.acknowledgement);
  assert_int_equal(out.flags, in.flags);
  assert_int_equal(out.window, in.window);
  assert_int_equal(out.urgent_pointer, in.urgent_pointer);
  assert_int_equal(out.options.len % 4, 0);
  assert_true(span_equal(span_part(out.options, 0, options.len), options));
  for (size_t i = options.len; i < out.options.len; i++) {
    assert_int_equal(out.options.bytes[i], 0);
  }
  assert_true(span_equal(reader_rest(&reader), payload));
  assert_int_equal(ip_checksum_judge(ip, segment, TCP_CHECKSUM_OFFSET), IP_CHECKSUM_VALID);

  struct writer small = writer_over(bytes, segment.len - 1);
  tcp_encode(&small, ip, &in, payload);
  assert_true(small.failed);
}

static void test_round_trips(void **state) {
  (void)state;
  static const uint8_t OPTIONS[44] = {1, 1, 1};
  for (size_t len = 0; len <= 40; len++) {
    expect_round_trip(&V4, span_of(OPTIONS, len), span_of_text("odd"));
    expect_round_trip(&V6, span_of(OPTIONS, len), (struct span){NULL, 0});
  }
  uint8_t bytes[200];
  struct writer writer = writer_over(bytes, sizeof bytes);
  tcp_encode(&writer, &V4, &(struct tcp_header){.options = span_of(OPTIONS, 41)},
             span_of_text("x"));
  assert_true(writer.failed);
}

static void test_sequence_space(void **state) {
  (void)state;
  assert_int_equal(tcp_sequence_diff(5, 3), 2);
  assert_int_equal(tcp_sequence_diff(3, 5), -2);
  assert_int_equal(tcp_sequence_diff(1, UINT32_MAX), 2); /* across the wrap */
  assert_int_equal(tcp_sequence_diff(UINT32_MAX, 1), -2);
  assert_int_equal(tcp_sequence_diff(0x7fffffff, 0), INT32_MAX);
  assert_int_equal(tcp_sequence_diff(0, 0), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fields_and_every_cut),
      cmocka_unit_test(test_every_data_offset),
      cmocka_unit_test(test_round_trips),
      cmocka_unit_test(test_sequence_space),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
