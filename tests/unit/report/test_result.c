/* Results in memory and as JSON; text made safe; counts and exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "report/groups.h"
#include "report/result_json.h"
#include "report/safe.h"
#include "report/summary.h"
#include "sample.h"

static void assert_safe(const char *octets, size_t len, enum safe_for purpose,
                        const char *expected) {
  struct text text = TEXT_INIT(4096);
  safe_append(&text, span_of(octets, len), purpose);
  assert_string_equal(text_chars(&text), expected);
  text_free(&text);
}

static void test_safe_text(void **state) {
  (void)state;
  assert_safe("a\0b", 3, SAFE_JSON, "a\\x00b");
  assert_safe("a\0b", 3, SAFE_LINES, "a\\x00b");
  assert_safe("\x1b\n\t", 3, SAFE_JSON, "\x1b\n\t");
  assert_safe("\x1b\n\t\r\x7f", 5, SAFE_LINES, "\\x1b\n\t\\x0d\\x7f");
  assert_safe("\n\t", 2, SAFE_LINE, "\\n\\t");
  assert_safe("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, SAFE_LINES,
              "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  assert_safe("\xc2\x9b\xef\xbf\xbf", 5, SAFE_LINES, "\\xc2\\x9b\\xef\\xbf\\xbf");
  /* A right-to-left override, U+202E. */
  const char override[] = {(char)0xe2, (char)0x80, (char)0xae};
  assert_safe(override, sizeof override, SAFE_LINES, "\\xe2\\x80\\xae");
  /* Cut, overlong, a surrogate, beyond U+10FFFF, a continuation alone. */
  assert_safe("\xe2\x82", 2, SAFE_JSON, "\\xe2\\x82");
  assert_safe("\xc0\x80", 2, SAFE_JSON, "\\xc0\\x80");
  assert_safe("\xe0\x80\x80", 3, SAFE_JSON, "\\xe0\\x80\\x80");
  assert_safe("\xed\xa0\x80", 3, SAFE_JSON, "\\xed\\xa0\\x80");
  assert_safe("\xf4\x90\x80\x80", 4, SAFE_JSON, "\\xf4\\x90\\x80\\x80");
  assert_safe("\x80", 1, SAFE_JSON, "\\x80");
}

static void test_copy_is_whole_and_apart(void **state) {
  (void)state;
  struct results *results = sample_results();
  for (size_t i = 0; i < results->case_count; i++) {
    struct result *copy = result_copy(results->cases[i]);
    struct text before = TEXT_INIT(1 << 20), after = TEXT_INIT(1 << 20);
    assert_int_equal(result_to_line(results->cases[i], &before, NULL), ERR_OK);
    assert_int_equal(result_to_line(copy, &after, NULL), ERR_OK);
    assert_string_equal(text_chars(&before), text_chars(&after));
    assert_ptr_not_equal(copy->reason, results->cases[i]->reason);
    text_free(&before);
    text_free(&after);
    result_destroy(copy);
  }
  results_destroy(results);
}

static void test_long_text_is_cut(void **state) {
  (void)state;
  char *huge = malloc(RESULT_TEXT_MAX + 2);
  memset(huge, 'x', RESULT_TEXT_MAX + 1);
  huge[RESULT_TEXT_MAX + 1] = '\0';
  struct result *result = result_create("a/b", "a", "S01");
  assert_true(result_set(&result->details, huge));
  assert_non_null(strstr(result->details, "... (cut)"));
  huge[RESULT_TEXT_MAX] = '\0';
  assert_true(result_set(&result->details, huge));
  assert_int_equal(strlen(result->details), RESULT_TEXT_MAX);
  result_destroy(result);
  free(huge);
}

static void test_observed_has_a_bound(void **state) {
  (void)state;
  struct result *result = result_create("a/b", "a", "S01");
  for (size_t i = 0; i < RESULT_OBSERVED_MAX; i++)
    assert_true(result_observe(result, "n", "v"));
  assert_false(result_observe(result, "n", "v"));
  result_destroy(result);
}

static void test_json_both_ways(void **state) {
  (void)state;
  struct results *results = sample_results();
  for (size_t i = 0; i < results->case_count; i++) {
    struct text line = TEXT_INIT(1 << 20), again = TEXT_INIT(1 << 20);
    struct result *read = NULL;
    assert_int_equal(result_to_line(results->cases[i], &line, NULL), ERR_OK);
    assert_null(strchr(text_chars(&line), '\n'));
    assert_int_equal(result_from_line(span_of(text_chars(&line), line.len), &read, NULL), ERR_OK);
    assert_int_equal(result_to_line(read, &again, NULL), ERR_OK);
    assert_string_equal(text_chars(&line), text_chars(&again));
    assert_int_equal(read->verdict, results->cases[i]->verdict);
    assert_int_equal(read->surprise, results->cases[i]->surprise);
    assert_string_equal(read->kind, results->cases[i]->kind);
    assert_int_equal(read->failed_checks, results->cases[i]->failed_checks);
    assert_int_equal(read->observed_count, results->cases[i]->observed_count);
    result_destroy(read);
    text_free(&line);
    text_free(&again);
  }
  results_destroy(results);
}

