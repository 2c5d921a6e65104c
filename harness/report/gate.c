#include "report/gate.h"

#include "report/safe.h"

#include <stdlib.h>
#include <string.h>

const char *gate_kind_name(enum gate_kind kind) {
  static const char *const names[GATE_KIND_COUNT] = {
      [GATE_SAME] = "same",     [GATE_WORSE] = "worse",     [GATE_MISSING] = "missing",
      [GATE_BETTER] = "better", [GATE_CHANGED] = "changed", [GATE_NEW] = "new",
      [GATE_GONE] = "gone"};
  return names[kind];
}

/* How bad it is as the verdict of now. */
static int badness(enum verdict verdict) {
  static const int ranks[VERDICT_COUNT] = {[VERDICT_PASS] = 0,
                                           [VERDICT_WARN] = 1,
                                           [VERDICT_UNSUPPORTED] = 2,
                                           [VERDICT_FAIL] = 3,
                                           [VERDICT_BROKEN] = 4};
  return ranks[verdict];
}

static bool is_judged(enum verdict verdict) {
  return verdict == VERDICT_PASS || verdict == VERDICT_WARN || verdict == VERDICT_FAIL;
}

/* Broken before says nothing of the subject, as little as unsupported: it excuses no fail of now.
 */
static enum gate_kind compare_judged(enum verdict before, enum verdict now) {
  if (before == now) return GATE_SAME;
  if (is_judged(before) && !is_judged(now)) return GATE_WORSE;
  const int baseline = badness(before == VERDICT_BROKEN ? VERDICT_UNSUPPORTED : before);
  if (badness(now) > baseline) return GATE_WORSE;
  return badness(now) < baseline ? GATE_BETTER : GATE_SAME;
}

static enum verdict made_strict(enum verdict verdict) {
  return verdict == VERDICT_WARN ? VERDICT_FAIL : verdict;
}

/* Where one run alone was strict, its fails may be the other's warns: both are taken strictly, as
 * what a strict run would have been without the option is not known. */
static enum gate_kind compare_verdicts(const struct result *before, const struct result *now,
                                       bool strictly) {
  if (!strictly) return compare_judged(before->verdict, now->verdict);
  return compare_judged(made_strict(before->verdict), made_strict(now->verdict));
}

/* --- the versions of the catalogue, as far as this program's changelog knows them --------------
 */

struct span_of_versions {
  const struct changelog *changelog;
  bool known;         /* both versions stand in the changelog */
  size_t before, now; /* of the cases as they are */
  size_t kept_to;     /* of now: --catalogue, else `now` */
};

static bool find_version(const struct changelog *changelog, const char *name, size_t *version) {
  struct err ignored;
  return changelog_find(changelog, name, version, &ignored) == ERR_OK;
}

static struct span_of_versions versions_of(const struct results *before, const struct results *now,
                                           const struct changelog *changelog) {
  struct span_of_versions span = {.changelog = changelog};
  span.known = find_version(changelog, before->run.catalogue_version, &span.before) &&
               find_version(changelog, now->run.catalogue_version, &span.now);
  span.kept_to = span.now;
  if (now->run.catalogue_limit[0] != '\0' &&
      !find_version(changelog, now->run.catalogue_limit, &span.kept_to))
    span.known = false;
  return span;
}

static const char *why_changed(const struct span_of_versions *span, const char *id) {
  if (!span->known) return NULL;
  const size_t first = span->before < span->now ? span->before : span->now;
  const size_t last = span->before < span->now ? span->now : span->before;
  const struct change *change = changelog_change(span->changelog, id, CHANGE_CHANGED, first, last);
  return change ? change->why : NULL;
}

static const char *why_gone(const struct span_of_versions *span, const char *id) {
  if (!span->known) return NULL;
  const struct change *change =
      changelog_change(span->changelog, id, CHANGE_REMOVED, span->before, span->now);
  if (change) return change->why;
  if (changelog_since(span->changelog, id) > span->kept_to)
    return "it came with a later version than the one that was run now";
  return NULL;
}

/* --- pairs of results --------------------------------------------------------------------------
 */

/* By id; of one case the worst first, so that it stands for all. */
static int by_id(const void *a, const void *b) {
  const struct result *one = *(const struct result *const *)a;
  const struct result *other = *(const struct result *const *)b;
  const int compared = strcmp(one->id, other->id);
  return compared != 0 ? compared : badness(other->verdict) - badness(one->verdict);
}

/* The results of a set by id, each case once. */
static const struct result **sorted_cases(const struct results *set, size_t *count) {
  const struct result **cases = calloc(set->case_count + 1, sizeof *cases);
  if (!cases) return NULL;
  for (size_t i = 0; i < set->case_count; i++)
    cases[i] = set->cases[i];
  qsort(cases, set->case_count, sizeof *cases, by_id);
  *count = 0;
  for (size_t i = 0; i < set->case_count; i++) {
    if (*count == 0 || strcmp(cases[*count - 1]->id, cases[i]->id) != 0)
      cases[(*count)++] = cases[i];
  }
  return cases;
}

static struct gate_change make_change(const struct result *before, const struct result *now,
                                      const struct span_of_versions *span, bool strictly) {
  struct gate_change change = {.kind = GATE_NEW, .before = before, .now = now};
  if (!before) return change;
  if (!now) {
    change.why = why_gone(span, before->id);
    change.kind = change.why || !is_judged(before->verdict) ? GATE_GONE : GATE_MISSING;
    return change;
  }
  change.kind = compare_verdicts(before, now, strictly);
  if (change.kind == GATE_WORSE) change.why = why_changed(span, now->id);
  if (change.why) change.kind = GATE_CHANGED;
  return change;
}

