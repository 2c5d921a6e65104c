/* What several subjects do with the same cases: one row a case, one column a subject. */
#ifndef SOCKPROOF_REPORT_MATRIX_H
#define SOCKPROOF_REPORT_MATRIX_H

#include "base/text.h"
#include "report/results.h"

/* Cases in the order of their first appearance; rows where all agree are counted and not shown
 * unless `all`. "-" where a set has no result of the case. */
void matrix_print(const struct results *const *sets, size_t count, bool all, struct text *out);

#endif
