/* `sockproof run --explain`: writing a profile as a dialogue. */
#ifndef SOCKPROOF_RUN_EXPLAIN_H
#define SOCKPROOF_RUN_EXPLAIN_H

#include "run/command/session.h"

#include <stdio.h>

/* Runs the plainest case of each recipe that the profile has and the globs choose, and tells what
 * was seen, what of it was recognised, and what the profile lacks for other cases. Writes no
 * reports. Gives the exit status: 0, all was recognised; 1, not all; 2, with *err filled, nothing
 * could be run. */
int explain_recipes(const struct catalogue *catalogue, const struct run_options *options, FILE *out,
                    struct err *err);

#endif
