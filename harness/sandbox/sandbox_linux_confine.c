/* How a process of the sandbox becomes a subject: it loses all rights, and gets limits. All of this
 * runs between fork and exec: no allocation, no stdio. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox_keeper.h"
#include "sandbox/sandbox_linux.h"
#include "sandbox/sandbox_plain.h"

bool proc_write(const char *path, const char *text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const size_t len = strlen(text);
  const ssize_t written = write(fd, text, len);
  const int reason = errno;
  close(fd);
  errno = reason;
  return written == (ssize_t)len;
}

/* A user namespace and a mount namespace of the subject's own, in which it is one user: `map` says
 * who, and who that is in the sandbox. */
static bool enter_user_namespace(const char *map, const char **what) {
  *what = "making a user namespace for the subject";
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  *what = "becoming the user of the subject's namespace";
  return proc_write("/proc/self/setgroups", "deny") && proc_write("/proc/self/uid_map", map) &&
         proc_write("/proc/self/gid_map", map);
}

/* What a process may say to its namespace in /proc, only its own user may, and only as long as it
 * is no secret what it was before. It is this process's memory until exec, and nobody else runs as
 * that user here. */
static bool become_mapped_user(const struct sandbox *sandbox, const char **what) {
  if (!plain_become(sandbox->subject_uid, what)) return false;
  *what = "opening the subject's files of /proc to itself";
  return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

/* In its own user namespace it is called root, and there is nothing else in there: no capability
 * comes of it, as the bounding set is emptied before it is executed. */
static bool become_root_of_nothing(const struct sandbox *sandbox, const char **what) {
  _Static_assert(MAPPED_UID == 1000, "the second map is made of it");
  if (sandbox->subject_uid == 0) return enter_user_namespace("0 0 1", what);
  return become_mapped_user(sandbox, what) && enter_user_namespace("0 1000 1", what);
}

static bool drop_bounding_set(const char **what) {
  enum { CAPABILITIES_MAX = 64 };
  *what = "dropping capabilities";
  for (unsigned long capability = 0; capability < CAPABILITIES_MAX; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
      return errno == EINVAL; /* the first that this kernel does not know */
    }
  }
  return true;
}

static bool drop_capabilities(const char **what) {
  *what = "giving up capabilities";
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
    return false;
  if (syscall(SYS_capset, &header, none) != 0) return false;
  *what = "setting no_new_privs";
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* With private mounts. Where the harness is root, the subject changes to a uid that owns nothing:
 * root's own uid could write to devices and to the kernel's settings without any capability. Else
 * it is uid 1000 in a user namespace of its own, with the rights over files of the user who started
 * the harness, and none over the sandbox. */
static bool confine_privately(const struct sandbox *sandbox, const struct sandbox_limits *limits,
                              const char **what) {
  const bool in_user_namespace = limits->as_root || sandbox->subject_uid == 0;
  if (limits->as_root) {
    if (!become_root_of_nothing(sandbox, what)) return false;
  } else if (sandbox->subject_uid == 0) {
    if (!enter_user_namespace("1000 0 1", what)) return false;
  } else {
    *what = "making mounts of the subject's own";
    if (unshare(CLONE_NEWNS) != 0) return false;
  }
  if (!readonly_but(sandbox->scratch, what) || (limits->maps_ids && !readonly_but_ids(what)) ||
      !drop_bounding_set(what))
    return false;
  return in_user_namespace || plain_become(sandbox->subject_uid, what);
}

/* Without namespaces, root can still give up everything; an ordinary user has nothing to give up.
 */
static bool confine_plainly(const struct sandbox *sandbox, const char **what) {
  if (sandbox->subject_uid == 0) return true;
  /* A container's root may lack the right to drop: then the uid alone has to do. */
  return (drop_bounding_set(what) || errno == EPERM) && plain_become(sandbox->subject_uid, what);
}

/* A uid that other sandboxes use too is counted for all of them together. */
static unsigned process_limit(const struct sandbox *sandbox, unsigned processes) {
  enum { SANDBOXES_AT_ONCE = 64 };
  switch (sandbox->plan.kind) {
    case SANDBOX_USER_NAMESPACE:
      return processes;
    case SANDBOX_ROOT:
      return processes * SANDBOXES_AT_ONCE;
    case SANDBOX_NONE:
      break;
  }
  return 0;
}

bool sandbox_confine(const struct sandbox *sandbox, const struct sandbox_limits *limits,
                     const char **what) {
  if (!plain_leave_session(limits, what)) return false;
  keeper_note_group();
  *what = "entering the subject's own network";
  if (limits->far && !veth_enter(sandbox->far_network)) return false;
  const bool confined = sandbox->plan.kind == SANDBOX_NONE
                            ? confine_plainly(sandbox, what)
                            : confine_privately(sandbox, limits, what);
  if (!confined || !drop_capabilities(what)) return false;
  /* Changing the uid forgets this, so it comes after; in a PID namespace it is not needed, as all
   * die with PID 1. */
  *what = "tying the subject's life to the worker's";
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  *what = "changing to the scratch directory";
  if (chdir(sandbox->scratch) != 0) return false;
  return plain_limit(limits, process_limit(sandbox, limits->processes), what);
}
