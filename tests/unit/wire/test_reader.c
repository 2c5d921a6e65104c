/* The reading cursor: byte order, the last octet, one past it, and no way back from failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/reader.h"

static const uint8_t OCTETS[15] = {0x01, 0x80, 0x02, 0x90, 0x03, 0x04, 0x05, 0xa0,
                                   0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c};

static void test_network_byte_order(void **state) {
  (void)state;
  struct reader reader = reader_over(span_of(OCTETS, sizeof OCTETS));
  assert_int_equal(reader_u8(&reader), 0x01);
  assert_int_equal(reader_u16(&reader), 0x8002);
  assert_int_equal(reader_u32(&reader), 0x90030405);
  assert_true(reader_u64(&reader) == UINT64_C(0xa0060708090a0b0c));
  assert_false(reader.failed);
  assert_int_equal(reader_left(&reader), 0);
}

static void test_the_last_octet_and_one_past(void **state) {
  (void)state;
  static const size_t WIDTHS[] = {1, 2, 4, 8};
  for (size_t w = 0; w < 4; w++) {
    for (int missing = 0; missing < 2; missing++) {
      struct reader reader = reader_over(span_of(OCTETS, WIDTHS[w] - (size_t)missing));
      uint64_t value = WIDTHS[w] == 1   ? reader_u8(&reader)
                       : WIDTHS[w] == 2 ? reader_u16(&reader)
                       : WIDTHS[w] == 4 ? reader_u32(&reader)
                                        : reader_u64(&reader);
      assert_int_equal(reader.failed, missing == 1);
      assert_int_equal(value == 0, missing == 1);
    }
  }
}

static void test_failure_is_for_good(void **state) {
  (void)state;
  struct reader reader = reader_over(span_of(OCTETS, 3));
  assert_int_equal(reader_u32(&reader), 0);
  assert_true(reader.failed);
  assert_int_equal(reader_u8(&reader), 0); /* though one octet would be there */
  assert_int_equal(reader_take(&reader, 1).len, 0);
  assert_int_equal(reader_rest(&reader).len, 0);
  assert_int_equal(reader_left(&reader), 0);
}

static void test_take_skip_rest(void **state) {
  (void)state;
  struct reader reader = reader_over(span_of(OCTETS, 8));
  struct span taken = reader_take(&reader, 3);
  assert_ptr_equal(taken.bytes, OCTETS);
  assert_int_equal(taken.len, 3);
  reader_skip(&reader, 2);
  assert_int_equal(reader_left(&reader), 3);
  struct span rest = reader_rest(&reader);
  assert_ptr_equal(rest.bytes, OCTETS + 5);
  assert_int_equal(rest.len, 3);
  assert_int_equal(reader_rest(&reader).len, 0);
  reader_skip(&reader, 0);
  assert_false(reader.failed);
  reader_skip(&reader, 1);
  assert_true(reader.failed);
}

static void test_absurd_lengths(void **state) {
  (void)state;
  struct reader reader = reader_over(span_of(OCTETS, 8));
  reader_skip(&reader, 4);
  assert_int_equal(reader_take(&reader, SIZE_MAX).len, 0); /* offset + len would wrap round */
  assert_true(reader.failed);
  struct reader empty = reader_over((struct span){NULL, 0});
  assert_int_equal(reader_rest(&empty).len, 0);
  assert_false(empty.failed);
  assert_int_equal(reader_u8(&empty), 0);
  assert_true(empty.failed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_network_byte_order),
      cmocka_unit_test(test_the_last_octet_and_one_past),
      cmocka_unit_test(test_failure_is_for_good),
      cmocka_unit_test(test_take_skip_rest),
      cmocka_unit_test(test_absurd_lengths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
