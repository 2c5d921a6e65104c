/* Which cases ask the same of a subject, so that what it does in one can be held against what it
 * says in another. */
#ifndef SOCKPROOF_RUN_LIKENESS_H
#define SOCKPROOF_RUN_LIKENESS_H

#include "run/catalogue/instance.h"

/* Whether the subject is started by the same words, on a network and host of the same kind: only
 * what its peer does differs. Such cases need the same of the subject's system, and what the peer
 * will do cannot be known when it starts. */
bool likeness_asks_same(const struct instance *one, const struct instance *other);

/* The recipe's plainest case, on IPv4 where it runs on both. NULL: there is no such recipe. */
const struct instance *likeness_plainest(const struct instance_list *all, const char *recipe);

#endif
