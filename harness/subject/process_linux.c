#include "subject/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct process_end {
  uv_poll_t poll;
  int pidfd;
  void (*ended)(void *context);
  void *context;
};

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  const struct process_end *watch = poll->data;
  uv_poll_stop(poll);
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
  made->ended = ended;
  made->context = context;
  made->poll.data = made;
  made->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (made->pidfd < 0 || uv_poll_init(loop, &made->poll, made->pidfd) != 0) {
    const int reason = errno;
    if (made->pidfd >= 0) close(made->pidfd);
    free(made);
    return err_set_errno(err, reason, "the subject's end cannot be awaited");
  }
  *watch = made;
  const int status = uv_poll_start(&made->poll, UV_READABLE, on_readable);
  if (status != 0) return err_set_errno(err, -status, "the subject's end cannot be awaited");
  return ERR_OK;
}

void process_end_close(struct process_end *watch) {
  if (watch == NULL) return;
  uv_poll_stop(&watch->poll);
  close(watch->pidfd);
  uv_close((uv_handle_t *)&watch->poll, on_closed);
}

pid_t process_child_of(pid_t pid) {
  char path[64];
  long child = 0;
  snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
  FILE *children = fopen(path, "re");
  if (children == NULL) return 0;
  /* NOLINTNEXTLINE(cert-err34-c): the kernel wrote the number */
  if (fscanf(children, "%ld", &child) != 1) child = 0;
  fclose(children);
  return (pid_t)child;
}

void process_close_on_exec_from(int first) {
  if (syscall(SYS_close_range, (unsigned)first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  /* Before Linux 5.11: one by one. */
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  for (int fd = first; (rlim_t)fd < limit.rlim_cur; fd++) {
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

unsigned process_cpus(void) {
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (unsigned)CPU_COUNT(&allowed) : 1;
}

/* proc(5): of each processor's line in /proc/stat the fourth number is its idle time, in ticks. */
int64_t process_idle_ms(void) {
  enum { IDLE = 4, LINE_MAX_BYTES = 512 };
  const long ticks_a_second = sysconf(_SC_CLK_TCK);
  cpu_set_t allowed;
  FILE *stat = fopen("/proc/stat", "re");
  if (stat == NULL) return -1;
  int64_t idle_ms = -1;
  char line[LINE_MAX_BYTES];
  while (ticks_a_second > 0 && sched_getaffinity(0, sizeof allowed, &allowed) == 0 &&
         fgets(line, sizeof line, stat) != NULL) {
    /* The line of all together has no number. */
    if (strncmp(line, "cpu", 3) != 0 || line[3] < '0' || line[3] > '9') continue;
    char *at = line + 3;
    const unsigned long cpu = strtoul(at, &at, 10);
    if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &allowed)) continue;
    unsigned long long ticks = 0;
    for (int i = 0; i < IDLE; i++)
      ticks = strtoull(at, &at, 10);
    if (idle_ms < 0) idle_ms = 0;
    idle_ms += (int64_t)(ticks * 1000 / (unsigned long long)ticks_a_second);
  }
  fclose(stat);
  return idle_ms;
}

void process_close_range(int first, int last) {
  if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) == 0) return;
  /* Before Linux 5.9: one by one. */
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  for (int fd = first; fd <= last && (rlim_t)fd < limit.rlim_cur; fd++) {
    close(fd);
  }
}
