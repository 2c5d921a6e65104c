/* What a person sees, held against the text that was agreed on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/console.h"
#include "sample.h"

static bool words_of(void *context, const char *id, struct requirement_text *text) {
  (void)context;
  if (strcmp(id, "S36") != 0) return false;
  *text = (struct requirement_text){"4330s5 check 3", "the origin is what the client sent"};
  return true;
}

static char *told(struct console_options options, const struct results *results) {
  char *chars = NULL;
  size_t len = 0;
  options.out = open_memstream(&chars, &len);
  assert_non_null(options.out);
  struct console *console = console_create(&options, results->case_count);
  for (size_t i = 0; i < results->case_count; i++)
    console_case(console, results->cases[i]);
  const struct console_end end = {.summary = &results->summary,
                                  .target = results->run.target,
                                  .target_version = results->run.target_version,
                                  .tier = TIER_CAPTURE_PRIVATE,
                                  .duration_ms = 4200};
  assert_true(console_finish(console, &end));
  console_destroy(console);
  (void)fclose(options.out);
  return chars;
}

static void assert_told(struct console_options options, const char *golden) {
  options.reports_dir = "reports";
  options.requirement = words_of;
  struct results *results = sample_results();
  char *chars = told(options, results);
  sample_assert_golden(golden, chars);
  free(chars);
  results_destroy(results);
}

static void test_plain(void **state) {
  (void)state;
  assert_told((struct console_options){0}, "console.txt");
}

static void test_verbose(void **state) {
  (void)state;
  assert_told((struct console_options){.verbose = true}, "console-verbose.txt");
}

static void test_terminal(void **state) {
  (void)state;
  assert_told((struct console_options){.progress = true, .colour = true}, "console-terminal.txt");
}

static void test_all_pass(void **state) {
  (void)state;
  const struct run_info run = {.target = "native"};
  struct results *results = results_create(&run);
  assert_true(results_add(results, result_create("a/b", "a", "S01")));
  char *chars = told((struct console_options){0}, results);
  assert_string_equal(
      chars,
      "1 case: 1 pass, 0 warn, 0 fail, 0 broken, 0 unsupported (tier capture-private, 4.2 s)\n");
  free(chars);
  (void)snprintf(results->run.target, sizeof results->run.target, "musl");
  (void)snprintf(results->run.target_version, sizeof results->run.target_version, "1.2\x1b[m");
  chars = told((struct console_options){0}, results);
  assert_non_null(strstr(chars, " (target musl: 1.2\\x1b[m, tier capture-private, 4.2 s)\n"));
  free(chars);
  results_destroy(results);
}

/* Whatever the subject printed: none of it reaches the terminal as a control character. */
static void test_no_raw_control_octets(void **state) {
  (void)state;
  struct results *results = sample_results();
  char *chars = told((struct console_options){.verbose = true}, results);
  for (const char *at = chars; *at != '\0'; at++) {
    const unsigned char octet = (unsigned char)*at;
    assert_true(octet == '\n' || (octet >= 0x20 && octet < 0x7f));
  }
  free(chars);
  results_destroy(results);
}

static void test_very_many_failures(void **state) {
  (void)state;
  const struct run_info run = {0};
  struct results *results = results_create(&run);
  for (unsigned i = 0; i < 150; i++) {
    char id[32];
    (void)snprintf(id, sizeof id, "a/case-%u", i);
    struct result *result = result_create(id, "a", i % 2 ? "S01" : "S02");
    result->verdict = VERDICT_FAIL;
    assert_true(results_add(results, result));
  }
  char *chars = told((struct console_options){0}, results);
  assert_non_null(strstr(chars, "    75  S02\n"));
  assert_non_null(strstr(chars, "        and 67 more\n"));
  assert_non_null(strstr(chars, "\n50 more are in the reports\n"));
  free(chars);
  results_destroy(results);
}

static size_t count_of(const char *chars, const char *sought) {
  size_t count = 0;
  for (const char *at = strstr(chars, sought); at != NULL; at = strstr(at + 1, sought))
    count++;
  return count;
}

/* What was expected is told of a few warns of a kind, and of none that was foreseen. */
static void test_very_many_warns(void **state) {
  (void)state;
  const struct run_info run = {0};
  struct results *results = results_create(&run);
  for (unsigned i = 0; i < 22; i++) {
    char id[32];
    (void)snprintf(id, sizeof id, "a/case-%u", i);
    struct result *result = result_create(id, "a", "S01");
    result->verdict = VERDICT_WARN;
    result->expected = i >= 20;
    assert_true(result_set(&result->group, i % 2 ? "S01" : "no packets"));
    assert_true(result_set(&result->expected_text, result->expected ? "none" : "one"));
    assert_true(result_set(&result->actual_text, "another"));
    assert_true(results_add(results, result));
  }
  char *chars = told((struct console_options){0}, results);
  assert_int_equal(count_of(chars, "    expected   one\n    actual     another\n"), 6);
  assert_int_equal(count_of(chars, "expected   none"), 0);
  assert_non_null(strstr(chars, "0 unsupported, 2 of the warns foreseen ("));
  free(chars);
  results_destroy(results);
}

static void test_full_output(void **state) {
  (void)state;
  struct console_options options = {.out = fopen("/dev/full", "we")};
  assert_non_null(options.out);
  struct console *console = console_create(&options, 0);
  const struct summary summary = {0};
  const struct console_end end = {.summary = &summary, .tier = TIER_FIXTURE_LOG};
  assert_false(console_finish(console, &end));
  console_destroy(console);
  (void)fclose(options.out);
}

static void test_options_without_terminal(void **state) {
  (void)state;
  FILE *file = tmpfile();
  const struct console_options options = console_options_of(file);
  assert_false(options.progress);
  assert_false(options.colour);
  (void)fclose(file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_verbose),
      cmocka_unit_test(test_terminal),
      cmocka_unit_test(test_all_pass),
      cmocka_unit_test(test_no_raw_control_octets),
      cmocka_unit_test(test_very_many_failures),
      cmocka_unit_test(test_very_many_warns),
      cmocka_unit_test(test_full_output),
      cmocka_unit_test(test_options_without_terminal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
