/* The writing cursor: byte order, the last place, one past it, patches, and no half of a write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "wire/writer.h"

static void test_network_byte_order(void **state) {
  (void)state;
  static const uint8_t WANTED[] = {0x01, 0x80, 0x02, 0x90, 0x03, 0x04, 0x05, 0xa0, 0x06, 0x07,
                                   0x08, 0x09, 0x0a, 0x0b, 0x0c, 'h',  'i',  0,    0,    0};
  uint8_t bytes[sizeof WANTED];
  struct writer writer = writer_over(bytes, sizeof bytes);
  writer_u8(&writer, 0x01);
  writer_u16(&writer, 0x8002);
  writer_u32(&writer, 0x90030405);
  writer_u64(&writer, UINT64_C(0xa0060708090a0b0c));
  writer_span(&writer, span_of_text("hi"));
  writer_zeros(&writer, 3);
  assert_false(writer.failed);
  assert_true(span_equal(writer_written(&writer), span_of(WANTED, sizeof WANTED)));
}

static void test_one_past_stores_nothing(void **state) {
  (void)state;
  for (int kind = 0; kind < 6; kind++) {
    uint8_t bytes[9];
    memset(bytes, 0xee, sizeof bytes);
    static const size_t WIDTHS[] = {1, 2, 4, 8, 5, 5};
    struct writer writer = writer_over(bytes, WIDTHS[kind] - 1);
    switch (kind) {
      case 0:
        writer_u8(&writer, 1);
        break;
      case 1:
        writer_u16(&writer, 1);
        break;
      case 2:
        writer_u32(&writer, 1);
        break;
      case 3:
        writer_u64(&writer, 1);
        break;
      case 4:
        writer_span(&writer, span_of("12345", 5));
        break;
      default:
        writer_zeros(&writer, 5);
    }
    assert_true(writer.failed);
    writer_u8(&writer, 1); /* would fit in most, and must not go in */
    writer_zeros(&writer, 0);
    assert_int_equal(writer_written(&writer).len, 0);
    for (size_t i = 0; i < sizeof bytes; i++) {
      assert_int_equal(bytes[i], 0xee);
    }
  }
}

static void test_patch_only_what_was_written(void **state) {
  (void)state;
  uint8_t bytes[8] = {0};
  struct writer writer = writer_over(bytes, sizeof bytes);
  writer_u32(&writer, 0);
  writer_patch_u16(&writer, 2, 0xabcd);
  writer_patch_u16(&writer, 0, 0x1234);
  assert_false(writer.failed);
  assert_memory_equal(bytes, "\x12\x34\xab\xcd", 4);
  assert_int_equal(writer.len, 4);
  writer_patch_u16(&writer, 3, 0xffff); /* its second octet was not written yet */
  assert_true(writer.failed);
  assert_memory_equal(bytes, "\x12\x34\xab\xcd\x00", 5);

  struct writer fresh = writer_over(bytes, sizeof bytes);
  writer_u8(&fresh, 1);
  writer_patch_u16(&fresh, 0, 0xffff);
  assert_true(fresh.failed);
  struct writer absurd = writer_over(bytes, sizeof bytes);
  writer_u32(&absurd, 0);
  writer_patch_u16(&absurd, SIZE_MAX, 0xffff);
  assert_true(absurd.failed);
}

static void test_nothing_into_nothing(void **state) {
  (void)state;
  struct writer writer = writer_over(NULL, 0);
  writer_span(&writer, (struct span){NULL, 0});
  writer_zeros(&writer, 0);
  assert_false(writer.failed);
  assert_int_equal(writer_written(&writer).len, 0);
  writer_zeros(&writer, SIZE_MAX);
  assert_true(writer.failed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_network_byte_order),
      cmocka_unit_test(test_one_past_stores_nothing),
      cmocka_unit_test(test_patch_only_what_was_written),
      cmocka_unit_test(test_nothing_into_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
