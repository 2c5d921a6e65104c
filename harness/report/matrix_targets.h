/* The matrix of one program on several targets, for a page. */
#ifndef SOCKPROOF_REPORT_MATRIX_TARGETS_H
#define SOCKPROOF_REPORT_MATRIX_TARGETS_H

#include "report/matrix.h"

/* Whether the columns are of one subject and version, and differ by their targets alone. */
bool matrix_is_of_targets(const struct matrix *matrix);

/* Two tables in Markdown: a row for each target with its version and counts; then, of the recipes
 * and targets of which not every case passes, how many do not. */
void matrix_targets_to_markdown(const struct matrix *matrix, struct text *out);

#endif
