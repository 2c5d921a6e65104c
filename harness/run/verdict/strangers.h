/* Where the loopback is not the case's own, somebody else may send to a port of the case, and
 * nothing tells those packets from the subject's: the subject is not blamed then. */
#ifndef SOCKPROOF_RUN_STRANGERS_H
#define SOCKPROOF_RUN_STRANGERS_H

#include "run/verdict/judge.h"

enum { STRANGERS_REASON_MAX = 256 };

/* True where more flows than are due, by the golden or else one for each run of a client, met the
 * case's ports below the tier capture-private; `reason` then says so in a sentence. */
bool strangers_may_be_there(const struct settings *settings, const struct case_evidence *evidence,
                            const struct canonical *actual,
                            char reason[static STRANGERS_REASON_MAX]);

#endif
