/* The words of a judgement, there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/verdict.h"

static void test_verdicts(void **state) {
  (void)state;
  static const char *const NAMES[VERDICT_COUNT] = {"pass", "warn", "fail", "broken", "unsupported"};
  for (int i = 0; i < VERDICT_COUNT; i++) {
    assert_string_equal(verdict_name((enum verdict)i), NAMES[i]);
    enum verdict verdict = VERDICT_COUNT;
    assert_true(verdict_parse(NAMES[i], &verdict));
    assert_int_equal(verdict, i);
  }
}

static void test_levels(void **state) {
  (void)state;
  static const char *const NAMES[] = {"MUST", "SHOULD", "MAY", "practice"};
  for (int i = 0; i < 4; i++) {
    assert_string_equal(level_name((enum level)i), NAMES[i]);
    enum level level = LEVEL_MUST;
    assert_true(level_parse(NAMES[i], &level));
    assert_int_equal(level, i);
  }
}

static void test_tiers_from_weak_to_strong(void **state) {
  (void)state;
  static const char *const NAMES[] = {"fixture-log", "capture-shared", "capture-private"};
  for (int i = 0; i < 3; i++) {
    assert_string_equal(tier_name((enum tier)i), NAMES[i]);
    enum tier tier = TIER_FIXTURE_LOG;
    assert_true(tier_parse(NAMES[i], &tier));
    assert_int_equal(tier, i);
  }
  assert_true(TIER_FIXTURE_LOG < TIER_CAPTURE_SHARED);
  assert_true(TIER_CAPTURE_SHARED < TIER_CAPTURE_PRIVATE);
}

static void test_other_words_are_refused_and_change_nothing(void **state) {
  (void)state;
  static const char *const WRONG[] = {"", "Pass", "passed", "must", "Practice", "capture"};
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    enum verdict verdict = VERDICT_BROKEN;
    enum level level = LEVEL_MAY;
    enum tier tier = TIER_CAPTURE_SHARED;
    assert_false(verdict_parse(WRONG[i], &verdict));
    assert_false(level_parse(WRONG[i], &level));
    assert_false(tier_parse(WRONG[i], &tier));
    assert_int_equal(verdict, VERDICT_BROKEN);
    assert_int_equal(level, LEVEL_MAY);
    assert_int_equal(tier, TIER_CAPTURE_SHARED);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verdicts),
      cmocka_unit_test(test_levels),
      cmocka_unit_test(test_tiers_from_weak_to_strong),
      cmocka_unit_test(test_other_words_are_refused_and_change_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
