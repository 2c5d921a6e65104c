/* What a version command says is a version where it says so with status 0, and nothing elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "run/command/subject_version.h"

static void check(const char *command, const char *wanted) {
  const struct version_places places = {.dir = "/a folder/it's", .bin = "/built"};
  char version[32] = "of before";
  subject_version_read(command, &places, version, sizeof version);
  if (strcmp(version, wanted) != 0) fail_msg("%s: '%s', and not '%s'", command, version, wanted);
}

static void test_its_first_line(void **state) {
  (void)state;
  check("echo socat 1.7.4.4", "socat 1.7.4.4");
  check("echo of errors 2 >&2", "of errors 2");
  check("printf '4.5\\r\\nand more\\n'", "4.5");
  check("printf 7", "7");
  check("", "");
  check("echo 0123456789012345678901234567890123456789", "0123456789012345678901234567890");
  check("cat", ""); /* which has nothing to read */
  check(NULL, "");
}

static void test_a_failure_tells_none(void **state) {
  (void)state;
  check("echo 1.0; exit 3", "");
  check("echo 'cannot open libx.so.6' >&2; exit 127", "");
  check("no-such-program --version", "");
  check("echo 1.0; kill -TERM $$", "");
  check("echo 1.0 && false", "");
}

/* More than a pipe holds; and an end that comes after that of the output. */
static void test_it_is_heard_to_its_end(void **state) {
  (void)state;
  check("echo 2.0; dd if=/dev/zero bs=1024 count=256 2>/dev/null", "2.0");
  check("echo 2.1; exec >&- 2>&-; i=0; while [ $i -lt 9999 ]; do i=$((i + 1)); done", "2.1");
  check("echo 2.2; exec >&- 2>&-; i=0; while [ $i -lt 9999 ]; do i=$((i + 1)); done; exit 1", "");
}

static void test_its_places(void **state) {
  (void)state;
  check("printf '%s|' {dir} {bin}/x 1", "/a folder/it's|/built/x|1|");
  check("dir=own; echo \"${dir} {other}\"", "own {other}");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_its_first_line),
      cmocka_unit_test(test_a_failure_tells_none),
      cmocka_unit_test(test_it_is_heard_to_its_end),
      cmocka_unit_test(test_its_places),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
