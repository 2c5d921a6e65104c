/* What a process is told of its processors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "subject/process.h"

/* A processor was idle for as long as the system runs, at most; in ticks of 10 ms. */
static void idle_is_a_part_of_the_time_since_the_start(void **state) {
  (void)state;
  if (access("/proc/stat", R_OK) != 0) {
    printf("/proc/stat cannot be read here, which tells how long processors are idle\n");
    skip();
  }
  const int64_t first_ms = process_idle_ms(), second_ms = process_idle_ms();
  struct timespec up;
  assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &up), 0);
  const int64_t up_ms = ((int64_t)up.tv_sec + 1) * 1000;
  assert_true(process_cpus() >= 1);
  assert_true(first_ms > 0);
  assert_true(second_ms >= first_ms);
  assert_true(second_ms <= (int64_t)process_cpus() * up_ms);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(idle_is_a_part_of_the_time_since_the_start)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
