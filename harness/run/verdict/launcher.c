#include "run/verdict/launcher.h"

#include "subject/pattern.h"

#include <stdio.h>
#include <string.h>

/* The line in which the launcher speaks of itself, as the target's file foresees; empty: none. The
 * pattern compiled when the file was read. */
static struct span own_words(const struct target *target, struct span complaint) {
  struct pattern *pattern = NULL;
  struct pattern_found found = {0};
  struct err err;
  struct span line = {0};
  if (target->broken_says == NULL ||
      pattern_compile(target->broken_says, false, &pattern, &err) != ERR_OK) {
    return line;
  }
  if (pattern_search(pattern, complaint, &found, &err) == ERR_OK && found.matches > 0) {
    const char *from = (const char *)found.value.bytes;
    const char *end = (const char *)complaint.bytes + complaint.len;
    const char *newline = memchr(from, '\n', (size_t)(end - from));
    line = span_of(from, (size_t)((newline == NULL ? end : newline) - from));
  }
  pattern_destroy(pattern);
  return line;
}

static struct span last_line(struct span text) {
  size_t len = text.len;
  while (len > 0 && text.bytes[len - 1] == '\n')
    len--;
  size_t from = len;
  while (from > 0 && text.bytes[from - 1] != '\n')
    from--;
  return span_part(text, from, len - from);
}

/* The launcher ended for a reason of its own; *words are its. */
static bool ended_itself(const struct target *target, const struct subject_outcome *outcome,
                         struct span *words) {
  const struct text *kept = &outcome->err.kept;
  const struct span complaint = span_of(text_chars(kept), kept->len);
  if (outcome->exit_code == 0) return false;
  if (outcome->exit_code == target->broken_exit && target->broken_exit >= 0) {
    *words = last_line(complaint);
    return true;
  }
  *words = own_words(target, complaint);
  return words->len > 0;
}

/* What the launcher could not bring to the subject, or back from it, says nothing of the subject.
 */
static bool gave_up(const struct settings *settings, const struct case_evidence *evidence,
                    struct result *result) {
  struct span words;
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    if (!ended_itself(settings->target, evidence->judged.runs[i].outcome, &words)) continue;
    struct text reason = TEXT_INIT(400);
    text_appendf(&reason,
                 "the launcher of the target %s could not judge: ", settings->target->name);
    text_append_escaped(&reason, words);
    judge_broken(result, "launcher", text_chars(&reason));
    text_free(&reason);
    return true;
  }
  return false;
}

static bool has_packets(const struct conversation *conversation,
                        const struct subject_outcome *outcome) {
  for (size_t i = 0; i < conversation_flow_count(conversation); i++) {
    const struct trace_flow *flow = conversation_flow(conversation, i);
    for (size_t k = 0; k < flow->event_count; k++) {
      const int64_t time_ns = flow->events[k].time_ns;
      if (time_ns >= outcome->started_ns && time_ns <= outcome->ended_ns) return true;
    }
  }
  return false;
}

/* What hangs behind a launcher, an emulator's or a wire's, without a word and without a packet, may
 * be the launcher as well as the subject, and a server alike that never listens. */
static bool may_hang(const struct settings *settings, const struct case_evidence *evidence,
                     struct result *result) {
  const struct target *target = settings->target;
  if (target->launcher == NULL && target->far_side == NULL) return false;
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    const struct run_record *run = &evidence->judged.runs[i];
    const struct subject_outcome *outcome = run->outcome;
    if (!outcome->timed_out || run->ready) continue;
    if (outcome->out.total_bytes > 0 || outcome->err.total_bytes > 0) continue;
    if (has_packets(evidence->judged.conversation, outcome)) continue;
    char reason[256];
    snprintf(reason, sizeof reason,
             "killed after %.1f s, without a word and without a packet: whether the subject hangs, "
             "or the launcher of the target %.60s, cannot be told",
             (double)(outcome->ended_ns - outcome->started_ns) / 1e9, target->name);
    judge_broken(result, "launcher", reason);
    return true;
  }
  return false;
}

bool launcher_is_suspect(const struct settings *settings, const struct case_evidence *evidence,
                         struct result *result) {
  if (settings->target == NULL) return false;
  return gave_up(settings, evidence, result) || may_hang(settings, evidence, result);
}
