#include "subject/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "subject/process.h"

/* What the child says on its way. The parent's memory is a copy of the child's, so that a pointer
 * to static text means the same in both. */
struct report {
  const char *failed; /* NULL: a supervisor's descriptor comes along */
  int errno_value;
};

static const char EXEC[] = "exec";
static const char SUPERVISION[] = "supervision";

union descriptor_message {
  struct cmsghdr header; /* for its alignment */
  char octets[CMSG_SPACE(sizeof(int))];
};

static void report(int to, const char *failed, int notify_fd) {
  struct report report = {.failed = failed, .errno_value = errno};
  struct iovec part = {.iov_base = &report, .iov_len = sizeof report};
  union descriptor_message control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (notify_fd >= 0) {
    message.msg_control = control.octets;
    message.msg_controllen = sizeof control.octets;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof notify_fd);
    memcpy(CMSG_DATA(header), &notify_fd, sizeof notify_fd);
  }
  (void)sendmsg(to, &message, MSG_NOSIGNAL);
}

/* A program starts with every signal at its default and none blocked; SIGPIPE, above all, is
 * ignored in the harness. */
static void reset_signals(void) {
  struct sigaction standard;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++)
    (void)sigaction(number, &standard, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Above all that a subject is given. */
enum { FIRST_FREE = 3 + SUBJECT_DESCRIPTORS_MAX };

/* Descriptors 0 to 2 and those behind them, whatever numbers these have now. */
static bool set_descriptors(const struct launch *launch) {
  int wanted[FIRST_FREE] = {launch->input, launch->out, launch->err};
  const int count = 3 + (int)launch->command->descriptor_count;
  int moved[FIRST_FREE];
  for (int i = 3; i < count; i++)
    wanted[i] = launch->command->descriptors[i - 3];
  for (int i = 0; i < count; i++) {
    moved[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, FIRST_FREE);
    if (moved[i] < 0) return false;
  }
  for (int i = 0; i < count; i++) {
    if (dup2(moved[i], i) < 0) return false;
  }
  return true;
}

static _Noreturn void become_subject(const struct launch *launch, int to_parent) {
  const char *failed = "arranging its standard streams";
  int notify_fd = -1;
  const int to = fcntl(to_parent, F_DUPFD_CLOEXEC, FIRST_FREE);
  reset_signals();
  if (!set_descriptors(launch) || !sandbox_confine(launch->sandbox, launch->limits, &failed)) {
    report(to, failed, -1);
    _exit(1);
  }
  process_close_on_exec_from(3 + (int)launch->command->descriptor_count);
  if (!supervisor_filter_install(launch->filter, &notify_fd)) {
    report(to, SUPERVISION, -1);
    _exit(1);
  }
  report(to, NULL, notify_fd);
  /* The signatures of exec are older than const; it changes nothing. */
  execve(launch->path, (char *const *)(uintptr_t)launch->command->argv,
         (char *const *)(uintptr_t)launch->command->envp);
  report(to, EXEC, -1);
  _exit(1);
}

/* Length of the message; 0 at the end, which exec brings about; -1 with errno. */
static ssize_t receive(int from, struct report *report, int *notify_fd) {
  struct iovec part = {.iov_base = report, .iov_len = sizeof *report};
  union descriptor_message control;
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.octets,
                           .msg_controllen = sizeof control.octets};
  ssize_t len;
  while ((len = recvmsg(from, &message, MSG_WAITALL)) < 0 && errno == EINTR) {
    message.msg_controllen = sizeof control.octets;
  }
  const struct cmsghdr *header = len > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
    memcpy(notify_fd, CMSG_DATA(header), sizeof *notify_fd);
    *notify_fd = descriptor_own(*notify_fd, DESCRIPTOR_WAITS);
  }
  if (len > 0 && (size_t)len < sizeof *report) {
    errno = EPIPE;
    return -1;
  }
  return len;
}

static enum err_code explain(const struct launch *launch, const struct report *report,
                             struct err *err) {
  const char *path = launch->path;
  errno = report->errno_value;
  if (report->failed == SUPERVISION)
    return err_set(err, ERR_UNAVAILABLE,
                   "system calls cannot be supervised here (%s); another supervisor may be there "
                   "already, or a container denies it",
                   strerror(errno));
  if (report->failed != EXEC)
    return err_set_errno(err, errno, "the subject cannot be confined: %s failed", report->failed);
  switch (errno) {
    case EACCES:
      return err_set(
          err, ERR_USAGE,
          "the program %s may not be executed by an ordinary user, as whom it is run; it "
          "and every directory above it must allow that, or name another, as "
          "/usr/bin/python3",
          path);
    case ENOENT:
      return err_set(
          err, ERR_USAGE,
          "the program %s asks for an interpreter that does not exist; look at its first "
          "line, or at its dynamic linker",
          path);
    case ENOEXEC:
      return err_set(err, ERR_USAGE,
                     "the program %s is in no format that this system executes; a script begins "
                     "with #! and its interpreter",
                     path);
    default:
      return err_set_errno(err, errno, "the program %s cannot be executed", path);
  }
}

/* Hears the child out, until exec closes its end. */
static enum err_code await_exec(const struct launch *launch, int from, int *notify_fd,
                                struct err *err) {
  enum { SECONDS = 20 };
  const struct timeval patience = {.tv_sec = SECONDS};
  (void)setsockopt(from, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  bool ready = false;
  for (;;) {
    struct report report = {.failed = NULL};
    const ssize_t len = receive(from, &report, notify_fd);
    if (len < 0) return err_set_errno(err, errno, "the program %s does not start", launch->path);
    if (len == 0 && ready) return ERR_OK;
    if (len == 0)
      return err_set(err, ERR_SYSTEM, "the program %s was killed before it started", launch->path);
    if (report.failed != NULL) return explain(launch, &report, err);
    ready = true;
  }
}

static enum err_code start_child(const struct launch *launch, const int ends[2], pid_t *pid,
                                 struct err *err) {
  sigset_t all, before;
  sigfillset(&all);
  /* No handler of the harness's may run in the child, on what is still a copy of its state. */
  sigprocmask(SIG_SETMASK, &all, &before);
  *pid = fork();
  if (*pid == 0) become_subject(launch, ends[1]);
  const int reason = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  return *pid > 0 ? ERR_OK : err_set_errno(err, reason, "no process can be made for the subject");
}

enum err_code launch_subject(const struct launch *launch, pid_t *pid, int *notify_fd,
                             struct err *err) {
  int ends[2];
  *notify_fd = -1;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 ||
      !descriptor_own_pair(ends, DESCRIPTOR_WAITS))
    return err_set_errno(err, errno, "no process can be made for the subject");
  enum err_code code = start_child(launch, ends, pid, err);
  close(ends[1]);
  if (code == ERR_OK) {
    code = await_exec(launch, ends[0], notify_fd, err);
    if (code != ERR_OK) {
      kill(*pid, SIGKILL);
      waitpid(*pid, NULL, 0);
    }
  }
  close(ends[0]);
  if (code != ERR_OK && *notify_fd >= 0) {
    close(*notify_fd);
    *notify_fd = -1;
  }
  return code;
}
