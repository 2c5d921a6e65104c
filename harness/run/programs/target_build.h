/* The recipes, built for a target. */
#ifndef SOCKPROOF_RUN_TARGET_BUILD_H
#define SOCKPROOF_RUN_TARGET_BUILD_H

#include "subject/target.h"

/* What is to be built, and where. */
struct target_place {
  const char *root;      /* the project's folder */
  const char *build_dir; /* the harness's; a target has <build_dir>/targets/<name>/, and
                          * one that has the name of another of the project's, <name>-<digest>/ */
  const char *recipe;    /* of the mutant; NULL: all recipes */
  const char *mutant;    /* NULL: none */
};

/* Brings the programs up to date: `cmake` of cases/ with a toolchain file that says what the target
 * file says, kept as <build_dir>/targets/<name>.cmake. The first time is told on stderr, as it
 * takes a while. *folder, the arena's, is where they lie, each named as its recipe. Two runs that
 * build at once wait for each other. Where the build folder cannot be written to, the programs in
 * it are used as they are. ERR_UNAVAILABLE: it cannot be built; which file says why. */
enum err_code target_build(const struct target *target, const struct target_place *place,
                           struct arena *arena, const char **folder, struct err *err) MUST_USE;

#endif
