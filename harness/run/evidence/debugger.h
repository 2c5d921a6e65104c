/* `run CASE --gdb`: the subject under a debugger, on the terminal of who runs it. */
#ifndef SOCKPROOF_RUN_DEBUGGER_H
#define SOCKPROOF_RUN_DEBUGGER_H

#include "run/command/session.h"

#include <stdio.h>

/* The debugger's exit status where the program did not come to its end: it was never run, a signal
 * ended it, or the session ended before it. */
enum { DEBUGGER_NO_EXIT = 255 };

/* Puts gdb before the subject's command, and lifts the limits. ERR_USAGE: more than one case is
 * chosen, a target or a wrapper is in the way, or there is no gdb. */
enum err_code debugger_place(struct session *session, struct err *err) MUST_USE;

/* This process's again: gdb's end leaves the terminal to nobody. Nothing without a terminal. */
void debugger_take_back_terminal(void);

/* What the program printed, to who sits before the debugger. */
void debugger_show(struct span octets);

/* What a verdict is worth under a debugger. */
void debugger_tell(const struct result *result, FILE *out);

#endif
