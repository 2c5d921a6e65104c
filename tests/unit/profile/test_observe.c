/* Observations: patterns over any octets, times and numbers as programs print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subject/observe.h"
#include "subject/pattern.h"
#include "subject/time_text.h"

static const struct observation *observe(const char *pattern, const char *format,
                                         const void *octets, size_t len,
                                         struct observations *found) {
  static struct profile_entry entry;
  entry =
      (struct profile_entry){.recipe = "r",
                             .observations = {{.name = "it", .pattern = pattern, .format = format}},
                             .observation_count = 1};
  struct err err = {0};
  const enum err_code code =
      observe_output(&entry, &(struct printed){.out = span_of(octets, len)}, found, &err);
  if (code) print_error("%s\n", err.text);
  assert_int_equal(code, ERR_OK);
  return observation_find(found, "it");
}

static void assert_observed(const char *pattern, const char *octets, const char *expected,
                            unsigned matches) {
  struct observations found;
  const struct observation *seen = observe(pattern, NULL, octets, strlen(octets), &found);
  if (!expected) {
    assert_null(seen);
    return;
  }
  assert_string_equal(seen->text, expected);
  assert_int_equal(found.matches[0], matches);
}

static void test_patterns(void **state) {
  (void)state;
  assert_observed("^a=(.*)$", "x\na=1\nb=2\n", "1", 1);
  assert_observed("^a=(.*)$", "a=1\r\nb\r\n", "1", 1);
  assert_observed("^a=(.*)$", "a=1\na=2\n", "1", 2);
  assert_observed("^a=(.*)$", "b\n", NULL, 0);
  assert_observed("^a=(.*)$", "", NULL, 0);
  assert_observed("(x)|y(?<value>z)", "yz", "z", 1);
  assert_observed("(x)?y", "y", "", 1);
  assert_observed("(\\d*)", "ab", "", 3);
  assert_observed("^(.*)$", "a\n\n\nb\n", "a", 4);
  assert_observed("(\xff)", "a\xff", "\xff", 1);
  /* Octets, not characters: what is no UTF-8 is no error. */
  assert_observed("^(.)", "\xc3\xa9", "\xc3", 1);
}

static void test_octet_zero(void **state) {
  (void)state;
  struct observations found;
  const struct observation *seen = observe("a=(.*)$", NULL,
                                           "\0a=1\0"
                                           "2\n",
                                           7, &found);
  assert_string_equal(seen->text, "1?2");
}

static void assert_all(const char *pattern, const char *octets, const char *expected) {
  struct observations found;
  const struct observation *seen = observe(pattern, NULL, octets, strlen(octets), &found);
  assert_non_null(seen);
  assert_string_equal(seen->all, expected);
  assert_false(seen->all_cut);
}

static void test_all_matches(void **state) {
  (void)state;
  assert_all("^a=(.*)$", "a=1\n", "1");
  assert_all("^a=(.*)$", "a=1\nb=2\na=3\n", "1\n3");
  assert_all("^a=(.*)$", "a=\na=3\na=\n", "\n3\n");
  assert_all("(x)|y(?<value>z)", "yzxyz", "z\n\nz");
  assert_all("^(.*)$", "a\n\nb\n", "a\n\nb"); /* an empty line is one match */
}

static void test_all_matches_are_cut(void **state) {
  (void)state;
  char octets[1024];
  memset(octets, 'x', sizeof octets);
  struct observations found;
  const size_t room = sizeof found.list[0].all - 1;
  const struct observation *seen = observe("(x+)", NULL, octets, room, &found);
  assert_int_equal(strlen(seen->all), room);
  assert_false(seen->all_cut);
  seen = observe("(x+)", NULL, octets, room + 1, &found);
  assert_int_equal(strlen(seen->all), room);
  assert_true(seen->all_cut);
  octets[room] = '\n'; /* the newline between two has no room, though the second value is empty */
  seen = observe("(?|(x+)|(?<=\n)())", NULL, octets, room + 1, &found);
  assert_int_equal(found.matches[0], 2);
  assert_true(seen->all_cut);
}

