#include "run/verdict/expectation.h"

#include "base/text.h"
#include "run/catalogue/case.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPECTATIONS_MAX = 4096, EXPECTATION_LINE_MAX = 1024 };

/* Where a line of the file is being read. */
struct loading {
  const char *path;
  struct arena *arena;
  struct expectation_list *list;
  struct err *err;
};

static enum err_code no_memory(const struct loading *loading) {
  return err_set(loading->err, ERR_LIMIT, "no memory for the expectations of %s", loading->path);
}

/* Cuts the next word off *rest and steps over the blanks behind it; "" when there is none. */
static char *next_word(char **rest) {
  char *word = *rest + strspn(*rest, " \t");
  char *end = word + strcspn(word, " \t");
  char *after = end + strspn(end, " \t");
  *end = '\0';
  *rest = after;
  return word;
}

/* What a program can do wrong; the other kinds are of `broken`. */
static const struct kind {
  const char *name;
  bool has_checks; /* some of the case's checks may not hold */
  unsigned usual_failed_checks;
} KINDS[] = {{"assertion", true, 1},     {"crash", false, 0},       {"golden-mismatch", false, 0},
             {"memory-error", false, 0}, {"never-ended", false, 0}, {"no-packets", false, 0},
             {"outside", true, 0}};

static const struct kind *kind_find(const char *name, size_t len) {
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
    if (strlen(KINDS[i].name) == len && memcmp(KINDS[i].name, name, len) == 0) return &KINDS[i];
  }
  return NULL;
}

const char *expectation_kind(const char *kind) {
  const struct kind *known = kind_find(kind, strlen(kind));
  return known == NULL ? "" : known->name;
}

void expectation_append_kind(struct text *text, const char *kind, unsigned failed_checks) {
  const struct kind *known = kind_find(kind, strlen(kind));
  text_append(text, kind);
  if (known != NULL && failed_checks != known->usual_failed_checks)
    text_appendf(text, "(%u)", failed_checks);
}

/* "assertion", or "assertion(3)". */
static bool read_kind(const char *word, struct expectation *item) {
  const size_t len = strcspn(word, "(");
  const struct kind *kind = kind_find(word, len);
  if (kind == NULL) return false;
  item->kind = kind->name;
  item->failed_checks = kind->usual_failed_checks;
  if (word[len] == '\0') return true;
  static_assert(CASE_CHECKS_MAX < 10, "a number of checks is one digit");
  const unsigned count = (unsigned)(word[len + 1] - '0');
  if (!kind->has_checks || count <= kind->usual_failed_checks || count > CASE_CHECKS_MAX ||
      strcmp(word + len + 2, ")") != 0)
    return false;
  item->failed_checks = count;
  return true;
}

/* "fail", or "fail:crash". */
static enum err_code read_verdict(const struct loading *loading, char *word,
                                  struct expectation *item) {
  const size_t number = loading->list->line_count;
  char *colon = strchr(word, ':');
  item->kind = "";
  if (colon != NULL) *colon = '\0';
  if (!verdict_parse(word, &item->verdict) || item->verdict == VERDICT_BROKEN) {
    return err_set(loading->err, ERR_INPUT,
                   "%s:%zu: verdict '%.60s'; pass, warn, fail and unsupported can be foreseen",
                   loading->path, number, word);
  }
  if (colon == NULL) return ERR_OK;
  const bool has_kinds = item->verdict == VERDICT_FAIL || item->verdict == VERDICT_WARN;
  if (has_kinds && read_kind(colon + 1, item)) return ERR_OK;
  return err_set(
      loading->err, ERR_INPUT,
      "%s:%zu: '%.60s' behind the verdict; a fail and a warn can be of the kind assertion, "
      "crash, golden-mismatch, memory-error, never-ended, no-packets or outside, with the number "
      "of checks that do not hold where an assertion is of more than one, assertion(2), or "
      "outside of any, outside(1); up to %d",
      loading->path, number, colon + 1, CASE_CHECKS_MAX);
}

/* Cuts "[...]" off *rest where it begins with one. */
static enum err_code take_condition(const struct loading *loading, char **rest,
                                    const char **condition) {
  const size_t number = loading->list->line_count;
  *condition = "";
  if (**rest != '[') return ERR_OK;
  char *end = strchr(*rest, ']');
  if (end == NULL) {
    return err_set(loading->err, ERR_INPUT, "%s:%zu: the condition '%.60s' has no ']' at its end",
                   loading->path, number, *rest);
  }
  *condition = *rest + 1;
  *end = '\0';
  *rest = end + 1 + strspn(end + 1, " \t");
  struct err why = {0};
  if (condition_check(*condition, &why) == ERR_OK) return ERR_OK;
  return err_set(loading->err, ERR_INPUT, "%s:%zu: %.300s", loading->path, number, why.text);
}

