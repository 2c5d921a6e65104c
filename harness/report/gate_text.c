/* What a gate found, for a person. */
#include "report/gate.h"
#include "report/groups.h"
#include "report/safe.h"

#include <stdlib.h>
#include <string.h>

enum { IDS_SHOWN_MAX = 6 };

static void append_safe(struct text *out, const char *chars) {
  safe_append(out, span_of_text(chars), SAFE_LINE);
}

static const char *plural(size_t count) {
  return count == 1 ? "" : "s";
}

static void append_run(struct text *out, const char *name, const struct results *set) {
  const struct run_info *run = &set->run;
  text_appendf(out, "%s  ", name);
  append_safe(out, set->path);
  text_append(out, ": ");
  append_safe(out, run->subject);
  if (run->subject_version[0] != '\0') {
    text_append(out, ", ");
    append_safe(out, run->subject_version);
  }
  if (strcmp(run->target, "native") != 0) {
    text_append(out, " on ");
    append_safe(out, run->target);
  }
  text_appendf(out, "; %zu case%s, %s\n", set->case_count, plural(set->case_count), run->started);
}

static void append_ids(const struct result *const *results, size_t count, bool all,
                       struct text *out) {
  const size_t shown = all || count <= IDS_SHOWN_MAX ? count : IDS_SHOWN_MAX;
  for (size_t i = 0; i < shown; i++) {
    text_append(out, "      ");
    append_safe(out, results[i]->id);
    text_append(out, "\n");
  }
  if (shown < count) text_appendf(out, "      and %zu more (--cases names them)\n", count - shown);
}

static void append_word(struct text *out, const char *name, const char *chars) {
  if (chars[0] == '\0') return;
  text_appendf(out, "      %-7s ", name);
  append_safe(out, chars);
  text_append(out, "\n");
}

/* What a group has in common, its cases, and how the first of them is seen again. */
static void append_group(const struct result_group *group, bool all, struct text *out) {
  const struct result *first = group->results[0];
  text_append(out, "    ");
  append_safe(out, group->name);
  text_appendf(out, " (%s): %zu case%s\n", level_name(first->level), group->count,
               plural(group->count));
  append_ids(group->results, group->count, all, out);
  append_word(out, "reason", first->reason);
  append_word(out, "actual", first->actual_text);
  append_word(out, "again", first->rerun);
}

static void append_groups(const struct result *const *results, size_t count, bool all,
                          struct text *out) {
  struct result_groups groups;
  if (!groups_of(results, count, &groups)) {
    text_append(out, "    (no memory to group them)\n");
    return;
  }
  for (size_t g = 0; g < groups.count; g++)
    append_group(&groups.list[g], all, out);
  groups_free(&groups);
}

struct transition {
  enum gate_kind kind;
  int before, now; /* a verdict; -1: no result */
};

static bool is_of(const struct gate_change *change, const struct transition *transition) {
  return change->kind == transition->kind &&
         transition->before == (change->before ? (int)change->before->verdict : -1) &&
         transition->now == (change->now ? (int)change->now->verdict : -1);
}

static const char *word(int verdict) {
  return verdict < 0 ? "no result" : verdict_name((enum verdict)verdict);
}

static void append_transition(const struct gate *gate, const struct transition *transition,
                              bool all, struct text *out) {
  const struct result **results = calloc(gate->count + 1, sizeof *results);
  size_t count = 0;
  const char *why = NULL;
  for (size_t i = 0; results && i < gate->count; i++) {
    const struct gate_change *change = &gate->changes[i];
    if (!is_of(change, transition)) continue;
    results[count++] = change->now ? change->now : change->before;
    if (!why) why = change->why;
  }
  if (count > 0) {
    const bool bad = transition->kind == GATE_WORSE || transition->kind == GATE_CHANGED;
    text_appendf(out, "  %s -> %s: %zu case%s\n", word(transition->before), word(transition->now),
                 count, plural(count));
    if (why) {
      text_append(out, "    ");
      append_safe(out, why);
      text_append(out, "\n");
    }
    if (bad)
      append_groups(results, count, all, out);
    else
      append_ids(results, count, all, out);
  }
  free(results);
}

static void append_kind(const struct gate *gate, enum gate_kind kind, const char *heading, bool all,
                        struct text *out) {
  if (gate->counts[kind] == 0) return;
  text_appendf(out, "%s: %zu case%s\n", heading, gate->counts[kind], plural(gate->counts[kind]));
  for (int before = -1; before < VERDICT_COUNT; before++) {
    for (int now = -1; now < VERDICT_COUNT; now++) {
      const struct transition transition = {kind, before, now};
      append_transition(gate, &transition, all, out);
    }
  }
}

void gate_to_text(const struct gate *gate, const struct text *told, bool all, struct text *out) {
  append_run(out, "OLD", gate->before);
  append_run(out, "NEW", gate->now);
  text_append(out, text_chars(told));
  append_kind(gate, GATE_WORSE, "worse", all, out);
  append_kind(gate, GATE_MISSING, "judged before and missing now", all, out);
  append_kind(gate, GATE_BETTER, "better", all, out);
  append_kind(gate, GATE_CHANGED,
              "worse, but the case judges otherwise since (not held against it)", all, out);
  append_kind(gate, GATE_NEW, "new (not held against anything)", all, out);
  append_kind(gate, GATE_GONE, "no longer run, and no loss", all, out);
  text_appendf(out, "%s: %zu worse, %zu missing, %zu better, %zu the same",
               gate_is_worse(gate) ? "WORSE" : "not worse", gate->counts[GATE_WORSE],
               gate->counts[GATE_MISSING], gate->counts[GATE_BETTER], gate->counts[GATE_SAME]);
  if (gate->counts[GATE_NEW] > 0) text_appendf(out, ", %zu new", gate->counts[GATE_NEW]);
  if (gate->counts[GATE_CHANGED] > 0)
    text_appendf(out, ", %zu changed", gate->counts[GATE_CHANGED]);
  if (gate->counts[GATE_GONE] > 0) text_appendf(out, ", %zu gone", gate->counts[GATE_GONE]);
  text_append(out, "\n");
}
