/* Errors: the code, the sentence, and that neither can overflow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void test_set_fills_all_and_returns_the_code(void **state) {
  (void)state;
  struct err err = {.errno_value = 7};
  assert_int_equal(err_set(&err, ERR_INPUT, "%s:%d: bad", "file", 3), ERR_INPUT);
  assert_int_equal(err.code, ERR_INPUT);
  assert_int_equal(err.errno_value, 0);
  assert_string_equal(err.text, "file:3: bad");
}

static void test_errno_is_kept_and_told(void **state) {
  (void)state;
  struct err err;
  assert_int_equal(err_set_errno(&err, ENOENT, "open %s", "x"), ERR_SYSTEM);
  assert_int_equal(err.code, ERR_SYSTEM);
  assert_int_equal(err.errno_value, ENOENT);
  assert_string_equal(err.text, "open x: No such file or directory");
}

static void test_nobody_may_ask(void **state) {
  (void)state;
  assert_int_equal(err_set(NULL, ERR_LIMIT, "unheard"), ERR_LIMIT);
  assert_int_equal(err_set_errno(NULL, ENOENT, "unheard"), ERR_SYSTEM);
}

static void test_a_long_sentence_is_cut_at_the_end(void **state) {
  (void)state;
  char letters[2 * ERR_TEXT_MAX];
  memset(letters, 'x', sizeof letters - 1);
  letters[sizeof letters - 1] = '\0';
  struct err err;
  (void)err_set(&err, ERR_INPUT, "%s", letters);
  assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
  (void)err_set_errno(&err, ENOENT, "%s", letters);
  assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
}

static void test_a_cause_can_be_wrapped_in_place(void **state) {
  (void)state;
  struct err err;
  (void)err_set(&err, ERR_INPUT, "inner");
  (void)err_set(&err, ERR_INPUT, "outer: %s", err.text);
  assert_string_equal(err.text, "outer: inner");
  (void)err_set_errno(&err, EACCES, "again: %s", err.text);
  assert_string_equal(err.text, "again: outer: inner: Permission denied");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_set_fills_all_and_returns_the_code),
      cmocka_unit_test(test_errno_is_kept_and_told),
      cmocka_unit_test(test_nobody_may_ask),
      cmocka_unit_test(test_a_long_sentence_is_cut_at_the_end),
      cmocka_unit_test(test_a_cause_can_be_wrapped_in_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
