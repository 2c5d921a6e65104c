/* Results by requirement: in JSON and for a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/coverage.h"
#include "report/results_file.h"
#include "sample.h"

static const struct coverage_row ROWS[] = {
    {"S01", LEVEL_MUST, "RFC 1", "It works.", ""},
    {"S02", LEVEL_SHOULD, "RFC 2", "It is kind.", ""},
    {"S03", LEVEL_MAY, "RFC 3", "It dreams.", "Dreams leave no packets."},
    {"S04", LEVEL_MUST, "RFC 4", "It ends.", ""},
};
static const struct coverage ALL = {ROWS, sizeof ROWS / sizeof ROWS[0]};

static void add(struct results *results, const char *id, const char *requirement,
                enum verdict verdict) {
  struct result *result = result_create(id, "r", requirement);
  assert_non_null(result);
  result->verdict = verdict;
  assert_true(results_add(results, result));
}

static struct results *some_results(void) {
  const struct run_info run = {0};
  struct results *results = results_create(&run);
  assert_non_null(results);
  add(results, "r/one", "S01", VERDICT_PASS);
  add(results, "r/two", "S01", VERDICT_FAIL);
  add(results, "r/two", "S01", VERDICT_PASS); /* run twice */
  add(results, "r/three", "S02", VERDICT_UNSUPPORTED);
  return results;
}

static void test_verdict(void **state) {
  (void)state;
  const struct run_info run = {0};
  static const enum verdict RISING[] = {VERDICT_UNSUPPORTED, VERDICT_PASS, VERDICT_WARN,
                                        VERDICT_FAIL, VERDICT_BROKEN};
  struct results *results = results_create(&run);
  enum verdict verdict = VERDICT_COUNT;
  assert_false(coverage_verdict(results, "S01", &verdict));
  for (size_t i = 0; i < sizeof RISING / sizeof RISING[0]; i++) {
    add(results, "r/x", "S01", RISING[i]);
    add(results, "r/y", "S01", VERDICT_UNSUPPORTED); /* says nothing about the others */
    assert_true(coverage_verdict(results, "S01", &verdict));
    assert_int_equal(verdict, RISING[i]);
  }
  assert_false(coverage_verdict(results, "S0", &verdict));
  results_destroy(results);
}

static void assert_json(bool all, const char *expected) {
  struct results *results = some_results();
  json_t *json = coverage_to_json(&ALL, results, all);
  char *chars = json_dumps(json, 0);
  assert_non_null(chars);
  assert_string_equal(chars, expected);
  free(chars);
  json_decref(json);
  results_destroy(results);
}

#define COVERED                                                                                   \
  "{\"id\": \"S01\", \"level\": \"MUST\", \"clause\": \"RFC 1\", \"requirement\": \"It works.\"," \
  " \"cases\": [\"r/one\", \"r/two\"], \"verdict\": \"fail\"}, "                                  \
  "{\"id\": \"S02\", \"level\": \"SHOULD\", \"clause\": \"RFC 2\", \"requirement\": "             \
  "\"It is kind.\", \"cases\": [\"r/three\"], \"verdict\": \"unsupported\"}"

static void test_json(void **state) {
  (void)state;
  assert_json(false, "[" COVERED "]");
  assert_json(true, "[" COVERED
                    ", {\"id\": \"S03\", \"level\": \"MAY\", \"clause\": \"RFC 3\", "
                    "\"requirement\": \"It dreams.\", \"cases\": [], \"unobserved\": "
                    "\"Dreams leave no packets.\"}, "
                    "{\"id\": \"S04\", \"level\": \"MUST\", \"clause\": \"RFC 4\", "
                    "\"requirement\": \"It ends.\", \"cases\": []}]");
}

static void assert_printed(bool all, const char *expected) {
  struct results *results = some_results();
  char *chars = NULL;
  size_t len = 0;
  FILE *out = open_memstream(&chars, &len);
  assert_non_null(out);
  coverage_print(&ALL, results, all, out);
  (void)fclose(out);
  assert_string_equal(chars, expected);
  free(chars);
  results_destroy(results);
}

static void test_print(void **state) {
  (void)state;
  assert_printed(false,
                 "By requirement:\n"
                 "  S01  MUST     2 pass, 1 fail\n"
                 "  S02  SHOULD   1 unsupported\n");
  assert_printed(true,
                 "By requirement:\n"
                 "  S01  MUST     2 pass, 1 fail\n"
                 "  S02  SHOULD   1 unsupported\n"
                 "  S03  MAY      not observed: Dreams leave no packets.\n"
                 "  1 requirement has no case in these results\n");
}

/* In results.json, which is read back whole. */
static void test_in_the_file(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *path = sample_path(folder, "results.json");
  struct results *results = some_results();
  assert_int_equal(results_write(path, results, coverage_to_json(&ALL, results, true), NULL),
                   ERR_OK);
  json_t *json = json_load_file(path, 0, NULL);
  assert_non_null(json);
  const json_t *requirements = json_object_get(json, "requirements");
  assert_int_equal(json_array_size(requirements), ALL.count);
  json_decref(json);
  struct results *read = NULL;
  assert_int_equal(results_read(path, &read, NULL), ERR_OK);
  assert_int_equal(read->case_count, results->case_count);
  results_destroy(read);
  struct err err = {0};
  assert_int_equal(results_write(path, results, NULL, &err), ERR_SYSTEM);
  assert_non_null(strstr(err.text, "no memory"));
  results_destroy(results);
  sample_folder_remove(folder);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verdict),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_print),
      cmocka_unit_test(test_in_the_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
