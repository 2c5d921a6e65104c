/* Numbers from people and files: exactly the whole decimal ones within their bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>

#include "base/text.h"

static void expect_number(const char *chars, long min, long max, long number) {
  long value = 4711;
  if (!text_to_long(chars, min, max, &value)) fail_msg("'%s' was refused", chars);
  assert_int_equal(value, number);
}

static void expect_refusal(const char *chars, long min, long max) {
  long value = 4711;
  if (text_to_long(chars, min, max, &value)) fail_msg("'%s' was taken", chars);
  assert_int_equal(value, 4711);
}

static void test_bounds_and_one_past(void **state) {
  (void)state;
  expect_number("1", 1, 65535, 1);
  expect_number("65535", 1, 65535, 65535);
  expect_refusal("0", 1, 65535);
  expect_refusal("65536", 1, 65535);
  expect_number("-5", -5, 5, -5);
  expect_refusal("-6", -5, 5);
  expect_refusal("6", -5, 5);
  expect_number("0", 0, 0, 0);
  expect_refusal("1", 0, 0);
  expect_refusal("-1", 0, 0);
}

static void test_the_ends_of_long(void **state) {
  (void)state;
  char text[64];
  (void)snprintf(text, sizeof text, "%ld", LONG_MAX);
  expect_number(text, LONG_MIN, LONG_MAX, LONG_MAX);
  (void)snprintf(text, sizeof text, "%lu", (unsigned long)LONG_MAX + 1);
  expect_refusal(text, LONG_MIN, LONG_MAX);
  (void)snprintf(text, sizeof text, "%ld", LONG_MIN);
  expect_number(text, LONG_MIN, LONG_MAX, LONG_MIN);
  (void)snprintf(text, sizeof text, "-%lu", (unsigned long)LONG_MAX + 2);
  expect_refusal(text, LONG_MIN, LONG_MAX);
  expect_refusal("99999999999999999999999999999999999999", LONG_MIN, LONG_MAX);
  expect_refusal("-99999999999999999999999999999999999999", LONG_MIN, LONG_MAX);
  expect_refusal("18446744073709551617", LONG_MIN, LONG_MAX); /* 2^64 + 1 must not be 1 */
}

static void test_only_decimal_digits(void **state) {
  (void)state;
  static const char *const REFUSED[] = {"",    "-",   "+1",  " 1",   "1 ",   "1\n", "\t1",
                                        "--1", "-+1", "-0",  "0x1",  "1e3",  "1.0", "1,0",
                                        "a",   "1a",  "- 1", "\xb2", "010 ", "1_0", "-00"};
  for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
    expect_refusal(REFUSED[i], LONG_MIN, LONG_MAX);
  }
  expect_refusal(NULL, LONG_MIN, LONG_MAX);
  expect_number("010", 0, 100, 10); /* decimal, never octal */
  expect_number("000", 0, 100, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bounds_and_one_past),
      cmocka_unit_test(test_the_ends_of_long),
      cmocka_unit_test(test_only_decimal_digits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
