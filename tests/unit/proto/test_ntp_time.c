/* NTP time: known instants, eras before and behind, and the nanosecond there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "proto/ntp.h"

#define NS INT64_C(1000000000)

/* Seconds since 1970 and the high half of the timestamp. The dates of 1858, 1899, 1972, 1999, 2036
 * and 2104 are those of RFC 5905 figure 4 or RFC 868, where they have them. */
static const struct {
  int64_t unix_s;
  uint32_t ntp_s;
  const char *date;
} KNOWN[] = {
    {0, 2208988800U, "1970-01-01T00:00:00Z"},
    {INT64_C(-2208988800), 0, "1900-01-01T00:00:00Z"},
    {INT64_C(-2208988801), UINT32_MAX, "1899-12-31T23:59:59Z, the end of era -1"},
    {INT64_C(-2208988800) + 1, 1, "1900-01-01T00:00:01Z"},
    {63072000, 2272060800U, "1972-01-01T00:00:00Z, the first day of UTC"},
    {946598400, 3155587200U, "1999-12-31T00:00:00Z"},
    {946684800, 3155673600U, "2000-01-01T00:00:00Z"},
    {199526400, 2408515200U, "1976-04-28T08:00:00Z"},
    {INT64_C(2085978495), UINT32_MAX, "2036-02-07T06:28:15Z, the last second of era 0"},
    {INT64_C(2085978496), 0, "2036-02-07T06:28:16Z, the first of era 1"},
    {INT64_C(2147483648), 61505152, "2038-01-19T03:14:08Z, 2^31"},
    {INT64_C(4233462143), 2147483647, "2104-02-26T09:42:23Z, within era 1"},
    {INT64_C(6380945792), 0, "2172-03-15T12:56:32Z, the first of era 2"},
    {INT64_C(-3506716800), 2997239296U, "1858-11-17T00:00:00Z, day 0 of the modified Julian day"},
};

static void test_known_instants(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
    int64_t unix_ns = KNOWN[i].unix_s * NS;
    if (ntp_from_unix_ns(unix_ns) != (uint64_t)KNOWN[i].ntp_s << 32) {
      fail_msg("%s gives %016llx", KNOWN[i].date, (unsigned long long)ntp_from_unix_ns(unix_ns));
    }
    int64_t back_ns = ntp_to_unix_ns((uint64_t)KNOWN[i].ntp_s << 32, unix_ns);
    if (back_ns != unix_ns) fail_msg("%s comes back as %lld", KNOWN[i].date, (long long)back_ns);
  }
}

static void test_fractions(void **state) {
  (void)state;
  assert_true(ntp_from_unix_ns(NS / 2) == UINT64_C(0x83aa7e8080000000));
  assert_true(ntp_from_unix_ns(-NS / 2) == UINT64_C(0x83aa7e7f80000000));
  assert_true(ntp_from_unix_ns(NS / 4) == UINT64_C(0x83aa7e8040000000));
  assert_true(ntp_from_unix_ns(1) == UINT64_C(0x83aa7e8000000004)); /* 4.29 units */
  assert_true(ntp_from_unix_ns(NS - 1) == UINT64_C(0x83aa7e80fffffffc));
  assert_true(ntp_from_unix_ns(-1) == UINT64_C(0x83aa7e7ffffffffc));
  assert_true(ntp_to_unix_ns(UINT64_C(0x83aa7e8000000001), 0) == 0);  /* 0.23 ns */
  assert_true(ntp_to_unix_ns(UINT64_C(0x83aa7e8000000002), 0) == 0);  /* 0.47 ns */
  assert_true(ntp_to_unix_ns(UINT64_C(0x83aa7e8000000003), 0) == 1);  /* 0.70 ns */
  assert_true(ntp_to_unix_ns(UINT64_C(0x83aa7e80ffffffff), 0) == NS); /* rounds up to a second */
  assert_true(ntp_to_unix_ns(UINT64_C(0x83aa7e7fffffffff), 0) == 0);
}

