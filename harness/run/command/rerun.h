/* The command line that runs one case again. */
#ifndef SOCKPROOF_RUN_RERUN_H
#define SOCKPROOF_RUN_RERUN_H

#include "base/arena.h"
#include "base/err.h"
#include "run/command/run_options.h"
#include "run/play/settings.h"

/* Sets settings->rerun_prefix and rerun_suffix: what a person types before and behind the id of a
 * case to run it again as `options` did. The texts are the arena's. */
enum err_code rerun_make(const struct run_options *options, struct arena *arena,
                         struct settings *settings, struct err *err);

#endif
