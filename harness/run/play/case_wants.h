/* What a case needs of the system on which its subject runs, as a target may lack it. */
#ifndef SOCKPROOF_RUN_CASE_WANTS_H
#define SOCKPROOF_RUN_CASE_WANTS_H

#include "run/catalogue/instance.h"

/* Bits of enum capability: what the case says, what its recipe says, and what follows from the rest
 * of the case, as its family. */
unsigned case_wants(const struct instance *instance);

/* Why the target cannot be put to the case, as a sentence of the arena's; NULL: it can. `target`
 * may be NULL: this host. */
const char *case_target_lacks(const struct target *target, const struct instance *instance,
                              struct arena *arena);

#endif
