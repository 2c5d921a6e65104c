/* What a person should know of a run beside its verdict: what the profile or the program does that
 * a test cannot like. */
#ifndef SOCKPROOF_RUN_CASE_NOTES_H
#define SOCKPROOF_RUN_CASE_NOTES_H

#include "run/check/check.h"

/* Appends a line for each: calls that would set the clock, processes left behind, a signal that was
 * ignored; and where its standard error says so, that it wants a terminal or writes elsewhere. */
void case_notes_append(const struct run_record *run, struct text *notes);

#endif
