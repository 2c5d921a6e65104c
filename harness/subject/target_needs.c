/* What a target needs of this host before anything is built for it. */
#include "base/descriptor.h"
#include "subject/subject.h"
#include "subject/target.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* POSIX leaves it to the program. NOLINTNEXTLINE(readability-redundant-declaration) */
extern char **environ;

static enum err_code is_missing(const struct target *target, const char *what, const char *advice,
                                struct err *err) {
  return err_set(err, ERR_UNAVAILABLE, "the target %s needs %s, which is not installed%s%s%s",
                 target->name, what,
                 target->packages[0] == '\0' ? "" : "; its Debian packages are ", target->packages,
                 advice);
}

static enum err_code check_program(const struct target *target, const char *program,
                                   const char *advice, struct err *err) {
  char path[PATH_MAX];
  struct err why;
  if (subject_find_program(program, path, sizeof path, &why) == ERR_OK) return ERR_OK;
  return is_missing(target, program, advice, err);
}

static enum err_code check_compiler(const struct target *target, struct err *err) {
  if (target->compiler == NULL) return ERR_OK;
  const bool has_options = strchr(target->compiler, ' ') != NULL;
  return check_program(
      target, target->compiler,
      has_options ? "; options of its compiler stand in flags and link, not behind its name" : "",
      err);
}

static pid_t start_with_output(const char *const *argv, int output) {
  pid_t child = -1;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  /* posix_spawnp does not change the words; its type is older than const. */
  if (posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ) != 0)
    child = -1;
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

/* All that fits of what the program prints; nothing where it cannot be started. */
static void read_output(const char *const *argv, char *output, size_t max) {
  size_t len = 0;
  int ends[2];
  output[0] = '\0';
  if (pipe(ends) != 0 || !descriptor_own_pair(ends, DESCRIPTOR_WAITS)) return;
  const pid_t child = start_with_output(argv, ends[1]);
  close(ends[1]);
  while (child > 0 && len + 1 < max) {
    const ssize_t got = read(ends[0], output + len, max - 1 - len);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    len += (size_t)got;
  }
  output[len] = '\0';
  close(ends[0]);
  while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    /* again */
  }
}

/* A compiler that does not know where a file is gives back its bare name. */
static bool is_there(const struct target *target, const char *file, struct arena *arena) {
  if (file[0] == '/') return access(file, F_OK) == 0;
  const char *compiler = target->compiler == NULL ? "cc" : target->compiler;
  const char *question = arena_format(arena, "-print-file-name=%s", file);
  const char *const argv[] = {compiler, question, NULL};
  char path[PATH_MAX] = "";
  if (question != NULL) read_output(argv, path, sizeof path);
  path[strcspn(path, "\r\n")] = '\0';
  return path[0] == '/' && access(path, F_OK) == 0;
}

enum err_code target_check_needs(const struct target *target, struct arena *arena,
                                 struct err *err) {
  enum err_code code = ERR_OK;
  for (size_t i = 0; code == ERR_OK && target->programs[i] != NULL; i++)
    code = check_program(target, target->programs[i], "", err);
  if (code == ERR_OK) code = check_compiler(target, err);
  for (size_t i = 0; code == ERR_OK && target->files[i] != NULL; i++) {
    if (!is_there(target, target->files[i], arena))
      code = is_missing(target, target->files[i], "", err);
  }
  return code;
}
