#include "inside.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* cmocka wants the four above */
#include <cmocka.h>

static int report(const char *complaint) {
  if (complaint == NULL) return 0;
  fprintf(stderr, "inside of the sandbox: %s (%s)\n", complaint, strerror(errno));
  return 1;
}

static int run_check(void *context, const struct sandbox *sandbox, const struct err *setup_error) {
  const inside_check *check = context;
  alarm(20);
  if (sandbox == NULL) {
    fprintf(stderr, "no sandbox: %s\n", setup_error->text);
    return 2;
  }
  return report((*check)(sandbox));
}

void assert_ends_well(const struct sandbox_process *process) {
  int status = 0;
  assert_int_equal(waitpid(process->pid, &status, 0), process->pid);
  if (process->pidfd >= 0) close(process->pidfd);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

void assert_inside(enum sandbox_kind kind, const struct sandbox_options *options,
                   inside_check check) {
  const struct sandbox_plan plan = {.kind = kind, .tier = TIER_CAPTURE_PRIVATE};
  const struct sandbox_options plain = {.host_name = "proof"};
  struct sandbox_process process;
  struct err err;
  if (sandbox_spawn(&plan, options != NULL ? options : &plain, run_check, &check, &process, &err) !=
      ERR_OK)
    fail_msg("%s", err.text);
  assert_ends_well(&process);
}

const char *inside_subject(const struct sandbox *sandbox, const struct sandbox_limits *limits,
                           inside_check check) {
  const pid_t pid = fork();
  if (pid < 0) return "fork";
  if (pid == 0) {
    const char *what = "";
    alarm(20);
    _exit(report(sandbox_confine(sandbox, limits, &what) ? check(sandbox) : what));
  }
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return "waitpid";
  errno = 0;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? NULL : "the subject found a fault";
}

bool inside_is_under_valgrind(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
}
