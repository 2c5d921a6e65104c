/* How long a case may take: a worker has time for all that its subject may take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/play/case_limit.h"

static const struct recipe_def CLIENT = {.name = "sntp-client", .role = ROLE_CLIENT};

static struct settings settings_with(const struct profile *profile, unsigned slowness) {
  return (struct settings){.profile = profile, .slowness = slowness};
}

static struct instance instance_of(const struct case_def *def) {
  return (struct instance){.recipe = &CLIENT, .def = def, .family = IP_V4};
}

static void a_subject_has_the_longer_of_its_own_and_the_cases_time(void **state) {
  (void)state;
  static const struct case_def plain = {.name = "plain"}, slow = {.limit_ms = 60000};
  const struct profile quick = {.entries = {{.recipe = "sntp-client"}}, .entry_count = 1};
  const struct profile patient = {.entries = {{.recipe = "sntp-client", .timeout_s = 40}},
                                  .entry_count = 1};
  const struct instance of_plain = instance_of(&plain), of_slow = instance_of(&slow);
  struct settings settings = settings_with(&quick, 1);
  assert_int_equal(case_wall_ms(&settings, &of_plain), CASE_LIMIT_DEFAULT_MS);
  assert_int_equal(case_wall_ms(&settings, &of_slow), 60000);
  settings = settings_with(&patient, 1);
  assert_int_equal(case_wall_ms(&settings, &of_plain), 45000);
  assert_int_equal(case_wall_ms(&settings, &of_slow), 60000);
  settings = settings_with(&patient, 3);
  assert_int_equal(case_wall_ms(&settings, &of_plain), 135000);
}

/* Every run may take all of its time, and that twice where its launcher is slow. */
static void a_worker_has_time_for_all_runs(void **state) {
  (void)state;
  static const struct case_def once = {.limit_ms = 600000}, often = {.runs = 20},
                               too_often = {.runs = 1000};
  const struct profile profile = {.entries = {{.recipe = "sntp-client"}}, .entry_count = 1};
  const struct instance of_once = instance_of(&once), of_often = instance_of(&often),
                        of_too_often = instance_of(&too_often);
  const struct settings settings = settings_with(&profile, 1), slowly = settings_with(&profile, 10);
  assert_int_equal(case_runs(&of_once), 1);
  assert_int_equal(case_runs(&of_often), 20);
  assert_in_range(case_runs(&of_too_often), 20, 999);
  assert_true(case_worker_limit_ms(&settings, &of_once) > 2 * 600000);
  assert_true(case_worker_limit_ms(&settings, &of_often) > 20 * 2 * CASE_LIMIT_DEFAULT_MS);
  assert_true(case_worker_limit_ms(&slowly, &of_often) > 10 * 20 * 2 * CASE_LIMIT_DEFAULT_MS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_subject_has_the_longer_of_its_own_and_the_cases_time),
      cmocka_unit_test(a_worker_has_time_for_all_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
