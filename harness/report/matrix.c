#include "report/matrix.h"

#include "report/merge.h"

#include <stdlib.h>
#include <string.h>

/* A result and its column: sorted by id, so that a row is what stands together. The order in which
 * cases ended is luck. */
struct entry {
  const struct result *result;
  size_t column;
};

static int by_id(const void *a, const void *b) {
  const struct entry *one = a, *other = b;
  const int compared = strcmp(one->result->id, other->result->id);
  if (compared != 0) return compared;
  return (one->column > other->column) - (one->column < other->column);
}

static struct entry *sorted_entries(const struct matrix *matrix, size_t *count) {
  size_t total = 0;
  for (size_t c = 0; c < matrix->column_count; c++)
    total += matrix->columns[c]->case_count;
  struct entry *entries = calloc(total + 1, sizeof *entries);
  if (!entries) return NULL;
  *count = 0;
  for (size_t c = 0; c < matrix->column_count; c++) {
    for (size_t i = 0; i < matrix->columns[c]->case_count; i++)
      entries[(*count)++] = (struct entry){matrix->columns[c]->cases[i], c};
  }
  qsort(entries, *count, sizeof *entries, by_id);
  return entries;
}

static bool start_row(const struct matrix *matrix, const struct result *result,
                      struct matrix_row *row) {
  *row = (struct matrix_row){result->id, result->recipe, result->requirement, result->level, NULL};
  row->cells = calloc(matrix->column_count + 1, sizeof(struct result *));
  return row->cells != NULL;
}

static bool place_rows(struct matrix *matrix, const struct entry *entries, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct result *result = entries[i].result;
    const bool same = i > 0 && strcmp(entries[i - 1].result->id, result->id) == 0;
    if (!same && !start_row(matrix, result, &matrix->rows[matrix->row_count++])) return false;
    matrix->rows[matrix->row_count - 1].cells[entries[i].column] = result;
  }
  return true;
}

static bool make_rows(struct matrix *matrix) {
  size_t count = 0;
  struct entry *entries = sorted_entries(matrix, &count);
  matrix->rows = calloc(count + 1, sizeof *matrix->rows);
  const bool done = entries && matrix->rows && place_rows(matrix, entries, count);
  free(entries);
  return done;
}

static void count_result(struct matrix_tally *tally, const struct result *result) {
  tally->by[result->verdict]++;
  const bool foreseen = result->verdict != VERDICT_PASS && result->expected;
  if (foreseen) tally->foreseen++;
  if (result->surprise) tally->surprises++;
  if (result->surprise || (result->verdict != VERDICT_PASS && !foreseen)) tally->unforeseen++;
}

static void count_row(const struct matrix *matrix, const struct matrix_row *row,
                      struct matrix_part *part) {
  for (size_t c = 0; c < matrix->column_count; c++) {
    if (row->cells[c]) count_result(&part->tallies[c], row->cells[c]);
  }
}

static struct matrix_part *part_named(struct matrix_part *parts, size_t *count, const char *name) {
  for (size_t i = 0; i < *count; i++) {
    if (strcmp(parts[i].name, name) == 0) return &parts[i];
  }
  parts[*count].name = name;
  return &parts[(*count)++];
}

/* Requirements that no case here has stand without a tally, and are left out. */
static struct matrix_part *place_requirements(const struct matrix *matrix,
                                              const struct coverage *coverage, size_t *count) {
  struct matrix_part *parts = calloc(coverage->count + matrix->row_count + 1, sizeof *parts);
  *count = 0;
  for (size_t i = 0; parts && i < coverage->count; i++)
    parts[(*count)++].name = coverage->rows[i].id;
  return parts;
}

static bool count_into(const struct matrix *matrix, const struct matrix_row *row,
                       struct matrix_part *part) {
  part->level = row->level;
  if (!part->tallies) part->tallies = calloc(matrix->column_count, sizeof *part->tallies);
  if (part->tallies) count_row(matrix, row, part);
  return part->tallies != NULL;
}

static bool make_parts(struct matrix *matrix, const struct coverage *coverage) {
  matrix->recipes = calloc(matrix->row_count + 1, sizeof *matrix->recipes);
  matrix->requirements = place_requirements(matrix, coverage, &matrix->requirement_count);
  if (!matrix->recipes || !matrix->requirements) return false;
  for (size_t i = 0; i < matrix->row_count; i++) {
    const struct matrix_row *row = &matrix->rows[i];
    struct matrix_part *recipe = part_named(matrix->recipes, &matrix->recipe_count, row->recipe);
    struct matrix_part *requirement =
        part_named(matrix->requirements, &matrix->requirement_count, row->requirement);
    if (!count_into(matrix, row, recipe) || !count_into(matrix, row, requirement)) return false;
  }
  size_t kept = 0;
  for (size_t i = 0; i < matrix->requirement_count; i++) {
    if (matrix->requirements[i].tallies) matrix->requirements[kept++] = matrix->requirements[i];
  }
  matrix->requirement_count = kept;
  return true;
}

