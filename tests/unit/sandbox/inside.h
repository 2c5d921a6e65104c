/* Runs a check inside of a sandbox, or of a subject's process there, and tells what it found. */
#ifndef SOCKPROOF_TESTS_UNIT_SANDBOX_INSIDE_H
#define SOCKPROOF_TESTS_UNIT_SANDBOX_INSIDE_H

#include "sandbox/sandbox.h"

#include <stdbool.h>

/* NULL when all is well, else what is not (static text); errno is shown with it. */
typedef const char *(*inside_check)(const struct sandbox *sandbox);

/* Fails the test unless the check, in a new sandbox of that kind, is content. */
void assert_inside(enum sandbox_kind kind, const struct sandbox_options *options,
                   inside_check check);

/* For checks: forks, confines the child as a subject with these limits, and runs `check` in it. */
const char *inside_subject(const struct sandbox *sandbox, const struct sandbox_limits *limits,
                           inside_check check);

/* Fails the test unless the process ends, within 20 s, with status 0. */
void assert_ends_well(const struct sandbox_process *process);

/* Some of what the kernel does for a process, Valgrind does in its place, and otherwise. */
bool inside_is_under_valgrind(void);

#endif
