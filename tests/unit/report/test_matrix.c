/* Subjects side by side: which runs are one column, what is counted, and every form of it. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/matrix.h"
#include "report/matrix_targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct coverage_row rows[] = {{"S03", LEVEL_MUST, "", "", ""},
                                           {"S36", LEVEL_MUST, "", "", ""},
                                           {"X01", LEVEL_MAY, "", "", ""}};
static const struct coverage ledgers = {rows, sizeof rows / sizeof rows[0]};

static struct matrix *make(const struct results *const *sets, size_t count, struct text *told) {
  struct matrix *matrix = NULL;
  assert_int_equal(matrix_create(sets, count, &ledgers, &matrix, told, NULL), ERR_OK);
  return matrix;
}

/* Another subject, which prints what no terminal and no page may take for its own. */
static struct results *other_sample(void) {
  struct results *other = sample_results();
  (void)snprintf(other->run.subject, sizeof other->run.subject, "\x1b[1mo|<b>ther");
  (void)snprintf(other->run.subject_version, sizeof other->run.subject_version, "2.0");
  other->cases[0]->verdict = VERDICT_WARN;
  result_destroy(other->cases[--other->case_count]);
  return other;
}

static void test_forms(void **state) {
  (void)state;
  struct results *one = sample_results(), *other = other_sample();
  const struct results *const sets[] = {one, other};
  struct text told = TEXT_INIT(4096), out = TEXT_INIT(1 << 16);
  struct matrix *matrix = make(sets, 2, &told);
  assert_int_equal(told.len, 0);
  results_destroy(one); /* the matrix needs them no more */
  results_destroy(other);
  matrix_to_text(matrix, false, &out);
  sample_assert_golden("matrix.txt", text_chars(&out));
  text_clear(&out);
  matrix_to_text(matrix, true, &out);
  sample_assert_golden("matrix-cases.txt", text_chars(&out));
  text_clear(&out);
  matrix_to_markdown(matrix, true, &out);
  sample_assert_golden("matrix.md", text_chars(&out));
  text_append(&told, "a line\nanother\n");
  json_t *json = matrix_to_json(matrix, &told);
  char *chars = json_dumps(json, JSON_INDENT(1));
  sample_assert_golden("matrix.json", chars);
  free(chars);
  json_decref(json);
  matrix_destroy(matrix);
  text_free(&told);
  text_free(&out);
}

static void test_targets(void **state) {
  (void)state;
  struct results *sets[3];
  for (size_t i = 0; i < 3; i++)
    sets[i] = sample_results();
  (void)snprintf(sets[1]->run.target, sizeof sets[1]->run.target, "mips");
  (void)snprintf(sets[1]->run.target_version, sizeof sets[1]->run.target_version, "qemu | 7.2");
  (void)snprintf(sets[2]->run.target, sizeof sets[2]->run.target, "all-well");
  for (size_t i = 0; i < sets[2]->case_count; i++) {
    sets[2]->cases[i]->verdict = VERDICT_PASS;
    sets[2]->cases[i]->surprise = false;
  }
  for (size_t i = 0; i < sets[1]->case_count; i++) {
    if (strcmp(sets[1]->cases[i]->recipe, "echo-server") == 0)
      sets[1]->cases[i]->verdict = VERDICT_PASS;
  }
  struct text told = TEXT_INIT(4096), out = TEXT_INIT(1 << 16);
  struct matrix *matrix = make((const struct results *const *)sets, 3, &told);
  assert_true(matrix_is_of_targets(matrix));
  matrix_to_markdown(matrix, false, &out);
  sample_assert_golden("matrix-targets.md", text_chars(&out));
  matrix_destroy(matrix);
  /* Another version of a target is another column. */
  (void)snprintf(sets[2]->run.target, sizeof sets[2]->run.target, "mips");
  matrix = make((const struct results *const *)sets, 3, &told);
  assert_int_equal(matrix->column_count, 3);
  matrix_destroy(matrix);
  text_free(&told);
  text_free(&out);
  for (size_t i = 0; i < 3; i++)
    results_destroy(sets[i]);
}

static const struct matrix_row *row_of(const struct matrix *matrix, const char *id) {
  for (size_t i = 0; i < matrix->row_count; i++) {
    if (strcmp(matrix->rows[i].id, id) == 0) return &matrix->rows[i];
  }
  fail_msg("there is no row of %s", id);
  return NULL;
}

