/* What a subject may not do, in every kind of sandbox that this user can make. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "inside.h"
#include "sandbox/sandbox_linux.h"

static char test_directory[PATH_MAX]; /* of the host, where the test may write */

static bool can_write_in(const char *directory) {
  char path[PATH_MAX + 16];
  snprintf(path, sizeof path, "%s/sockproof-test-XXXXXX", directory);
  const int fd = mkstemp(path);
  if (fd < 0) return false;
  unlink(path);
  close(fd);
  return true;
}

static const char *only_scratch_is_writable(const struct sandbox *sandbox) {
  const char *const closed[] = {test_directory, "/tmp", "/var/tmp", "/etc", "/run", "/dev", "/"};
  for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
    if (can_write_in(closed[i])) return closed[i];
  }
  if (open("/proc/sys/kernel/core_pattern", O_WRONLY) >= 0) return "core_pattern can be written";
  if (open("/proc/sys/net/ipv4/ip_default_ttl", O_WRONLY) >= 0) return "a sysctl can be written";
  char here[PATH_MAX];
  if (getcwd(here, sizeof here) == NULL || strcmp(here, sandbox->scratch) != 0)
    return "scratch is not the working directory";
  if (open("/dev/null", O_WRONLY) < 0) return "/dev/null cannot be written";
  if (access("/usr/bin/env", X_OK) != 0) return "programs are gone";
  return can_write_in(sandbox->scratch) ? NULL : "scratch cannot be written";
}

static const char *can_do_nothing(const struct sandbox *sandbox) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
  if (syscall(SYS_capget, &header, data) != 0) return "capget";
  for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
    if (data[i].effective != 0 || data[i].permitted != 0 || data[i].inheritable != 0)
      return "has a capability";
  }
  for (unsigned long capability = 0; capability <= CAP_LAST_CAP; capability++) {
    if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1) return "can gain a capability";
  }
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return "can gain privileges";
  if (getsid(0) != getpid()) return "has no session of its own";
  const struct timeval now = {.tv_sec = 1};
  if (settimeofday(&now, NULL) == 0 || errno != EPERM) return "can set the clock";
  (void)kill(1, SIGKILL); /* its worker: were it to die, this test would */
  if (mount("tmpfs", sandbox->scratch, "tmpfs", 0, NULL) == 0) return "can mount";
  if (sethostname("x", 1) == 0) return "can change the host's name";
  const int packets = socket(AF_PACKET, SOCK_RAW, 0);
  return packets < 0 && errno == EPERM ? NULL : "can capture";
}

static const char *has_no_rights(const struct sandbox *sandbox) {
  if (getuid() == 0 || geteuid() == 0 || getgid() == 0) return "uid or gid is 0";
  return can_do_nothing(sandbox);
}

static const char *is_root_and_can_do_nothing(const struct sandbox *sandbox) {
  if (getuid() != 0 || geteuid() != 0 || getgid() != 0) return "uid or gid is not 0";
  if (chown(sandbox->scratch, 1, 1) == 0) return "can give files away";
  if (setuid(1) == 0) return "can be somebody else";
  if (unshare(CLONE_NEWNET) == 0) return "can make a network";
  return can_do_nothing(sandbox);
}

/* What it does to get rights back that it was not given. */
static const char *execs_into_nothing(const struct sandbox *sandbox) {
  (void)sandbox;
  const char *const argv[] = {"sh", "-c", "grep -q '^CapEff:.0*$' /proc/self/status", NULL};
  const pid_t pid = fork();
  if (pid == 0) {
    execv("/bin/sh", (char *const *)(uintptr_t)argv);
    _exit(2);
  }
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return "waitpid";
  return status == 0 ? NULL : "a program that root executes has a capability";
}

static const char *well_known_ports_are_free(const struct sandbox *sandbox) {
  (void)sandbox;
  const struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(123)};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  return bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 ? NULL : "port 123 is refused";
}

enum { PROCESSES = 20, FILE_BYTES = 100 * 1024, MEMORY_BYTES = 64 * 1024 * 1024 };

static const char *processes_are_bounded(const struct sandbox *sandbox) {
  unsigned made = 0;
  while (made < 10 * PROCESSES) {
    const pid_t pid = fork();
    if (pid < 0) break;
    if (pid == 0) {
      for (;;)
        pause();
    }
    made++;
  }
  const int reason = errno;
  signal(SIGTERM, SIG_IGN);
  kill(0, SIGTERM); /* its own session's group */
  errno = reason;
  if (sandbox->plan.kind != SANDBOX_USER_NAMESPACE) return NULL; /* a looser bound, shared */
  return made < PROCESSES && errno == EAGAIN ? NULL : "makes more processes than allowed";
}

