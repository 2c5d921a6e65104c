/* What a case judges, as one number: the same while the case asks the same of every subject, so
 * that a change of it can be told (cases/CHANGES). */
#ifndef SOCKPROOF_RUN_CASE_DIGEST_H
#define SOCKPROOF_RUN_CASE_DIGEST_H

#include "run/instance.h"
#include "run/ledger.h"

enum { CASE_DIGEST_SIZE = 17 };

/* Sixteen hexadecimal digits, of all that a subject meets and is judged by: requirement and level,
 * network, command, input, files, limits, fixtures and checks. Not of what the case is about in
 * words, nor of its golden, which binds the reference alone. It is the same on every system. False:
 * no memory. */
bool case_digest(const struct instance *instance, const struct requirement *requirement,
                 char digest[static CASE_DIGEST_SIZE]);

#endif
