/* A sandbox without walls, for systems and hosts that have no namespaces to give: a process with a
 * scratch directory, limits and a group of its own. Plain POSIX. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_PLAIN_H
#define SOCKPROOF_SANDBOX_SANDBOX_PLAIN_H

#include "sandbox/sandbox.h"

/* The plan without namespaces: capture-shared if `may_capture` says so and at_most allows it, else
 * fixture-log. `because` says why there is nothing better; it goes into the sentence. */
void plain_plan(struct sandbox_plan *plan, enum tier at_most,
                bool (*may_capture)(const char *, struct err *), const char *because);

/* Makes and removes the scratch directory, below TMPDIR. */
enum err_code plain_make_scratch(struct sandbox *sandbox, struct err *err) MUST_USE;
void plain_remove_scratch(const struct sandbox *sandbox);

/* The uid that a subject gets where the harness is root: "nobody" on every system that has one. */
enum { PLAIN_ORDINARY_UID = 65534 };

/* Steps of sandbox_confine; async-signal-safe. */
bool plain_leave_session(const struct sandbox_limits *limits, const char **what) MUST_USE;
bool plain_become(uid_t uid, const char **what) MUST_USE;
bool plain_limit(const struct sandbox_limits *limits, unsigned processes,
                 const char **what) MUST_USE;

#endif
