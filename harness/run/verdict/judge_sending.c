#include "run/check/check_common.h"
#include "run/verdict/judge_parts.h"

#include <stdio.h>

bool judge_may_lack_ipv6(const struct settings *settings, const struct instance *instance) {
  if (settings->profile == NULL || instance->family != IP_V6) return false;
  const struct profile_entry *entry = profile_entry_find(settings->profile, instance->recipe->name);
  return entry != NULL && entry->families == PROFILE_FAMILIES_UNSAID;
}

/* Where the capture is the case's own it is complete by now (is_unjudgeable), so a client that is
 * in no packet has sent none. To a server the driver speaks first: its silence is the harness's. */
static void tell_no_packets(const struct settings *settings, const struct case_evidence *evidence,
                            struct result *result) {
  const struct subject_outcome *last =
      evidence->judged.runs[evidence->judged.run_count - 1].outcome;
  char reason[256];
  if (settings->plan.tier < TIER_CAPTURE_PRIVATE ||
      instance_role(evidence->instance) == ROLE_SERVER) {
    snprintf(reason, sizeof reason,
             "the subject exited with %d, and not one packet was captured where some were due: "
             "there is nothing to judge by",
             last->exit_code);
    judge_broken(result, "no-packets", reason);
    return;
  }
  judge_fail(result, judge_verdict_of_nothing_done(result->level), "no-packets", "no packets");
  result_setf(&result->reason,
              "the subject sent nothing: the capture is complete, and not one packet is in it%s",
              judge_may_lack_ipv6(settings, evidence->instance)
                  ? "; if it speaks IPv4 only, its profile says so: families = ipv4"
                  : "");
  result_set(&result->expected_text, "it sends what the case asks of it");
  char how[WORDS_MAX];
  const struct run_record *run = &evidence->judged.runs[evidence->judged.run_count - 1];
  result_setf(&result->actual_text, "no packet, %s", words_of_exit(run, how));
}

bool judge_went_outside(const struct settings *settings, const struct case_evidence *evidence,
                        struct result *result) {
  char whom[CHECK_OUTSIDE_MAX];
  if (!check_asked_outside(&evidence->judged, whom)) return false;
  judge_fail(result, VERDICT_FAIL, "outside", "undeclared destination");
  result_setf(&result->reason, "the subject sent to %s, which the case does not give it", whom);
  result_set(&result->expected_text, "nothing is sent but to the hosts that the case gives");
  result_setf(&result->actual_text, "it sent to %s", whom);
  judge_count_failed_checks(settings, evidence, result);
  return true;
}

bool judge_lacks_due_packets(const struct settings *settings, const struct case_evidence *evidence,
                             struct result *result) {
  const struct case_def *def = evidence->instance->def;
  bool alone = instance_role(evidence->instance) == ROLE_LOCAL && def->fixtures[0].class == NULL;
  if (def->quiet || alone) return false;
  if (conversation_flow_count(evidence->judged.conversation) > 0) return false;
  if (instance_role(evidence->instance) == ROLE_SERVER && !evidence->judged.runs[0].ready) {
    return false; /* nothing could be sent to a server that never listened: the checks tell it */
  }
  tell_no_packets(settings, evidence, result);
  return true;
}