static void test_streams(void **state) {
  (void)state;
  const struct profile_entry entry = {
      .observations = {{.name = "out", .pattern = "^(.+)$"},
                       {.name = "err", .pattern = "^(.*)$", .on_stderr = true}},
      .observation_count = 2};
  const struct printed both = {.out = span_of_text("said\n"), .err = span_of_text("complained\n")};
  const struct printed quiet = {.err = span_of_text("complained\n")};
  struct observations found;
  assert_int_equal(observe_output(&entry, &both, &found, NULL), ERR_OK);
  assert_string_equal(observation_find(&found, "out")->text, "said");
  assert_string_equal(observation_find(&found, "err")->text, "complained");
  assert_int_equal(observe_output(&entry, &quiet, &found, NULL), ERR_OK);
  assert_null(observation_find(&found, "out"));
  assert_string_equal(observation_find(&found, "err")->all, "complained");
}

static void test_nothing_printed(void **state) {
  (void)state;
  struct observations found;
  assert_null(observe("(a)", NULL, NULL, 0, &found));
}

static void test_long_value_is_cut(void **state) {
  (void)state;
  char octets[600];
  memset(octets, 'x', sizeof octets);
  struct observations found;
  assert_int_equal(strlen(observe("(x+)", NULL, octets, sizeof octets, &found)->text), 255);
}

static void test_catastrophic_pattern_gives_up(void **state) {
  (void)state;
  struct profile_entry entry = {.observations = {{.name = "it", .pattern = "^(a+)+$"}},
                                .observation_count = 1};
  char octets[4096];
  memset(octets, 'a', sizeof octets);
  octets[sizeof octets - 1] = '!';
  struct observations found;
  struct err err = {0};
  assert_int_equal(observe_output(&entry, &(struct printed){.out = span_of(octets, sizeof octets)},
                                  &found, &err),
                   ERR_LIMIT);
  assert_non_null(strstr(err.text, "observe.it: the pattern gives up"));
}

static void test_large_output(void **state) {
  (void)state;
  const size_t len = 1 << 20;
  char *octets = malloc(len);
  assert_non_null(octets);
  memset(octets, 'b', len);
  static const char last[] = {'\n', 't', '=', '7'};
  memcpy(octets + len - sizeof last, last, sizeof last);
  struct observations found;
  assert_string_equal(observe("^t=(\\d)", NULL, octets, len, &found)->text, "7");
  assert_int_equal(observe("(b)", NULL, octets, len, &found)->text[0], 'b');
  assert_int_equal(found.matches[0], 1000);
  free(octets);
}

static void assert_number(const char *text, bool is_number, double number) {
  struct observations found;
  const struct observation *seen = observe("^(.*)$", NULL, text, strlen(text), &found);
  assert_int_equal(seen->is_number, is_number);
  if (is_number) assert_true(seen->number == number);
}

static void test_numbers(void **state) {
  (void)state;
  assert_number("12", true, 12);
  assert_number("-0.5", true, -0.5);
  assert_number("+.25 s", true, 0.25);
  assert_number("1e3", true, 1000);
  assert_number("0x10", true, 0);
  assert_number("inf", false, 0);
  assert_number("nan", false, 0);
  assert_number("-", false, 0);
  assert_number("x1", false, 0);
}

#define SECOND INT64_C(1000000000)

static void assert_time(const char *format, const char *text, int64_t unix_ns,
                        int64_t resolution_ns) {
  struct time_text time = {0};
  assert_int_equal(time_text_check_format(format, NULL), ERR_OK);
  assert_true(time_text_read(text, format, &time));
  assert_int_equal(time.unix_ns, unix_ns);
  assert_int_equal(time.resolution_ns, resolution_ns);
}

