/* Whom a stop that lasted too long is blamed on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/verdict/held_up.h"

#include <string.h>

static void test_whose_fault_a_stop_is(void **state) {
  (void)state;
  static const struct {
    uint64_t stopped_ms;
    const char *origin; /* of a case file, whose script may mean it */
    bool too_long;
  } rows[] = {{0, NULL, false}, {500, NULL, false}, {2727, NULL, true}, {2727, "own.ini:1", false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char reason[HELD_UP_REASON_MAX] = "";
    const struct case_def def = {.name = "stopped", .origin = rows[i].origin};
    const struct instance instance = {.def = &def};
    const struct case_evidence evidence = {.instance = &instance, .stopped_ms = rows[i].stopped_ms};
    assert_int_equal(held_up_too_long(&evidence, reason), rows[i].too_long);
    assert_int_equal(strstr(reason, "was for 2727 ms") != NULL, rows[i].too_long);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_whose_fault_a_stop_is)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
