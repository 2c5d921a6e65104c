#include "run/verdict/expectation_write.h"

#include "run/catalogue/case_globs.h"

#include <stdlib.h>
#include <string.h>

enum {
  CONTENTS_MAX = 4 * 1024 * 1024,
  REASON_MAX = 600, /* a line is up to 1,024 octets */
  GLOBS_ARENA_BYTES = 4 * 1024 * 1024,
};

/* --- what was seen ---------------------------------------------------------------------------- */

struct expectation_seen *expectation_seen_create(const struct instance_list *all,
                                                 const struct profile *profile,
                                                 struct arena *arena) {
  struct expectation_seen *seen = arena_alloc(arena, (all->count + 1) * sizeof *seen);
  for (size_t i = 0; seen != NULL && i < all->count; i++)
    seen[i].implemented = profile_entry_find(profile, all->items[i].recipe->name) != NULL;
  return seen;
}

/* One line that says why, and that cannot be taken for a condition. */
static const char *make_reason(const struct result *result, struct arena *arena) {
  struct text text = TEXT_INIT(REASON_MAX);
  if (result->reason[0] == '[') text_append(&text, "It says: ");
  text_append_escaped(&text, span_of_text(result->reason));
  if (text.len == 0) text_appendf(&text, "It is %s.", verdict_name(result->verdict));
  const char *reason = arena_text(arena, text_chars(&text));
  text_free(&text);
  return reason;
}

enum err_code expectation_seen_note(struct expectation_seen *seen, const struct instance_list *all,
                                    const struct result *result, struct arena *arena,
                                    struct err *err) {
  const struct instance *instance = instance_find(all, result->id);
  if (instance == NULL || result->verdict == VERDICT_BROKEN) return ERR_OK;
  struct expectation_seen *item = &seen[instance - all->items];
  const char *kind = expectation_kind(result->kind);
  if (item->seen) {
    item->unstable = item->unstable || item->verdict != result->verdict;
    if (strcmp(item->kind, kind) != 0 || item->failed_checks != result->failed_checks)
      item->kind = "";
    return ERR_OK;
  }
  item->seen = true;
  item->verdict = result->verdict;
  item->kind = kind;
  item->failed_checks = result->failed_checks;
  item->reason = make_reason(result, arena);
  return item->reason != NULL ? ERR_OK : err_set(err, ERR_LIMIT, "no memory for the expectations");
}

/* --- which lines still hold ------------------------------------------------------------------- */

struct rewriting {
  const struct expectation_list *list;
  const struct instance_list *all;
  const struct expectation_seen *seen;
  struct expectation_change *change;
  bool *covers;   /* item by case: the line names it, and has not been found wrong about it */
  bool *narrowed; /* by item: it was wrong about some case */
  bool *lacking;  /* by case: nothing foresees its verdict, and something must */
  bool *wanted;   /* by case: of the lines that are being made */
  const struct expectation **nearly; /* by case: the line that was wrong about its kind alone */
};

static bool *covers_of(const struct rewriting *rewriting, size_t item) {
  return rewriting->covers + item * rewriting->all->count;
}

/* The last line that names a case counts; where it is wrong it loses the case, and the one before
 * it counts. */
static void settle_case(struct rewriting *rewriting, size_t index) {
  const struct expectation_seen *seen = &rewriting->seen[index];
  for (size_t i = rewriting->list->count; i-- > 0;) {
    bool *covers = covers_of(rewriting, i);
    if (!covers[index]) continue;
    if (expectation_is_met(&rewriting->list->items[i], seen->verdict, seen->kind,
                           seen->failed_checks))
      return;
    covers[index] = false;
    rewriting->narrowed[i] = true;
    if (rewriting->nearly[index] == NULL && rewriting->list->items[i].verdict == seen->verdict)
      rewriting->nearly[index] = &rewriting->list->items[i];
  }
  rewriting->lacking[index] = seen->verdict != VERDICT_PASS;
}

