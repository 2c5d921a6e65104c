/* Where a process has no descriptor: SIGCHLD, through the loop. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "subject/process.h"

struct process_end {
  uv_signal_t signal;
  pid_t pid;
  void (*ended)(void *context);
  void *context;
};

static void on_signal(uv_signal_t *signal, int number) {
  (void)number;
  const struct process_end *watch = signal->data;
  siginfo_t info = {.si_pid = 0};
  if (waitid(P_PID, (id_t)watch->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid != watch->pid)
    return; /* another child */
  uv_signal_stop(signal);
  watch->ended(watch->context);
}

static void on_closed(uv_handle_t *handle) {
  free(handle->data);
}

enum err_code process_end_watch(uv_loop_t *loop, pid_t pid, void (*ended)(void *context),
                                void *context, struct process_end **watch, struct err *err) {
  *watch = NULL;
  struct process_end *made = calloc(1, sizeof *made);
  if (made == NULL) return err_set_errno(err, errno, "the subject's end cannot be awaited");
  *made = (struct process_end){.pid = pid, .ended = ended, .context = context};
  made->signal.data = made;
  int status = uv_signal_init(loop, &made->signal);
  if (status != 0) {
    free(made);
    return err_set_errno(err, -status, "the subject's end cannot be awaited");
  }
  *watch = made;
  status = uv_signal_start(&made->signal, on_signal, SIGCHLD);
  if (status != 0) return err_set_errno(err, -status, "the subject's end cannot be awaited");
  raise(SIGCHLD); /* it may have ended before the handler was there */
  return ERR_OK;
}

void process_end_close(struct process_end *watch) {
  if (watch == NULL) return;
  uv_signal_stop(&watch->signal);
  uv_close((uv_handle_t *)&watch->signal, on_closed);
}

pid_t process_child_of(pid_t pid) {
  (void)pid;
  return 0;
}

void process_close_on_exec_from(int first) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  for (int fd = first; (rlim_t)fd < limit.rlim_cur; fd++) {
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}
