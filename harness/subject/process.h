/* What following a child process, and being one, needs of the operating system: one file each
 * implements it. */
#ifndef SOCKPROOF_SUBJECT_PROCESS_H
#define SOCKPROOF_SUBJECT_PROCESS_H

#include "base/err.h"

#include <sys/types.h>
#include <uv.h>

struct process_end;

/* Calls `ended` on the loop when the child has ended; it is not reaped. No SIGCHLD handler where
 * the system has something better. Closed by process_end_close, which frees it on the loop. */
enum err_code process_end_watch(uv_loop_t *loop, pid_t pid, void (*ended)(void *context),
                                void *context, struct process_end **watch,
                                struct err *err) MUST_USE;
void process_end_close(struct process_end *watch); /* NULL is fine */

/* A child of that process; 0: it has none, or this system does not say. */
pid_t process_child_of(pid_t pid);

/* Marks every descriptor from `first` on to be closed by exec. Async-signal-safe. */
void process_close_on_exec_from(int first);

/* How many processors this process may use: 1 at least. */
unsigned process_cpus(void);

/* For how many milliseconds these processors were idle since the system started, altogether; -1:
 * it does not say. */
int64_t process_idle_ms(void);

/* Closes every descriptor from `first` to `last`; INT_MAX as the last one: whatever is open. */
void process_close_range(int first, int last);

#endif