static void assert_no_time(const char *format, const char *text) {
  struct time_text time = {0};
  assert_false(time_text_read(text, format, &time));
}

static void test_times(void **state) {
  (void)state;
  const char *const common = "%Y-%m-%d %H:%M:%S";
  const int64_t moment = INT64_C(1795210805) * SECOND; /* 2026-11-20T21:40:05Z */
  assert_time(common, "2026-11-20 21:40:05", moment, SECOND);
  assert_time(common, "2026-11-20 21:40:05.25", moment + SECOND / 4, 10000000);
  assert_time(common, "2026-11-20 21:40:05.123456789", moment + 123456789, 1);
  assert_time(common, "2026-11-20 21:40:05.1234567899", moment + 123456789, 1);
  assert_time(common, "1968-01-20 03:14:08", INT64_C(-61505152) * SECOND, SECOND);
  assert_time("%a %b %d %H:%M:%S %Y", "Fri Nov 20 21:40:05 2026", moment, SECOND);
  assert_time("%a %b %d %H:%M:%S %Y", "Mon Nov  2 21:40:05 2026", moment - 18 * 86400 * SECOND,
              SECOND);
  assert_time("%Y-%m-%d %H:%M", "2026-11-20 21:40", moment - 5 * SECOND, 60 * SECOND);
  assert_time("%Y-%m-%d", "2026-11-20", moment - (21 * 3600 + 40 * 60 + 5) * SECOND,
              86400 * SECOND);
  assert_time("%Y-%m-%d %H:%M:%S %z", "2026-11-20 22:40:05 +0100", moment, SECOND);
  assert_time("%H:%M:%S %z %d.%m.%Y", "16:10:05 -05:30 20.11.2026", moment, SECOND);
  assert_time("%Y-%m-%d%%z %H:%M:%S %z", "2026-11-20%z 21:40:05 Z", moment, SECOND);
  assert_time("unix", "1795210805", moment, SECOND);
  assert_time("unix", "1795210805.5", moment + SECOND / 2, 100000000);
  assert_time("unix", "-1.5", -1500000000, 100000000);
  assert_time("ntp", "2208988800", 0, SECOND);
  assert_time("ntp", "4294967296.0", INT64_C(2085978496) * SECOND, 100000000); /* era 1 */
  assert_time("iso8601", "2026-11-20T21:40:05Z", moment, SECOND);
  assert_time("iso8601", "2026-11-20T21:40:05", moment, SECOND);
  assert_time("iso8601", "2026-11-20 22:40:05,5+01:00", moment + SECOND / 2, 100000000);
  assert_time("iso8601", "2026-11-20T16:10:05-0530", moment, SECOND);
  assert_time("iso8601", "2026-11-20T22:40:05+01", moment, SECOND);
}

static void test_what_is_no_time(void **state) {
  (void)state;
  assert_no_time("%Y-%m-%d", "never");
  assert_no_time("%Y-%m-%d", "2026-11-20 and more");
  assert_no_time("%Y-%m-%d %H:%M:%S", "2026-11-20 21:40:05.");
  assert_no_time("%Y-%m-%d", "9999-01-01");
  assert_no_time("%Y-%m-%d %z", "2026-11-20");
  assert_no_time("%Y-%m-%d %z", "2026-11-20 CET");
  assert_no_time("%Y-%m-%d %z.", "2026-11-20 +01");
  assert_no_time("unix", "");
  assert_no_time("unix", "1.");
  assert_no_time("unix", "0x10");
  assert_no_time("unix", "99999999999999999999999999");
  assert_no_time("unix", "9223372037");
  assert_no_time("iso8601", "2026-11-20");
  assert_no_time("iso8601", "2026-11-20T21:40:05+1");
  assert_no_time("iso8601", "2026-11-20T21:40:05+01:");
  assert_no_time("iso8601", "2026-11-20T21:40:05Zx");
}

