/* An exception that nobody caught, as the run-time systems of languages tell it: who reads that a
 * program "exited with 1" is told why. */
#ifndef SOCKPROOF_RUN_UNCAUGHT_H
#define SOCKPROOF_RUN_UNCAUGHT_H

#include "subject/subject.h"

enum { UNCAUGHT_MAX = 96 };

/* Whether its standard error tells of one; then `line` is the one line of it that says what it was,
 * made safe to look at, and cut to fit. */
bool uncaught_find(const struct subject_outcome *outcome, char line[static UNCAUGHT_MAX]);

#endif
