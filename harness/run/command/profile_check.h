/* What is wrong with a profile, or a target, by the catalogue of recipes, which its file alone does
 * not show. */
#ifndef SOCKPROOF_RUN_PROFILE_CHECK_H
#define SOCKPROOF_RUN_PROFILE_CHECK_H

#include "run/command/session.h"

/* ERR_USAGE names file and line: a section that is no recipe's, a daemon without a word of when it
 * succeeds, a script that is looked for elsewhere. */
enum err_code profile_check(const struct catalogue *catalogue, const struct profile *profile,
                            struct err *err) MUST_USE;

/* ERR_USAGE names file and line: a target is without something that is no recipe. */
enum err_code profile_check_target(const struct catalogue *catalogue, const struct target *target,
                                   struct err *err) MUST_USE;

#endif
