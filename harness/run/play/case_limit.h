/* How long a case may take: its subject, and the worker that plays it. */
#ifndef SOCKPROOF_RUN_CASE_LIMIT_H
#define SOCKPROOF_RUN_CASE_LIMIT_H

#include "run/play/settings.h"

/* How long a subject without a time of its own may take for the case, in milliseconds. */
unsigned case_limit_ms(const struct case_def *def);

/* What one run of the subject may take before it is killed: the case's patience, or longer where
 * the profile says that the subject needs it; in milliseconds. */
unsigned case_wall_ms(const struct settings *settings, const struct instance *instance);

/* How long a client that never ends by itself has to get what it asked for. */
uint64_t case_daemon_limit_ms(const struct settings *settings, const struct instance *instance);

/* Beyond whatever its subject may take, in all runs: a worker that still plays it hangs. */
uint64_t case_worker_limit_ms(const struct settings *settings, const struct instance *instance);

/* How often the subject is started: 1 at least, CASE_RUNS_MAX at most. */
unsigned case_runs(const struct instance *instance);

#endif
