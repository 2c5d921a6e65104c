/* From what a case left behind to a verdict: first whether it can be judged at all, then the
 * assertions, then the golden. */
#ifndef SOCKPROOF_RUN_JUDGE_H
#define SOCKPROOF_RUN_JUDGE_H

#include "report/result.h"
#include "run/play/settings.h"
#include "trace/canonical.h"

/* What a worker has gathered. */
struct case_evidence {
  const struct instance *instance;
  struct judged_case judged;
  const struct trace *trace;
  unsigned long dropped_packets;
  bool sentinels_complete;
  bool again;          /* it is the second play: chance, as of the first, is no reason any more */
  uint64_t stopped_ms; /* for how long the script had the subject stopped (SIGSTOP) */
  const char *failure_kind; /* "fixture", "subject-not-started": what sort harness_failure is */
  const struct err
      *harness_failure; /* the first failure of a fixture or of the harness; NULL: none */
};

/* Fills verdict, kind, reason, operands, group and details of *result. `actual` is the canonical
 * form where one could be made (it is the caller's to destroy), else NULL. */
void judge_case(const struct settings *settings, const struct case_evidence *evidence,
                struct result *result, struct canonical **actual);

/* Chance may have made the result what it is, and does so too seldom to do it twice: the case is to
 * be played again, and the second play is judged. */
bool judge_is_by_chance(const struct result *result);

/* Sets the verdict of a case that could not be judged. */
void judge_broken(struct result *result, const char *kind, const char *reason);

/* The program printed something, and the result's details hold it; those of a pass do not. */
bool judge_told_output(const struct result *result);

/* Another verdict than this one was foreseen. */
bool judge_is_surprise(const struct settings *settings, const struct result *result);

/* Compares with what was foreseen: fills `expected`, `surprise`, and says in the reason why it was
 * foreseen, or where otherwise. Where there is an expectation file, what it does not name is to
 * pass. */
void judge_against_expectation(const struct settings *settings, struct result *result);

#endif
