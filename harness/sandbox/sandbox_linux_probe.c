/* Which kind of sandbox this host allows, found by making one; and, where it allows none, why. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox_linux.h"
#include "sandbox/sandbox_plain.h"

/* The number in a file of /proc; `otherwise` where it is not there. */
static long setting(const char *path, long otherwise) {
  char text[32] = "";
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return otherwise;
  const ssize_t len = read(fd, text, sizeof text - 1);
  close(fd);
  return len > 0 ? strtol(text, NULL, 10) : otherwise;
}

/* A container's filter on system calls is the usual reason where no sysctl denies. */
static bool has_seccomp_filter(void) {
  char line[256];
  bool found = false;
  FILE *status = fopen("/proc/self/status", "re");
  if (status == NULL) return false;
  while (!found && fgets(line, sizeof line, status) != NULL) {
    found = strncmp(line, "Seccomp:\t2", 10) == 0;
  }
  fclose(status);
  return found;
}

const char *denial_reason(int errno_value, char *buffer, size_t buffer_len) {
  const char *reason = "run it as an ordinary user of the host, or as root";
  if (setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) != 0 && geteuid() != 0) {
    reason =
        "AppArmor denies user namespaces; sysctl kernel.apparmor_restrict_unprivileged_userns=0 "
        "allows them, and so does root";
  } else if (setting("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0 && geteuid() != 0) {
    reason =
        "user namespaces are off; sysctl kernel.unprivileged_userns_clone=1 allows them, and so "
        "does root";
  } else if (setting("/proc/sys/user/max_user_namespaces", 1) == 0 || errno_value == ENOSPC ||
             errno_value == EUSERS) {
    reason = "too many namespaces; a larger sysctl user.max_user_namespaces allows them";
  } else if (errno_value == ENOSYS || errno_value == EINVAL) {
    reason = "this kernel was built without namespaces (CONFIG_USER_NS, CONFIG_NET_NS)";
  } else if (has_seccomp_filter()) {
    reason =
        "a container's seccomp profile denies namespaces; docker run --security-opt "
        "seccomp=unconfined --cap-add SYS_ADMIN allows them";
  }
  snprintf(buffer, buffer_len, "%s (%s)", reason, strerror(errno_value));
  return buffer;
}

struct trial {
  int answer; /* the error's text is written here; nothing on success */
  bool (*may_capture)(const char *, struct err *);
};

/* Inside of the sandbox that is tried. */
static int try_out(void *context, const struct sandbox *sandbox, const struct err *setup_error) {
  const struct trial *trial = context;
  struct err err = {.code = ERR_OK};
  if (sandbox == NULL) {
    err = *setup_error;
  } else if (sandbox->plan.kind == SANDBOX_ROOT && !trial->may_capture("lo", &err)) {
    /* In a user namespace of one's own the right is there; a container's root may lack it. */
    err.code = ERR_UNAVAILABLE;
  }
  if (err.code == ERR_OK) return 0;
  return send(trial->answer, err.text, strlen(err.text), MSG_NOSIGNAL) < 0 ? 2 : 1;
}

static enum err_code try_kind(enum sandbox_kind kind,
                              bool (*may_capture)(const char *, struct err *), struct err *err) {
  const struct sandbox_plan plan = {.kind = kind, .tier = TIER_CAPTURE_PRIVATE};
  const struct sandbox_options options = {.host_name = "probe"};
  int answer[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, answer) != 0)
    return err_set_errno(err, errno, "what this host allows cannot be found out");
  struct trial trial = {.answer = answer[1], .may_capture = may_capture};
  struct sandbox_process process;
  const enum err_code code = sandbox_spawn(&plan, &options, try_out, &trial, &process, err);
  close(answer[1]);
  if (code != ERR_OK) {
    close(answer[0]);
    return code;
  }
  char text[ERR_TEXT_MAX] = "";
  const ssize_t len = recv(answer[0], text, sizeof text - 1, 0);
  close(answer[0]);
  int status = 0;
  while (waitpid(process.pid, &status, 0) < 0 && errno == EINTR) {
    /* again */
  }
  if (process.pidfd >= 0) close(process.pidfd);
  if (len <= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE, "%s",
                 len > 0 ? text : "a process in new namespaces ended at once");
}

enum err_code sandbox_probe(struct sandbox_plan *plan, enum tier at_most,
                            bool (*may_capture)(const char *, struct err *), struct err *err) {
  *plan = (struct sandbox_plan){.kind = SANDBOX_NONE};
  if (at_most < TIER_CAPTURE_PRIVATE) {
    plain_plan(plan, at_most, may_capture, "a better tier was not asked for");
    return ERR_OK;
  }
  plan->tier = TIER_CAPTURE_PRIVATE;
  struct err denied;
  enum err_code code = try_kind(SANDBOX_USER_NAMESPACE, may_capture, &denied);
  if (code == ERR_OK) {
    plan->kind = SANDBOX_USER_NAMESPACE;
    snprintf(plan->sentence, sizeof plan->sentence,
             "capture-private: each case has a network, names and processes of its own");
    return ERR_OK;
  }
  if (code == ERR_USAGE) return err_set(err, code, "%s", denied.text);
  if (geteuid() == 0 && try_kind(SANDBOX_ROOT, may_capture, err) == ERR_OK) {
    plan->kind = SANDBOX_ROOT;
    snprintf(plan->sentence, sizeof plan->sentence,
             "capture-private: each case has a network, names and processes of its own, made as "
             "root and without user namespaces");
    return ERR_OK;
  }
  plain_plan(plan, at_most, may_capture, denied.text);
  return ERR_OK;
}
