#include "run/verdict/golden.h"
#include "run/verdict/held_up.h"
#include "run/verdict/judge_parts.h"
#include "run/verdict/launcher.h"
#include "run/verdict/strangers.h"

#include <stdio.h>

void judge_broken(struct result *result, const char *kind, const char *reason) {
  result->verdict = VERDICT_BROKEN;
  result->failed_checks = 0;
  snprintf(result->kind, sizeof result->kind, "%s", kind);
  result_set(&result->reason, reason);
  result_set(&result->group, kind);
}

void judge_fail(struct result *result, enum verdict verdict, const char *kind, const char *group) {
  result->verdict = verdict;
  result->failed_checks = 0;
  snprintf(result->kind, sizeof result->kind, "%s", kind);
  result_set(&result->group, group);
}

enum verdict judge_verdict_of_level(enum level level) {
  switch (level) {
    case LEVEL_MUST:
      return VERDICT_FAIL;
    case LEVEL_SHOULD:
    case LEVEL_PRACTICE:
      return VERDICT_WARN;
    case LEVEL_MAY:
      return VERDICT_PASS;
  }
  return VERDICT_FAIL;
}

enum verdict judge_verdict_of_nothing_done(enum level level) {
  return level == LEVEL_MUST ? VERDICT_FAIL : VERDICT_WARN;
}

/* What could not be captured whole cannot be judged, whatever the rest looks like. */
static bool is_unjudgeable(const struct case_evidence *evidence, struct result *result) {
  char reason[256];
  if (evidence->harness_failure != NULL) {
    judge_broken(result, evidence->failure_kind, evidence->harness_failure->text);
    return true;
  }
  if (evidence->dropped_packets > 0) {
    snprintf(reason, sizeof reason,
             "the kernel dropped %lu packets that did not fit the capture's ring",
             evidence->dropped_packets);
    judge_broken(result, "packets-dropped", reason);
    return true;
  }
  if (!evidence->sentinels_complete) {
    judge_broken(result, "sentinel-missing",
                 "a sentinel sent after the last packet was not captured: the trace may be short");
    return true;
  }
  return false;
}

static void judge_packets(const struct settings *settings, const struct case_evidence *evidence,
                          const struct canonical *actual, struct result *result) {
  bool held = judge_checks_hold(settings, evidence, result);
  if (held && judge_is_held_to_golden(settings, evidence->instance->def))
    judge_compare_golden(settings, evidence, actual, result);
  if (result->verdict != VERDICT_FAIL && result->verdict != VERDICT_WARN) return;
  char strangers[STRANGERS_REASON_MAX], stop[HELD_UP_REASON_MAX];
  if (strangers_may_be_there(settings, evidence, actual, strangers))
    judge_broken(result, "strangers", strangers);
  else if (held_up_too_long(evidence, stop))
    judge_broken(result, "held-up", stop);
}

static void judge_conversation(const struct settings *settings,
                               const struct case_evidence *evidence, struct result *result,
                               struct canonical **actual) {
  struct canonical_head head;
  struct err err = {0};
  enum err_code code = golden_head(evidence->instance, evidence->judged.endpoints,
                                   evidence->judged.endpoint_count, &head, &err);
  if (code == ERR_OK && settings->target != NULL && settings->target->network != TARGET_LOOPBACK)
    golden_head_of_tap(&head);
  if (code == ERR_OK) code = canonical_of(evidence->trace, &head, actual, &err);
  if (code != ERR_OK) {
    judge_broken(result, "trace", err.text);
    return;
  }
  if (judge_is_claim(evidence, result)) return;
  if (judge_tool_found_error(settings, evidence, result) || judge_died_or_hung(evidence, result) ||
      judge_went_outside(settings, evidence, result) ||
      judge_lacks_due_packets(settings, evidence, result))
    return;
  judge_packets(settings, evidence, *actual, result);
}

void judge_case(const struct settings *settings, const struct case_evidence *evidence,
                struct result *result, struct canonical **actual) {
  *actual = NULL;
  if (!is_unjudgeable(evidence, result) && !launcher_is_suspect(settings, evidence, result))
    judge_conversation(settings, evidence, result, actual);
  if (result->verdict != VERDICT_PASS) judge_tell_outputs(evidence, result);
}
