/* What a case judges, as one number: the same while the case asks the same of every subject, so
 * that a change of it can be told (cases/CHANGES). */
#ifndef SOCKPROOF_RUN_CASE_DIGEST_H
#define SOCKPROOF_RUN_CASE_DIGEST_H

#include "run/catalogue/instance.h"
#include "run/catalogue/ledger.h"

enum { CASE_DIGEST_SIZE = 17 };

/* Sixteen hexadecimal digits, of all that a subject meets and is judged by: the case in the words
 * of a case file (run/case_words.h), with the scripts of its fixtures, its family and the
 * requirement's level. Not of its name, nor of what it is about, nor of its golden, which binds the
 * reference alone. It is the same on every system. ERR_INPUT, ERR_LIMIT: there are no words for the
 * case. */
enum err_code case_digest(const struct instance *instance, const struct requirement *requirement,
                          char digest[static CASE_DIGEST_SIZE], struct err *err) MUST_USE;

#endif
