#include "run/catalogue/ledger.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEDGER_MAX = 1024, LEDGER_COLUMNS = 7, LEDGER_LINE_MAX = 4096 };
static const char *const COLUMNS[LEDGER_COLUMNS] = {"id",      "who",         "level",     "clause",
                                                    "recipes", "requirement", "unobserved"};

struct source {
  const char *path;
  unsigned line;
};

static enum err_code split(const struct source *at, char *line, const char *cells[LEDGER_COLUMNS],
                           struct err *err) {
  for (size_t i = 0; i < LEDGER_COLUMNS; i++)
    cells[i] = "";
  size_t count = 0;
  char *rest = line;
  for (char *cell = strsep(&rest, "\t"); cell != NULL; cell = strsep(&rest, "\t")) {
    if (count < LEDGER_COLUMNS) cells[count] = cell;
    count++;
  }
  /* An empty last cell is often lost by editors that trim blanks: it may be left out. */
  if (count == LEDGER_COLUMNS - 1) cells[count++] = "";
  if (count == LEDGER_COLUMNS) return ERR_OK;
  return err_set(err, ERR_INPUT, "%s:%u: %zu columns where %d are due, separated by tabs", at->path,
                 at->line, count, LEDGER_COLUMNS);
}

static enum err_code check_header(const struct source *at, char *line, struct err *err) {
  const char *cells[LEDGER_COLUMNS];
  enum err_code code = split(at, line, cells, err);
  if (code != ERR_OK) return code;
  for (size_t i = 0; i < LEDGER_COLUMNS; i++) {
    if (strcmp(cells[i], COLUMNS[i]) != 0) {
      return err_set(err, ERR_INPUT, "%s:%u: column %zu is headed '%s' where '%s' is due", at->path,
                     at->line, i + 1, cells[i], COLUMNS[i]);
    }
  }
  return ERR_OK;
}

static enum err_code add_row(const struct source *at, char *line, struct arena *arena,
                             struct ledger *ledger, struct err *err) {
  const char *cells[LEDGER_COLUMNS];
  enum err_code code = split(at, line, cells, err);
  if (code != ERR_OK) return code;
  enum level level;
  if (!level_parse(cells[2], &level)) {
    return err_set(err, ERR_INPUT, "%s:%u: level '%s'; MUST, SHOULD, MAY and practice are allowed",
                   at->path, at->line, cells[2]);
  }
  if (ledger_find(ledger, cells[0]) != NULL) {
    return err_set(err, ERR_INPUT, "%s:%u: requirement %s is there already", at->path, at->line,
                   cells[0]);
  }
  if (ledger->count == LEDGER_MAX) {
    return err_set(err, ERR_LIMIT, "%s:%u: more than %d requirements", at->path, at->line,
                   LEDGER_MAX);
  }
  struct requirement *row = &ledger->items[ledger->count];
  *row = (struct requirement){.id = arena_text(arena, cells[0]),
                              .who = arena_text(arena, cells[1]),
                              .level = level,
                              .clause = arena_text(arena, cells[3]),
                              .recipes = arena_text(arena, cells[4]),
                              .text = arena_text(arena, cells[5]),
                              .unobserved = arena_text(arena, cells[6])};
  if (row->unobserved == NULL) return err_set(err, ERR_LIMIT, "no memory for the ledgers");
  ledger->count++;
  return ERR_OK;
}

static enum err_code load_file(const char *path, struct arena *arena, struct ledger *ledger,
                               struct err *err) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return err_set_errno(err, errno, "cannot read the ledger %s", path);
  struct source at = {path, 0};
  char line[LEDGER_LINE_MAX];
  enum err_code code = ERR_OK;
  while (code == ERR_OK && fgets(line, sizeof line, file) != NULL) {
    at.line++;
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0' || line[0] == '#') continue;
    code = at.line == 1 ? check_header(&at, line, err) : add_row(&at, line, arena, ledger, err);
  }
  fclose(file);
  return code;
}

static int is_ledger(const struct dirent *entry) {
  const char *dot = strrchr(entry->d_name, '.');
  return dot != NULL && strcmp(dot, ".tsv") == 0;
}

enum err_code ledger_load(const char *folder, struct arena *arena, struct ledger *ledger,
                          struct err *err) {
  *ledger = (struct ledger){.items = arena_alloc(arena, LEDGER_MAX * sizeof *ledger->items)};
  if (ledger->items == NULL) return err_set(err, ERR_LIMIT, "no memory for the ledgers");
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, is_ledger, alphasort);
  if (count < 0) return err_set_errno(err, errno, "cannot read the ledgers in %s", folder);
  enum err_code code = ERR_OK;
  for (int i = 0; i < count; i++) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    if (code == ERR_OK) code = load_file(path, arena, ledger, err);
    free(entries[i]);
  }
  free(entries);
  return code;
}

enum err_code ledger_add(struct ledger *ledger, const struct requirement *row, struct err *err) {
  if (ledger->count == LEDGER_MAX) {
    return err_set(err, ERR_LIMIT, "%s: more than %d requirements", row->id, LEDGER_MAX);
  }
  ledger->items[ledger->count++] = *row;
  return ERR_OK;
}

const struct requirement *ledger_find(const struct ledger *ledger, const char *id) {
  for (size_t i = 0; i < ledger->count; i++) {
    if (strcmp(ledger->items[i].id, id) == 0) return &ledger->items[i];
  }
  return NULL;
}

/* Names stand in the row with a blank between two. */
bool ledger_binds(const struct requirement *requirement, const char *recipe) {
  size_t len = strlen(recipe);
  for (const char *at = requirement->recipes; (at = strstr(at, recipe)) != NULL; at += len) {
    bool begins = at == requirement->recipes || at[-1] == ' ';
    if (begins && (at[len] == ' ' || at[len] == '\0')) return true;
  }
  return false;
}

enum err_code ledger_coverage(const struct ledger *ledger, struct arena *arena,
                              struct coverage *coverage, struct err *err) {
  struct coverage_row *rows = arena_alloc(arena, (ledger->count + 1) * sizeof *rows);
  if (rows == NULL) return err_set(err, ERR_LIMIT, "no memory for the ledgers");
  for (size_t i = 0; i < ledger->count; i++) {
    const struct requirement *row = &ledger->items[i];
    rows[i] = (struct coverage_row){row->id, row->level, row->clause, row->text, row->unobserved};
  }
  *coverage = (struct coverage){rows, ledger->count};
  return ERR_OK;
}
