/* One case as a dialogue with who writes a profile: what was done, what came of it, and what of it
 * the profile recognised. */
#ifndef SOCKPROOF_RUN_EXPLAIN_CASE_H
#define SOCKPROOF_RUN_EXPLAIN_CASE_H

#include "run/play/case_command.h"
#include "run/verdict/judge.h"

struct explained {
  const struct case_evidence *evidence;
  const struct case_command *command;
  const struct canonical *actual; /* NULL: none could be made */
};

/* Writes it to result->details, and to result->reason what is best done next ("" where all was
 * recognised). A value that the profile's format does not read makes a verdict of pass a fail. */
void explain_case(const struct explained *explained, struct result *result);

#endif
