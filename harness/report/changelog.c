#include "report/changelog.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 5, CHANGES_MAX = 8192, VERSIONS_MAX = 512, LINE_SIZE = 1024 };

static const char *const KINDS[] = {[CHANGE_FIRST] = "first",
                                    [CHANGE_ADDED] = "added",
                                    [CHANGE_CHANGED] = "changed",
                                    [CHANGE_REMOVED] = "removed"};

struct place {
  const char *path;
  unsigned line;
};

static bool kind_parse(const char *word, enum change_kind *kind) {
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
    if (strcmp(KINDS[i], word) != 0) continue;
    *kind = (enum change_kind)i;
    return true;
  }
  return false;
}

static enum err_code split(const struct place *at, char *line, const char *cells[static COLUMNS],
                           struct err *err) {
  for (size_t i = 0; i < COLUMNS; i++)
    cells[i] = "";
  size_t count = 0;
  char *rest = line;
  for (char *cell = strsep(&rest, "\t"); cell != NULL; cell = strsep(&rest, "\t")) {
    if (count < COLUMNS) cells[count] = cell;
    count += cell[0] != '\0';
  }
  if (count == COLUMNS) return ERR_OK;
  return err_set(err, ERR_INPUT,
                 "%s:%u: version, date, what, cases and why are due, with a tab between each two",
                 at->path, at->line);
}

/* The index of the version that the line is of: the last one, or a new one. */
static enum err_code place_version(const struct place *at, const char *const cells[static COLUMNS],
                                   struct arena *arena, struct changelog *changelog,
                                   struct err *err) {
  const char *name = cells[0];
  const size_t count = changelog->version_count;
  if (count > 0 && strcmp(changelog->versions[count - 1].name, name) == 0) return ERR_OK;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(changelog->versions[i].name, name) == 0)
      return err_set(err, ERR_INPUT,
                     "%s:%u: the lines of version %s belong together, not behind %s", at->path,
                     at->line, name, changelog->versions[count - 1].name);
  }
  if (count == VERSIONS_MAX || strlen(name) >= CHANGELOG_NAME_MAX)
    return err_set(err, ERR_LIMIT, "%s:%u: more than %d versions, or a name of more than %d octets",
                   at->path, at->line, VERSIONS_MAX, CHANGELOG_NAME_MAX - 1);
  changelog->versions[count].name = arena_text(arena, name);
  changelog->versions[count].date = arena_text(arena, cells[1]);
  changelog->version_count++;
  return changelog->versions[count].name && changelog->versions[count].date
             ? ERR_OK
             : err_set(err, ERR_LIMIT, "%s: no memory", at->path);
}

static enum err_code add_line(const struct place *at, char *line, struct arena *arena,
                              struct changelog *changelog, struct err *err) {
  const char *cells[COLUMNS];
  enum err_code code = split(at, line, cells, err);
  if (code != ERR_OK) return code;
  struct change change;
  if (!kind_parse(cells[2], &change.kind))
    return err_set(err, ERR_INPUT, "%s:%u: '%s'; first, added, changed and removed are allowed",
                   at->path, at->line, cells[2]);
  if ((change.kind == CHANGE_FIRST) != (changelog->change_count == 0))
    return err_set(err, ERR_INPUT, "%s:%u: 'first' is for the first line, and for no other",
                   at->path, at->line);
  code = place_version(at, cells, arena, changelog, err);
  if (code != ERR_OK) return code;
  if (changelog->change_count == CHANGES_MAX)
    return err_set(err, ERR_LIMIT, "%s:%u: more than %d lines", at->path, at->line, CHANGES_MAX);
  change.version = changelog->version_count - 1;
  change.cases = arena_text(arena, cells[3]);
  change.why = arena_text(arena, cells[4]);
  if (!change.cases || !change.why) return err_set(err, ERR_LIMIT, "%s: no memory", at->path);
  changelog->changes[changelog->change_count++] = change;
  return ERR_OK;
}

static enum err_code read_lines(FILE *file, const char *path, struct arena *arena,
                                struct changelog *changelog, struct err *err) {
  struct place at = {.path = path};
  char line[LINE_SIZE];
  enum err_code code = ERR_OK;
  while (code == ERR_OK && fgets(line, sizeof line, file)) {
    at.line++;
    const size_t len = strcspn(line, "\n");
    if (line[len] == '\0' && !feof(file))
      return err_set(err, ERR_LIMIT, "%s:%u: more than %d octets", path, at.line, LINE_SIZE - 2);
    line[len] = '\0';
    if (line[0] != '\0' && line[0] != '#') code = add_line(&at, line, arena, changelog, err);
  }
  if (code == ERR_OK && ferror(file)) code = err_set(err, ERR_SYSTEM, "cannot read %s", path);
  if (code == ERR_OK && changelog->version_count == 0)
    code = err_set(err, ERR_INPUT, "%s: there is no version in it", path);
  return code;
}

enum err_code changelog_load(const char *path, struct arena *arena, struct changelog *changelog,
                             struct err *err) {
  *changelog = (struct changelog){0};
  changelog->versions = arena_alloc(arena, VERSIONS_MAX * sizeof *changelog->versions);
  changelog->changes = arena_alloc(arena, CHANGES_MAX * sizeof *changelog->changes);
  if (!changelog->versions || !changelog->changes)
    return err_set(err, ERR_LIMIT, "%s: no memory", path);
  FILE *file = fopen(path, "re");
  if (!file) return err_set_errno(err, errno, "cannot read %s", path);
  const enum err_code code = read_lines(file, path, arena, changelog, err);
  (void)fclose(file);
  return code;
}

enum err_code changelog_find(const struct changelog *changelog, const char *name, size_t *version,
                             struct err *err) {
  struct text names = TEXT_INIT(ERR_TEXT_MAX / 2);
  for (size_t i = 0; i < changelog->version_count; i++) {
    if (strcmp(changelog->versions[i].name, name) == 0) {
      *version = i;
      text_free(&names);
      return ERR_OK;
    }
    text_appendf(&names, "%s%s", i == 0 ? "" : ", ", changelog->versions[i].name);
  }
  const enum err_code code = err_set(
      err, ERR_USAGE, "there is no version '%.40s' of the catalogue of cases; there are %s%s", name,
      text_chars(&names), names.truncated ? ", ..." : "");
  text_free(&names);
  return code;
}

const char *changelog_newest(const struct changelog *changelog) {
  return changelog->versions[changelog->version_count - 1].name;
}

const struct change *changelog_change(const struct changelog *changelog, const char *id,
                                      enum change_kind kind, size_t after, size_t until) {
  for (size_t i = changelog->change_count; i > 0; i--) {
    const struct change *change = &changelog->changes[i - 1];
    if (change->kind == kind && change->version > after && change->version <= until &&
        text_matches_glob(id, change->cases))
      return change;
  }
  return NULL;
}

size_t changelog_since(const struct changelog *changelog, const char *id) {
  const struct change *added =
      changelog_change(changelog, id, CHANGE_ADDED, 0, changelog->version_count - 1);
  return added ? added->version : 0;
}
