/* The seccomp filter: every call goes on, but those that are supervised wait for an answer. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "subject/supervisor_linux.h"

const char *const supervised_names[] = {
    "listen",   "bind",          "clock_settime",   "clock_settime64", "settimeofday",
    "adjtimex", "clock_adjtime", "clock_adjtime64", "stime",           "sethostname",
    NULL,
};

struct supervisor_filter {
  struct sock_fprog program;
  struct sock_filter instructions[];
};

/* The 32-bit architecture whose programs a 64-bit kernel also runs. */
static const struct {
  uint32_t native, compatible;
} architectures[] = {
    {SCMP_ARCH_X86_64, SCMP_ARCH_X86},  {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM},
    {SCMP_ARCH_PPC64, SCMP_ARCH_PPC},   {SCMP_ARCH_S390X, SCMP_ARCH_S390},
    {SCMP_ARCH_MIPS64, SCMP_ARCH_MIPS}, {SCMP_ARCH_MIPSEL64, SCMP_ARCH_MIPSEL},
};

/* Who is root begins by giving up groups, or may end where that fails. A user namespace that an
 * ordinary user made refuses it for ever (user_namespaces(7)), so it succeeds without being done:
 * there is no group to give up. */
static int add_rules_of_root(scmp_filter_ctx filter) {
  const char *const names[] = {"setgroups", "setgroups32"};
  int status = 0;
  for (size_t i = 0; status == 0 && i < sizeof names / sizeof names[0]; i++) {
    const int number = seccomp_syscall_resolve_name(names[i]);
    if (number != __NR_SCMP_ERROR) status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(0), number, 0);
  }
  return status;
}

static int add_rules(scmp_filter_ctx filter, bool as_root) {
  const uint32_t native = seccomp_arch_native();
  int status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  for (size_t i = 0; status == 0 && i < sizeof architectures / sizeof architectures[0]; i++) {
    if (architectures[i].native == native)
      status = seccomp_arch_add(filter, architectures[i].compatible);
  }
  for (size_t i = 0; status == 0 && supervised_names[i] != NULL; i++) {
    /* A call that an architecture does not have is passed over by the library. */
    const int number = seccomp_syscall_resolve_name(supervised_names[i]);
    if (number != __NR_SCMP_ERROR) status = seccomp_rule_add(filter, SCMP_ACT_NOTIFY, number, 0);
  }
  return status == 0 && as_root ? add_rules_of_root(filter) : status;
}

/* The library gives its program to a descriptor only. */
static struct supervisor_filter *read_back(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return NULL;
  const size_t len = (size_t)status.st_size;
  struct supervisor_filter *filter = calloc(1, sizeof *filter + len);
  if (filter == NULL) return NULL;
  if (pread(fd, filter->instructions, len, 0) != (ssize_t)len) {
    free(filter);
    return NULL;
  }
  filter->program.len = (unsigned short)(len / sizeof filter->instructions[0]);
  filter->program.filter = filter->instructions;
  return filter;
}

bool supervisor_is_there(void) {
  return true;
}

enum err_code supervisor_filter_make(bool as_root, struct supervisor_filter **filter,
                                     struct err *err) {
  *filter = NULL;
  scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
  const int fd = memfd_create("filter", MFD_CLOEXEC);
  int status = context == NULL || fd < 0 ? -ENOMEM : add_rules(context, as_root);
  if (status == 0) status = seccomp_export_bpf(context, fd);
  if (status == 0) *filter = read_back(fd);
  if (fd >= 0) close(fd);
  if (context != NULL) seccomp_release(context);
  if (*filter != NULL) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE,
                 "no supervisor of system calls can be had here (%s): it needs Linux 5.5 or later "
                 "with seccomp user notification",
                 strerror(status != 0 ? -status : ENOMEM));
}

void supervisor_filter_free(struct supervisor_filter *filter) {
  free(filter);
}

bool supervisor_filter_install(const struct supervisor_filter *filter, int *notify_fd) {
  /* Once the supervisor has seen a call, only a fatal signal may interrupt it: else a bind that was
   * done would be done again, and fail. Before Linux 5.19 there is no such flag. */
  const unsigned long flags[] = {
      SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
      SECCOMP_FILTER_FLAG_NEW_LISTENER,
  };
  *notify_fd = -1;
  for (size_t i = 0; *notify_fd < 0 && i < sizeof flags / sizeof flags[0]; i++) {
    *notify_fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags[i], &filter->program);
    if (*notify_fd < 0 && errno != EINVAL) return false;
  }
  return *notify_fd >= 0;
}
