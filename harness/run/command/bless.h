/* `sockproof bless CASE`: makes what the reference does now the golden, once a person has seen the
 * difference. */
#ifndef SOCKPROOF_RUN_BLESS_H
#define SOCKPROOF_RUN_BLESS_H

#include "run/command/session.h"

#include <stdio.h>

/* Runs the case three times. Refuses (1, with *err) where an assertion fails, the three runs
 * differ, or a run is broken, and in CI; returns 0 when the golden stands, changed or not; 2:
 * usage. */
int bless_case(const struct catalogue *catalogue, const struct run_options *options, FILE *out,
               struct err *err);

#endif
