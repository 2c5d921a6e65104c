#include "run/programs/build_step.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

/* POSIX leaves it to the program. NOLINTNEXTLINE(readability-redundant-declaration) */
extern char **environ;

enum err_code build_step(const char *const *argv, const char *log, const char *what,
                         struct err *err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC,
                                   0666);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child;
  /* posix_spawnp does not change the words; its type is older than const. */
  int reason =
      posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (reason != 0) {
    return err_set_errno(err, reason, "%s, which builds %s, cannot be started", argv[0], what);
  }
  int status;
  pid_t waited;
  do {
    waited = waitpid(child, &status, 0);
  } while (waited < 0 && errno == EINTR);
  if (waited == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE, "%s could not be built; %s says why", what, log);
}
