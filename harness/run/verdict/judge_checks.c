#include "run/verdict/judge_parts.h"

#include <stdio.h>
#include <string.h>

static bool is_failure(const struct finding *finding) {
  return !finding->holds && !finding->unobservable && !finding->unjudgeable;
}

/* The clause that is broken where the check does not hold; NULL: the case's. */
static const struct requirement *clause_of(const struct settings *settings,
                                           const struct check *check) {
  /* One that no ledger has is refused when cases are read. */
  return check->requirement == NULL ? NULL : ledger_find(settings->ledger, check->requirement);
}

static enum verdict verdict_of(const struct settings *settings, const struct check *check,
                               enum level level_of_case) {
  const struct requirement *clause = clause_of(settings, check);
  return judge_verdict_of_level(clause == NULL ? level_of_case : clause->level);
}

/* Every case of IPv6 would fail so, whatever it is about. */
static void tell_lack_of_ipv6(const struct settings *settings, const struct case_evidence *evidence,
                              struct result *result) {
  const struct run_record *last = &evidence->judged.runs[evidence->judged.run_count - 1];
  if (instance_role(evidence->instance) != ROLE_SERVER || last->has_ipv6 || !last->has_ipv4) return;
  if (!judge_may_lack_ipv6(settings, evidence->instance)) return;
  result_set(&result->group, "no IPv6");
  result_setf(&result->reason,
              "it listens on IPv4 alone, and this case is of IPv6; if it speaks IPv4 only, its "
              "profile says so: families = ipv4 (%s)",
              evidence->instance->def->about);
}

static void tell_failure(const struct settings *settings, const struct case_evidence *evidence,
                         const struct check *check, const struct finding *finding,
                         struct result *result) {
  const struct requirement *clause = clause_of(settings, check);
  if (clause != NULL) {
    snprintf(result->requirement, sizeof result->requirement, "%s", check->requirement);
    result->level = clause->level;
  }
  judge_fail(result, judge_verdict_of_level(result->level), "assertion", result->requirement);
  result_set(&result->expected_text, finding->expected);
  result_set(&result->actual_text, finding->actual);
  result_setf(&result->reason, "%s", evidence->instance->def->about);
  tell_lack_of_ipv6(settings, evidence, result);
}

static void tell_unjudged(const struct finding *finding, struct result *result) {
  if (finding->unobservable) {
    judge_fail(result, VERDICT_UNSUPPORTED, "unsupported", "unsupported");
    result_set(&result->reason, finding->actual);
  } else {
    judge_broken(result, "unjudgeable", finding->actual);
  }
}

bool judge_checks_hold(const struct settings *settings, const struct case_evidence *evidence,
                       struct result *result) {
  const struct check *checks = evidence->instance->def->checks, *gravest = NULL;
  struct finding told = {0};
  for (size_t i = 0; i < CASE_CHECKS_MAX && checks[i].judge != NULL; i++) {
    struct finding finding = {0};
    checks[i].judge(&checks[i], &evidence->judged, &finding);
    if (!finding.holds && !is_failure(&finding) && gravest == NULL) {
      tell_unjudged(&finding, result);
      return false;
    }
    if (!is_failure(&finding)) continue;
    /* A SHOULD that comes first hides no MUST behind it. */
    if (gravest != NULL && verdict_of(settings, &checks[i], result->level) <=
                               verdict_of(settings, gravest, result->level))
      continue;
    gravest = &checks[i];
    told = finding;
  }
  if (gravest == NULL) return true;
  tell_failure(settings, evidence, gravest, &told, result);
  judge_count_failed_checks(evidence, result);
  return false;
}

void judge_count_failed_checks(const struct case_evidence *evidence, struct result *result) {
  const struct check *checks = evidence->instance->def->checks;
  struct text list = TEXT_INIT(DETAILS_MAX);
  result->failed_checks = 0;
  for (size_t i = 0; i < CASE_CHECKS_MAX && checks[i].judge != NULL; i++) {
    struct finding finding = {0};
    checks[i].judge(&checks[i], &evidence->judged, &finding);
    if (!is_failure(&finding)) continue;
    result->failed_checks++;
    text_append(&list, "  expected: ");
    text_append_escaped(&list, span_of_text(finding.expected));
    text_append(&list, "\n  actual:   ");
    text_append_escaped(&list, span_of_text(finding.actual));
    text_append(&list, "\n");
  }
  const unsigned told = strcmp(result->kind, "assertion") == 0 ? 1 : 0;
  if (result->failed_checks > told)
    result_setf(&result->details, "checks that do not hold: %u\n%s", result->failed_checks,
                text_chars(&list));
  text_free(&list);
}
