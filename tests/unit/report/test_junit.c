/* junit.xml in both profiles, held against files that the schema test validates too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/junit.h"
#include "sample.h"

static void assert_printed(enum junit_profile profile, const char *golden) {
  struct results *results = sample_results();
  const struct junit_options options = {.profile = profile};
  struct text xml = TEXT_INIT(1 << 20);
  assert_int_equal(junit_print(results, &options, &xml, NULL), ERR_OK);
  sample_assert_golden(golden, text_chars(&xml));
  text_free(&xml);
  results_destroy(results);
}

static void test_rich(void **state) {
  (void)state;
  assert_printed(JUNIT_RICH, "junit-rich.xml");
}

static void test_strict(void **state) {
  (void)state;
  assert_printed(JUNIT_STRICT, "junit-strict.xml");
}

static void test_no_cases(void **state) {
  (void)state;
  const struct run_info run = sample_run();
  struct results *results = results_create(&run);
  const struct junit_options options = {.profile = JUNIT_STRICT};
  struct text xml = TEXT_INIT(1 << 20);
  assert_int_equal(junit_print(results, &options, &xml, NULL), ERR_OK);
  sample_assert_golden("junit-empty.xml", text_chars(&xml));
  text_free(&xml);
  results_destroy(results);
}

static void touch(const char *folder, const char *name) {
  char *path = sample_path(folder, name);
  FILE *file = fopen(path, "we");
  assert_non_null(file);
  (void)fclose(file);
  free(path);
}

static void test_attachments(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *evidence = sample_path(folder, "x");
  assert_int_equal(mkdir(evidence, 0700), 0);
  touch(evidence, "stdout.txt");
  touch(evidence, "case.pcap");
  const struct run_info run = sample_run();
  struct results *results = results_create(&run);
  struct result *result = result_create("a/b", "a", "S01");
  assert_true(result_set(&result->evidence, "x"));
  assert_true(results_add(results, result));
  result = result_create("a/gone", "a", "S01");
  assert_true(result_set(&result->evidence, "no-such-folder"));
  assert_true(results_add(results, result));
  for (int profile = JUNIT_RICH; profile <= JUNIT_STRICT; profile++) {
    const struct junit_options options = {(enum junit_profile)profile, folder};
    struct text xml = TEXT_INIT(1 << 20), lines = TEXT_INIT(4096);
    assert_int_equal(junit_print(results, &options, &xml, NULL), ERR_OK);
    text_appendf(&lines, "[[ATTACHMENT|%s/x/case.pcap]]\n[[ATTACHMENT|%s/x/stdout.txt]]\n", folder,
                 folder);
    assert_non_null(strstr(text_chars(&xml), text_chars(&lines)));
    assert_null(strstr(text_chars(&xml), "no-such-folder"));
    text_free(&xml);
    text_free(&lines);
  }
  results_destroy(results);
  free(evidence);
  sample_folder_remove(folder);
}

static void test_unwritable(void **state) {
  (void)state;
  struct results *results = sample_results();
  const struct junit_options options = {0};
  struct err err = {0};
  assert_int_equal(junit_write("no-such-folder/junit.xml", results, &options, &err), ERR_SYSTEM);
  assert_non_null(strstr(err.text, "no-such-folder/junit.xml"));
  results_destroy(results);
}

static void test_written_whole(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *path = sample_path(folder, "junit.xml");
  struct results *results = sample_results();
  const struct junit_options options = {0};
  assert_int_equal(junit_write(path, results, &options, NULL), ERR_OK);
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0644);
  struct text xml = TEXT_INIT(1 << 20);
  assert_int_equal(junit_print(results, &options, &xml, NULL), ERR_OK);
  assert_int_equal(status.st_size, xml.len);
  text_free(&xml);
  results_destroy(results);
  sample_folder_remove(folder);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rich),       cmocka_unit_test(test_strict),
      cmocka_unit_test(test_no_cases),   cmocka_unit_test(test_attachments),
      cmocka_unit_test(test_unwritable), cmocka_unit_test(test_written_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