static void test_the_pivot_chooses_the_era(void **state) {
  (void)state;
  const int64_t era_s = INT64_C(1) << 32;
  const int64_t half_s = INT64_C(1) << 31;
  for (int64_t pivot_s = -NTP_UNIX_EPOCH_S - era_s; pivot_s < era_s + half_s;
       pivot_s += 123456789) {
    const int64_t ahead_s[] = {0, 1, -1, half_s - 1, -half_s};
    for (size_t i = 0; i < sizeof ahead_s / sizeof ahead_s[0]; i++) {
      int64_t unix_ns = (pivot_s + ahead_s[i]) * NS;
      assert_true(ntp_to_unix_ns(ntp_from_unix_ns(unix_ns), pivot_s * NS) == unix_ns);
    }
    int64_t beyond_ns = (pivot_s + half_s) * NS; /* one past: it is taken for the era before */
    assert_true(ntp_to_unix_ns(ntp_from_unix_ns(beyond_ns), pivot_s * NS) ==
                beyond_ns - era_s * NS);
  }
}

static void test_a_transmit_time_behind_2036_with_a_pivot_before(void **state) {
  (void)state;
  int64_t pivot_ns = INT64_C(2085978490) * NS; /* six seconds before era 1 */
  assert_true(ntp_to_unix_ns(0, pivot_ns) == INT64_C(2085978496) * NS);
  assert_true(ntp_to_unix_ns(UINT64_C(0x0000000a80000000), pivot_ns) ==
              INT64_C(2085978506) * NS + NS / 2);
}

static void expect_round_trip(int64_t unix_ns) {
  int64_t back_ns = ntp_to_unix_ns(ntp_from_unix_ns(unix_ns), unix_ns);
  if (back_ns != unix_ns) fail_msg("%lld: %lld", (long long)unix_ns, (long long)back_ns);
}

static void test_every_nanosecond_comes_back(void **state) {
  (void)state;
  for (int64_t unix_ns = -1000; unix_ns <= 1000; unix_ns++) {
    expect_round_trip(unix_ns);
    expect_round_trip(unix_ns + NS / 2);
    expect_round_trip(INT64_C(2085978496) * NS + unix_ns);
    expect_round_trip(INT64_C(-2208988800) * NS + unix_ns);
    if (unix_ns >= 0) expect_round_trip(INT64_MIN + unix_ns);
    if (unix_ns >= 0) expect_round_trip(INT64_MAX - unix_ns);
  }
  struct random random = random_seeded(3);
  for (int i = 0; i < 200000; i++) {
    expect_round_trip((int64_t)random_next(&random));
  }
}

static void test_beyond_64_bits_of_nanoseconds(void **state) {
  (void)state;
  assert_true(ntp_to_unix_ns(ntp_from_unix_ns(INT64_MAX) + (UINT64_C(5) << 32), INT64_MAX) ==
              INT64_MAX);
  assert_true(ntp_to_unix_ns(ntp_from_unix_ns(INT64_MIN) - (UINT64_C(5) << 32), INT64_MIN) ==
              INT64_MIN);
}

static void test_difference(void **state) {
  (void)state;
  assert_true(ntp_difference(5, 3) == 2);
  assert_true(ntp_difference(3, 5) == -2);
  assert_true(ntp_difference(0, UINT64_MAX) == 1); /* across the era */
  assert_true(ntp_difference(ntp_from_unix_ns(NS), ntp_from_unix_ns(0)) == INT64_C(1) << 32);
  assert_true(ntp_difference(ntp_from_unix_ns(INT64_C(2085978497) * NS),
                             ntp_from_unix_ns(INT64_C(2085978495) * NS)) == INT64_C(1) << 33);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_instants),
      cmocka_unit_test(test_fractions),
      cmocka_unit_test(test_the_pivot_chooses_the_era),
      cmocka_unit_test(test_a_transmit_time_behind_2036_with_a_pivot_before),
      cmocka_unit_test(test_every_nanosecond_comes_back),
      cmocka_unit_test(test_beyond_64_bits_of_nanoseconds),
      cmocka_unit_test(test_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
