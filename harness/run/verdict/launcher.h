/* Whether what went wrong may be the fault of what starts a target's programs: an emulator, a line
 * to another machine. */
#ifndef SOCKPROOF_RUN_VERDICT_LAUNCHER_H
#define SOCKPROOF_RUN_VERDICT_LAUNCHER_H

#include "run/verdict/judge.h"

/* True: the result is `broken`, with the reason. The evidence is whole otherwise. */
bool launcher_is_suspect(const struct settings *settings, const struct case_evidence *evidence,
                         struct result *result);

#endif