static void test_observed_time(void **state) {
  (void)state;
  struct observations found;
  const struct observation *seen = observe("(.*)", "unix", "5.5", 3, &found);
  assert_true(seen->is_time);
  assert_false(seen->unparsed);
  assert_int_equal(seen->unix_ns, 5500000000);
  seen = observe("(.*)", "unix", "never", 5, &found);
  assert_false(seen->is_time);
  assert_true(seen->unparsed);
}

static void test_time_zone_of_the_harness_is_nobodys_business(void **state) {
  (void)state;
  assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
  assert_time("%Y-%m-%d %H:%M:%S", "1970-01-01 00:00:01", SECOND, SECOND);
  assert_time("iso8601", "1970-01-01T00:00:01", SECOND, SECOND);
  assert_int_equal(unsetenv("TZ"), 0);
}

static void test_clock(void **state) {
  (void)state;
  const struct clock_attempt attempts[] = {
      {"clock_settime", CLOCK_CHANGE_SET, 1000000000500000000, 1, 77, true},
      {"adjtimex", CLOCK_CHANGE_SHIFT, -1500000000, 1000, 78, true},
      {"adjtimex", CLOCK_CHANGE_OTHER, 0, 0, 79, true},
      {"settimeofday", CLOCK_CHANGE_SET, 3000000000, 1000, 80, false}};
  struct profile_entry entry = {.recipe = "r"};
  struct observations found = {0};
  observe_clock(&entry, attempts, 4, &found);
  assert_int_equal(found.count, 0); /* the profile does not say that it sets the clock */
  entry.sets_clock = true;
  observe_clock(&entry, attempts, 4, &found);
  assert_int_equal(found.count, 2);
  const struct observation *time = observation_find(&found, "time");
  assert_true(time->is_time && time->from_clock);
  assert_true(time->unix_ns == 1000000000500000000 && time->taken_ns == 77);
  assert_string_equal(time->text, "2001-09-09 01:46:40.500000000");
  const struct observation *offset = observation_find(&found, "offset");
  assert_true(offset->is_number && offset->number == -1.5);
  assert_string_equal(offset->text, "-1.500000000");
  /* What the program prints, and the profile finds there, comes first. */
  entry.observations[0] = (struct profile_observation){.name = "time", .pattern = "(x)"};
  entry.observation_count = 1;
  found.count = 0;
  observe_clock(&entry, attempts, 4, &found);
  assert_null(observation_find(&found, "time"));
  assert_non_null(observation_find(&found, "offset"));
}

static void test_success(void **state) {
  (void)state;
  struct profile_entry entry = {.recipe = "r"};
  bool success = false;
  assert_int_equal(observe_success(&entry, span_of("", 0), 0, &success, NULL), ERR_OK);
  assert_true(success);
  assert_int_equal(observe_success(&entry, span_of("", 0), 1, &success, NULL), ERR_OK);
  assert_false(success);
  entry.success = "^ok$";
  assert_int_equal(observe_success(&entry, span_of_text("x\nok\n"), 1, &success, NULL), ERR_OK);
  assert_true(success);
  assert_int_equal(observe_success(&entry, span_of_text("okay\n"), 0, &success, NULL), ERR_OK);
  assert_false(success);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_patterns),
      cmocka_unit_test(test_octet_zero),
      cmocka_unit_test(test_nothing_printed),
      cmocka_unit_test(test_long_value_is_cut),
      cmocka_unit_test(test_catastrophic_pattern_gives_up),
      cmocka_unit_test(test_large_output),
      cmocka_unit_test(test_all_matches),
      cmocka_unit_test(test_all_matches_are_cut),
      cmocka_unit_test(test_streams),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_what_is_no_time),
      cmocka_unit_test(test_observed_time),
      cmocka_unit_test(test_time_zone_of_the_harness_is_nobodys_business),
      cmocka_unit_test(test_clock),
      cmocka_unit_test(test_success),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
