/* The matrix for a terminal. Wide tables are cut into blocks of columns, so that a line can be read
 * whatever the number of subjects. */
#include "report/matrix.h"
#include "report/safe.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH_MAX = 100, CELL_SIZE = 160, GAP = 2, BLOCK_COLUMNS_MAX = 24 };

struct table {
  const struct matrix *matrix;
  size_t row_count;
  void (*name)(const struct matrix *matrix, size_t row, char name[static CELL_SIZE]);
  void (*cell)(const struct matrix *matrix, size_t row, size_t column, char cell[static CELL_SIZE]);
  bool (*shown)(const struct matrix *matrix, size_t row); /* NULL: every row */
};

static void append_safe(struct text *out, const char *chars) {
  safe_append(out, span_of_text(chars), SAFE_LINE);
}

static bool is_shown(const struct table *table, size_t row) {
  return !table->shown || table->shown(table->matrix, row);
}

static int name_width(const struct table *table) {
  char name[CELL_SIZE];
  size_t width = 0;
  for (size_t r = 0; r < table->row_count; r++) {
    if (!is_shown(table, r)) continue;
    table->name(table->matrix, r, name);
    if (strlen(name) > width) width = strlen(name);
  }
  return (int)width;
}

static size_t cell_width(const struct table *table, size_t column) {
  char cell[CELL_SIZE];
  (void)snprintf(cell, sizeof cell, "[%zu]", column + 1);
  size_t width = strlen(cell);
  for (size_t r = 0; r < table->row_count; r++) {
    if (!is_shown(table, r)) continue;
    table->cell(table->matrix, r, column, cell);
    if (strlen(cell) > width) width = strlen(cell);
  }
  return width;
}

/* Blanks at the end of a line are left out. */
static void end_line(struct text *line, struct text *out) {
  size_t len = line->len;
  while (len > 0 && line->chars[len - 1] == ' ')
    len--;
  text_append_span(out, span_of(text_chars(line), len));
  text_append(out, "\n");
  text_clear(line);
}

struct block {
  size_t first, count;           /* columns */
  int widths[BLOCK_COLUMNS_MAX]; /* of them */
  int name_width;                /* of the first cell of each line */
};

/* As many columns as a line takes, and one at least. */
static void fill_block(const struct table *table, struct block *block) {
  int width = GAP + block->name_width;
  block->count = 0;
  while (block->first + block->count < table->matrix->column_count &&
         block->count < BLOCK_COLUMNS_MAX) {
    const int next = (int)cell_width(table, block->first + block->count);
    width += GAP + next;
    if (width > WIDTH_MAX && block->count > 0) break;
    block->widths[block->count++] = next;
  }
}

static void append_block(const struct table *table, const struct block *block, struct text *out) {
  struct text line = TEXT_INIT(8192);
  char cell[CELL_SIZE];
  text_appendf(&line, "  %-*s", block->name_width, "");
  for (size_t c = 0; c < block->count; c++) {
    (void)snprintf(cell, sizeof cell, "[%zu]", block->first + c + 1);
    text_appendf(&line, "  %-*s", block->widths[c], cell);
  }
  end_line(&line, out);
  for (size_t r = 0; r < table->row_count; r++) {
    if (!is_shown(table, r)) continue;
    table->name(table->matrix, r, cell);
    text_appendf(&line, "  %-*s", block->name_width, cell);
    for (size_t c = 0; c < block->count; c++) {
      table->cell(table->matrix, r, block->first + c, cell);
      text_appendf(&line, "  %-*s", block->widths[c], cell);
    }
    end_line(&line, out);
  }
  text_free(&line);
}

static void append_table(const struct table *table, struct text *out) {
  struct block block = {.name_width = name_width(table)};
  for (; block.first < table->matrix->column_count; block.first += block.count) {
    fill_block(table, &block);
    append_block(table, &block, out);
  }
}

/* "fail 3/12": three of twelve fail, and that is the worst; "pass 12": all do. */
static void tally_cell(const struct matrix_tally *tally, char cell[static CELL_SIZE]) {
  const size_t cases = matrix_tally_cases(tally);
  const enum verdict worst = matrix_tally_worst(tally);
  const char *mark = tally->unforeseen > 0 ? "!" : "";
  if (cases == 0)
    (void)snprintf(cell, CELL_SIZE, "-");
  else if (worst == VERDICT_PASS)
    (void)snprintf(cell, CELL_SIZE, "pass %zu%s", cases, mark);
  else
    (void)snprintf(cell, CELL_SIZE, "%s %zu/%zu%s", verdict_name(worst), tally->by[worst], cases,
                   mark);
}

static void copy_name(const char *from, char name[static CELL_SIZE]) {
  struct text safe = TEXT_INIT(CELL_SIZE - 1);
  append_safe(&safe, from);
  (void)snprintf(name, CELL_SIZE, "%s", text_chars(&safe));
  text_free(&safe);
}

