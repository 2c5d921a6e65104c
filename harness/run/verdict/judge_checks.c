#include "run/verdict/judge_parts.h"

#include <stdio.h>

/* What the checks of a case have found, in their order. */
struct findings {
  const struct check *checks;
  struct finding list[CASE_CHECKS_MAX];
  size_t count;
};

static void find_all(const struct case_evidence *evidence, struct findings *findings) {
  *findings = (struct findings){.checks = evidence->instance->def->checks};
  for (; findings->count < CASE_CHECKS_MAX && findings->checks[findings->count].judge != NULL;
       findings->count++) {
    const struct check *check = &findings->checks[findings->count];
    check->judge(check, &evidence->judged, &findings->list[findings->count]);
  }
}

static bool is_unjudged(const struct finding *finding) {
  return !finding->holds && (finding->unobservable || finding->unjudgeable);
}

static bool is_failure(const struct finding *finding) {
  return !finding->holds && !is_unjudged(finding);
}

/* The clause that is broken where the check does not hold. */
struct clause {
  const char *id;
  enum level level;
};

static struct clause own_clause(const struct case_evidence *evidence, const struct result *result) {
  return (struct clause){evidence->instance->def->requirement, result->level};
}

static struct clause clause_of(const struct settings *settings, const struct check *check,
                               const struct clause *own) {
  /* One that no ledger has is refused when cases are read. */
  const struct requirement *row =
      check->requirement == NULL ? NULL : ledger_find(settings->ledger, check->requirement);
  return row == NULL ? *own : (struct clause){check->requirement, row->level};
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
                         const struct clause *clause, const struct finding *finding,
                         struct result *result) {
  snprintf(result->requirement, sizeof result->requirement, "%s", clause->id);
  result->level = clause->level;
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

/* `told` is in the words of the verdict: the details have the others. NULL: none is. */
static void count_failed(const struct settings *settings, const struct findings *findings,
                         const struct clause *own, const struct finding *told,
                         struct result *result) {
  struct text list = TEXT_INIT(DETAILS_MAX);
  result->failed_checks = 0;
  for (size_t i = 0; i < findings->count; i++) {
    if (!is_failure(&findings->list[i])) continue;
    result->failed_checks++;
    if (&findings->list[i] == told) continue;
    const struct clause clause = clause_of(settings, &findings->checks[i], own);
    text_appendf(&list, "  %s, %s\n    expected  %s\n    actual    %s\n", clause.id,
                 level_name(clause.level), findings->list[i].expected, findings->list[i].actual);
  }
  if (list.len > 0)
    result_setf(&result->details, "what does not hold beside it:\n%s", text_chars(&list));
  text_free(&list);
}

bool judge_checks_hold(const struct settings *settings, const struct case_evidence *evidence,
                       struct result *result) {
  struct findings findings;
  const struct finding *told = NULL;
  struct clause clause = {0};
  const struct clause own = own_clause(evidence, result);
  find_all(evidence, &findings);
  for (size_t i = 0; i < findings.count; i++) {
    const struct finding *finding = &findings.list[i];
    if (told != NULL && clause.level != LEVEL_MAY) break;
    if (is_unjudged(finding)) {
      tell_unjudged(finding, result);
      return false;
    }
    if (finding->holds) continue;
    const struct clause of_this = clause_of(settings, &findings.checks[i], &own);
    if (told != NULL && of_this.level == LEVEL_MAY) continue;
    told = finding;
    clause = of_this;
  }
  if (told == NULL) return true;
  tell_failure(settings, evidence, &clause, told, result);
  count_failed(settings, &findings, &own, told, result);
  return result->verdict == VERDICT_PASS;
}

void judge_count_failed_checks(const struct settings *settings,
                               const struct case_evidence *evidence, struct result *result) {
  struct findings findings;
  const struct clause own = own_clause(evidence, result);
  find_all(evidence, &findings);
  count_failed(settings, &findings, &own, NULL, result);
}