static const char *files_and_memory_are_bounded(const struct sandbox *sandbox) {
  (void)sandbox;
  static const char page[4096];
  signal(SIGXFSZ, SIG_IGN);
  const int fd = open("big", O_CREAT | O_WRONLY, 0600);
  size_t written = 0;
  for (int i = 0; i < 100; i++) {
    const ssize_t len = write(fd, page, sizeof page);
    if (len > 0) written += (size_t)len;
  }
  if (written != FILE_BYTES) return "a file grew beyond its bound";
  if (sbrk((intptr_t)2 * MEMORY_BYTES) != (void *)-1) return "a heap beyond the bound";
  if (inside_is_under_valgrind())
    return NULL; /* it keeps this bound itself, and for sbrk() alone */
  const void *memory = mmap(NULL, (size_t)2 * MEMORY_BYTES, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) return "memory beyond the bound";
  const void *reserved = mmap(NULL, (size_t)100 * MEMORY_BYTES, PROT_NONE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return reserved != MAP_FAILED ? NULL : "addresses that are only reserved count as memory";
}

static const char *subject_has_no_rights(const struct sandbox *sandbox) {
  const struct sandbox_limits none = {0};
  const char *complaint = inside_subject(sandbox, &none, has_no_rights);
  if (complaint == NULL) complaint = inside_subject(sandbox, &none, only_scratch_is_writable);
  if (complaint == NULL) complaint = inside_subject(sandbox, &none, well_known_ports_are_free);
  return complaint;
}

static const char *root_has_no_rights(const struct sandbox *sandbox) {
  const struct sandbox_limits root = {.as_root = true};
  if (!sandbox_has_roots(sandbox)) return "has no roots";
  const char *complaint = inside_subject(sandbox, &root, is_root_and_can_do_nothing);
  if (complaint == NULL) complaint = inside_subject(sandbox, &root, execs_into_nothing);
  if (complaint == NULL) complaint = inside_subject(sandbox, &root, only_scratch_is_writable);
  if (complaint == NULL) complaint = inside_subject(sandbox, &root, well_known_ports_are_free);
  return complaint;
}

/* As a launcher does that is root of namespaces of its own. */
static const char *maps_ids(const struct sandbox *sandbox) {
  char map[64];
  (void)sandbox;
  snprintf(map, sizeof map, "0 %u 1", (unsigned)getuid());
  if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) return "is no program of its own"; /* as exec does */
  if (unshare(CLONE_NEWUSER) != 0) return "makes no user namespace";
  return proc_write("/proc/self/uid_map", map) && getuid() == 0 ? NULL : "maps no id";
}

static const char *maps_no_ids(const struct sandbox *sandbox) {
  return maps_ids(sandbox) != NULL && errno == EROFS ? NULL : "maps an id";
}

static const char *subject_may_map_ids(const struct sandbox *sandbox) {
  const struct sandbox_limits none = {0}, limits = {.maps_ids = true};
  const char *complaint = inside_subject(sandbox, &limits, has_no_rights);
  if (complaint == NULL) complaint = inside_subject(sandbox, &limits, only_scratch_is_writable);
  if (complaint == NULL) complaint = inside_subject(sandbox, &limits, maps_ids);
  return complaint == NULL ? inside_subject(sandbox, &none, maps_no_ids) : complaint;
}

static const char *subject_has_limits(const struct sandbox *sandbox) {
  const struct sandbox_limits limits = {
      .memory_bytes = MEMORY_BYTES, .processes = PROCESSES, .file_bytes = FILE_BYTES};
  const char *complaint = inside_subject(sandbox, &limits, processes_are_bounded);
  if (complaint == NULL) complaint = inside_subject(sandbox, &limits, files_and_memory_are_bounded);
  return complaint;
}

static const char *old_kernels_way_is_read_only_too(const struct sandbox *sandbox) {
  const pid_t pid = fork();
  if (pid == 0) {
    const char *complaint = "";
    if (unshare(CLONE_NEWNS) != 0 || !readonly_one_by_one(sandbox->scratch, &complaint) ||
        chdir(sandbox->scratch) != 0 || (complaint = only_scratch_is_writable(sandbox)) != NULL) {
      fprintf(stderr, "%s (%s)\n", complaint, strerror(errno));
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return "waitpid";
  return status == 0 ? NULL : "found a fault";
}

static void a_subject_has_no_rights(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, subject_has_no_rights);
}

static void a_subject_that_is_root_has_no_rights(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, root_has_no_rights);
}

static void a_subject_may_map_ids_where_it_is_said(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, subject_may_map_ids);
}

static void a_subject_has_limits(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, subject_has_limits);
}

static void a_subject_has_no_rights_without_user_namespace(void **state) {
  (void)state;
  if (geteuid() != 0) skip();
  assert_inside(SANDBOX_ROOT, NULL, subject_has_no_rights);
  assert_inside(SANDBOX_ROOT, NULL, subject_has_limits);
}

static void a_subject_of_a_kernel_before_5_12_is_read_only_too(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, old_kernels_way_is_read_only_too);
}

int main(void) {
  const char *const base = getenv("TMPDIR");
  snprintf(test_directory, sizeof test_directory, "%s/sockproof-confine-XXXXXX",
           base != NULL ? base : "/tmp");
  if (mkdtemp(test_directory) == NULL) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_subject_has_no_rights),
      cmocka_unit_test(a_subject_that_is_root_has_no_rights),
      cmocka_unit_test(a_subject_may_map_ids_where_it_is_said),
      cmocka_unit_test(a_subject_has_limits),
      cmocka_unit_test(a_subject_has_no_rights_without_user_namespace),
      cmocka_unit_test(a_subject_of_a_kernel_before_5_12_is_read_only_too),
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  rmdir(test_directory);
  return failed;
}
