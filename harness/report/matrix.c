#include "report/matrix.h"

#include "report/safe.h"

#include <stdio.h>
#include <string.h>

enum { CELL_MAX = 24 };

static const struct result *find(const struct results *results, const char *id) {
  for (size_t i = 0; i < results->case_count; i++) {
    if (strcmp(results->cases[i]->id, id) == 0) return results->cases[i];
  }
  return NULL;
}

static const char *word(const struct result *result) {
  return result ? verdict_name(result->verdict) : "-";
}

static bool stands_before(const struct results *const *sets, size_t set_index, const char *id) {
  for (size_t s = 0; s < set_index; s++) {
    if (find(sets[s], id)) return true;
  }
  return false;
}

static bool all_agree(const struct results *const *sets, size_t count, const char *id) {
  for (size_t s = 1; s < count; s++) {
    if (strcmp(word(find(sets[s], id)), word(find(sets[0], id))) != 0) return false;
  }
  return true;
}

static void append_cell(struct text *out, const char *chars, int width, bool last) {
  struct text cell = TEXT_INIT(256);
  safe_append(&cell, span_of_text(chars), SAFE_LINE);
  if (last)
    text_appendf(out, "%.*s\n", width, text_chars(&cell));
  else
    text_appendf(out, "%-*.*s  ", width, width, text_chars(&cell));
  text_free(&cell);
}

static void append_heads(const struct results *const *sets, size_t count, int id_width,
                         struct text *out) {
  append_cell(out, "case", id_width, count == 0);
  for (size_t s = 0; s < count; s++)
    append_cell(out, sets[s]->run.subject, CELL_MAX, s + 1 == count);
}

static void append_row(const struct results *const *sets, size_t count, const char *id,
                       int id_width, struct text *out) {
  append_cell(out, id, id_width, false);
  for (size_t s = 0; s < count; s++)
    append_cell(out, word(find(sets[s], id)), CELL_MAX, s + 1 == count);
}

static void append_totals(const struct results *const *sets, size_t count, int id_width,
                          struct text *out) {
  append_cell(out, "pass", id_width, count == 0);
  for (size_t s = 0; s < count; s++) {
    char cell[CELL_MAX + 1];
    (void)snprintf(cell, sizeof cell, "%zu of %zu", sets[s]->summary.pass,
                   summary_cases(&sets[s]->summary));
    append_cell(out, cell, CELL_MAX, s + 1 == count);
  }
}

static int widest_id(const struct results *const *sets, size_t count) {
  size_t width = strlen("case");
  for (size_t s = 0; s < count; s++) {
    for (size_t i = 0; i < sets[s]->case_count; i++) {
      const size_t len = strlen(sets[s]->cases[i]->id);
      if (len > width) width = len;
    }
  }
  return (int)width;
}

void matrix_print(const struct results *const *sets, size_t count, bool all, struct text *out) {
  const int id_width = widest_id(sets, count);
  size_t agreed = 0;
  append_heads(sets, count, id_width, out);
  for (size_t s = 0; s < count; s++) {
    for (size_t i = 0; i < sets[s]->case_count; i++) {
      const char *id = sets[s]->cases[i]->id;
      if (stands_before(sets, s, id)) continue;
      if (all_agree(sets, count, id)) agreed++;
      if (all || !all_agree(sets, count, id)) append_row(sets, count, id, id_width, out);
    }
  }
  append_totals(sets, count, id_width, out);
  if (!all && agreed > 0)
    text_appendf(out, "%zu %s on which all agree %s not shown\n", agreed,
                 agreed == 1 ? "case" : "cases", agreed == 1 ? "is" : "are");
}
