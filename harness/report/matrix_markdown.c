/* The matrix for a page: tables in Markdown. */
#include "report/matrix.h"
#include "report/matrix_cell.h"
#include "report/matrix_targets.h"

static void append_subject(const struct matrix *matrix, size_t column, struct text *out) {
  const struct run_info *run = &matrix->columns[column]->run;
  text_append(out, "| ");
  matrix_cell_append(out, run->subject);
  text_append(out, " | ");
  matrix_cell_append(out, matrix_version(matrix, column));
  text_append(out, " | ");
  if (!matrix_names_targets(matrix)) return;
  matrix_cell_append(out, run->target);
  text_append(out, " | ");
}

static bool any_broken(const struct matrix *matrix) {
  for (size_t c = 0; c < matrix->column_count; c++) {
    if (matrix->columns[c]->summary.broken > 0) return true;
  }
  return false;
}

/* "Expected": how many of those that did not pass were foreseen, and what was not. */
static void append_expected(struct text *out, const struct matrix_tally *tally) {
  const size_t not_passed = matrix_tally_cases(tally) - tally->by[VERDICT_PASS];
  if (not_passed == 0 && tally->surprises == 0)
    text_append(out, "-");
  else if (tally->foreseen == not_passed && not_passed > 0)
    text_append(out, "all");
  else
    text_appendf(out, "%zu of %zu", tally->foreseen, not_passed);
  if (tally->surprises > 0)
    text_appendf(out, ", %zu surprise%s", tally->surprises, tally->surprises == 1 ? "" : "s");
}

static void append_row(const struct matrix *matrix, size_t column, const struct matrix_part *recipe,
                       struct text *out) {
  const struct run_info *run = &matrix->columns[column]->run;
  const struct matrix_tally *tally = &recipe->tallies[column];
  append_subject(matrix, column, out);
  matrix_cell_append(out, recipe->name);
  text_appendf(out, " | %zu | %zu | %zu | %zu | %zu | ", matrix_tally_cases(tally),
               tally->by[VERDICT_PASS], tally->by[VERDICT_WARN], tally->by[VERDICT_FAIL],
               tally->by[VERDICT_UNSUPPORTED]);
  if (any_broken(matrix)) text_appendf(out, "%zu | ", tally->by[VERDICT_BROKEN]);
  append_expected(out, tally);
  text_appendf(out, " | %.10s |\n", run->started);
}

static void append_cases(const struct matrix *matrix, struct text *out) {
  text_append(out, "\n| case | requirement |");
  for (size_t c = 0; c < matrix->column_count; c++) {
    const struct run_info *run = &matrix->columns[c]->run;
    text_append(out, " ");
    matrix_cell_append(out, run->subject);
    text_append(out, " ");
    matrix_cell_append(out, matrix_version(matrix, c));
    if (matrix_names_targets(matrix)) {
      text_append(out, " on ");
      matrix_cell_append(out, run->target);
    }
    text_append(out, " |");
  }
  text_append(out, "\n|---|---|");
  for (size_t c = 0; c < matrix->column_count; c++)
    text_append(out, "---|");
  text_append(out, "\n");
  for (size_t r = 0; r < matrix->row_count; r++) {
    const struct matrix_row *row = &matrix->rows[r];
    text_append(out, "| ");
    matrix_cell_append(out, row->id);
    text_append(out, " | ");
    matrix_cell_append(out, row->requirement);
    text_appendf(out, " %s |", level_name(row->level));
    for (size_t c = 0; c < matrix->column_count; c++)
      text_appendf(out, " %s |", row->cells[c] ? verdict_name(row->cells[c]->verdict) : "-");
    text_append(out, "\n");
  }
}

static void append_subjects(const struct matrix *matrix, struct text *out) {
  const bool targets = matrix_names_targets(matrix), broken = any_broken(matrix);
  text_appendf(out,
               "| subject | version | %srecipe | cases | pass | warn | fail | unsupported | "
               "%sexpected | measured |\n|---|---|---|%s---|---|---|---|---|%s---|---|\n",
               targets ? "target | " : "", broken ? "broken | " : "", targets ? "---|" : "",
               broken ? "---|" : "");
  for (size_t c = 0; c < matrix->column_count; c++) {
    for (size_t r = 0; r < matrix->recipe_count; r++) {
      if (matrix_tally_cases(&matrix->recipes[r].tallies[c]) > 0)
        append_row(matrix, c, &matrix->recipes[r], out);
    }
  }
}

void matrix_to_markdown(const struct matrix *matrix, bool cases, struct text *out) {
  if (matrix_is_of_targets(matrix))
    matrix_targets_to_markdown(matrix, out);
  else
    append_subjects(matrix, out);
  if (cases) append_cases(matrix, out);
}
