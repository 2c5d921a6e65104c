/* Where no PID namespace ends what a worker has started: a process between the worker and its
 * caller, which ends all of it when the worker has ended, when it is told to (SIGTERM, SIGINT,
 * SIGHUP, SIGQUIT), and when the caller is gone, however it went. Plain POSIX. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_KEEPER_H
#define SOCKPROOF_SANDBOX_SANDBOX_KEEPER_H

#include "sandbox/sandbox.h"

#include <signal.h>

struct keeper {
  int lifeline;  /* readable when the caller has ended; one for all keepers of a process */
  sigset_t mask; /* of signals, before */
};

/* In the caller, before it forks the keeper: from here on no signal is handled, so that none meets
 * the caller's handlers in the keeper. False with errno: nothing has changed. */
bool keeper_prepare(struct keeper *keeper) MUST_USE;
void keeper_let_go(const struct keeper *keeper); /* in the caller, after the fork */

/* In the forked process, which becomes the keeper: runs the worker's `main_function` in a child,
 * and returns when that, and all that it noted, has ended: the worker's exit status, or 128 and the
 * signal that ended it. */
int keeper_keep(const struct keeper *keeper, const struct sandbox *sandbox,
                sandbox_main main_function, void *context);

/* In a child of the worker's, which leads a process group: that group is to end with the worker.
 * Async-signal-safe; nothing is done where there is no keeper. */
void keeper_note_group(void);
/* In the worker: the group has ended, and its number may be another's soon. */
void keeper_forget_group(pid_t group);

#endif
