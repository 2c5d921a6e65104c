#include "run/verdict/judge.h"

enum { KIND_MAX = 64 };

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
  const struct expectation_list *list;
  const struct expectation *foreseen = expectation_find_in_both(
      settings->expectations, settings->target_expectations, result->id, &list);
  return foreseen != NULL && result->verdict != VERDICT_BROKEN &&
         !expectation_is_met(foreseen, result->verdict, result->kind, result->failed_checks);
}

static void tell_surprise(const struct expectation_list *list, const struct expectation *foreseen,
                          struct result *result) {
  struct text due = TEXT_INIT(KIND_MAX), seen = TEXT_INIT(KIND_MAX);
  if (foreseen->verdict == result->verdict) {
    text_append(&due, " by ");
    expectation_append_kind(&due, foreseen->kind, foreseen->failed_checks);
    text_append(&seen, " by ");
    expectation_append_kind(&seen, result->kind, result->failed_checks);
  }
  result_setf(&result->reason, "expected %s%s (%s:%zu: %s), but it is %s%s%s%s",
              verdict_name(foreseen->verdict), text_chars(&due), list->path, foreseen->line + 1,
              foreseen->reason, verdict_name(result->verdict), text_chars(&seen),
              result->reason[0] == '\0' ? "" : ": ", result->reason);
  text_free(&due);
  text_free(&seen);
}

void judge_against_expectation(const struct settings *settings, struct result *result) {
  if (result->verdict == VERDICT_BROKEN) return;
  const struct expectation_list *list;
  const struct expectation *foreseen = expectation_find_in_both(
      settings->expectations, settings->target_expectations, result->id, &list);
  if (foreseen == NULL) {
    demand_pass(settings, result);
  } else if (expectation_is_met(foreseen, result->verdict, result->kind, result->failed_checks)) {
    result->expected = true;
    if (result->verdict != VERDICT_PASS) {
      result_setf(&result->reason, "%s", foreseen->reason);
    }
  } else {
    result->surprise = true;
    tell_surprise(list, foreseen, result);
  }
}
