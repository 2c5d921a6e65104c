/* Growing text: its maximum, its escapes, and that a cut is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"

static void test_appends_grow(void **state) {
  (void)state;
  struct text text = TEXT_INIT(100000);
  assert_string_equal(text_chars(&text), "");
  for (int i = 0; i < 1000; i++) {
    text_append(&text, "abc");
    text_appendf(&text, "%02d", i % 100);
    text_append_span(&text, span_of("-", 1));
  }
  assert_int_equal(text.len, 6000);
  assert_int_equal(strlen(text_chars(&text)), 6000);
  assert_memory_equal(text_chars(&text) + 5994, "abc99-", 6);
  assert_false(text.truncated);
  text_free(&text);
  assert_string_equal(text_chars(&text), "");
  text_append(&text, "again");
  assert_string_equal(text_chars(&text), "again");
  text_free(&text);
}

static void test_the_last_and_one_past(void **state) {
  (void)state;
  struct text text = TEXT_INIT(5);
  text_append(&text, "12345");
  assert_false(text.truncated);
  text_append(&text, "");
  assert_false(text.truncated);
  text_append(&text, "6");
  assert_true(text.truncated);
  assert_string_equal(text_chars(&text), "12345");
  text_free(&text);
}

static void test_what_does_not_fit_is_dropped_for_good(void **state) {
  (void)state;
  struct text text = TEXT_INIT(8);
  text_append(&text, "1234");
  text_appendf(&text, "%s", "567890");
  assert_string_equal(text_chars(&text), "12345678");
  assert_true(text.truncated);
  text_clear(&text);
  assert_false(text.truncated);
  assert_string_equal(text_chars(&text), "");

  text_append(&text, "1234567");
  text_append_escaped(&text, span_of("\n.", 2)); /* the escape has no room, the dot would */
  assert_string_equal(text_chars(&text), "1234567");
  assert_true(text.truncated);
  text_append(&text, "8");
  assert_string_equal(text_chars(&text), "1234567");
  text_free(&text);
}

static void test_nothing_fits_in_nothing(void **state) {
  (void)state;
  struct text text = TEXT_INIT(0);
  text_append(&text, "x");
  text_appendf(&text, "%d", 1);
  text_append_hex(&text, span_of("x", 1));
  assert_true(text.truncated);
  assert_string_equal(text_chars(&text), "");
  text_free(&text);
}

static void test_escapes(void **state) {
  (void)state;
  struct text text = TEXT_INIT(1000);
  text_append_escaped(&text, span_of("a \\\n\r\t~\x7f\x00\x1f\x80\xff\"", 13));
  assert_string_equal(text_chars(&text), "a \\\\\\n\\r\\t~\\x7f\\x00\\x1f\\x80\\xff\"");
  text_clear(&text);
  text_append_escaped(&text, (struct span){NULL, 0});
  assert_string_equal(text_chars(&text), "");
  text_free(&text);
}

static void test_quotes_tell_of_more(void **state) {
  (void)state;
  struct text text = TEXT_INIT(100);
  text_append_quoted(&text, span_of("ab\n", 3), 3);
  text_append_quoted(&text, span_of("ab\n", 3), 2);
  text_append_quoted(&text, (struct span){NULL, 0}, 2);
  assert_string_equal(text_chars(&text), "\"ab\\n\"\"ab...\"\"\"");
  text_free(&text);
}

static void test_every_octet_comes_out_printable(void **state) {
  (void)state;
  struct text text = TEXT_INIT(4096);
  for (int octet = 0; octet < 256; octet++) {
    uint8_t byte = (uint8_t)octet;
    text_append_escaped(&text, span_of(&byte, 1));
  }
  assert_int_equal(text.len, 94 + 4 * 2 + (256 - 94 - 4) * 4);
  for (size_t i = 0; i < text.len; i++) {
    assert_in_range(text.chars[i], 0x20, 0x7e);
  }
  text_free(&text);
}

static void test_hex(void **state) {
  (void)state;
  struct text text = TEXT_INIT(7);
  text_append_hex(&text, span_of("\x00\x0f\xA5\xff", 4));
  assert_string_equal(text_chars(&text), "000fa5"); /* no half of an octet */
  assert_true(text.truncated);
  text_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_appends_grow),
      cmocka_unit_test(test_the_last_and_one_past),
      cmocka_unit_test(test_what_does_not_fit_is_dropped_for_good),
      cmocka_unit_test(test_nothing_fits_in_nothing),
      cmocka_unit_test(test_escapes),
      cmocka_unit_test(test_quotes_tell_of_more),
      cmocka_unit_test(test_every_octet_comes_out_printable),
      cmocka_unit_test(test_hex),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
