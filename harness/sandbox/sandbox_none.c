/* Where the system has no namespaces (or none that we know): a process, a scratch directory,
 * limits. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "sandbox/sandbox_keeper.h"
#include "sandbox/sandbox_plain.h"

enum err_code sandbox_probe(struct sandbox_plan *plan, enum tier at_most,
                            bool (*may_capture)(const char *, struct err *), struct err *err) {
  (void)err;
  plain_plan(plan, at_most, may_capture, "a network of each case's own needs Linux");
  return ERR_OK;
}

static int run(const struct keeper *keeper, sandbox_main main_function, void *context,
               const struct sandbox_plan *plan, const struct sandbox_options *options) {
  struct sandbox sandbox = {
      .plan = *plan,
      .remote = options->remote,
      .has_ipv6 = true,
      .subject_uid = geteuid() == 0 ? PLAIN_ORDINARY_UID : 0,
  };
  struct err err;
  if (plain_make_scratch(&sandbox, &err) != ERR_OK) return main_function(context, NULL, &err);
  const int status = keeper_keep(keeper, &sandbox, main_function, context);
  plain_remove_scratch(&sandbox);
  return status;
}

enum err_code sandbox_spawn(const struct sandbox_plan *plan, const struct sandbox_options *options,
                            sandbox_main main_function, void *context,
                            struct sandbox_process *process, struct err *err) {
  if (plan->kind != SANDBOX_NONE || (options->etc != NULL && options->etc->name != NULL))
    return err_set(err, ERR_UNAVAILABLE, "this system has no private sandboxes: it needs Linux");
  struct keeper keeper;
  if (!keeper_prepare(&keeper))
    return err_set_errno(err, errno, "a worker process cannot be started");
  fflush(NULL);
  const pid_t pid = fork();
  const int reason = errno;
  if (pid == 0) {
    const int status = run(&keeper, main_function, context, plan, options);
    fflush(NULL);
    _exit(status);
  }
  keeper_let_go(&keeper);
  if (pid < 0) return err_set_errno(err, reason, "a worker process cannot be started");
  *process = (struct sandbox_process){.pid = pid, .pidfd = -1, .end_signal = SIGTERM};
  return ERR_OK;
}

enum err_code sandbox_set_etc(const struct sandbox *sandbox, const struct sandbox_file *files,
                              struct err *err) {
  (void)sandbox;
  if (files == NULL || files->name == NULL) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE, "an /etc/%s of the case's own needs a private sandbox",
                 files->name);
}

enum err_code sandbox_set_host_name(const struct sandbox *sandbox, const char *name,
                                    struct err *err) {
  (void)sandbox;
  return err_set(err, ERR_UNAVAILABLE,
                 "the host name \"%s\" needs a private sandbox: Linux has them", name);
}

bool sandbox_change_host_name(const struct sandbox *sandbox, const char *name, size_t len) {
  (void)sandbox;
  (void)name;
  (void)len;
  errno = EPERM;
  return false;
}

enum err_code sandbox_turn_off_ipv6(const struct sandbox *sandbox, struct err *err) {
  (void)sandbox;
  return err_set(err, ERR_UNAVAILABLE, "a host without IPv6 needs a private sandbox");
}

bool sandbox_keep_port(const struct sandbox *sandbox, uint16_t port) {
  (void)sandbox;
  (void)port;
  return false;
}

bool sandbox_confine(const struct sandbox *sandbox, const struct sandbox_limits *limits,
                     const char **what) {
  if (!plain_leave_session(limits, what)) return false;
  keeper_note_group();
  if (sandbox->subject_uid != 0 && !plain_become(sandbox->subject_uid, what)) return false;
  *what = "changing to the scratch directory";
  return chdir(sandbox->scratch) == 0 && plain_limit(limits, 0, what);
}

unsigned sandbox_kill_all(const struct sandbox *sandbox, pid_t group) {
  (void)sandbox;
  unsigned killed = 0;
  if (group <= 1) return 0;
  int status;
  while (waitpid(-group, &status, WNOHANG) > 0) {
  }
  kill(-group, SIGKILL);
  while (waitpid(-group, &status, 0) > 0) {
    killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }
  keeper_forget_group(group);
  return killed;
}
