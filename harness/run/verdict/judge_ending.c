#include "run/check/check_common.h"
#include "run/verdict/claims.h"
#include "run/verdict/judge_parts.h"

#include <signal.h>
#include <string.h>

enum { EXIT_UNSUPPORTED = 77 };

static void tell_claim(const struct subject_outcome *outcome, struct result *result) {
  const char *said = text_chars(&outcome->err.kept);
  said += strspn(said, " \t\r\n");
  if (*said == '\0') {
    judge_fail(result, VERDICT_FAIL, "claim-without-reason", "exit 77 without a reason");
    result_set(
        &result->reason,
        "exit 77 says that something is not supported, and standard error does not say what");
    result_set(&result->expected_text, "a reason on standard error, or another exit");
    result_set(&result->actual_text, "exit 77, and nothing on standard error");
    return;
  }
  struct text reason = TEXT_INIT(400);
  text_append(&reason, "the subject says: ");
  text_append_escaped(&reason, span_of(said, strcspn(said, "\r\n")));
  judge_fail(result, VERDICT_UNSUPPORTED, CLAIM_KIND, "unsupported");
  result_set(&result->reason, text_chars(&reason));
  text_free(&reason);
}

bool judge_is_claim(const struct case_evidence *evidence, struct result *result) {
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    const struct subject_outcome *outcome = evidence->judged.runs[i].outcome;
    if (outcome->exit_code != EXIT_UNSUPPORTED) continue;
    tell_claim(outcome, result);
    return true;
  }
  return false;
}

static bool is_crash(const struct case_evidence *evidence, const struct run_record *run) {
  const struct subject_outcome *outcome = run->outcome;
  if (outcome->signal == 0 || outcome->timed_out) return false;
  if (run->stopped && (run->ignored_stop || outcome->signal == SIGTERM)) return false;
  /* A server is told to end by SIGTERM, and killed where it does not. */
  bool told = instance_role(evidence->instance) == ROLE_SERVER &&
              (outcome->signal == SIGTERM || outcome->signal == SIGKILL ||
               outcome->signal == evidence->instance->def->stop_signal);
  return !told;
}

bool judge_tool_found_error(const struct settings *settings, const struct case_evidence *evidence,
                            struct result *result) {
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    if (settings->tool_error_exit < 0) return false;
    if (evidence->judged.runs[i].outcome->exit_code != settings->tool_error_exit) continue;
    judge_fail(result, VERDICT_FAIL, "memory-error", "memory error");
    result_set(&result->reason, "the tool that the subject ran under found an error in it");
    result_set(&result->expected_text, "no error of memory");
    result_setf(&result->actual_text, "exit %d of the tool; see standard error",
                settings->tool_error_exit);
    return true;
  }
  return false;
}

/* Whether the case is about the end itself, as one whose peer says nothing. */
static bool is_about_ending(const struct case_def *def) {
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    if (def->checks[i].judge == check_ended_within ||
        def->checks[i].judge == check_ended_after_icmp)
      return true;
  }
  return false;
}

bool judge_died_or_hung(const struct case_evidence *evidence, struct result *result) {
  bool server = instance_role(evidence->instance) == ROLE_SERVER;
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    const struct subject_outcome *outcome = evidence->judged.runs[i].outcome;
    if (outcome->timed_out && !server) {
      judge_fail(result,
                 is_about_ending(evidence->instance->def)
                     ? VERDICT_FAIL
                     : judge_verdict_of_nothing_done(result->level),
                 "never-ended", "never ended");
      result_setf(&result->reason, "the subject had not ended by itself after %.1f s",
                  (double)(outcome->ended_ns - outcome->began_ns) / 1e9);
      result_set(&result->expected_text, "it ends by itself");
      result_set(&result->actual_text, "it was killed");
      return true;
    }
    if (is_crash(evidence, &evidence->judged.runs[i])) {
      judge_fail(result, VERDICT_FAIL, "crash", "crash");
      result_setf(&result->reason, "the subject was ended by signal %d (%s)", outcome->signal,
                  strsignal(outcome->signal));
      result_set(&result->expected_text, "it exits");
      result_setf(&result->actual_text, "signal %d", outcome->signal);
      return true;
    }
  }
  return false;
}
