/* Whether a target's launcher starts programs at all: an emulator that lacks a library says so on
 * standard error and exits otherwise than 0, which is just what many a case asks of its subject. */
#ifndef SOCKPROOF_RUN_TRIAL_H
#define SOCKPROOF_RUN_TRIAL_H

#include "run/play/settings.h"

/* Has the launcher start {bin}/trial, whose output and exit are known (subjects/targets/trial.c),
 * in a sandbox as a case's, and writes nothing; there is nothing to do where the target has no
 * launcher. ERR_USAGE: something else came of it, and the sentence says what. A launcher that can
 * say that it started nothing (broken-exit), and does, is left to do so of each case. */
enum err_code trial_run(const struct settings *settings, struct err *err) MUST_USE;

#endif
