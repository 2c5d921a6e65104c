/* How many cases are run at once, by what those before them needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/play/pace.h"

enum { CPUS = 2, MOST = 32, SECOND_MS = 1000 };

static void a_run_begins_with_one_a_processor(void **state) {
  (void)state;
  struct pace pace;
  pace_start(&pace, CPUS, MOST, false);
  assert_int_equal(pace.limit, CPUS);
  pace_start(&pace, 8, 3, false);
  assert_int_equal(pace.limit, 3);
}

static void cases_that_wait_go_side_by_side(void **state) {
  (void)state;
  struct pace pace;
  pace_start(&pace, CPUS, MOST, false);
  pace_measure(&pace, 2, 14);
  assert_int_equal(pace.limit, MOST);
  pace_measure(&pace, 2, 0);
  assert_int_equal(pace.limit, MOST);
}

/* A virtual machine that needs 1.5 s of processor time: one a processor, and never fewer. */
static void cases_that_compute_do_not(void **state) {
  (void)state;
  struct pace pace;
  pace_start(&pace, CPUS, MOST, false);
  assert_true(pace.busy_ms == INT64_MAX);
  pace_measure(&pace, 4, 6000);
  assert_int_equal(pace.limit, CPUS);
  assert_int_equal(pace.busy_ms, 3500);
  pace_measure(&pace, 10, 1000); /* 100 ms: ten a processor are a second late at most */
  assert_int_equal(pace.limit, 20);
}

static void before_any_has_ended_idle_processors_take_more(void **state) {
  (void)state;
  struct pace pace;
  pace_start(&pace, CPUS, 5, false);
  pace_second(&pace, SECOND_MS, 0);
  assert_int_equal(pace.limit, CPUS);
  pace_second(&pace, SECOND_MS, CPUS * SECOND_MS);
  assert_int_equal(pace.limit, 4);
  pace_second(&pace, SECOND_MS, CPUS * SECOND_MS);
  assert_int_equal(pace.limit, 5);
  pace_measure(&pace, 1, 3000);
  pace_second(&pace, SECOND_MS, CPUS * SECOND_MS);
  assert_int_equal(pace.limit, CPUS);
}

/* Those that have gone on for long wait, or are late as the processors have no time to spare. */
static void busy_processors_take_no_more(void **state) {
  (void)state;
  struct pace pace;
  pace_start(&pace, CPUS, MOST, false);
  pace_measure(&pace, 10, 1000);
  assert_true(pace_takes_more(&pace, 30, 19));
  assert_false(pace_takes_more(&pace, 30, 20));
  assert_false(pace_takes_more(&pace, MOST, 0));
  pace_second(&pace, SECOND_MS, CPUS * SECOND_MS / 10 - 1);
  assert_true(pace_takes_more(&pace, 19, 0));
  assert_false(pace_takes_more(&pace, 20, 0));
  pace_second(&pace, SECOND_MS, CPUS * SECOND_MS / 10);
  assert_true(pace_takes_more(&pace, 30, 19));
  /* A second that was late is as long as it was. */
  pace_second(&pace, 5 * SECOND_MS, CPUS * SECOND_MS / 10);
  assert_false(pace_takes_more(&pace, 30, 19));
}

static void a_person_is_obeyed(void **state) {
  (void)state;
  struct pace pace;
  pace_start(&pace, CPUS, MOST, true);
  assert_int_equal(pace.limit, MOST);
  pace_measure(&pace, 4, 60000);
  pace_second(&pace, SECOND_MS, 0);
  assert_int_equal(pace.limit, MOST);
  assert_true(pace_takes_more(&pace, MOST - 1, MOST - 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_run_begins_with_one_a_processor),
      cmocka_unit_test(cases_that_wait_go_side_by_side),
      cmocka_unit_test(cases_that_compute_do_not),
      cmocka_unit_test(before_any_has_ended_idle_processors_take_more),
      cmocka_unit_test(busy_processors_take_no_more),
      cmocka_unit_test(a_person_is_obeyed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