static void test_columns(void **state) {
  (void)state;
  struct results *sets[5];
  for (size_t i = 0; i < 5; i++)
    sets[i] = sample_results();
  (void)snprintf(sets[1]->run.subject_version, sizeof sets[1]->run.subject_version, "2");
  (void)snprintf(sets[2]->run.target, sizeof sets[2]->run.target, "mips");
  /* The fifth is of the first's column: one case in conflict, one more, the rest the same. */
  sets[4]->cases[0]->verdict = VERDICT_FAIL;
  (void)snprintf(sets[4]->cases[1]->id, sizeof sets[4]->cases[1]->id, "sntp-client/more");
  sets[4]->run.finished = false;
  sets[3]->run.catalogue_version[0] = '\0';
  struct text told = TEXT_INIT(4096);
  struct matrix *matrix = make((const struct results *const *)sets, 5, &told);
  assert_int_equal(matrix->column_count, 3);
  assert_int_equal(matrix->row_count, 10);
  for (size_t i = 1; i < matrix->row_count; i++)
    assert_true(strcmp(matrix->rows[i - 1].id, matrix->rows[i].id) < 0);
  const struct matrix_row *honest = row_of(matrix, "sntp-client/honest");
  assert_int_equal(honest->cells[0]->verdict, VERDICT_FAIL);
  assert_int_equal(honest->cells[1]->verdict, VERDICT_PASS);
  assert_null(row_of(matrix, "sntp-client/more")->cells[1]);
  assert_true(matrix_names_targets(matrix));
  assert_non_null(strstr(text_chars(&told), "sntp-client/honest:  gives fail, in place of pass\n"));
  assert_non_null(strstr(text_chars(&told), "cut short"));
  assert_non_null(strstr(text_chars(&told), "catalogue of cases without a version"));
  assert_string_equal(matrix->columns[0]->run.catalogue_version, "several");
  /* Requirements in the ledgers' order, those that none has behind them; none without a case. */
  assert_string_equal(matrix->requirements[0].name, "S03");
  assert_string_equal(matrix->requirements[1].name, "S36");
  assert_int_equal(matrix->requirement_count, 8);
  assert_int_equal(matrix_tally_cases(&matrix->requirements[1].tallies[0]), 3);
  matrix_destroy(matrix);
  text_free(&told);
  for (size_t i = 0; i < 5; i++)
    results_destroy(sets[i]);
}

static void test_tallies(void **state) {
  (void)state;
  struct matrix_tally tally = {.by = {[VERDICT_PASS] = 3}, .unforeseen = 1};
  assert_int_equal(matrix_tally_worst(&tally), VERDICT_PASS);
  const struct matrix_tally more = {
      .by = {[VERDICT_WARN] = 2, [VERDICT_UNSUPPORTED] = 1}, .foreseen = 2, .unforeseen = 1};
  matrix_tally_add(&tally, &more);
  assert_int_equal(matrix_tally_worst(&tally), VERDICT_WARN);
  assert_int_equal(matrix_tally_cases(&tally), 6);
  assert_int_equal(tally.foreseen, 2);
  assert_int_equal(tally.unforeseen, 2);
  tally.by[VERDICT_FAIL] = 1;
  assert_int_equal(matrix_tally_worst(&tally), VERDICT_FAIL);
  tally.by[VERDICT_BROKEN] = 1;
  assert_int_equal(matrix_tally_worst(&tally), VERDICT_BROKEN);
}

/* A case that does not pass where it was to is one, and not one for its verdict and one for the
 * surprise. */
static void test_a_surprise_counts_once(void **state) {
  (void)state;
  struct results *set = sample_results();
  for (size_t i = 0; i < set->case_count; i++) {
    set->cases[i]->verdict = VERDICT_PASS;
    set->cases[i]->expected = set->cases[i]->surprise = false;
  }
  set->cases[0]->verdict = VERDICT_WARN;
  set->cases[0]->surprise = true;
  set->cases[1]->verdict = VERDICT_FAIL;
  set->cases[2]->surprise = true; /* it passes, and was to fail */
  set->cases[3]->verdict = VERDICT_FAIL;
  set->cases[3]->expected = true;
  struct text told = TEXT_INIT(4096);
  const struct results *const sets[] = {set};
  struct matrix *matrix = make(sets, 1, &told);
  struct matrix_tally sum = {0};
  for (size_t r = 0; r < matrix->recipe_count; r++)
    matrix_tally_add(&sum, &matrix->recipes[r].tallies[0]);
  assert_int_equal(sum.unforeseen, 3);
  assert_int_equal(sum.foreseen, 1);
  matrix_destroy(matrix);
  text_free(&told);
  results_destroy(set);
}

/* Many subjects: no line is wider than a terminal, and every column is there. */
static void test_many_columns(void **state) {
  (void)state;
  enum { COUNT = 40 };
  struct results *sets[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    sets[i] = sample_results();
    (void)snprintf(sets[i]->run.subject, sizeof sets[i]->run.subject, "subject %zu", i);
  }
  struct text told = TEXT_INIT(4096), out = TEXT_INIT(1 << 20);
  struct matrix *matrix = make((const struct results *const *)sets, COUNT, &told);
  matrix_to_text(matrix, true, &out);
  size_t tables = 0;
  for (const char *at = text_chars(&out); *at != '\0';) {
    const size_t len = strcspn(at, "\n");
    assert_true(len <= 110);
    at += len + 1;
  }
  for (const char *at = text_chars(&out); (at = strstr(at, "[40]\n")) != NULL; at++)
    tables++;
  assert_int_equal(tables, 3);
  matrix_destroy(matrix);
  text_free(&told);
  text_free(&out);
  for (size_t i = 0; i < COUNT; i++)
    results_destroy(sets[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_forms),
      cmocka_unit_test(test_targets),
      cmocka_unit_test(test_columns),
      cmocka_unit_test(test_tallies),
      cmocka_unit_test(test_a_surprise_counts_once),
      cmocka_unit_test(test_many_columns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
