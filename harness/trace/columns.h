/* Two canonical forms beside each other, for who wants to see both whole: message by message, with
 * a mark at what the differ tells. */
#ifndef SOCKPROOF_TRACE_COLUMNS_H
#define SOCKPROOF_TRACE_COLUMNS_H

#include "trace/diff.h"

enum { COLUMNS_WIDTH_MIN = 100 }; /* characters; with less, one form stands under the other */

struct columns_options {
  const char *expected_title, *actual_title;
  size_t width; /* characters in a line */
};

/* `result` is of these two forms. Every line is printable ASCII, and no longer than the width where
 * that is 40 or more. Marks: '!' these fields differ, '-' only the first form has it, '+' only the
 * second one. Of very long forms the first part, and how much more there is. */
enum err_code columns_print(const struct diff_result *result, const struct canonical *expected,
                            const struct canonical *actual, const struct columns_options *options,
                            struct text *out, struct err *err) MUST_USE;

#endif