static void assert_refused(const char *line, const char *words) {
  struct result *result = NULL;
  struct err err = {0};
  assert_int_equal(result_from_line(span_of_text(line), &result, &err), ERR_INPUT);
  assert_null(result);
  assert_non_null(strstr(err.text, words));
}

static void test_wrong_json_is_refused(void **state) {
  (void)state;
  assert_refused("", "not JSON");
  assert_refused("[]", "not an object");
  assert_refused("{}", "\"id\"");
  assert_refused(
      "{\"id\":\"a/b\",\"recipe\":\"a\",\"requirement\":\"S01\",\"level\":\"MUST\","
      "\"verdict\":\"good\",\"tier\":\"fixture-log\"}",
      "\"verdict\"");
  assert_refused(
      "{\"id\":\"a/b\",\"recipe\":\"a\",\"requirement\":\"S01\",\"level\":\"MUST\","
      "\"verdict\":\"pass\",\"tier\":\"fixture-log\",\"reason\":7}",
      "\"reason\"");
  assert_refused(
      "{\"id\":\"a/b\",\"recipe\":\"a\",\"requirement\":\"S01\",\"level\":\"MUST\","
      "\"verdict\":\"pass\",\"tier\":\"fixture-log\",\"observed\":{\"x\":1}}",
      "\"observed\"");
  static const char *const counts[] = {"-1", "4294967296", "2.5", "\"4\"", "null"};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    char line[256];
    snprintf(line, sizeof line,
             "{\"id\":\"a/b\",\"recipe\":\"a\",\"requirement\":\"S01\",\"level\":\"MUST\","
             "\"verdict\":\"fail\",\"tier\":\"fixture-log\",\"failed_checks\":%s}",
             counts[i]);
    assert_refused(line, "\"failed_checks\"");
  }
}

static int exit_status(enum verdict verdict, bool expected, bool surprise) {
  struct result *result = result_create("a/b", "a", "S01");
  result->verdict = verdict;
  result->expected = expected;
  result->surprise = surprise;
  struct summary summary = {0};
  summary_add(&summary, result);
  assert_int_equal(summary_cases(&summary), 1);
  result_destroy(result);
  return summary_exit_status(&summary);
}

static void test_exit_status(void **state) {
  (void)state;
  assert_int_equal(exit_status(VERDICT_PASS, false, false), 0);
  assert_int_equal(exit_status(VERDICT_WARN, false, false), 0);
  assert_int_equal(exit_status(VERDICT_FAIL, false, false), 1);
  assert_int_equal(exit_status(VERDICT_FAIL, true, false), 0);
  assert_int_equal(exit_status(VERDICT_PASS, false, true), 1);
  assert_int_equal(exit_status(VERDICT_UNSUPPORTED, false, false), 0);
  assert_int_equal(exit_status(VERDICT_BROKEN, false, false), 3);
  assert_int_equal(exit_status(VERDICT_BROKEN, true, false), 3);
}

static void test_broken_is_worse_than_fail(void **state) {
  (void)state;
  const struct summary summary = {.fail = 2, .unexpected_fails = 2, .broken = 1};
  assert_int_equal(summary_exit_status(&summary), 3);
}

static void test_strict(void **state) {
  (void)state;
  struct result *result = result_create("a/b", "a", "S01");
  result_make_strict(result);
  assert_int_equal(result->verdict, VERDICT_PASS);
  result->verdict = VERDICT_WARN;
  result_make_strict(result);
  assert_int_equal(result->verdict, VERDICT_FAIL);
  result_destroy(result);
}

static void test_groups_by_frequency(void **state) {
  (void)state;
  const char *const names[] = {"x", "y", "y", "x", "z", "y"};
  struct result *results[6];
  for (size_t i = 0; i < 6; i++) {
    results[i] = result_create("a/b", "a", names[i]);
    if (i == 5) assert_true(result_set(&results[i]->group, "y"));
  }
  struct result_groups groups;
  assert_true(groups_of((const struct result *const *)results, 6, &groups));
  assert_int_equal(groups.count, 3);
  assert_string_equal(groups.list[0].name, "y");
  assert_int_equal(groups.list[0].count, 3);
  assert_ptr_equal(groups.list[0].results[2], results[5]);
  assert_string_equal(groups.list[1].name, "x");
  assert_ptr_equal(groups.list[1].results[0], results[0]);
  assert_string_equal(groups.list[2].name, "z");
  groups_free(&groups);
  for (size_t i = 0; i < 6; i++)
    result_destroy(results[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_safe_text),        cmocka_unit_test(test_copy_is_whole_and_apart),
      cmocka_unit_test(test_long_text_is_cut), cmocka_unit_test(test_observed_has_a_bound),
      cmocka_unit_test(test_json_both_ways),   cmocka_unit_test(test_wrong_json_is_refused),
      cmocka_unit_test(test_exit_status),      cmocka_unit_test(test_broken_is_worse_than_fail),
      cmocka_unit_test(test_strict),           cmocka_unit_test(test_groups_by_frequency),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
