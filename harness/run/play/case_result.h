/* The result of an instance before it has been judged: its names, level, tier, and the command that
 * runs it again. */
#ifndef SOCKPROOF_RUN_CASE_RESULT_H
#define SOCKPROOF_RUN_CASE_RESULT_H

#include "report/result.h"
#include "run/play/settings.h"

/* A pass with no words; the caller owns it. NULL: no memory. */
struct result *case_result_create(const struct settings *settings,
                                  const struct instance *instance) MUST_USE;

#endif