static enum err_code add_expectation(const struct loading *loading, char *line) {
  struct expectation_list *list = loading->list;
  const size_t number = list->line_count;
  char *rest = line;
  const char *glob = next_word(&rest);
  char *verdict_word = next_word(&rest);
  struct expectation foreseen = {0};
  const char *condition;
  enum err_code code = read_verdict(loading, verdict_word, &foreseen);
  if (code == ERR_OK) code = take_condition(loading, &rest, &condition);
  if (code != ERR_OK) return code;
  if (rest[0] == '\0') {
    return err_set(loading->err, ERR_INPUT, "%s:%zu: no reason; say why %s is expected of %.100s",
                   loading->path, number, verdict_word, glob);
  }
  struct arena *arena = loading->arena;
  list->items[list->count] = (struct expectation){.glob = arena_text(arena, glob),
                                                  .verdict = foreseen.verdict,
                                                  .kind = foreseen.kind,
                                                  .failed_checks = foreseen.failed_checks,
                                                  .condition = arena_text(arena, condition),
                                                  .reason = arena_text(arena, rest),
                                                  .line = number - 1,
                                                  .applies = condition[0] == '\0'};
  const struct expectation *item = &list->items[list->count++];
  bool made = item->glob != NULL && item->condition != NULL && item->reason != NULL;
  return made ? ERR_OK : no_memory(loading);
}

static enum err_code add_line(const struct loading *loading, char *line, size_t len) {
  struct expectation_list *list = loading->list;
  if (list->line_count == EXPECTATIONS_MAX) {
    return err_set(loading->err, ERR_LIMIT, "%s: more than %d lines", loading->path,
                   EXPECTATIONS_MAX);
  }
  list->line_count++;
  if (strlen(line) != len || len > EXPECTATION_LINE_MAX) {
    return err_set(loading->err, ERR_INPUT,
                   "%s:%zu: a line of %zu octets; up to %d are allowed, none of them NUL",
                   loading->path, list->line_count, len, EXPECTATION_LINE_MAX);
  }
  line[strcspn(line, "\r\n")] = '\0';
  list->lines[list->line_count - 1] = arena_text(loading->arena, line);
  if (list->lines[list->line_count - 1] == NULL) return no_memory(loading);
  char *start = line + strspn(line, " \t");
  return *start == '\0' || *start == '#' ? ERR_OK : add_expectation(loading, start);
}

static enum err_code read_lines(const struct loading *loading, FILE *file) {
  enum err_code code = ERR_OK;
  char *line = NULL;
  size_t room = 0;
  ssize_t len;
  while (code == ERR_OK && (len = getline(&line, &room, file)) > 0) {
    code = add_line(loading, line, (size_t)len);
  }
  if (code == ERR_OK && ferror(file)) {
    code = err_set_errno(loading->err, errno, "cannot read the expectations %s", loading->path);
  }
  free(line);
  return code;
}

enum err_code expectation_load(const char *path, struct arena *arena, struct expectation_list *list,
                               struct err *err) {
  *list = (struct expectation_list){.path = arena_text(arena, path)};
  const struct loading loading = {path, arena, list, err};
  if (list->path == NULL) return no_memory(&loading);
  FILE *file = fopen(path, "re");
  if (file == NULL && errno == ENOENT) return ERR_OK;
  if (file == NULL) return err_set_errno(err, errno, "cannot read the expectations %s", path);
  list->exists = true;
  list->lines = arena_alloc(arena, EXPECTATIONS_MAX * sizeof *list->lines);
  list->items = arena_alloc(arena, EXPECTATIONS_MAX * sizeof *list->items);
  enum err_code code =
      list->lines == NULL || list->items == NULL ? no_memory(&loading) : read_lines(&loading, file);
  fclose(file);
  return code;
}

enum err_code expectation_suit(struct expectation_list *list, const struct condition_facts *facts,
                               struct err *err) {
  for (size_t i = 0; i < list->count; i++) {
    struct expectation *item = &list->items[i];
    struct err why = {0};
    if (condition_holds(item->condition, facts, &item->applies, &why) == ERR_OK) continue;
    return err_set(err, ERR_INPUT, "%s:%zu: %.300s", list->path, item->line + 1, why.text);
  }
  return ERR_OK;
}

enum err_code expectation_check_globs(const struct expectation_list *list,
                                      const struct instance_list *all, struct err *err) {
  for (size_t i = 0; i < list->count; i++) {
    const struct expectation *item = &list->items[i];
    bool names = false;
    for (size_t c = 0; c < all->count && !names; c++)
      names = text_matches_glob(all->items[c].id, item->glob);
    if (names) continue;
    return err_set(err, ERR_INPUT,
                   "%s:%zu: '%.100s' names no case; 'sockproof list' tells all that there are",
                   list->path, item->line + 1, item->glob);
  }
  return ERR_OK;
}

bool expectation_is_met(const struct expectation *item, enum verdict verdict, const char *kind,
                        unsigned failed_checks) {
  if (item->verdict != verdict) return false;
  return item->kind[0] == '\0' ||
         (strcmp(item->kind, kind) == 0 && item->failed_checks == failed_checks);
}

const struct expectation *expectation_find(const struct expectation_list *list, const char *id) {
  const struct expectation *found = NULL;
  for (size_t i = 0; list != NULL && i < list->count; i++) {
    const struct expectation *item = &list->items[i];
    if (item->applies && text_matches_glob(id, item->glob)) found = item;
  }
  return found;
}

const struct expectation *expectation_find_in_both(const struct expectation_list *of_subject,
                                                   const struct expectation_list *of_target,
                                                   const char *id,
                                                   const struct expectation_list **list) {
  const struct expectation *found = expectation_find(of_subject, id);
  *list = found != NULL ? of_subject : of_target;
  return found != NULL ? found : expectation_find(of_target, id);
}
