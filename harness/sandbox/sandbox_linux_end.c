/* The end of all that runs in a sandbox, but for the worker. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox_keeper.h"
#include "sandbox/sandbox_linux.h"

/* Kills every child of this process, where there is no PID namespace: what a dead subject left
 * behind has become one (subreaper). */
static void kill_children(void) {
  char path[64], list[4096];
  snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  const ssize_t len = read(fd, list, sizeof list - 1);
  close(fd);
  if (len <= 0) return;
  list[len] = '\0';
  char *rest = list;
  for (;;) {
    char *end;
    const long pid = strtol(rest, &end, 10);
    if (end == rest || *end != ' ') return; /* the end, or a number that was cut */
    if (pid > 1) kill((pid_t)pid, SIGKILL);
    rest = end;
  }
}

static void kill_once(const struct sandbox *sandbox, pid_t group) {
  if (sandbox->plan.kind != SANDBOX_NONE) {
    kill(-1, SIGKILL);
    return;
  }
  if (group > 1) kill(-group, SIGKILL);
  kill_children();
}

unsigned sandbox_kill_all(const struct sandbox *sandbox, pid_t group) {
  unsigned killed = 0;
  int status;
  /* Outside of a namespace -1 would be every process of the user: never. */
  if (sandbox->plan.kind != SANDBOX_NONE && getpid() != 1) return 0;
  while (waitpid(-1, &status, WNOHANG) > 0) {
    /* These had ended before. */
  }
  for (;;) {
    kill_once(sandbox, group);
    const pid_t ended = waitpid(-1, &status, 0);
    if (ended < 0 && errno != EINTR) break;
    /* The children of those that just died come to this process now: hence again. */
    if (ended > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) killed++;
  }
  keeper_forget_group(group);
  return killed;
}
