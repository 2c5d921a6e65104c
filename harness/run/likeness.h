/* Which cases ask the same of a subject, so that what it does in one can be held against what it
 * says in another. */
#ifndef SOCKPROOF_RUN_LIKENESS_H
#define SOCKPROOF_RUN_LIKENESS_H

#include "run/instance.h"

/* Whether the subject is started by the same words, on a network and host of the same kind: only
 * what its peer does differs. Such cases need the same of the subject's system, and what the peer
 * will do cannot be known when it starts. */
bool likeness_asks_same(const struct instance *one, const struct instance *other);

/* The first case of the recipe that asks for nothing special: the plain command, an address in
 * figures, IPv4; where each asks for something, the first of all. NULL: there is no such recipe. */
const struct instance *likeness_plainest(const struct instance_list *all, const char *recipe);

#endif