static void settle(struct rewriting *rewriting) {
  for (size_t i = 0; i < rewriting->list->count; i++) {
    const struct expectation *item = &rewriting->list->items[i];
    for (size_t c = 0; c < rewriting->all->count && item->applies; c++)
      covers_of(rewriting, i)[c] = text_matches_glob(rewriting->all->items[c].id, item->glob);
  }
  for (size_t c = 0; c < rewriting->all->count; c++) {
    if (rewriting->seen[c].seen) settle_case(rewriting, c);
  }
}

/* --- the new file ----------------------------------------------------------------------------- */

static void keep_line(struct rewriting *rewriting, const char *line) {
  text_appendf(&rewriting->change->contents, "%s\n", line);
}

static void drop_line(struct rewriting *rewriting, const char *line) {
  rewriting->change->dropped++;
  text_appendf(&rewriting->change->told, "- %s\n", line);
}

static void add_globs(struct rewriting *rewriting, const struct case_globs *globs,
                      const struct expectation *like) {
  struct expectation_change *change = rewriting->change;
  const bool bare = like->condition[0] == '\0', by_kind = like->kind[0] != '\0';
  int width = 0;
  for (size_t g = 0; g < globs->count; g++) {
    const int len = (int)strlen(globs->items[g]);
    if (len > width) width = len;
  }
  for (size_t g = 0; g < globs->count; g++) {
    const size_t start = change->contents.len;
    text_appendf(&change->contents, "%-*s  %s%s", width, globs->items[g],
                 verdict_name(like->verdict), by_kind ? ":" : "");
    expectation_append_kind(&change->contents, like->kind, like->failed_checks);
    text_appendf(&change->contents, "  %s%s%s%s\n", bare ? "" : "[", like->condition,
                 bare ? "" : "] ", like->reason);
    text_appendf(&change->told, "+ %s", text_chars(&change->contents) + start);
    change->added++;
  }
}

/* Lines like this one for the cases that are wanted. */
static enum err_code add_lines(struct rewriting *rewriting, const struct expectation *like,
                               struct err *err) {
  struct arena *arena = arena_create(GLOBS_ARENA_BYTES);
  if (arena == NULL) return err_set(err, ERR_LIMIT, "no memory for the expectations");
  struct case_globs globs;
  enum err_code code = case_globs_make(rewriting->all, rewriting->wanted, arena, &globs, err);
  if (code == ERR_OK) add_globs(rewriting, &globs, like);
  arena_destroy(arena);
  return code;
}

/* What is left of a line that was wrong about some of its cases. */
static enum err_code narrow_line(struct rewriting *rewriting, size_t item, struct err *err) {
  const struct expectation *old = &rewriting->list->items[item];
  drop_line(rewriting, rewriting->list->lines[old->line]);
  for (size_t c = 0; c < rewriting->all->count; c++)
    rewriting->wanted[c] = covers_of(rewriting, item)[c] && rewriting->seen[c].implemented;
  return add_lines(rewriting, old, err);
}

static enum err_code copy_old_lines(struct rewriting *rewriting, struct err *err) {
  const struct expectation_list *list = rewriting->list;
  size_t item = 0;
  enum err_code code = ERR_OK;
  for (size_t line = 0; line < list->line_count && code == ERR_OK; line++) {
    const bool is_item = item < list->count && list->items[item].line == line;
    if (is_item && rewriting->narrowed[item]) {
      code = narrow_line(rewriting, item, err);
    } else {
      keep_line(rewriting, list->lines[line]);
    }
    item += is_item;
  }
  return code;
}

/* What is to be said of a case: in its own words, or in those of the line that was nearly right. */
static struct expectation line_for(const struct rewriting *rewriting, size_t index) {
  const struct expectation_seen *seen = &rewriting->seen[index];
  const struct expectation *nearly = rewriting->nearly[index];
  return (struct expectation){.verdict = seen->verdict,
                              .kind = seen->kind,
                              .failed_checks = seen->failed_checks,
                              .condition = nearly == NULL ? "" : nearly->condition,
                              .reason = nearly == NULL ? seen->reason : nearly->reason};
}

