#include "report/summary.h"

void summary_add(struct summary *summary, const struct result *result) {
  switch (result->verdict) {
    case VERDICT_PASS:
      summary->pass++;
      break;
    case VERDICT_WARN:
      summary->warn++;
      if (result->expected) summary->foreseen_warns++;
      break;
    case VERDICT_FAIL:
      summary->fail++;
      if (!result->expected) summary->unexpected_fails++;
      break;
    case VERDICT_UNSUPPORTED:
      summary->unsupported++;
      break;
    case VERDICT_BROKEN:
    case VERDICT_COUNT:
    default:
      /* Broken says nothing about the subject, so it cannot be a surprise either. */
      summary->broken++;
      return;
  }
  if (result->surprise) summary->surprises++;
}

size_t summary_cases(const struct summary *summary) {
  return summary->pass + summary->warn + summary->fail + summary->broken + summary->unsupported;
}

bool summary_is_failure(const struct result *result) {
  if (result->verdict == VERDICT_BROKEN) return false;
  return result->surprise || (result->verdict == VERDICT_FAIL && !result->expected);
}

bool summary_judged_nothing(const struct summary *summary) {
  const size_t skipped = summary->unsupported + summary->not_implemented;
  return skipped > 0 && summary_cases(summary) == summary->unsupported;
}

void summary_tell_nothing(const struct summary *summary, struct text *line) {
  text_appendf(line, "nothing was judged: %zu case%s unsupported", summary->unsupported,
               summary->unsupported == 1 ? "" : "s");
  if (summary->not_implemented > 0)
    text_appendf(line, ", %zu not implemented", summary->not_implemented);
}

int summary_exit_status(const struct summary *summary) {
  if (summary->broken > 0) return 3;
  return summary->unexpected_fails > 0 || summary->surprises > 0 ? 1 : 0;
}
