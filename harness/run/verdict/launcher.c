#include "run/verdict/launcher.h"

#include <stdio.h>

/* What the launcher could not bring to the subject, or back from it, says nothing of the subject.
 */
static bool gave_up(const struct settings *settings, const struct case_evidence *evidence,
                    struct result *result) {
  if (settings->target->broken_exit < 0) return false;
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    const struct subject_outcome *outcome = evidence->judged.runs[i].outcome;
    if (outcome->exit_code != settings->target->broken_exit) continue;
    const char *said = text_chars(&outcome->err.kept);
    size_t len = outcome->err.kept.len;
    while (len > 0 && said[len - 1] == '\n')
      len--;
    size_t from = len;
    while (from > 0 && said[from - 1] != '\n')
      from--;
    struct text reason = TEXT_INIT(400);
    text_appendf(&reason,
                 "the launcher of the target %s could not judge: ", settings->target->name);
    text_append_escaped(&reason, span_of(said + from, len - from));
    judge_broken(result, "launcher", text_chars(&reason));
    text_free(&reason);
    return true;
  }
  return false;
}

/* What hangs behind a launcher, an emulator's or a wire's, without a word and without a packet, may
 * be the launcher as well as the subject, and a server alike that never listens. */
static bool may_hang(const struct settings *settings, const struct case_evidence *evidence,
                     struct result *result) {
  const struct target *target = settings->target;
  if (target->launcher == NULL && target->far_side == NULL) return false;
  if (conversation_flow_count(evidence->judged.conversation) > 0) return false;
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    const struct run_record *run = &evidence->judged.runs[i];
    const struct subject_outcome *outcome = run->outcome;
    if (!outcome->timed_out || run->ready) continue;
    if (outcome->out.total_bytes > 0 || outcome->err.total_bytes > 0) continue;
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
