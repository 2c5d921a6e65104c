/* What a finished run exits with: its verdicts, and what no verdict tells: too little judged, or
 * goldens that belong to no case. */
#ifndef SOCKPROOF_RUN_RUN_STATUS_H
#define SOCKPROOF_RUN_RUN_STATUS_H

#include "report/results.h"
#include "run/command/session.h"

#include <stdio.h>

/* Says on `out` what is amiss beside the verdicts, and returns the status: 3 where something is
 * broken, or nothing at all was judged and no --require says how much is enough; else 1 where
 * something fails; else 0. 2: *err says what could not be found out. */
int run_status_of(const struct session *session, const struct run_options *options,
                  const struct results *results, FILE *out, struct err *err);

/* What to do about surprises, where there are any. */
void run_status_tell_surprises(const struct session *session, const struct run_options *options,
                               const struct results *results, FILE *out);

/* Names the recipes that are in no count, as the subject has no entry for them; all names are in
 * the reports. */
void run_status_tell_left_out(const struct session *session, FILE *out);

/* How many of the cases of the recipes that `floor` names were judged: passed, warned or failed. */
size_t run_status_judged(const struct results *results, const struct run_floor *floor);

#endif
