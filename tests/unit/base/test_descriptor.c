/* Descriptors that are closed on exec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/descriptor.h"

static void assert_owned(int fd, bool waits) {
  assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  assert_int_equal((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0, waits);
}

static void test_one(void **state) {
  (void)state;
  const int fd = descriptor_own(open("/dev/null", O_RDWR), DESCRIPTOR_WAITS);
  assert_owned(fd, true);
  assert_int_equal(descriptor_own(fd, DESCRIPTOR_NEVER_WAITS), fd);
  assert_owned(fd, false);
  assert_true(fcntl(fd, F_GETFL) & O_RDWR);
  close(fd);
}

static void test_a_pair(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_true(descriptor_own_pair(ends, DESCRIPTOR_NEVER_WAITS));
  assert_owned(ends[0], false);
  assert_owned(ends[1], false);
  close(ends[0]);
  close(ends[1]);
}

static void test_what_fails_keeps_its_reason(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  close(ends[1]);
  errno = EMFILE;
  assert_int_equal(descriptor_own(-1, DESCRIPTOR_WAITS), -1);
  assert_int_equal(errno, EMFILE);
  assert_int_equal(descriptor_own(ends[1], DESCRIPTOR_WAITS), -1);
  assert_int_equal(errno, EBADF);
  errno = 0;
  assert_false(descriptor_own_pair(ends, DESCRIPTOR_WAITS));
  assert_int_equal(errno, EBADF);
  assert_int_equal(fcntl(ends[0], F_GETFD), -1); /* the other end is closed too */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one),
      cmocka_unit_test(test_a_pair),
      cmocka_unit_test(test_what_fails_keeps_its_reason),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
