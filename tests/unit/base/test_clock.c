/* Clocks: a fixed one stands still, the real ones do what they are named after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "base/clock.h"

static void test_a_fixed_clock_reads_its_owner(void **state) {
  (void)state;
  int64_t now_ns = -1;
  struct clock clock = clock_fixed(&now_ns);
  assert_int_equal(clock_now_ns(&clock), -1);
  now_ns = INT64_C(4102444800000000000);
  assert_int_equal(clock_now_ns(&clock), INT64_C(4102444800000000000));
}

static void test_monotonic_never_goes_back(void **state) {
  (void)state;
  struct clock clock = clock_monotonic();
  int64_t before_ns = clock_now_ns(&clock);
  for (int i = 0; i < 1000; i++) {
    int64_t now_ns = clock_now_ns(&clock);
    assert_true(now_ns >= before_ns);
    before_ns = now_ns;
  }
}

static void test_realtime_is_posix_time(void **state) {
  (void)state;
  struct clock clock = clock_realtime();
  int64_t seconds = (int64_t)time(NULL);
  int64_t now_ns = clock_now_ns(&clock);
  assert_true(now_ns / 1000000000 >= seconds - 1);
  assert_true(now_ns / 1000000000 <= seconds + 60);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_fixed_clock_reads_its_owner),
      cmocka_unit_test(test_monotonic_never_goes_back),
      cmocka_unit_test(test_realtime_is_posix_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
