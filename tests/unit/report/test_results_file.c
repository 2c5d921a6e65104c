/* results.json: whole after every write, on a full disk, after a kill; read back and merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/merge.h"
#include "report/results_file.h"
#include "sample.h"

static size_t count_files(const char *folder) {
  size_t count = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
    count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  (void)closedir(dir);
  return count;
}

/* Parsed by jansson whole, which also refuses what would follow the last brace. */
static size_t read_count(const char *path) {
  struct results *results = NULL;
  struct err err = {0};
  const enum err_code code = results_read(path, &results, &err);
  if (code) print_error("%s\n", err.text);
  assert_int_equal(code, ERR_OK);
  const size_t count = results->case_count;
  results_destroy(results);
  return count;
}

static void test_whole_after_every_write(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *path = sample_path(folder, "results.json");
  struct results *sample = sample_results();
  (void)snprintf(sample->run.target_version, sizeof sample->run.target_version, "qemu 7.2");
  sample->run.strict = true;
  struct results_file *file = NULL;
  assert_int_equal(results_file_create(path, &sample->run, &file, NULL), ERR_OK);
  assert_int_equal(read_count(path), 0);
  for (size_t i = 0; i < sample->case_count; i++) {
    assert_int_equal(results_file_add(file, sample->cases[i], (double)i * 1000, NULL), ERR_OK);
    assert_int_equal(read_count(path), i + 1);
  }
  struct results *read = NULL;
  assert_int_equal(results_read(path, &read, NULL), ERR_OK);
  assert_false(read->run.finished);
  results_destroy(read);
  assert_int_equal(results_file_finish(file, 123456.789, true, NULL), ERR_OK);
  assert_memory_equal(results_file_summary(file), &sample->summary, sizeof sample->summary);
  results_file_close(file);
  assert_int_equal(count_files(folder), 1);
  assert_int_equal(results_read(path, &read, NULL), ERR_OK);
  assert_true(read->run.finished);
  assert_true(read->run.duration_ms == 123456.789);
  assert_memory_equal(&read->summary, &sample->summary, sizeof sample->summary);
  assert_string_equal(read->run.subject_version, sample->run.subject_version);
  assert_string_equal(read->run.target_version, "qemu 7.2");
  assert_true(read->run.strict);
  assert_string_equal(read->run.not_implemented[0], "resolve-host");
  assert_int_equal(read->run.seed, sample->run.seed);
  for (size_t i = 0; i < sample->case_count; i++)
    assert_string_equal(read->cases[i]->id, sample->cases[i]->id);
  results_destroy(read);
  results_destroy(sample);
  sample_folder_remove(folder);
  free(path);
}

static void test_full_disk_keeps_the_last_version(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *path = sample_path(folder, "results.json");
  struct results *sample = sample_results();
  struct results_file *file = NULL;
  struct err err = {0};
  assert_int_equal(results_file_create(path, &sample->run, &file, NULL), ERR_OK);
  assert_int_equal(results_file_add(file, sample->cases[0], 1, NULL), ERR_OK);
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  struct rlimit before;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  (void)signal(SIGXFSZ, SIG_IGN);
  const struct rlimit tight = {(rlim_t)status.st_size + 20, before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  for (size_t i = 1; i < 4; i++) {
    assert_int_equal(results_file_add(file, sample->cases[i], 2, &err), ERR_SYSTEM);
    assert_non_null(strstr(err.text, path));
  }
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  assert_int_equal(read_count(path), 1);
  /* There is room again: what could not be written comes with the next. */
  assert_int_equal(results_file_add(file, sample->cases[4], 3, NULL), ERR_OK);
  assert_int_equal(read_count(path), 5);
  assert_int_equal(results_file_add(file, sample->cases[5], 4, NULL), ERR_OK);
  assert_int_equal(read_count(path), 6);
  results_file_close(file);
  results_destroy(sample);
  sample_folder_remove(folder);
  free(path);
}

/* What a reader sees is whole whenever the writer is killed. */
static void test_killed_writer_leaves_a_whole_file(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *path = sample_path(folder, "results.json");
  struct results *sample = sample_results();
  for (unsigned round = 0; round < 20; round++) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t writer = fork();
    if (writer == 0) {
      struct results_file *file = NULL;
      if (results_file_create(path, &sample->run, &file, NULL)) _exit(1);
      for (size_t i = 0;; i++) {
        if (results_file_add(file, sample->cases[i % sample->case_count], 1, NULL)) _exit(2);
        if (write(ends[1], "", 1) != 1) _exit(3);
      }
    }
    (void)close(ends[1]);
    char octet;
    for (unsigned i = 0; i <= 3 * round; i++)
      assert_int_equal(read(ends[0], &octet, 1), 1);
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    (void)close(ends[0]);
    assert_true(read_count(path) > 3 * round);
  }
  results_destroy(sample);
  sample_folder_remove(folder);
  free(path);
}

