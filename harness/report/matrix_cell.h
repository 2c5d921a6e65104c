/* Text of anybody's making inside a cell of a table in Markdown. */
#ifndef SOCKPROOF_REPORT_MATRIX_CELL_H
#define SOCKPROOF_REPORT_MATRIX_CELL_H

#include "base/text.h"

/* What Markdown or HTML would take for its own is escaped. */
void matrix_cell_append(struct text *out, const char *chars);

#endif
