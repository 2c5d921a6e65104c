/* Whether a program prints what its contract says at all: where it does not, each case alone tells
 * less than all of them together. */
#ifndef SOCKPROOF_RUN_CONTRACT_HINT_H
#define SOCKPROOF_RUN_CONTRACT_HINT_H

#include "report/results.h"
#include "run/command/session.h"

#include <stdio.h>

/* One sentence for each recipe of which the program printed something in some case, and in none of
 * them what the plainest case of the recipe looks for. Nothing of the reference recipes. */
void contract_hint_tell(const struct session *session, const struct run_options *options,
                        const struct results *results, FILE *out);

#endif
