/* cases/CHANGES: the versions of the catalogue of cases, and what each added, changed and removed.
 *
 * Lines of five columns between tabs, in the order of the versions, with '#' before comments:
 *
 *   version  date        what     cases                why
 *   1.0      2026-11-21  first    *                    the catalogue as it was first numbered
 *   1.1      2026-12-24  added    sntp-client/leap-*   a leap second at the end of June
 *   1.1      2026-12-24  changed  echo-client/closed   waits for the reset
 *   1.1      2026-12-24  removed  echo-client/open     said the same as echo-client/plain
 *
 * `cases` is an id or a pattern over ids. A case that no line names is of the first version, so
 * that nothing needs to be listed twice. */
#ifndef SOCKPROOF_REPORT_CHANGELOG_H
#define SOCKPROOF_REPORT_CHANGELOG_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { CHANGELOG_NAME_MAX = 32 }; /* of a version, with its NUL */

enum change_kind { CHANGE_FIRST, CHANGE_ADDED, CHANGE_CHANGED, CHANGE_REMOVED };

struct change {
  enum change_kind kind;
  size_t version; /* index */
  const char *cases, *why;
};

struct changelog {
  struct {
    const char *name, *date;
  } * versions; /* the oldest first; at least one */
  size_t version_count;
  struct change *changes; /* in the file's order */
  size_t change_count;
};

/* ERR_SYSTEM: it cannot be read. ERR_INPUT names file and line: a column that is missing or says
 * what is not allowed, a version that is taken up again after another. The arena owns all. */
enum err_code changelog_load(const char *path, struct arena *arena, struct changelog *changelog,
                             struct err *err) MUST_USE;

/* ERR_USAGE names the versions that there are. */
enum err_code changelog_find(const struct changelog *changelog, const char *name, size_t *version,
                             struct err *err) MUST_USE;

const char *changelog_newest(const struct changelog *changelog); /* its name */

/* The version from which on a case is there: the newest that added it, else the first. */
size_t changelog_since(const struct changelog *changelog, const char *id);

/* The newest line of that kind for the case, in a version behind `after` and up to `until`; NULL:
 * there is none. */
const struct change *changelog_change(const struct changelog *changelog, const char *id,
                                      enum change_kind kind, size_t after, size_t until);

#endif
