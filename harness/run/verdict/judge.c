#include "run/verdict/judge.h"

#include "run/check/check_common.h"
#include "run/verdict/case_notes.h"
#include "run/verdict/claims.h"
#include "run/verdict/golden.h"
#include "run/verdict/golden_words.h"
#include "run/verdict/launcher.h"
#include "run/verdict/strangers.h"
#include "trace/diff.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum {
  EXIT_UNSUPPORTED = 77,
  DETAILS_MAX = 64 * 1024,
  STDERR_SHOWN_MAX = 2000,
  GOLDEN_WORDS_MAX = 600
};

void judge_broken(struct result *result, const char *kind, const char *reason) {
  result->verdict = VERDICT_BROKEN;
  snprintf(result->kind, sizeof result->kind, "%s", kind);
  result_set(&result->reason, reason);
  result_set(&result->group, kind);
}

static void set_failure(struct result *result, enum verdict verdict, const char *kind,
                        const char *group) {
  result->verdict = verdict;
  snprintf(result->kind, sizeof result->kind, "%s", kind);
  result_set(&result->group, group);
}

/* A MUST that does not hold fails; a SHOULD or a practice warns; a MAY is only noted. */
static enum verdict verdict_of_level(enum level level) {
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

/* A program that does nothing, or does not end, does not do what the requirement asks, whatever
 * that is: no more than the level of it can be held against the program, and no less than a warn.
 */
static enum verdict verdict_of_nothing_done(enum level level) {
  return level == LEVEL_MUST ? VERDICT_FAIL : VERDICT_WARN;
}

static const char STANDARD_OUTPUT[] = "standard output";

bool judge_told_output(const struct result *result) {
  const char *title = strstr(result->details, STANDARD_OUTPUT);
  return title != NULL && (title == result->details || title[-1] == '\n');
}

static void append_output(struct text *details, const char *name,
                          const struct subject_output *output) {
  if (output->total_bytes == 0) return;
  size_t shown = output->kept.len < STDERR_SHOWN_MAX ? output->kept.len : STDERR_SHOWN_MAX;
  text_appendf(details, "%s (%llu octets):\n", name, (unsigned long long)output->total_bytes);
  struct span rest = span_of(text_chars(&output->kept), shown);
  while (rest.len > 0) {
    const uint8_t *newline = memchr(rest.bytes, '\n', rest.len);
    size_t line_len = newline == NULL ? rest.len : (size_t)(newline - rest.bytes);
    text_append(details, "  ");
    text_append_escaped(details, span_part(rest, 0, line_len));
    text_append(details, "\n");
    rest = span_part(rest, line_len + 1, rest.len);
  }
  if (shown < output->total_bytes) text_append(details, "  ...\n");
}

static void tell_outputs(const struct case_evidence *evidence, struct result *result) {
  struct text details = TEXT_INIT(DETAILS_MAX);
  text_append(&details, result->details);
  if (evidence->judged.run_count > 0) {
    const struct subject_outcome *last =
        evidence->judged.runs[evidence->judged.run_count - 1].outcome;
    append_output(&details, STANDARD_OUTPUT, &last->out);
    append_output(&details, "standard error", &last->err);
    case_notes_append(&evidence->judged.runs[evidence->judged.run_count - 1], &details);
  }
  result_set(&result->details, text_chars(&details));
  text_free(&details);
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

static void tell_claim(const struct subject_outcome *outcome, struct result *result) {
  const char *said = text_chars(&outcome->err.kept);
  said += strspn(said, " \t\r\n");
  if (*said == '\0') {
    set_failure(result, VERDICT_FAIL, "claim-without-reason", "exit 77 without a reason");
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
  set_failure(result, VERDICT_UNSUPPORTED, CLAIM_KIND, "unsupported");
  result_set(&result->reason, text_chars(&reason));
  text_free(&reason);
}

static bool is_claim(const struct case_evidence *evidence, struct result *result) {
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

static bool tool_found_error(const struct settings *settings, const struct case_evidence *evidence,
                             struct result *result) {
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    if (settings->tool_error_exit < 0) return false;
    if (evidence->judged.runs[i].outcome->exit_code != settings->tool_error_exit) continue;
    set_failure(result, VERDICT_FAIL, "memory-error", "memory error");
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

/* No requirement allows a program to crash, whatever its peer sends. One that does not end by
 * itself is as wrong as what the case asks of it, and more only where the case is about that. */
static bool died_or_hung(const struct case_evidence *evidence, struct result *result) {
  bool server = instance_role(evidence->instance) == ROLE_SERVER;
  for (size_t i = 0; i < evidence->judged.run_count; i++) {
    const struct subject_outcome *outcome = evidence->judged.runs[i].outcome;
    if (outcome->timed_out && !server) {
      set_failure(result,
                  is_about_ending(evidence->instance->def) ? VERDICT_FAIL
                                                           : verdict_of_nothing_done(result->level),
                  "never-ended", "never ended");
      result_setf(&result->reason, "the subject had not ended by itself after %.1f s",
                  (double)(outcome->ended_ns - outcome->started_ns) / 1e9);
      result_set(&result->expected_text, "it ends by itself");
      result_set(&result->actual_text, "it was killed");
      return true;
    }
    if (is_crash(evidence, &evidence->judged.runs[i])) {
      set_failure(result, VERDICT_FAIL, "crash", "crash");
      result_setf(&result->reason, "the subject was ended by signal %d (%s)", outcome->signal,
                  strsignal(outcome->signal));
      result_set(&result->expected_text, "it exits");
      result_setf(&result->actual_text, "signal %d", outcome->signal);
      return true;
    }
  }
  return false;
}

/* A subject of whose families nothing is said may have been asked for one that it does not speak.
 */
static bool may_lack_ipv6(const struct settings *settings, const struct instance *instance) {
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
  set_failure(result, verdict_of_nothing_done(result->level), "no-packets", "no packets");
  result_setf(&result->reason,
              "the subject sent nothing: the capture is complete, and not one packet is in it%s",
              may_lack_ipv6(settings, evidence->instance)
                  ? "; if it speaks IPv4 only, its profile says so: families = ipv4"
                  : "");
  result_set(&result->expected_text, "it sends what the case asks of it");
  char how[WORDS_MAX];
  const struct run_record *run = &evidence->judged.runs[evidence->judged.run_count - 1];
  result_setf(&result->actual_text, "no packet, %s", words_of_exit(run, how));
}

/* No case gives a host outside: a subject that asks one has it built in, and is judged by nothing
 * else. */
static bool went_outside(const struct case_evidence *evidence, struct result *result) {
  char whom[CHECK_OUTSIDE_MAX];
  if (!check_asked_outside(&evidence->judged, whom)) return false;
  set_failure(result, VERDICT_FAIL, "outside", "undeclared destination");
  result_setf(&result->reason, "the subject sent to %s, which the case does not give it", whom);
  result_set(&result->expected_text, "nothing is sent but to the hosts that the case gives");
  result_setf(&result->actual_text, "it sent to %s", whom);
  return true;
}

static bool lacks_due_packets(const struct settings *settings, const struct case_evidence *evidence,
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

/* A check may be of another clause than the case is. */
static void blame(const struct settings *settings, const char *requirement, struct result *result) {
  const struct requirement *row = ledger_find(settings->ledger, requirement);
  if (row == NULL) return; /* one that no ledger has is refused when cases are read */
  snprintf(result->requirement, sizeof result->requirement, "%s", requirement);
  result->level = row->level;
}

/* Every case of IPv6 would fail so, whatever it is about. */
static void tell_lack_of_ipv6(const struct settings *settings, const struct case_evidence *evidence,
                              struct result *result) {
  const struct run_record *last = &evidence->judged.runs[evidence->judged.run_count - 1];
  if (instance_role(evidence->instance) != ROLE_SERVER || last->has_ipv6 || !last->has_ipv4) return;
  if (!may_lack_ipv6(settings, evidence->instance)) return;
  result_set(&result->group, "no IPv6");
  result_setf(&result->reason,
              "it listens on IPv4 alone, and this case is of IPv6; if it speaks IPv4 only, its "
              "profile says so: families = ipv4 (%s)",
              evidence->instance->def->about);
}

static void tell_failure(const struct settings *settings, const struct case_evidence *evidence,
                         const struct check *check, const struct finding *finding,
                         struct result *result) {
  if (check->requirement != NULL) blame(settings, check->requirement, result);
  set_failure(result, verdict_of_level(result->level), "assertion", result->requirement);
  result_set(&result->expected_text, finding->expected);
  result_set(&result->actual_text, finding->actual);
  result_setf(&result->reason, "%s", evidence->instance->def->about);
  tell_lack_of_ipv6(settings, evidence, result);
}

static bool checks_hold(const struct settings *settings, const struct case_evidence *evidence,
                        struct result *result) {
  const struct case_def *def = evidence->instance->def;
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    struct finding finding = {0};
    def->checks[i].judge(&def->checks[i], &evidence->judged, &finding);
    if (finding.unobservable) {
      set_failure(result, VERDICT_UNSUPPORTED, "unsupported", "unsupported");
      result_set(&result->reason, finding.actual);
      return false;
    }
    if (finding.unjudgeable) {
      judge_broken(result, "unjudgeable", finding.actual);
      return false;
    }
    if (finding.holds) continue;
    tell_failure(settings, evidence, &def->checks[i], &finding, result);
    return false;
  }
  return true;
}

static void tell_golden_difference(const struct diff_result *difference,
                                   const struct canonical *golden, const struct canonical *actual,
                                   struct result *result) {
  const struct difference *first = &difference->list[0];
  char group[128];
  snprintf(group, sizeof group, "golden %s", first->field[0] == '\0' ? "event" : first->field);
  set_failure(result, VERDICT_FAIL, "golden-mismatch", group);
  struct text reason = TEXT_INIT(GOLDEN_WORDS_MAX), expected = TEXT_INIT(GOLDEN_WORDS_MAX),
              seen = TEXT_INIT(GOLDEN_WORDS_MAX);
  golden_words_reason(difference, &reason);
  golden_words_expected(first, &expected);
  golden_words_actual(first, &seen);
  result_set(&result->reason, text_chars(&reason));
  result_set(&result->expected_text, text_chars(&expected));
  result_set(&result->actual_text, text_chars(&seen));
  text_free(&reason);
  text_free(&expected);
  text_free(&seen);
  struct text details = TEXT_INIT(DETAILS_MAX);
  diff_print(difference, golden, actual, result->requirement, &details);
  result_set(&result->details, text_chars(&details));
  text_free(&details);
}

static void compare_golden(const struct settings *settings, const struct instance *instance,
                           const struct canonical *actual, struct result *result) {
  struct err err = {0};
  struct canonical *golden = NULL;
  bool missing;
  enum err_code code =
      golden_load(instance, settings->profile->goldens_dir, &golden, &missing, &err);
  if (code != ERR_OK) {
    judge_broken(result, "golden-unreadable", err.text);
    return;
  }
  if (missing) {
    set_failure(result, VERDICT_FAIL, "golden-missing", "golden missing");
    result_setf(&result->reason,
                "there is no golden; look at the packets, then: sockproof bless %s", instance->id);
    return;
  }
  struct diff_result difference = {0};
  if (diff_canonical(golden, actual, &difference, &err) != ERR_OK) {
    judge_broken(result, "golden-unreadable", err.text);
  } else if (difference.count > 0) {
    tell_golden_difference(&difference, golden, actual, result);
  }
  diff_free(&difference);
  canonical_destroy(golden);
}

/* A golden binds the subject that owns it; one that a case names itself, every subject. */
static bool is_held_to_golden(const struct settings *settings, const struct case_def *def) {
  if (def->no_golden != NULL) return false;
  return def->golden != NULL ? settings->compare_own_goldens : settings->compare_goldens;
}

static void judge_packets(const struct settings *settings, const struct case_evidence *evidence,
                          const struct canonical *actual, struct result *result) {
  bool held = checks_hold(settings, evidence, result);
  if (held && is_held_to_golden(settings, evidence->instance->def))
    compare_golden(settings, evidence->instance, actual, result);
  if (result->verdict != VERDICT_FAIL && result->verdict != VERDICT_WARN) return;
  char reason[STRANGERS_REASON_MAX];
  if (strangers_may_be_there(settings, evidence, actual, reason))
    judge_broken(result, "strangers", reason);
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
  if (is_claim(evidence, result)) return;
  if (tool_found_error(settings, evidence, result) || died_or_hung(evidence, result) ||
      went_outside(evidence, result) || lacks_due_packets(settings, evidence, result))
    return;
  judge_packets(settings, evidence, *actual, result);
}

void judge_case(const struct settings *settings, const struct case_evidence *evidence,
                struct result *result, struct canonical **actual) {
  *actual = NULL;
  if (!is_unjudgeable(evidence, result) && !launcher_is_suspect(settings, evidence, result))
    judge_conversation(settings, evidence, result, actual);
  if (result->verdict != VERDICT_PASS) tell_outputs(evidence, result);
}

/* Nothing is foreseen of a subject and target without such a file: a warn is then a warn. */
static void demand_pass(const struct settings *settings, struct result *result) {
  const struct expectation_list *list =
      settings->expectations->exists ? settings->expectations : settings->target_expectations;
  bool lacks = result->verdict == VERDICT_UNSUPPORTED && result->expected;
  if (!list->exists || lacks || result->verdict == VERDICT_PASS || result->verdict == VERDICT_FAIL)
    return;
  result->surprise = true;
  result_setf(&result->reason, "%s does not foresee it, so it is to pass, but it is %s%s%s",
              list->path, verdict_name(result->verdict), result->reason[0] == '\0' ? "" : ": ",
              result->reason);
}

bool judge_is_surprise(const struct settings *settings, const struct result *result) {
  const struct expectation *foreseen = expectation_find(settings->expectations, result->id);
  if (foreseen == NULL) foreseen = expectation_find(settings->target_expectations, result->id);
  return foreseen != NULL && result->verdict != VERDICT_BROKEN &&
         foreseen->verdict != result->verdict;
}

void judge_against_expectation(const struct settings *settings, struct result *result) {
  if (result->verdict == VERDICT_BROKEN) return;
  const struct expectation_list *list;
  const struct expectation *foreseen = expectation_find_in_both(
      settings->expectations, settings->target_expectations, result->id, &list);
  if (foreseen == NULL) {
    demand_pass(settings, result);
  } else if (foreseen->verdict == result->verdict) {
    result->expected = true;
    if (result->verdict != VERDICT_PASS) {
      result_setf(&result->reason, "foreseen: %s", foreseen->reason);
    }
  } else {
    result->surprise = true;
    result_setf(&result->reason, "expected %s (%s:%zu: %s), but it is %s%s%s",
                verdict_name(foreseen->verdict), list->path, foreseen->line + 1, foreseen->reason,
                verdict_name(result->verdict), result->reason[0] == '\0' ? "" : ": ",
                result->reason);
  }
}