static void recipe_name(const struct matrix *matrix, size_t row, char name[static CELL_SIZE]) {
  copy_name(matrix->recipes[row].name, name);
}

static void recipe_cell(const struct matrix *matrix, size_t row, size_t column,
                        char cell[static CELL_SIZE]) {
  tally_cell(&matrix->recipes[row].tallies[column], cell);
}

static void requirement_name(const struct matrix *matrix, size_t row, char name[static CELL_SIZE]) {
  const struct matrix_part *part = &matrix->requirements[row];
  char words[64];
  (void)snprintf(words, sizeof words, "%-4s %s", part->name, level_name(part->level));
  copy_name(words, name);
}

static void requirement_cell(const struct matrix *matrix, size_t row, size_t column,
                             char cell[static CELL_SIZE]) {
  tally_cell(&matrix->requirements[row].tallies[column], cell);
}

/* Something to see: a case that did not pass, or that passed and should not have. */
static bool is_remarkable(const struct matrix *matrix, size_t row) {
  for (size_t c = 0; c < matrix->column_count; c++) {
    const struct matrix_tally *tally = &matrix->requirements[row].tallies[c];
    if (tally->by[VERDICT_PASS] != matrix_tally_cases(tally) || tally->surprises > 0) return true;
  }
  return false;
}

static void case_name(const struct matrix *matrix, size_t row, char name[static CELL_SIZE]) {
  copy_name(matrix->rows[row].id, name);
}

static void case_cell(const struct matrix *matrix, size_t row, size_t column,
                      char cell[static CELL_SIZE]) {
  const struct result *result = matrix->rows[row].cells[column];
  const bool unforeseen =
      result && (result->surprise || (result->verdict != VERDICT_PASS && !result->expected));
  (void)snprintf(cell, CELL_SIZE, "%s%s", result ? verdict_name(result->verdict) : "-",
                 unforeseen ? "!" : "");
}

static void append_subject(const struct matrix *matrix, size_t column, struct text *out) {
  const struct results *set = matrix->columns[column];
  const struct run_info *run = &set->run;
  struct matrix_tally sum = {0};
  for (size_t r = 0; r < matrix->recipe_count; r++)
    matrix_tally_add(&sum, &matrix->recipes[r].tallies[column]);
  text_appendf(out, "  [%zu] ", column + 1);
  append_safe(out, run->subject);
  text_append(out, run->subject_version[0] == '\0' ? "" : " ");
  append_safe(out, matrix_version(matrix, column));
  if (matrix_names_targets(matrix)) {
    text_append(out, " on ");
    append_safe(out, run->target);
    text_append(out, run->target_version[0] == '\0' ? "" : ", ");
    append_safe(out, run->target_version);
  }
  text_appendf(out, "\n      %zu case%s:", set->case_count, set->case_count == 1 ? "" : "s");
  for (size_t v = 0; v < VERDICT_COUNT; v++) {
    if (sum.by[v] > 0 || v == VERDICT_PASS)
      text_appendf(out, "%s %zu %s", v == VERDICT_PASS ? "" : ",", sum.by[v],
                   verdict_name((enum verdict)v));
  }
  if (sum.foreseen > 0) text_appendf(out, "; %zu of them expected", sum.foreseen);
  if (sum.unforeseen > 0) text_appendf(out, "; %zu not as expected", sum.unforeseen);
  text_appendf(out, "\n      %.10s, %s", run->started, tier_name(run->tier));
  if (run->catalogue_version[0] != '\0') {
    text_append(out, ", catalogue ");
    append_safe(out, run->catalogue_version);
  }
  text_append(out, run->finished ? "\n" : ", cut short\n");
}

void matrix_to_text(const struct matrix *matrix, bool cases, struct text *out) {
  text_append(out, "Subjects:\n");
  for (size_t c = 0; c < matrix->column_count; c++)
    append_subject(matrix, c, out);
  text_append(out,
              "\nBy recipe (the worst verdict, how many of the cases have it; !: not all of "
              "them expected):\n");
  struct table table = {matrix, matrix->recipe_count, recipe_name, recipe_cell, NULL};
  append_table(&table, out);
  size_t hidden = 0;
  for (size_t r = 0; r < matrix->requirement_count && !cases; r++)
    hidden += !is_remarkable(matrix, r);
  text_append(out, "\nBy requirement:\n");
  table = (struct table){matrix, matrix->requirement_count, requirement_name, requirement_cell,
                         cases ? NULL : is_remarkable};
  if (hidden < matrix->requirement_count) append_table(&table, out);
  if (hidden > 0)
    text_appendf(out, "  %zu requirement%s of which all cases pass %s not shown (--cases)\n",
                 hidden, hidden == 1 ? "" : "s", hidden == 1 ? "is" : "are");
  if (!cases) return;
  text_append(out, "\nBy case:\n");
  table = (struct table){matrix, matrix->row_count, case_name, case_cell, NULL};
  append_table(&table, out);
}
