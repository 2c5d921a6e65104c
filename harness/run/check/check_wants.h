/* Which observations an assertion looks at, so that a profile can be told what it lacks. */
#ifndef SOCKPROOF_RUN_CHECK_WANTS_H
#define SOCKPROOF_RUN_CHECK_WANTS_H

#include "run/check/check.h"

enum { CHECK_WANTS_MAX = 2 };

/* Stores the observations without which the check says `unsupported`; returns how many. */
size_t check_wants(const struct check *check, const char *names[CHECK_WANTS_MAX]);

#endif
