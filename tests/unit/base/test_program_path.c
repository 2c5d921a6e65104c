/* The program finds its own file, by whatever name it was called; the same tests for the systems
 * that say it and for those that do not. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/program_path.h"

static char self[PATH_MAX]; /* this program */

static void called_by_its_path(void **state) {
  (void)state;
  char path[PATH_MAX];
  assert_true(program_path(self, path));
  assert_string_equal(path, self);
}

static void called_by_its_name(void **state) {
  (void)state;
  char folder[PATH_MAX], path[PATH_MAX], before[PATH_MAX];
  char *slash = strrchr(self, '/');
  assert_non_null(slash);
  const char *search = getenv("PATH");
  assert_true(snprintf(before, sizeof before, "%s", search == NULL ? "" : search) >= 0);
  snprintf(folder, sizeof folder, "/no-such-folder::%.*s", (int)(slash - self), self);
  assert_int_equal(setenv("PATH", folder, 1), 0);
  const bool found = program_path(slash + 1, path);
  assert_int_equal(setenv("PATH", before, 1), 0);
  assert_true(found);
  assert_string_equal(path, self);
}

#ifdef TEST_NOT_TOLD
static void a_name_of_no_program(void **state) {
  (void)state;
  char path[PATH_MAX];
  assert_false(program_path("no-such-program-of-sockproof", path));
  assert_int_equal(errno, ENOENT);
  assert_false(program_path("/no-such-folder/sockproof", path));
  assert_int_equal(errno, ENOENT);
}
#else
static void a_name_of_no_program(void **state) {
  (void)state;
  char path[PATH_MAX];
  assert_true(program_path("no-such-program-of-sockproof", path));
  assert_string_equal(path, self);
}
#endif

int main(int argc, char **argv) {
  if (argc < 1 || realpath(argv[0], self) == NULL) return 2;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(called_by_its_path),
      cmocka_unit_test(called_by_its_name),
      cmocka_unit_test(a_name_of_no_program),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
