/* RFC 868: four octets are a time, and nothing else is. */
#include "exact.h"
#include "proto/time.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool decode(const char *octets, size_t len, uint32_t *seconds) {
  struct exact exact = exact_copy(octets, len);
  bool good = time_decode(exact.bytes, seconds);
  exact_free(exact);
  return good;
}

static void the_seconds(void **state) {
  (void)state;
  uint32_t seconds;
  assert_true(decode("\x83\xaa\x7e\x80", 4, &seconds));
  assert_int_equal(seconds, 2208988800); /* 1970 (RFC 868) */
  assert_true(decode("\0\0\0\0", 4, &seconds));
  assert_int_equal(seconds, 0);
  assert_true(decode("\xff\xff\xff\xff", 4, &seconds));
  assert_int_equal(seconds, UINT32_MAX);
}

static void other_lengths(void **state) {
  (void)state;
  uint32_t seconds;
  assert_false(decode("", 0, &seconds));
  assert_false(decode("\x83\xaa\x7e", 3, &seconds));
  assert_false(decode("\x83\xaa\x7e\x80\x00", 5, &seconds));
  assert_false(decode("\x83\xaa\x7e\x80\x83\xaa\x7e\x80", 8, &seconds));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_seconds),
                                     cmocka_unit_test(other_lengths)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
