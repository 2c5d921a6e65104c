/* A mutant for the learner: why a person makes its mistake, and its packets beside the
 * reference's. */
#ifndef SOCKPROOF_RUN_MUTANT_VIEW_H
#define SOCKPROOF_RUN_MUTANT_VIEW_H

#include "report/result.h"
#include "run/command/session.h"

#include <stdio.h>

/* So many cases are told at length; a run of more is terse. */
enum { MUTANT_VIEW_CASES_MAX = 4 };

/* Whether the run is of a mutant and of few cases. */
bool mutant_view_wanted(const struct session *session);

/* Prints what is known of the mistake, and the packets that the case left in its evidence beside
 * its golden. */
void mutant_view_print(const struct session *session, const struct result *result, FILE *out);

#endif