static void pair_up(struct gate *gate, const struct result *const *before, size_t before_count,
                    const struct result *const *now, size_t now_count,
                    const struct span_of_versions *span) {
  const bool strictly = gate->before->run.strict != gate->now->run.strict;
  size_t b = 0, n = 0;
  while (b < before_count || n < now_count) {
    int compared = 0;
    if (b < before_count && n < now_count) compared = strcmp(before[b]->id, now[n]->id);
    const bool has_before = b < before_count && (n == now_count || compared <= 0);
    const bool has_now = n < now_count && (b == before_count || compared >= 0);
    const struct gate_change change =
        make_change(has_before ? before[b] : NULL, has_now ? now[n] : NULL, span, strictly);
    gate->changes[gate->count++] = change;
    gate->counts[change.kind]++;
    b += has_before;
    n += has_now;
  }
}

static enum err_code make_changes(struct gate *gate, const struct span_of_versions *span,
                                  struct err *err) {
  size_t before_count = 0, now_count = 0;
  const struct result **before = sorted_cases(gate->before, &before_count);
  const struct result **now = sorted_cases(gate->now, &now_count);
  if (before && now) gate->changes = calloc(before_count + now_count + 1, sizeof *gate->changes);
  if (gate->changes) pair_up(gate, before, before_count, now, now_count, span);
  free(before);
  free(now);
  return gate->changes ? ERR_OK : err_set(err, ERR_SYSTEM, "no memory to compare the two runs");
}

/* --- what must be known of the two runs --------------------------------------------------------
 */

static void append_word(struct text *told, const char *chars) {
  safe_append(told, span_of_text(chars[0] == '\0' ? "none" : chars), SAFE_LINE);
}

static void tell_difference(struct text *told, const char *what, const char *before,
                            const char *now) {
  if (strcmp(before, now) == 0) return;
  text_appendf(told, "%s: ", what);
  append_word(told, before);
  text_append(told, " before, ");
  append_word(told, now);
  text_append(told, " now\n");
}

static void tell_runs(const struct gate *gate, const struct span_of_versions *span,
                      struct text *told) {
  const struct run_info *before = &gate->before->run, *now = &gate->now->run;
  tell_difference(told, "subject", before->subject, now->subject);
  tell_difference(told, "target", before->target, now->target);
  tell_difference(told, "version of the target", before->target_version, now->target_version);
  tell_difference(told, "tier of evidence", tier_name(before->tier), tier_name(now->tier));
  tell_difference(told, "version of the catalogue of cases", before->catalogue_version,
                  now->catalogue_version);
  tell_difference(told, "limit of the catalogue (--catalogue)", before->catalogue_limit,
                  now->catalogue_limit);
  if (before->strict != now->strict)
    text_appendf(told, "--strict: %s: in both, a warn is taken for a fail\n",
                 now->strict ? "not before, but now" : "before, but not now");
  if (!span->known && strcmp(before->catalogue_version, now->catalogue_version) != 0)
    text_append(told,
                "cases/CHANGES does not have both versions: what changed between them is not "
                "known\n");
  const struct results *const sets[2] = {gate->before, gate->now};
  for (size_t i = 0; i < 2; i++) {
    if (!sets[i]->run.finished) text_appendf(told, "%s: the run was cut short\n", sets[i]->path);
  }
}

/* New cases that did not pass, though the run before might have seen the same, had it gone on. */
static size_t count_new_bad(const struct gate *gate) {
  size_t count = 0;
  for (size_t i = 0; i < gate->count; i++)
    count += gate->changes[i].kind == GATE_NEW && gate->changes[i].now->verdict != VERDICT_PASS;
  return count;
}

static enum err_code check_comparable(struct gate *gate, struct err *err) {
  const struct results *before = gate->before, *now = gate->now;
  size_t common = 0;
  for (size_t i = 0; i < gate->count; i++)
    common += gate->changes[i].before && gate->changes[i].now;
  if (common == 0)
    return err_set(err, ERR_INPUT,
                   "%.150s and %.150s have no case in common, so that there is "
                   "nothing to compare; name two runs of the same cases",
                   before->path, now->path);
  if (gate->counts[GATE_WORSE] > 0) return ERR_OK;
  const size_t missing = gate->counts[GATE_MISSING], bad = count_new_bad(gate);
  if (!now->run.finished && missing > 0)
    return err_set(err, ERR_INPUT,
                   "%.200s: the run was cut short, and %zu cases of %.200s are missing; run it to "
                   "its end, then compare",
                   now->path, missing, before->path);
  if (!before->run.finished && bad > 0)
    return err_set(err, ERR_INPUT,
                   "%.200s: the run was cut short, and lacks %zu cases that do not pass now; run "
                   "it to its end, then compare",
                   before->path, bad);
  return ERR_OK;
}

enum err_code gate_compare(const struct results *before, const struct results *now,
                           const struct changelog *changelog, struct gate **gate, struct text *told,
                           struct err *err) {
  struct gate *made = calloc(1, sizeof *made);
  if (!made) return err_set(err, ERR_SYSTEM, "no memory to compare the two runs");
  made->before = before;
  made->now = now;
  const struct span_of_versions span = versions_of(before, now, changelog);
  enum err_code code = make_changes(made, &span, err);
  if (code == ERR_OK) code = check_comparable(made, err);
  if (code != ERR_OK) {
    gate_destroy(made);
    return code;
  }
  tell_runs(made, &span, told);
  *gate = made;
  return ERR_OK;
}

void gate_destroy(struct gate *gate) {
  if (!gate) return;
  free(gate->changes);
  free(gate);
}

bool gate_is_worse(const struct gate *gate) {
  return gate->counts[GATE_WORSE] > 0 || gate->counts[GATE_MISSING] > 0;
}
