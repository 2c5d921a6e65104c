/* Whether the harness itself held the subject up: a script stops it for a moment (SIGSTOP), and on
 * a busy host lets it go on much later. It is not blamed for the time then. */
#ifndef SOCKPROOF_RUN_HELD_UP_H
#define SOCKPROOF_RUN_HELD_UP_H

#include "run/verdict/judge.h"

enum { HELD_UP_REASON_MAX = 256 };

/* True where the subject was stopped for far longer than any script of the catalogue means to;
 * `reason` then says so in a sentence. Never of a case from a file, whose script may mean it. */
bool held_up_too_long(const struct case_evidence *evidence, char reason[static HELD_UP_REASON_MAX]);

#endif
