/* `sockproof run`: schedules the chosen cases, takes their results as they come, and reports. */
#ifndef SOCKPROOF_RUN_RUN_H
#define SOCKPROOF_RUN_RUN_H

#include "run/command/session.h"

#include <stdio.h>

/* Returns the exit status: 0, 1 (a fail or surprise), 2 (*err says what could not be done), 3
 * (something is broken). */
int run_cases(const struct catalogue *catalogue, const struct run_options *options, FILE *out,
              struct err *err);

#endif
