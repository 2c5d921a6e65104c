/* What one run of a subject showed: its observations, and whether it got what it asked for. */
#ifndef SOCKPROOF_RUN_CASE_OBSERVE_H
#define SOCKPROOF_RUN_CASE_OBSERVE_H

#include "run/check/check.h"

/* Fills record->observed and record->success from record->outcome, which may still go on. Success
 * is the `success` pattern; without one exit code 0, and of a daemon, which has no exit of its own,
 * that it set the clock. */
enum err_code case_observe(const struct profile_entry *entry, struct run_record *record,
                           struct err *err) MUST_USE;

#endif
