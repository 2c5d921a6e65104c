/* Where the running program's own file lies: what belongs to it lies beside it. One file a system
 * implements this. */
#ifndef SOCKPROOF_BASE_PROGRAM_PATH_H
#define SOCKPROOF_BASE_PROGRAM_PATH_H

#include "base/err.h"

#include <limits.h>
#include <stdbool.h>

/* Its absolute path, without symbolic links. `called` is argv[0], which the systems need that do
 * not say it themselves: a path, or a name that is looked for in PATH. False with errno. */
bool program_path(const char *called, char path[static PATH_MAX]) MUST_USE;

#endif
