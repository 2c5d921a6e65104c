#include "report/coverage.h"

#include "report/result_json.h"

#include <string.h>

/* The higher, the more it says about the requirement as a whole. */
static int weight_of(enum verdict verdict) {
  switch (verdict) {
    case VERDICT_UNSUPPORTED:
      return 0;
    case VERDICT_PASS:
      return 1;
    case VERDICT_WARN:
      return 2;
    case VERDICT_FAIL:
      return 3;
    case VERDICT_BROKEN:
    case VERDICT_COUNT:
      break;
  }
  return 4;
}

static bool is_of(const struct result *result, const char *requirement) {
  return strcmp(result->requirement, requirement) == 0;
}

bool coverage_verdict(const struct results *results, const char *requirement,
                      enum verdict *verdict) {
  bool found = false;
  for (size_t i = 0; i < results->case_count; i++) {
    const struct result *result = results->cases[i];
    if (!is_of(result, requirement)) continue;
    if (!found || weight_of(result->verdict) > weight_of(*verdict)) *verdict = result->verdict;
    found = true;
  }
  return found;
}

/* A case that was run several times is named once. */
static bool stands_before(const struct results *results, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (strcmp(results->cases[i]->id, results->cases[index]->id) == 0) return true;
  }
  return false;
}

static json_t *cases_of(const struct results *results, const char *requirement) {
  json_t *cases = json_array();
  for (size_t i = 0; cases && i < results->case_count; i++) {
    if (!is_of(results->cases[i], requirement) || stands_before(results, i)) continue;
    if (json_array_append_new(cases, json_of_chars(results->cases[i]->id))) {
      json_decref(cases);
      return NULL;
    }
  }
  return cases;
}

static json_t *row_to_json(const struct coverage_row *row, const struct results *results) {
  json_t *object =
      json_pack("{s:o,s:s,s:o,s:o,s:o}", "id", json_of_chars(row->id), "level",
                level_name(row->level), "clause", json_of_chars(row->clause), "requirement",
                json_of_chars(row->words), "cases", cases_of(results, row->id));
  if (!object) return NULL;
  enum verdict verdict = VERDICT_PASS;
  int failed = 0;
  if (coverage_verdict(results, row->id, &verdict))
    failed |= json_object_set_new(object, "verdict", json_string(verdict_name(verdict)));
  if (row->unobserved[0] != '\0')
    failed |= json_object_set_new(object, "unobserved", json_of_chars(row->unobserved));
  if (!failed) return object;
  json_decref(object);
  return NULL;
}

json_t *coverage_to_json(const struct coverage *coverage, const struct results *results, bool all) {
  json_t *array = json_array();
  for (size_t i = 0; array && i < coverage->count; i++) {
    const struct coverage_row *row = &coverage->rows[i];
    enum verdict verdict;
    if (!all && !coverage_verdict(results, row->id, &verdict)) continue;
    if (json_array_append_new(array, row_to_json(row, results))) {
      json_decref(array);
      return NULL;
    }
  }
  return array;
}

/* "12 pass, 1 fail" */
static void print_counts(const struct results *results, const char *requirement, FILE *out) {
  size_t counts[VERDICT_COUNT] = {0};
  for (size_t i = 0; i < results->case_count; i++) {
    if (is_of(results->cases[i], requirement)) counts[results->cases[i]->verdict]++;
  }
  const char *before = "";
  for (size_t v = 0; v < VERDICT_COUNT; v++) {
    if (counts[v] == 0) continue;
    (void)fprintf(out, "%s%zu %s", before, counts[v], verdict_name((enum verdict)v));
    before = ", ";
  }
}

void coverage_print(const struct coverage *coverage, const struct results *results, bool all,
                    FILE *out) {
  size_t uncovered = 0;
  (void)fputs("By requirement:\n", out);
  for (size_t i = 0; i < coverage->count; i++) {
    const struct coverage_row *row = &coverage->rows[i];
    enum verdict verdict;
    const bool covered = coverage_verdict(results, row->id, &verdict);
    if (!covered && row->unobserved[0] == '\0') uncovered++;
    if (!covered && (!all || row->unobserved[0] == '\0')) continue;
    (void)fprintf(out, "  %-4s %-8s ", row->id, level_name(row->level));
    if (covered)
      print_counts(results, row->id, out);
    else
      (void)fprintf(out, "not observed: %s", row->unobserved);
    (void)fputc('\n', out);
  }
  if (all && uncovered > 0)
    (void)fprintf(out, "  %zu requirement%s no case in these results\n", uncovered,
                  uncovered == 1 ? " has" : "s have");
}
