#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run_info sample_run(void) {
  return (struct run_info){
      .subject = "a subject",
      .subject_version = "1.0 & \"more\"",
      .target = "native",
      .tier = TIER_CAPTURE_PRIVATE,
      .seed = 20261120,
      .host = {"builder", "Linux", "6.1.0", "x86_64", 2},
      .started = "2026-11-20T21:40:05Z",
      .duration_ms = 4200,
      .finished = true,
      .command = "sockproof run --seed 20261120",
      .catalogue_version = "0.1.0",
      .not_implemented = {"resolve-host"},
      .not_implemented_count = 1,
      .not_implemented_cases = 3,
  };
}

static struct result *make(const char *id, const char *requirement, enum level level,
                           enum verdict verdict, const char *kind) {
  char recipe[48];
  (void)snprintf(recipe, sizeof recipe, "%.*s", (int)strcspn(id, "/"), id);
  struct result *result = result_create(id, recipe, requirement);
  assert_non_null(result);
  result->level = level;
  result->verdict = verdict;
  result->tier = TIER_CAPTURE_PRIVATE;
  result->duration_ms = 12.3456;
  (void)snprintf(result->kind, sizeof result->kind, "%s", kind);
  if (verdict != VERDICT_PASS)
    assert_true(result_setf(&result->rerun, "sockproof run '%s' --seed 20261120", id));
  return result;
}

/* results_add counts what it is given, so that a result is whole before. */
static void finish(struct results *results, struct result *result, const char *reason) {
  assert_true(result_set(&result->reason, reason));
  assert_true(results_add(results, result));
}

static void add_failures(struct results *results) {
  struct result *result =
      make("sntp-client/origin-low-bit-flipped", "S36", LEVEL_MUST, VERDICT_FAIL, "assertion");
  result->failed_checks = 2;
  assert_true(result_set(&result->expected_text, "it prints no time, and does not succeed"));
  assert_true(result_set(&result->actual_text, "it printed 2026-11-20 21:40:05"));
  assert_true(result_set(&result->group, "S36"));
  assert_true(result_set(&result->evidence, "evidence/sntp-client/origin-low-bit-flipped"));
  assert_true(result_observe(result, "time", "2026-11-20 21:40:05"));
  finish(results, result, "a reply that answers nothing was taken for an answer");

  result = make("sntp-client/origin-zero", "S36", LEVEL_MUST, VERDICT_FAIL, "golden-mismatch");
  assert_true(result_set(&result->group, "S36"));
  assert_true(result_set(&result->details,
                         "flow subject:$port1 > peer:123, event 1\n"
                         "- > ntp leap=0 version=4\n"
                         "+ > ntp leap=3 version=4\n"
                         "stderr of the subject:\n" SAMPLE_HOSTILE));
  finish(results, result, "the packets differ: " SAMPLE_HOSTILE "\nand a second line");

  result = make("echo-server/half-close", "E07", LEVEL_MUST, VERDICT_FAIL, "assertion");
  finish(results, result, "the echo ends early");

  result = make("echo-server/known-bug", "E08", LEVEL_MUST, VERDICT_FAIL, "assertion");
  result->expected = true;
  finish(results, result, "known since 2019");

  result = make("echo-server/repaired", "E09", LEVEL_MUST, VERDICT_PASS, "");
  result->surprise = true;
  finish(results, result, "fail was foreseen: known since 2019");
}

struct results *sample_results(void) {
  const struct run_info run = sample_run();
  struct results *results = results_create(&run);
  assert_non_null(results);
  finish(results, make("sntp-client/honest", "S03", LEVEL_MUST, VERDICT_PASS, ""), "");
  add_failures(results);
  finish(results, make("sntp-client/dropped", "S20", LEVEL_MUST, VERDICT_BROKEN, "packets-dropped"),
         "the capture lost 3 packets");
  struct result *result = make("sntp-client/port", "S02", LEVEL_SHOULD, VERDICT_WARN, "assertion");
  assert_true(result_set(&result->expected_text, "18 distinct ports of 20"));
  assert_true(result_set(&result->actual_text, "1"));
  finish(results, result, "every request comes from port 123");
  finish(results, make("sntp-client/ipv6", "S60", LEVEL_MUST, VERDICT_UNSUPPORTED, "unsupported"),
         "the target has no IPv6");
  return results;
}

static char *read_whole(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file) return strdup("");
  char *chars = calloc(1, 1 << 20);
  assert_non_null(chars);
  const size_t len = fread(chars, 1, (1 << 20) - 1, file);
  chars[len] = '\0';
  (void)fclose(file);
  return chars;
}

void sample_assert_golden(const char *name, const char *chars) {
  char *path = sample_path(EXPECTED_DIR, name);
  char *expected = read_whole(path);
  const bool same = strcmp(expected, chars) == 0;
  if (!same) {
    char actual[256];
    (void)snprintf(actual, sizeof actual, "%s.actual", name);
    FILE *file = fopen(actual, "we");
    assert_non_null(file);
    (void)fputs(chars, file);
    (void)fclose(file);
    print_error("%s differs from %s\n", actual, path);
  }
  free(expected);
  free(path);
  assert_true(same);
}

char *sample_folder(void) {
  char *folder = strdup("report-test.XXXXXX");
  assert_non_null(folder);
  assert_non_null(mkdtemp(folder));
  return folder;
}

char *sample_path(const char *folder, const char *name) {
  char *path = NULL;
  assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
  return path;
}

void sample_folder_remove(char *folder) {
  DIR *dir = opendir(folder);
  assert_non_null(dir);
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char *path = sample_path(folder, entry->d_name);
    if (unlink(path)) sample_folder_remove(strdup(path));
    free(path);
  }
  (void)closedir(dir);
  (void)rmdir(folder);
  free(folder);
}