static enum err_code merge_column(const struct results *const *sets, size_t count, size_t first,
                                  const struct results **same, struct matrix *matrix,
                                  struct text *told, struct err *err) {
  size_t same_count = 0;
  for (size_t s = first; s < count; s++) {
    const struct results *const pair[2] = {sets[first], sets[s]};
    if (merge_is_one_subject(pair, 2)) same[same_count++] = sets[s];
  }
  const enum err_code code =
      merge_results(same, same_count, ".", &matrix->columns[matrix->column_count], told, err);
  if (code == ERR_OK) matrix->column_count++;
  return code;
}

static enum err_code make_columns(const struct results *const *sets, size_t count,
                                  struct matrix *matrix, struct text *told, struct err *err) {
  const struct results **same = calloc(count + 1, sizeof *same);
  matrix->columns = calloc(count + 1, sizeof *matrix->columns);
  enum err_code code = ERR_OK;
  if (!same || !matrix->columns) {
    free(same);
    return err_set(err, ERR_SYSTEM, "no memory for %zu results files", count);
  }
  for (size_t s = 0; code == ERR_OK && s < count; s++) {
    bool stands = false;
    for (size_t before = 0; before < s && !stands; before++) {
      const struct results *const pair[2] = {sets[before], sets[s]};
      stands = merge_is_one_subject(pair, 2);
    }
    if (!stands) code = merge_column(sets, count, s, same, matrix, told, err);
  }
  free(same);
  return code;
}

static void tell_runs(const struct results *const *sets, size_t count, struct text *told) {
  bool catalogues_differ = false;
  for (size_t s = 0; s < count; s++) {
    const struct run_info *run = &sets[s]->run;
    if (!run->finished)
      text_appendf(told, "%s: the run was cut short; the cases that it did not reach are missing\n",
                   sets[s]->path);
    if (strcmp(run->catalogue_version, sets[0]->run.catalogue_version) != 0)
      catalogues_differ = true;
  }
  for (size_t s = 0; s < count && catalogues_differ; s++)
    text_appendf(told, "%s: of the catalogue of cases %s\n", sets[s]->path,
                 sets[s]->run.catalogue_version[0] == '\0' ? "without a version"
                                                           : sets[s]->run.catalogue_version);
}

enum err_code matrix_create(const struct results *const *sets, size_t count,
                            const struct coverage *coverage, struct matrix **matrix,
                            struct text *told, struct err *err) {
  struct matrix *made = calloc(1, sizeof *made);
  if (!made) return err_set(err, ERR_SYSTEM, "no memory for the matrix");
  tell_runs(sets, count, told);
  enum err_code code = make_columns(sets, count, made, told, err);
  if (code == ERR_OK && (!make_rows(made) || !make_parts(made, coverage)))
    code = err_set(err, ERR_SYSTEM, "no memory for the matrix");
  if (code == ERR_OK)
    *matrix = made;
  else
    matrix_destroy(made);
  return code;
}

static void free_parts(struct matrix_part *parts, size_t count) {
  for (size_t i = 0; i < count; i++)
    free(parts[i].tallies);
  free(parts);
}

void matrix_destroy(struct matrix *matrix) {
  if (!matrix) return;
  for (size_t c = 0; c < matrix->column_count; c++)
    results_destroy(matrix->columns[c]);
  for (size_t i = 0; i < matrix->row_count; i++)
    free(matrix->rows[i].cells);
  free_parts(matrix->recipes, matrix->recipe_count);
  free_parts(matrix->requirements, matrix->requirement_count);
  free(matrix->columns);
  free(matrix->rows);
  free(matrix);
}

size_t matrix_tally_cases(const struct matrix_tally *tally) {
  size_t count = 0;
  for (size_t v = 0; v < VERDICT_COUNT; v++)
    count += tally->by[v];
  return count;
}

enum verdict matrix_tally_worst(const struct matrix_tally *tally) {
  static const enum verdict worst_first[] = {VERDICT_BROKEN, VERDICT_FAIL, VERDICT_WARN,
                                             VERDICT_UNSUPPORTED};
  for (size_t i = 0; i < sizeof worst_first / sizeof worst_first[0]; i++) {
    if (tally->by[worst_first[i]] > 0) return worst_first[i];
  }
  return VERDICT_PASS;
}

void matrix_tally_add(struct matrix_tally *sum, const struct matrix_tally *more) {
  for (size_t v = 0; v < VERDICT_COUNT; v++)
    sum->by[v] += more->by[v];
  sum->foreseen += more->foreseen;
  sum->surprises += more->surprises;
  sum->unforeseen += more->unforeseen;
}

const char *matrix_version(const struct matrix *matrix, size_t column) {
  const struct run_info *run = &matrix->columns[column]->run;
  const size_t len = strlen(run->subject);
  const bool named =
      strncmp(run->subject_version, run->subject, len) == 0 && run->subject_version[len] == ' ';
  return named ? run->subject_version + len + 1 : run->subject_version;
}

bool matrix_names_targets(const struct matrix *matrix) {
  for (size_t c = 0; c < matrix->column_count; c++) {
    if (strcmp(matrix->columns[c]->run.target, "native") != 0) return true;
  }
  return false;
}
