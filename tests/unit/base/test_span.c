/* Views of bytes: equality, and parts that never leave the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/span.h"

static void test_equal_compares_length_and_octets(void **state) {
  (void)state;
  assert_true(span_equal(span_of("ab", 2), span_of_text("ab")));
  assert_false(span_equal(span_of("ab", 2), span_of("ac", 2)));
  assert_false(span_equal(span_of("ab", 2), span_of("ab", 1)));
  assert_true(span_equal((struct span){NULL, 0}, span_of("x", 0)));
  assert_false(span_equal((struct span){NULL, 0}, span_of("x", 1)));
}

static void test_part_is_cut_to_what_there_is(void **state) {
  (void)state;
  struct span whole = span_of_text("abcdef");
  assert_true(span_equal(span_part(whole, 0, 6), whole));
  assert_true(span_equal(span_part(whole, 5, 1), span_of_text("f")));
  assert_true(span_equal(span_part(whole, 5, 2), span_of_text("f")));
  assert_true(span_equal(span_part(whole, 2, SIZE_MAX), span_of_text("cdef")));
  assert_int_equal(span_part(whole, 6, 1).len, 0);
  assert_int_equal(span_part(whole, SIZE_MAX, SIZE_MAX).len, 0);
  assert_int_equal(span_part((struct span){NULL, 0}, 0, 1).len, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal_compares_length_and_octets),
      cmocka_unit_test(test_part_is_cut_to_what_there_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
