/* `sockproof report RESULTS.json...`: results of several runs made one report, or held side by
 * side. */
#ifndef SOCKPROOF_RUN_REPORT_RESULTS_H
#define SOCKPROOF_RUN_REPORT_RESULTS_H

#include "base/err.h"
#include "report/coverage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct report_options {
  const char *reports_dir; /* where results.json and junit.xml go; NULL: nowhere */
  bool junit_strict;
  struct coverage coverage; /* the requirements by which the results are told too */
};

/* One subject: merges, writes, prints the results by requirement, what failed and the summary, and
 * returns the exit status of the merged run. Several subjects: prints their matrix. 2: *err says
 * why not. */
int report_results(const char *const *paths, size_t count, const struct report_options *options,
                   FILE *out, struct err *err);

#endif
