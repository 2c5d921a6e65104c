/* Two runs: which verdicts got worse, which did not, and which runs cannot be compared. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct changelog changelog = {0};

/* 1.0, then 1.1, which added x/new, changed x/changed and removed x/removed. */
static int make_changelog(void **state) {
  (void)state;
  static struct change changes[] = {{CHANGE_FIRST, 0, "*", "first"},
                                    {CHANGE_ADDED, 1, "x/new", "new"},
                                    {CHANGE_CHANGED, 1, "x/changed", "asks for more"},
                                    {CHANGE_REMOVED, 1, "x/removed", "said nothing"}};
  changelog.versions = calloc(2, sizeof *changelog.versions);
  assert_non_null(changelog.versions);
  changelog.versions[0].name = "1.0";
  changelog.versions[1].name = "1.1";
  changelog.version_count = 2;
  changelog.changes = changes;
  changelog.change_count = sizeof changes / sizeof changes[0];
  return 0;
}

static int free_changelog(void **state) {
  (void)state;
  free(changelog.versions);
  return 0;
}

static struct results *run_of(const char *path) {
  const struct run_info run = {.subject = "a subject",
                               .target = "native",
                               .tier = TIER_CAPTURE_PRIVATE,
                               .started = "2026-11-20T21:40:05Z",
                               .finished = true,
                               .catalogue_version = "1.0"};
  struct results *results = results_create(&run);
  assert_non_null(results);
  assert_true(result_set(&results->path, path));
  return results;
}

static struct result *add(struct results *results, const char *id, enum verdict verdict) {
  struct result *result = result_create(id, "x", "S01");
  assert_non_null(result);
  result->verdict = verdict;
  assert_true(results_add(results, result));
  return result;
}

static struct gate *compare(const struct results *before, const struct results *now,
                            struct text *told) {
  struct gate *gate = NULL;
  struct err err = {0};
  if (gate_compare(before, now, &changelog, &gate, told, &err) != ERR_OK) fail_msg("%s", err.text);
  return gate;
}

static enum gate_kind kind_of(const struct gate *gate, const char *id) {
  for (size_t i = 0; i < gate->count; i++) {
    const struct gate_change *change = &gate->changes[i];
    if (strcmp((change->now ? change->now : change->before)->id, id) == 0) return change->kind;
  }
  fail_msg("%s is not there", id);
  return GATE_SAME;
}

/* Each verdict before, each now. */
static void test_every_pair(void **state) {
  (void)state;
  enum { S = GATE_SAME, W = GATE_WORSE, B = GATE_BETTER };
  static const int due[VERDICT_COUNT][VERDICT_COUNT] = {
      /* now:                 pass warn fail broken unsupported */
      [VERDICT_PASS] = {S, W, W, W, W},
      [VERDICT_WARN] = {B, S, W, W, W},
      [VERDICT_FAIL] = {B, B, S, W, W},
      [VERDICT_BROKEN] = {B, B, W, S, S},
      [VERDICT_UNSUPPORTED] = {B, B, W, W, S}};
  struct text told = TEXT_INIT(4096);
  for (size_t b = 0; b < VERDICT_COUNT; b++) {
    for (size_t n = 0; n < VERDICT_COUNT; n++) {
      struct results *before = run_of("old"), *now = run_of("new");
      add(before, "x/a", (enum verdict)b);
      add(now, "x/a", (enum verdict)n);
      struct gate *gate = compare(before, now, &told);
      if ((int)gate->changes[0].kind != due[b][n])
        fail_msg("%s -> %s", verdict_name((enum verdict)b), verdict_name((enum verdict)n));
      assert_int_equal(gate_is_worse(gate), due[b][n] == W);
      gate_destroy(gate);
      results_destroy(before);
      results_destroy(now);
    }
  }
  assert_int_equal(told.len, 0);
}

static void test_missing_and_new(void **state) {
  (void)state;
  struct results *before = run_of("old"), *now = run_of("new");
  struct text told = TEXT_INIT(4096);
  add(before, "x/both", VERDICT_PASS);
  add(before, "x/was-unsupported", VERDICT_UNSUPPORTED);
  add(now, "x/both", VERDICT_PASS);
  add(now, "x/a-new-one", VERDICT_FAIL);
  struct gate *gate = compare(before, now, &told);
  assert_int_equal(kind_of(gate, "x/was-unsupported"), GATE_GONE);
  assert_int_equal(kind_of(gate, "x/a-new-one"), GATE_NEW);
  assert_false(gate_is_worse(gate));
  gate_destroy(gate);
  add(before, "x/was-failed", VERDICT_FAIL);
  gate = compare(before, now, &told);
  assert_int_equal(kind_of(gate, "x/was-failed"), GATE_MISSING);
  assert_true(gate_is_worse(gate));
  gate_destroy(gate);
  results_destroy(before);
  results_destroy(now);
}