static void test_cannot_create(void **state) {
  (void)state;
  struct results *sample = sample_results();
  struct results_file *file = NULL;
  struct err err = {0};
  assert_int_equal(results_file_create("no-such-folder/results.json", &sample->run, &file, &err),
                   ERR_SYSTEM);
  assert_null(file);
  assert_non_null(strstr(err.text, "no-such-folder/results.json: No such file"));
  results_destroy(sample);
}

static void assert_unreadable(const char *path, const char *contents, enum err_code wanted,
                              const char *words) {
  FILE *stream = fopen(path, "we");
  assert_non_null(stream);
  (void)fputs(contents, stream);
  (void)fclose(stream);
  struct results *results = NULL;
  struct err err = {0};
  assert_int_equal(results_read(path, &results, &err), wanted);
  assert_null(results);
  assert_non_null(strstr(err.text, path));
  assert_non_null(strstr(err.text, words));
}

static void test_wrong_files_are_refused(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *path = sample_path(folder, "results.json");
  assert_unreadable(path, "", ERR_INPUT, "not JSON");
  assert_unreadable(path, "{\"schema\": 1,\n\"run\"", ERR_INPUT, ":2: it is not JSON");
  assert_unreadable(path, "[]", ERR_INPUT, "schema 1");
  assert_unreadable(path, "{\"schema\": 2}", ERR_INPUT, "schema 1");
  assert_unreadable(path, "{\"schema\": 1, \"run\": {}}", ERR_INPUT, "\"subject\"");
  struct results *results = NULL;
  struct err err = {0};
  assert_int_equal(results_read("no-such.json", &results, &err), ERR_SYSTEM);
  assert_int_equal(results_read(folder, &results, &err), ERR_SYSTEM);
  sample_folder_remove(folder);
  free(path);
}

static struct results *one_case(const char *started, double duration_ms, enum tier tier,
                                const char *id, enum verdict verdict) {
  struct run_info run = sample_run();
  (void)snprintf(run.started, sizeof run.started, "%s", started);
  run.duration_ms = duration_ms;
  run.tier = tier;
  struct results *results = results_create(&run);
  struct result *result = result_create(id, "sntp-client", "S03");
  result->verdict = verdict;
  assert_true(result_set(&result->evidence, "evidence/x"));
  assert_true(results_add(results, result));
  return results;
}

