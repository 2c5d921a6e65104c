/* The one mutant that is asked for is built by the project's own build folder, when it is needed:
 * hundreds of programs that most people never run are no part of what ./run builds. */
#include "run/programs/build_step.h"
#include "run/programs/mutant.h"

#include <stdio.h>
#include <unistd.h>

enum err_code mutant_build(const char *build_dir, const char *recipe, const char *name,
                           struct arena *arena, const char **folder, struct err *err) {
  *folder = arena_format(arena, "%s/mutants/%s/%s", build_dir, recipe, name);
  const char *program = arena_format(arena, "%s/mutants/%s/%s/%s", build_dir, recipe, name, recipe);
  const char *cache = arena_format(arena, "%s/CMakeCache.txt", build_dir);
  const char *log = arena_format(arena, "%s/mutant-build.log", build_dir);
  const char *target = arena_format(arena, "mutant_%s_%s", recipe, name);
  if (*folder == NULL || program == NULL || cache == NULL || log == NULL || target == NULL) {
    return err_set(err, ERR_LIMIT, "no memory for the mutant");
  }
  if (access(program, X_OK) == 0) return ERR_OK;
  if (access(cache, R_OK) != 0) {
    return err_set(err, ERR_UNAVAILABLE,
                   "the mutant '%s' of %s is not built, and %s is no build folder that could do "
                   "it: 'cmake --build BUILD-FOLDER --target %s' does in one",
                   name, recipe, build_dir, target);
  }
  fprintf(stderr, "building the mutant %s of %s\n", name, recipe);
  const char *const argv[] = {"cmake", "--build", build_dir, "--target", target, NULL};
  return build_step(argv, log, "the mutant", err);
}
