/* Results by requirement: which cases cover each, what came of them, or why none does. */
#ifndef SOCKPROOF_REPORT_COVERAGE_H
#define SOCKPROOF_REPORT_COVERAGE_H

#include "report/results.h"

#include <stdio.h>

/* A row of a ledger, as far as reports need it. */
struct coverage_row {
  const char *id; /* "S36" */
  enum level level;
  const char *clause, *words;
  const char *unobserved; /* why no case can observe it; "" where one can */
};

struct coverage {
  const struct coverage_row *rows;
  size_t count;
};

/* What the cases of one requirement come to: broken before fail, warn, pass and unsupported. False:
 * it has none. */
bool coverage_verdict(const struct results *results, const char *requirement,
                      enum verdict *verdict);

/* [{"id", "level", "clause", "requirement", "cases": [ids], "verdict", "unobserved"}, ...]: without
 * "verdict" where there is no case, and "unobserved" only where a reason is given. Rows without
 * cases are left out unless `all`. NULL: no memory. */
json_t *coverage_to_json(const struct coverage *coverage, const struct results *results,
                         bool all) MUST_USE;

/* One line a requirement; with `all` also of those that no case can observe, and how many have no
 * case. */
void coverage_print(const struct coverage *coverage, const struct results *results, bool all,
                    FILE *out);

#endif
