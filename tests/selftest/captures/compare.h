/* Two captures, compared in both ways: as whole canonical forms, and as files by their outlines. */
#ifndef SOCKPROOF_TESTS_CAPTURES_COMPARE_H
#define SOCKPROOF_TESTS_CAPTURES_COMPARE_H

#include "format.h"
#include "trace/canonical.h"

#include <stdbool.h>

/* A folder for two files, for as long as the program runs. False: it said why. */
bool compare_begin(void);
void compare_end(void);

struct comparison {
  size_t by_forms, by_outlines; /* hunks */
  struct text told;             /* what differs, for a person; the caller frees it */
};

/* Writes both files and compares them; the head is for the forms alone. False: something could not
 * be compared; it said what. */
bool compare_captures(const struct canonical_head *head, const struct trace *expected,
                      enum format expected_format, const struct trace *actual,
                      enum format actual_format, struct comparison *comparison);

#endif
