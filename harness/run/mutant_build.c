/* The one mutant that is asked for is built by the project's own build folder, when it is needed:
 * hundreds of programs that most people never run are no part of what ./run builds. */
#include "run/mutant.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs the command with its output in a file. ERR_OK: it exited with 0. */
static enum err_code run_quietly(char *const *argv, const char *log, struct err *err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC,
                                   0666);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child;
  int reason = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (reason != 0) {
    return err_set_errno(err, reason, "%s, which builds a mutant, cannot be started", argv[0]);
  }
  int status;
  pid_t waited;
  do {
    waited = waitpid(child, &status, 0);
  } while (waited < 0 && errno == EINTR);
  if (waited == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE, "the mutant could not be built; %s says why", log);
}

enum err_code mutant_build(const char *build_dir, const char *recipe, const char *name,
                           struct arena *arena, const char **folder, struct err *err) {
  *folder = arena_format(arena, "%s/mutants/%s/%s", build_dir, recipe, name);
  const char *program = arena_format(arena, "%s/mutants/%s/%s/%s", build_dir, recipe, name, recipe);
  const char *cache = arena_format(arena, "%s/CMakeCache.txt", build_dir);
  const char *log = arena_format(arena, "%s/mutant-build.log", build_dir);
  char *target = arena_format(arena, "mutant_%s_%s", recipe, name);
  char *build = arena_format(arena, "%s", build_dir);
  if (*folder == NULL || program == NULL || cache == NULL || log == NULL || target == NULL ||
      build == NULL) {
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
  char cmake[] = "cmake", do_build[] = "--build", to_target[] = "--target";
  return run_quietly((char *[]){cmake, do_build, build, to_target, target, NULL}, log, err);
}
