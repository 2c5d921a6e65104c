/* A step of a build that a run needs first: a program of the build's tools, quiet when it works. */
#ifndef SOCKPROOF_RUN_BUILD_STEP_H
#define SOCKPROOF_RUN_BUILD_STEP_H

#include "base/err.h"

/* Runs argv (NULL-ended, argv[0] looked up on PATH) with its output in the file `log`, which is
 * made anew. ERR_OK: it exited with 0. ERR_UNAVAILABLE: it did not; the sentence says that `what`
 * ("the mutant") could not be built, and names the log. ERR_SYSTEM: it cannot be started. */
enum err_code build_step(const char *const *argv, const char *log, const char *what,
                         struct err *err) MUST_USE;

#endif
