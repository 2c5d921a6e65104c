/* What every client that is told its host and its port must make of arguments. The recipe's profile
 * has the variants "options", with {options...} behind host and port, and "bare", with no argument
 * at all, and the observation `usage`. */
#ifndef SOCKPROOF_CASES_COMMON_CLIENT_ARGUMENTS_H
#define SOCKPROOF_CASES_COMMON_CLIENT_ARGUMENTS_H

#include "run/catalogue/case.h"

extern const struct case_table client_argument_cases;

#endif
