/* Where a process has no descriptor: SIGCHLD, which wakes the loop by a pipe of each watch. Not
 * libuv's own signals: their pipe is the whole process's, and a worker closes what it inherits. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "subject/process.h"

enum { WATCHES_MAX = 8 }; /* a case has one subject and a peer or two */

struct process_end {
  uv_poll_t poll;
  pid_t pid;
  int ends[2]; /* of its pipe */
  size_t place;
  void (*ended)(void *context);
  void *context;
};

/* Where the handler writes; 0: the place is free. */
static volatile sig_atomic_t wake_fds[WATCHES_MAX];

static void on_signal(int number) {
  (void)number;
  const int reason = errno;
  for (size_t i = 0; i < WATCHES_MAX; i++) {
    /* Where the pipe is full, it is readable already. */
    if (wake_fds[i] != 0 && write(wake_fds[i], "", 1) < 0) continue;
  }
  errno = reason;
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  const struct process_end *watch = poll->data;
  char drained[64];
  while (read(watch->ends[0], drained, sizeof drained) > 0) {
  }
  siginfo_t info = {.si_pid = 0};
  if (waitid(P_PID, (id_t)watch->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid != watch->pid)
    return; /* another child */
  uv_poll_stop(poll);
  watch->ended(watch->context);
}

static void on_closed(uv_handle_t *handle) {
  free(handle->data);
}

static bool take_place(struct process_end *watch) {
  while (watch->place < WATCHES_MAX && wake_fds[watch->place] != 0)
    watch->place++;
  if (watch->place == WATCHES_MAX) {
    errno = EMFILE;
    return false;
  }
  wake_fds[watch->place] = watch->ends[1];
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  if (sigaction(SIGCHLD, &action, NULL) == 0) return true;
  wake_fds[watch->place] = 0;
  return false;
}

static enum err_code refuse(struct process_end *watch, int reason, struct err *err) {
  if (watch != NULL && watch->ends[0] != 0) {
    close(watch->ends[0]);
    close(watch->ends[1]);
  }
  free(watch);
  return err_set_errno(err, reason, "the subject's end cannot be awaited");
}

enum err_code process_end_watch(uv_loop_t *loop, pid_t pid, void (*ended)(void *context),
                                void *context, struct process_end **watch, struct err *err) {
  *watch = NULL;
  struct process_end *made = calloc(1, sizeof *made);
  if (made == NULL) return refuse(made, errno, err);
  made->pid = pid;
  made->ended = ended;
  made->context = context;
  made->poll.data = made;
  if (pipe(made->ends) != 0 || !descriptor_own_pair(made->ends, DESCRIPTOR_NEVER_WAITS)) {
    made->ends[0] = 0;
    return refuse(made, errno, err);
  }
  int status = uv_poll_init(loop, &made->poll, made->ends[0]);
  if (status != 0) return refuse(made, -status, err);
  *watch = made;
  status = uv_poll_start(&made->poll, UV_READABLE, on_readable);
  if (status != 0) return err_set_errno(err, -status, "the subject's end cannot be awaited");
  if (!take_place(made)) return err_set_errno(err, errno, "the subject's end cannot be awaited");
  raise(SIGCHLD); /* it may have ended before the handler was there */
  return ERR_OK;
}

void process_end_close(struct process_end *watch) {
  if (watch == NULL) return;
  if (watch->place < WATCHES_MAX && wake_fds[watch->place] == watch->ends[1])
    wake_fds[watch->place] = 0;
  uv_poll_stop(&watch->poll);
  close(watch->ends[0]);
  close(watch->ends[1]);
  uv_close((uv_handle_t *)&watch->poll, on_closed);
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

unsigned process_cpus(void) {
  const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  return cpus > 0 ? (unsigned)cpus : 1;
}

int64_t process_idle_ms(void) {
  uv_cpu_info_t *list;
  int count;
  if (uv_cpu_info(&list, &count) != 0) return -1;
  uint64_t idle_ms = 0;
  for (int i = 0; i < count; i++)
    idle_ms += list[i].cpu_times.idle;
  uv_free_cpu_info(list, count);
  return (int64_t)idle_ms;
}

void process_close_range(int first, int last) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  for (int fd = first; fd <= last && (rlim_t)fd < limit.rlim_cur; fd++) {
    close(fd);
  }
}
