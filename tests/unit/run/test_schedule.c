/* In which order cases start: what may take longest first, and all else as the catalogue has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "run/play/schedule.h"

static const struct case_def plain = {.name = "plain"};
static const struct case_def again = {.name = "again", .runs = 20};
static const struct case_def patient = {.name = "patient", .limit_ms = 45000};
static const struct case_def hasty = {.name = "hasty", .limit_ms = 3000};

static struct instance items[] = {
    {.def = &plain, .id = "a/plain"},     {.def = &again, .id = "a/again"},
    {.def = &patient, .id = "a/patient"}, {.def = &hasty, .id = "a/hasty"},
    {.def = &plain, .id = "b/fails"},     {.def = &plain, .id = "b/lacking"},
    {.def = &plain, .id = "b/warns"},
};
static const struct instance_list list = {.items = items, .count = 7};

static struct expectation of_subject_items[] = {
    {.glob = "b/fails", .verdict = VERDICT_FAIL, .reason = "it does", .applies = true},
};
static struct expectation of_target_items[] = {
    {.glob = "b/lacking", .verdict = VERDICT_UNSUPPORTED, .reason = "it lacks it", .applies = true},
    {.glob = "b/warns", .verdict = VERDICT_WARN, .reason = "it goes on", .applies = true},
};
static const struct expectation_list of_subject = {.items = of_subject_items, .count = 1};
static const struct expectation_list of_target = {.items = of_target_items, .count = 2};

static void assert_order(const struct settings *settings, unsigned repeat,
                         const int32_t *expected) {
  int32_t *schedule = schedule_create(settings, &list, repeat);
  assert_non_null(schedule);
  for (size_t i = 0; i < list.count * repeat; i++)
    assert_int_equal(schedule[i], expected[i % list.count]);
  free(schedule);
}

static void test_what_may_take_longest_starts_first(void **state) {
  (void)state;
  static const int32_t expected[] = {2, 1, 0, 3, 4, 5, 6};
  assert_order(&(struct settings){0}, 1, expected);
}

static void test_what_is_foreseen_to_go_wrong_may_go_on_to_its_limit(void **state) {
  (void)state;
  static const int32_t expected[] = {2, 4, 6, 1, 0, 3, 5};
  const struct settings settings = {.expectations = &of_subject, .target_expectations = &of_target};
  assert_order(&settings, 1, expected);
}

static void test_each_round_is_in_the_same_order(void **state) {
  (void)state;
  static const int32_t expected[] = {2, 1, 0, 3, 4, 5, 6};
  assert_order(&(struct settings){0}, 3, expected);
}

static void test_nothing_to_do_is_an_empty_schedule(void **state) {
  (void)state;
  int32_t *schedule =
      schedule_create(&(struct settings){0}, &(struct instance_list){.items = NULL}, 1);
  assert_non_null(schedule);
  free(schedule);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_may_take_longest_starts_first),
      cmocka_unit_test(test_what_is_foreseen_to_go_wrong_may_go_on_to_its_limit),
      cmocka_unit_test(test_each_round_is_in_the_same_order),
      cmocka_unit_test(test_nothing_to_do_is_an_empty_schedule),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