/* NOLINTNEXTLINE(readability-function-size): one story */
static void test_merge(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *first_dir = sample_path(folder, "a");
  char *second_dir = sample_path(folder, "b");
  assert_int_equal(mkdir(first_dir, 0700) | mkdir(second_dir, 0700), 0);
  struct results *sets[3] = {
      one_case("2026-11-20T21:40:05Z", 1000, TIER_CAPTURE_PRIVATE, "sntp-client/a", VERDICT_FAIL),
      one_case("2026-11-20T21:40:03Z", 500, TIER_FIXTURE_LOG, "sntp-client/b", VERDICT_PASS),
      one_case("2026-11-20T21:40:04Z", 500, TIER_CAPTURE_SHARED, "sntp-client/a", VERDICT_PASS)};
  const char *const files[3] = {"a/results.json", "b/results.json", "results.json"};
  for (size_t i = 0; i < 3; i++) {
    char *path = sample_path(folder, files[i]);
    assert_true(result_set(&sets[i]->path, path));
    free(path);
  }
  struct results *merged = NULL;
  struct text told = TEXT_INIT(4096);
  assert_int_equal(
      merge_results((const struct results *const *)sets, 3, folder, &merged, &told, NULL), ERR_OK);
  assert_int_equal(merged->case_count, 2);
  assert_string_equal(merged->cases[0]->id, "sntp-client/a");
  assert_int_equal(merged->cases[0]->verdict, VERDICT_PASS);
  assert_string_equal(merged->cases[0]->evidence, "evidence/x");
  assert_string_equal(merged->cases[1]->evidence, "b/evidence/x");
  assert_int_equal(merged->summary.pass, 2);
  assert_int_equal(merged->summary.fail, 0);
  assert_int_equal(merged->run.tier, TIER_FIXTURE_LOG);
  assert_string_equal(merged->run.started, "2026-11-20T21:40:03Z");
  assert_true(merged->run.duration_ms == 3000);
  assert_non_null(strstr(text_chars(&told), "sntp-client/a"));
  assert_non_null(strstr(text_chars(&told), "gives pass, in place of fail"));
  results_destroy(merged);
  text_clear(&told);
  assert_int_equal(
      merge_results((const struct results *const *)sets, 3, second_dir, &merged, &told, NULL),
      ERR_OK);
  assert_string_equal(merged->cases[0]->evidence, "../evidence/x");
  results_destroy(merged);

  /* The same verdict twice is nothing to tell. */
  sets[0]->cases[0]->verdict = VERDICT_PASS;
  text_clear(&told);
  assert_int_equal(
      merge_results((const struct results *const *)sets, 3, folder, &merged, &told, NULL), ERR_OK);
  assert_int_equal(told.len, 0);
  assert_string_equal(merged->run.catalogue_version, sets[0]->run.catalogue_version);
  results_destroy(merged);
  (void)snprintf(sets[1]->run.catalogue_version, sizeof sets[1]->run.catalogue_version, "another");
  assert_int_equal(
      merge_results((const struct results *const *)sets, 3, folder, &merged, &told, NULL), ERR_OK);
  assert_string_equal(merged->run.catalogue_version, "several");
  results_destroy(merged);

  struct err err = {0};
  sets[1]->run.strict = true;
  assert_int_equal(
      merge_results((const struct results *const *)sets, 3, folder, &merged, &told, &err),
      ERR_USAGE);
  assert_non_null(strstr(err.text, "one was run with --strict"));
  text_free(&told);
  sets[1]->run.strict = false;
  (void)snprintf(sets[1]->run.subject, sizeof sets[1]->run.subject, "another");
  assert_int_equal(
      merge_results((const struct results *const *)sets, 3, folder, &merged, &told, &err),
      ERR_USAGE);
  assert_int_equal(merge_results(NULL, 0, folder, &merged, &told, &err), ERR_USAGE);
  for (size_t i = 0; i < 3; i++)
    results_destroy(sets[i]);
  free(first_dir);
  free(second_dir);
  sample_folder_remove(folder);
}

static void test_write_keeps_the_old_file(void **state) {
  (void)state;
  char *folder = sample_folder();
  char *path = sample_path(folder, "results.json");
  struct results *sample = sample_results();
  assert_int_equal(results_write(path, sample, json_array(), NULL), ERR_OK);
  assert_int_equal(read_count(path), sample->case_count);
  struct rlimit before;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  (void)signal(SIGXFSZ, SIG_IGN);
  const struct rlimit tight = {1000, before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  assert_int_equal(results_write(path, sample, json_array(), NULL), ERR_SYSTEM);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  assert_int_equal(read_count(path), sample->case_count);
  assert_int_equal(count_files(folder), 1);
  results_destroy(sample);
  sample_folder_remove(folder);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole_after_every_write),
      cmocka_unit_test(test_full_disk_keeps_the_last_version),
      cmocka_unit_test(test_killed_writer_leaves_a_whole_file),
      cmocka_unit_test(test_cannot_create),
      cmocka_unit_test(test_wrong_files_are_refused),
      cmocka_unit_test(test_merge),
      cmocka_unit_test(test_write_keeps_the_old_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
