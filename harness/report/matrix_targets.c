#include "report/matrix_targets.h"

#include "report/matrix_cell.h"

#include <string.h>

bool matrix_is_of_targets(const struct matrix *matrix) {
  if (matrix->column_count < 2) return false;
  const struct run_info *first = &matrix->columns[0]->run;
  for (size_t c = 1; c < matrix->column_count; c++) {
    const struct run_info *run = &matrix->columns[c]->run;
    if (strcmp(run->subject, first->subject) != 0 ||
        strcmp(run->subject_version, first->subject_version) != 0 ||
        strcmp(run->target, first->target) == 0) {
      return false;
    }
  }
  return true;
}

static struct matrix_tally sum_of(const struct matrix *matrix, size_t column) {
  struct matrix_tally sum = {0};
  for (size_t r = 0; r < matrix->recipe_count; r++)
    matrix_tally_add(&sum, &matrix->recipes[r].tallies[column]);
  return sum;
}

static size_t not_passed(const struct matrix_tally *tally) {
  return matrix_tally_cases(tally) - tally->by[VERDICT_PASS];
}

static void append_target(const struct matrix *matrix, size_t column, struct text *out) {
  const struct run_info *run = &matrix->columns[column]->run;
  const struct matrix_tally sum = sum_of(matrix, column);
  text_append(out, "| ");
  matrix_cell_append(out, run->target);
  text_append(out, " | ");
  matrix_cell_append(out, run->target_version);
  text_appendf(out, " | %zu | %zu | %zu | %zu | %zu | %zu | %zu | %.10s |\n",
               matrix_tally_cases(&sum), sum.by[VERDICT_PASS], sum.by[VERDICT_WARN],
               sum.by[VERDICT_FAIL], sum.by[VERDICT_UNSUPPORTED], sum.by[VERDICT_BROKEN],
               sum.unforeseen, run->started);
}

static bool recipe_differs(const struct matrix_part *recipe, size_t columns) {
  for (size_t c = 0; c < columns; c++) {
    if (not_passed(&recipe->tallies[c]) > 0) return true;
  }
  return false;
}

static void append_recipe(const struct matrix *matrix, const struct matrix_part *recipe,
                          struct text *out) {
  text_append(out, "| ");
  matrix_cell_append(out, recipe->name);
  text_append(out, " |");
  for (size_t c = 0; c < matrix->column_count; c++) {
    const struct matrix_tally *tally = &recipe->tallies[c];
    const struct matrix_tally sum = sum_of(matrix, c);
    if (not_passed(&sum) == 0) continue;
    if (matrix_tally_cases(tally) == 0)
      text_append(out, " - |");
    else if (not_passed(tally) == 0)
      text_append(out, " |");
    else
      text_appendf(out, " %zu of %zu |", not_passed(tally), matrix_tally_cases(tally));
  }
  text_append(out, "\n");
}

void matrix_targets_to_markdown(const struct matrix *matrix, struct text *out) {
  text_append(out,
              "| target | version | cases | pass | warn | fail | unsupported | broken | "
              "not foreseen | measured |\n|---|---|---|---|---|---|---|---|---|---|\n");
  for (size_t c = 0; c < matrix->column_count; c++)
    append_target(matrix, c, out);
  struct text rule = TEXT_INIT(4096);
  text_append(out,
              "\nCases that do not pass, by recipe (-: it is not built for that target):\n\n"
              "| recipe |");
  for (size_t c = 0; c < matrix->column_count; c++) {
    const struct matrix_tally sum = sum_of(matrix, c);
    if (not_passed(&sum) == 0) continue;
    text_append(out, " ");
    matrix_cell_append(out, matrix->columns[c]->run.target);
    text_append(out, " |");
    text_append(&rule, "---|");
  }
  text_append(out, "\n|---|");
  text_append(out, text_chars(&rule));
  text_append(out, "\n");
  text_free(&rule);
  for (size_t r = 0; r < matrix->recipe_count; r++) {
    if (recipe_differs(&matrix->recipes[r], matrix->column_count))
      append_recipe(matrix, &matrix->recipes[r], out);
  }
}
