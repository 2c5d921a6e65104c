/* `sockproof report RESULTS.json...`: results of several runs made one report, or held side by
 * side. */
#ifndef SOCKPROOF_RUN_REPORT_RESULTS_H
#define SOCKPROOF_RUN_REPORT_RESULTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One subject: merges, writes results.json and junit.xml to `reports_dir` (NULL: nowhere), prints
 * what failed and the summary, and returns the exit status of the merged run. Several subjects:
 * prints their matrix. 2: *err says why not. */
int report_results(const char *const *paths, size_t count, const char *reports_dir,
                   bool junit_strict, FILE *out, struct err *err);

#endif