/* Of a case that ran several times, the worst counts, before as now. */
static void test_repeated(void **state) {
  (void)state;
  struct results *before = run_of("old"), *now = run_of("new");
  struct text told = TEXT_INIT(4096);
  add(before, "x/a", VERDICT_PASS);
  add(before, "x/flaky", VERDICT_FAIL);
  add(before, "x/flaky", VERDICT_PASS);
  add(now, "x/a", VERDICT_PASS);
  add(now, "x/a", VERDICT_FAIL);
  add(now, "x/a", VERDICT_PASS);
  add(now, "x/flaky", VERDICT_FAIL);
  struct gate *gate = compare(before, now, &told);
  assert_int_equal(gate->count, 2);
  assert_int_equal(kind_of(gate, "x/a"), GATE_WORSE);
  assert_int_equal(kind_of(gate, "x/flaky"), GATE_SAME);
  gate_destroy(gate);
  results_destroy(before);
  results_destroy(now);
}

static void test_catalogues(void **state) {
  (void)state;
  struct results *before = run_of("old"), *now = run_of("new");
  struct text told = TEXT_INIT(4096);
  add(before, "x/a", VERDICT_PASS);
  add(before, "x/changed", VERDICT_PASS);
  add(before, "x/removed", VERDICT_PASS);
  add(now, "x/a", VERDICT_PASS);
  add(now, "x/changed", VERDICT_FAIL);
  add(now, "x/new", VERDICT_FAIL);
  struct gate *gate = compare(before, now, &told); /* of one version: nothing is excused */
  assert_int_equal(kind_of(gate, "x/changed"), GATE_WORSE);
  assert_int_equal(kind_of(gate, "x/removed"), GATE_MISSING);
  assert_int_equal(told.len, 0);
  gate_destroy(gate);
  (void)snprintf(now->run.catalogue_version, sizeof now->run.catalogue_version, "1.1");
  gate = compare(before, now, &told);
  assert_int_equal(kind_of(gate, "x/changed"), GATE_CHANGED);
  assert_int_equal(kind_of(gate, "x/removed"), GATE_GONE);
  assert_int_equal(kind_of(gate, "x/new"), GATE_NEW);
  assert_false(gate_is_worse(gate));
  assert_non_null(strstr(text_chars(&told), "1.0 before, 1.1 now"));
  gate_destroy(gate);
  /* The other way round: what came with 1.1 cannot be there in 1.0. */
  gate = compare(now, before, &told);
  assert_int_equal(kind_of(gate, "x/new"), GATE_GONE);
  gate_destroy(gate);
  /* A run of now that keeps to 1.0 leaves it out, too. */
  (void)snprintf(before->run.catalogue_version, sizeof before->run.catalogue_version, "1.1");
  (void)snprintf(before->run.catalogue_limit, sizeof before->run.catalogue_limit, "1.0");
  text_clear(&told);
  gate = compare(now, before, &told);
  assert_int_equal(kind_of(gate, "x/new"), GATE_GONE);
  assert_non_null(strstr(text_chars(&told), "--catalogue): none before, 1.0 now"));
  gate_destroy(gate);
  /* A version that nobody knows excuses nothing. */
  (void)snprintf(before->run.catalogue_version, sizeof before->run.catalogue_version, "0.9");
  gate = compare(before, now, &told);
  assert_int_equal(kind_of(gate, "x/changed"), GATE_WORSE);
  assert_non_null(strstr(text_chars(&told), "does not have both versions"));
  gate_destroy(gate);
  text_free(&told);
  results_destroy(before);
  results_destroy(now);
}

static void assert_refused(const struct results *before, const struct results *now,
                           const char *why) {
  struct gate *gate = NULL;
  struct text told = TEXT_INIT(4096);
  struct err err = {0};
  assert_int_equal(gate_compare(before, now, &changelog, &gate, &told, &err), ERR_INPUT);
  assert_null(gate);
  if (!strstr(err.text, why)) fail_msg("%s: %s", why, err.text);
  text_free(&told);
}

