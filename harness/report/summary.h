/* What a run comes to: counts of verdicts, and the exit status that they mean. */
#ifndef SOCKPROOF_REPORT_SUMMARY_H
#define SOCKPROOF_REPORT_SUMMARY_H

#include "base/text.h"
#include "report/result.h"

struct summary {
  size_t pass, warn, fail, broken, unsupported;
  size_t
      not_implemented; /* cases of recipes that the subject has no entry for; in no other count */
  size_t surprises;    /* foreseen otherwise; also counted under the verdict that came */
  size_t unexpected_fails; /* of `fail`, those that no expectation foresaw */
  size_t foreseen_warns;   /* of `warn`, those that one foresaw */
};

void summary_add(struct summary *summary, const struct result *result);

/* Results that were judged: all but `not_implemented`. */
size_t summary_cases(const struct summary *summary);

/* Whether this one result makes a run fail (broken ones apart). */
bool summary_is_failure(const struct result *result);

/* Nothing was judged, though something was run or chosen: not one case passed, warned, failed or
 * was broken. Such a run says nothing of its subject, and is not to look green. */
bool summary_judged_nothing(const struct summary *summary);

/* "nothing was judged: 38 cases unsupported, ..."; one sentence. */
void summary_tell_nothing(const struct summary *summary, struct text *line);

/* 3: something is broken, whatever else; 1: a fail that was not foreseen, or a surprise; 0. */
int summary_exit_status(const struct summary *summary);

#endif
