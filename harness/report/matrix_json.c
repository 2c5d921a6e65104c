/* The matrix for scripts. */
#include "report/matrix.h"
#include "report/result_json.h"

static json_t *tally_to_json(const char *key, const struct matrix_part *part,
                             const struct matrix_tally *tally) {
  json_t *object = json_pack("{s:o}", key, json_of_chars(part->name));
  int failed = object == NULL;
  for (size_t v = 0; v < VERDICT_COUNT && !failed; v++)
    failed = json_object_set_new(object, verdict_name((enum verdict)v),
                                 json_integer((json_int_t)tally->by[v]));
  if (!failed)
    failed = json_object_set_new(object, "expected", json_integer((json_int_t)tally->foreseen)) ||
             json_object_set_new(object, "surprises", json_integer((json_int_t)tally->surprises));
  if (!failed) return object;
  json_decref(object);
  return NULL;
}

static json_t *parts_to_json(const char *key, const struct matrix_part *parts, size_t count,
                             size_t column) {
  json_t *array = json_array();
  for (size_t i = 0; array && i < count; i++) {
    const struct matrix_tally *tally = &parts[i].tallies[column];
    if (matrix_tally_cases(tally) == 0) continue;
    if (json_array_append_new(array, tally_to_json(key, &parts[i], tally))) {
      json_decref(array);
      return NULL;
    }
  }
  return array;
}

static json_t *column_to_json(const struct matrix *matrix, size_t column) {
  const struct results *set = matrix->columns[column];
  const struct run_info *run = &set->run;
  json_t *object = run_info_to_json(run);
  if (!object) return NULL;
  int failed = json_object_set_new(object, "finished", json_boolean(run->finished));
  failed |= json_object_set_new(object, "summary", summary_to_json(&set->summary));
  failed |= json_object_set_new(
      object, "recipes", parts_to_json("recipe", matrix->recipes, matrix->recipe_count, column));
  failed |= json_object_set_new(
      object, "requirements",
      parts_to_json("requirement", matrix->requirements, matrix->requirement_count, column));
  if (!failed) return object;
  json_decref(object);
  return NULL;
}

static json_t *cells_to_json(const struct matrix *matrix, const struct matrix_row *row) {
  json_t *array = json_array();
  for (size_t c = 0; array && c < matrix->column_count; c++) {
    const struct result *result = row->cells[c];
    json_t *cell = result ? json_pack("{s:s,s:b,s:b}", "verdict", verdict_name(result->verdict),
                                      "expected", result->expected, "surprise", result->surprise)
                          : json_null();
    if (json_array_append_new(array, cell)) {
      json_decref(array);
      return NULL;
    }
  }
  return array;
}

static json_t *row_to_json(const struct matrix *matrix, const struct matrix_row *row) {
  return json_pack("{s:o,s:o,s:o,s:s,s:o}", "id", json_of_chars(row->id), "recipe",
                   json_of_chars(row->recipe), "requirement", json_of_chars(row->requirement),
                   "level", level_name(row->level), "results", cells_to_json(matrix, row));
}

static json_t *append_all(const struct matrix *matrix, json_t *subjects, json_t *cases) {
  int failed = 0;
  for (size_t c = 0; c < matrix->column_count; c++)
    failed |= json_array_append_new(subjects, column_to_json(matrix, c));
  for (size_t r = 0; r < matrix->row_count; r++)
    failed |= json_array_append_new(cases, row_to_json(matrix, &matrix->rows[r]));
  if (!failed) return subjects;
  json_decref(subjects);
  json_decref(cases);
  return NULL;
}

json_t *matrix_to_json(const struct matrix *matrix, const struct text *told) {
  json_t *subjects = json_array(), *cases = json_array();
  if (!subjects || !cases) {
    json_decref(subjects);
    json_decref(cases);
    return NULL;
  }
  if (!append_all(matrix, subjects, cases)) return NULL;
  return json_pack("{s:i,s:o,s:o,s:o}", "schema", 1, "told", json_of_lines(text_chars(told)),
                   "subjects", subjects, "cases", cases);
}
