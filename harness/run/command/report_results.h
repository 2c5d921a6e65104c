/* `sockproof report RESULTS.json...`: results of several runs made one report, or held side by
 * side. */
#ifndef SOCKPROOF_RUN_REPORT_RESULTS_H
#define SOCKPROOF_RUN_REPORT_RESULTS_H

#include "report/changelog.h"
#include "report/coverage.h"
#include "run/command/report_options.h"

#include <stdio.h>

/* One subject, in text: merges, writes, prints the results by requirement, what failed and the
 * summary, and returns the exit status of the merged run. Otherwise: prints the matrix, and writes
 * it. `coverage`: the requirements by which the results are told too. 2: *err says why not. */
int report_results(const struct report_options *options, const struct coverage *coverage, FILE *out,
                   struct err *err);

/* --gate: 0 no verdict got worse from the first run to the second, 1 one did, 2 *err says why they
 * cannot be compared. */
int report_gate(const struct report_options *options, const struct changelog *changelog, FILE *out,
                struct err *err);

#endif