static bool are_alike(const struct expectation *one, const struct expectation *other) {
  return expectation_is_met(one, other->verdict, other->kind, other->failed_checks) &&
         strcmp(one->kind, other->kind) == 0 && strcmp(one->condition, other->condition) == 0 &&
         strcmp(one->reason, other->reason) == 0;
}

/* The cases that nothing foresees, those of which one line can be said together. */
static enum err_code add_new_lines(struct rewriting *rewriting, struct err *err) {
  const size_t count = rewriting->all->count;
  for (size_t first = 0; first < count; first++) {
    if (!rewriting->lacking[first]) continue;
    const struct expectation line = line_for(rewriting, first);
    for (size_t c = 0; c < count; c++) {
      const struct expectation of_this = line_for(rewriting, c);
      rewriting->wanted[c] = rewriting->lacking[c] && are_alike(&line, &of_this);
      if (rewriting->wanted[c]) rewriting->lacking[c] = false;
    }
    enum err_code code = add_lines(rewriting, &line, err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

static enum err_code check_stable(const struct rewriting *rewriting, struct err *err) {
  for (size_t c = 0; c < rewriting->all->count; c++) {
    if (!rewriting->seen[c].unstable) continue;
    return err_set(err, ERR_INPUT,
                   "%s was %s, and in the same run something else: no line could hold, and nothing "
                   "is written",
                   rewriting->all->items[c].id, verdict_name(rewriting->seen[c].verdict));
  }
  return ERR_OK;
}

static enum err_code make_tables(struct rewriting *rewriting, struct err *err) {
  const size_t cases = rewriting->all->count + 1, items = rewriting->list->count + 1;
  rewriting->covers = calloc(items * cases, sizeof(bool));
  rewriting->narrowed = calloc(items, sizeof(bool));
  rewriting->lacking = calloc(cases, sizeof(bool));
  rewriting->wanted = calloc(cases, sizeof(bool));
  rewriting->nearly = calloc(cases, sizeof *rewriting->nearly);
  bool made = rewriting->covers != NULL && rewriting->narrowed != NULL &&
              rewriting->lacking != NULL && rewriting->wanted != NULL && rewriting->nearly != NULL;
  return made ? ERR_OK : err_set(err, ERR_LIMIT, "no memory for the expectations");
}

static enum err_code rewrite(struct rewriting *rewriting, const char *title, struct err *err) {
  struct expectation_change *change = rewriting->change;
  settle(rewriting);
  if (!rewriting->list->exists) {
    text_appendf(&change->contents,
                 "# What %s does otherwise than the cases ask. Whatever is not named here passes.\n"
                 "#\n# CASE-GLOB  VERDICT  [CONDITION]  reason\n",
                 title);
  }
  enum err_code code = copy_old_lines(rewriting, err);
  if (code == ERR_OK) code = add_new_lines(rewriting, err);
  if (code == ERR_OK && change->contents.truncated) {
    code = err_set(err, ERR_LIMIT, "the expectations are too long");
  }
  return code;
}

void expectation_change_init(struct expectation_change *change) {
  *change = (struct expectation_change){.contents = TEXT_INIT(CONTENTS_MAX),
                                        .told = TEXT_INIT(CONTENTS_MAX)};
}

void expectation_change_free(struct expectation_change *change) {
  text_free(&change->contents);
  text_free(&change->told);
}

enum err_code expectation_rewrite(const struct expectation_list *list,
                                  const struct instance_list *all,
                                  const struct expectation_seen *seen, const char *title,
                                  struct expectation_change *change, struct err *err) {
  struct rewriting rewriting = {.list = list, .all = all, .seen = seen, .change = change};
  enum err_code code = check_stable(&rewriting, err);
  if (code == ERR_OK) code = make_tables(&rewriting, err);
  if (code == ERR_OK) code = rewrite(&rewriting, title, err);
  free(rewriting.covers);
  free(rewriting.narrowed);
  free(rewriting.lacking);
  free(rewriting.wanted);
  free(rewriting.nearly);
  return code;
}
