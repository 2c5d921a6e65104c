/* One case in its sandbox: fixtures, subject and capture on one loop, until there is something to
 * judge. */
#ifndef SOCKPROOF_RUN_CASE_RUN_H
#define SOCKPROOF_RUN_CASE_RUN_H

#include "run/verdict/judge.h"

struct case_run;

/* Made ahead of its case: the loop, and a capture that is running when this returns (where the tier
 * has one). */
enum err_code case_run_prepare(const struct settings *settings, const struct sandbox *sandbox,
                               struct case_run **prepared, struct err *err) MUST_USE;

/* Runs the case and judges it; never fails: what goes wrong is in the result as `broken`. A result
 * that is by chance (judge_is_by_chance), as none is of a second play, leaves no evidence. */
void case_run_execute(struct case_run *run, const struct instance *instance, bool again,
                      struct result *result);

#endif