static void test_not_comparable(void **state) {
  (void)state;
  struct results *before = run_of("old"), *now = run_of("new");
  struct text told = TEXT_INIT(4096);
  assert_refused(before, now, "no case in common");
  add(before, "x/a", VERDICT_PASS);
  add(now, "x/b", VERDICT_FAIL);
  assert_refused(before, now, "no case in common");
  add(now, "x/a", VERDICT_PASS);
  before->run.finished = false;
  assert_refused(before, now, "old: the run was cut short, and lacks 1 cases");
  before->run.finished = true;
  struct result *late = add(before, "x/late", VERDICT_PASS);
  now->run.finished = false;
  assert_refused(before, now, "new: the run was cut short, and 1 cases of old");
  late->verdict = VERDICT_UNSUPPORTED; /* nothing that was judged is missing */
  struct gate *gate = compare(before, now, &told);
  assert_false(gate_is_worse(gate));
  assert_non_null(strstr(text_chars(&told), "new: the run was cut short"));
  gate_destroy(gate);
  late->verdict = VERDICT_PASS; /* what is worse is worse, however the run ended */
  add(before, "x/b", VERDICT_PASS);
  gate = compare(before, now, &told);
  assert_true(gate_is_worse(gate));
  gate_destroy(gate);
  text_free(&told);
  results_destroy(before);
  results_destroy(now);
}

/* What is a warn of the one and a fail of the other is the option's doing, and no difference. */
static void test_one_strict(void **state) {
  (void)state;
  struct results *before = run_of("old"), *now = run_of("new");
  struct text told = TEXT_INIT(4096);
  add(before, "x/warned", VERDICT_WARN);
  add(now, "x/warned", VERDICT_FAIL);
  add(before, "x/mended", VERDICT_WARN);
  add(now, "x/mended", VERDICT_PASS);
  struct gate *gate = compare(before, now, &told);
  assert_int_equal(kind_of(gate, "x/warned"), GATE_WORSE);
  assert_int_equal(told.len, 0);
  gate_destroy(gate);
  now->run.strict = true;
  gate = compare(before, now, &told);
  assert_int_equal(kind_of(gate, "x/warned"), GATE_SAME);
  assert_int_equal(kind_of(gate, "x/mended"), GATE_BETTER);
  assert_non_null(strstr(text_chars(&told), "--strict: not before, but now"));
  gate_destroy(gate);
  text_clear(&told);
  gate = compare(now, before, &told);
  assert_int_equal(kind_of(gate, "x/warned"), GATE_SAME);
  assert_int_equal(kind_of(gate, "x/mended"), GATE_WORSE);
  assert_non_null(strstr(text_chars(&told), "--strict: before, but not now"));
  gate_destroy(gate);
  text_free(&told);
  results_destroy(before);
  results_destroy(now);
}

static void test_forms(void **state) {
  (void)state;
  struct results *before = sample_results(), *now = sample_results();
  struct text told = TEXT_INIT(4096), out = TEXT_INIT(1 << 16);
  assert_true(result_set(&before->path, "old.json") && result_set(&now->path, "new.json"));
  (void)snprintf(now->run.subject, sizeof now->run.subject, "an\x1b[1mother");
  (void)snprintf(now->run.target, sizeof now->run.target, "mips");
  now->run.tier = TIER_FIXTURE_LOG;
  before->cases[1]->verdict = before->cases[2]->verdict = VERDICT_PASS;
  now->cases[3]->verdict = VERDICT_PASS;
  result_destroy(now->cases[--now->case_count]);
  result_destroy(now->cases[--now->case_count]);
  for (size_t i = 0; i < 8; i++) {
    char id[32];
    (void)snprintf(id, sizeof id, "x/n%zu", i);
    add(now, id, VERDICT_FAIL);
  }
  struct gate *gate = compare(before, now, &told);
  gate_to_text(gate, &told, false, &out);
  sample_assert_golden("gate.txt", text_chars(&out));
  json_t *json = gate_to_json(gate, &told);
  char *chars = json_dumps(json, JSON_INDENT(1));
  sample_assert_golden("gate.json", chars);
  free(chars);
  json_decref(json);
  text_clear(&out);
  gate_to_text(gate, &told, true, &out);
  assert_non_null(strstr(text_chars(&out), "x/n7"));
  gate_destroy(gate);
  text_free(&told);
  text_free(&out);
  results_destroy(before);
  results_destroy(now);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_pair), cmocka_unit_test(test_missing_and_new),
      cmocka_unit_test(test_repeated),   cmocka_unit_test(test_catalogues),
      cmocka_unit_test(test_one_strict), cmocka_unit_test(test_not_comparable),
      cmocka_unit_test(test_forms),
  };
  return cmocka_run_group_tests(tests, make_changelog, free_changelog);
}
