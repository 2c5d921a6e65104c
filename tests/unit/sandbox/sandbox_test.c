/* What a Linux sandbox has, and what it is kept from. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "inside.h"
#include "sandbox/sandbox_linux.h"

static bool may_capture(const char *interface, struct err *err) {
  (void)interface;
  (void)err;
  return true;
}

static bool may_not_capture(const char *interface, struct err *err) {
  (void)interface;
  err_set(err, ERR_UNAVAILABLE, "the loopback is not to be captured");
  return false;
}

static int listen_at(int family, const char *text, uint16_t port) {
  struct sockaddr_storage at = {.ss_family = (sa_family_t)family};
  struct sockaddr_in *const v4 = (struct sockaddr_in *)&at;
  struct sockaddr_in6 *const v6 = (struct sockaddr_in6 *)&at;
  v4->sin_port = htons(port); /* at the same place in both */
  void *const address = family == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr;
  const int fd = socket(family, SOCK_STREAM, 0);
  if (inet_pton(family, text, address) != 1 ||
      bind(fd, (const struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 1) != 0) {
    const int reason = errno;
    close(fd);
    errno = reason;
    return -1;
  }
  return fd;
}

static int connect_to(uint16_t port) {
  const struct sockaddr_in at = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int result = connect(fd, (const struct sockaddr *)&at, sizeof at);
  const int reason = errno;
  close(fd);
  errno = reason;
  return result;
}

static bool offload_is_off(int fd, uint32_t command) {
  struct ethtool_value value = {.cmd = command, .data = 1};
  struct ifreq request = {.ifr_name = "lo"};
  request.ifr_data = (void *)&value;
  return ioctl(fd, SIOCETHTOOL, &request) == 0 && value.data == 0;
}

static const char *network_is_as_a_wire(const struct sandbox *sandbox) {
  struct ifreq request = {.ifr_name = "lo"};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (ioctl(fd, SIOCGIFMTU, &request) != 0 || request.ifr_mtu != 1500) return "the MTU";
  if (!offload_is_off(fd, ETHTOOL_GTSO)) return "TSO is on";
  if (!offload_is_off(fd, ETHTOOL_GGSO)) return "GSO is on";
  if (!sandbox->private_network || !sandbox->has_ipv6) return "the inside view";
  if (listen_at(AF_INET, "127.0.0.1", 123) < 0) return "127.0.0.1:123";
  if (listen_at(AF_INET, SANDBOX_SECOND_IPV4, 123) < 0) return "the second IPv4 address";
  if (listen_at(AF_INET6, "::1", 123) < 0) return "[::1]:123";
  if (listen_at(AF_INET6, SANDBOX_SECOND_IPV6, 123) < 0) return "the second IPv6 address";
  return getpid() == 1 ? NULL : "is not PID 1";
}

static const char *network_has_the_other_mtu_and_no_ipv6(const struct sandbox *sandbox) {
  struct ifreq request = {.ifr_name = "lo"};
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (ioctl(fd, SIOCGIFMTU, &request) != 0 || request.ifr_mtu != 1280) return "the MTU";
  if (sandbox->has_ipv6) return "says that it has IPv6";
  return listen_at(AF_INET6, "::1", 123) < 0 ? NULL : "has IPv6";
}

/* The addresses of a name in getaddrinfo's order, as "a b ". */
static const char *addresses_of(const char *name, int family, int flags) {
  static char all[256];
  const struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM, .ai_flags = flags};
  struct addrinfo *found = NULL;
  all[0] = '\0';
  if (getaddrinfo(name, "123", &hints, &found) != 0) return "none";
  for (const struct addrinfo *info = found; info != NULL; info = info->ai_next) {
    const size_t len = strlen(all);
    char text[INET6_ADDRSTRLEN];
    getnameinfo(info->ai_addr, info->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST);
    snprintf(all + len, sizeof all - len, "%s ", text);
  }
  freeaddrinfo(found);
  return all;
}

/* The order is gai.conf's, which is glibc's alone: others go by RFC 6724, where ::1 comes first. */
#ifdef __GLIBC__
#define BOTH_OF_IPV6 "fd00:50::2 ::1 "
#else
#define BOTH_OF_IPV6 "::1 fd00:50::2 "
#endif

static const char *names_are_its_own(const struct sandbox *sandbox) {
  static const struct {
    const char *name;
    int family, flags;
    const char *addresses;
  } expected[] = {
      {"peer4.sockproof.test", AF_UNSPEC, 0, "127.0.0.1 "},
      {"peer6.sockproof.test", AF_UNSPEC, 0, "::1 "},
      {"peer.sockproof.test", AF_UNSPEC, 0, "::1 127.0.0.1 "},
      {"peer2.sockproof.test", AF_INET, 0, "127.0.0.2 "},
      {"two-addresses.sockproof.test", AF_INET, 0, "127.0.0.2 127.0.0.1 "},
      {"two-addresses6.sockproof.test", AF_INET6, 0, BOTH_OF_IPV6},
      {"peer4.sockproof.test", AF_UNSPEC, AI_ADDRCONFIG, "127.0.0.1 "},
      {"127.0.0.1", AF_INET, AI_ADDRCONFIG, "127.0.0.1 "},
      {"::1", AF_INET6, AI_ADDRCONFIG, "::1 "},
      {"proof", AF_INET6, 0, "::1 "},
      {"somewhere.else.test", AF_UNSPEC, 0, "none"},
  };
  (void)sandbox;
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
    const char *found = addresses_of(expected[i].name, expected[i].family, expected[i].flags);
    if (strcmp(found, expected[i].addresses) != 0) {
      fprintf(stderr, "%s: expected %s, found %s\n", expected[i].name, expected[i].addresses,
              found);
      return "a name";
    }
  }
  const struct servent *ntp = getservbyname("ntp", "udp");
  if (ntp == NULL || ntohs((uint16_t)ntp->s_port) != 123) return "ntp/udp";
  if (getservbyname("ntp", "tcp") != NULL) return "ntp/tcp is not assigned";
  return NULL;
}

static const char *etc_is_its_own_over_the_hosts(const struct sandbox *sandbox) {
  char name[64] = "";
  if (gethostname(name, sizeof name) != 0 || strcmp(name, "proof") != 0) return "its host name";
  struct stat status;
  if (stat("/etc/passwd", &status) != 0) return "/etc/passwd of the host";
  if (stat("/etc/os-release", &status) != 0) return "/etc/os-release, a relative link";
  if (access("/run/dbus", F_OK) == 0) return "the host's /run is there";
  const struct sandbox_file files[] = {
      {"hosts", "127.0.0.7 other.sockproof.test\n"}, {"resolv.conf", NULL}, {NULL, NULL}};
  struct err err;
  if (sandbox_set_etc(sandbox, files, &err) != ERR_OK) return "changing /etc";
  if (strcmp(addresses_of("other.sockproof.test", AF_INET, 0), "127.0.0.7 ") != 0)
    return "the new hosts file";
  if (access("/etc/resolv.conf", F_OK) == 0) return "a file that was taken away";
  const struct sandbox_file outside[] = {{"../tmp/x", ""}, {NULL, NULL}};
  return sandbox_set_etc(sandbox, outside, &err) == ERR_USAGE ? NULL : "a file outside of /etc";
}

static bool file_says(const char *path, const char *expected) {
  char text[64] = "";
  FILE *file = fopen(path, "re");
  if (file == NULL) return false;
  const bool same = fgets(text, sizeof text, file) != NULL && strcmp(text, expected) == 0;
  fclose(file);
  return same;
}

static const char *host_name_is_changed(const struct sandbox *sandbox) {
  struct err err;
  char name[80] = "";
  if (sandbox_set_host_name(sandbox, "renamed", &err) != ERR_OK) return "the change";
  if (gethostname(name, sizeof name) != 0 || strcmp(name, "renamed") != 0) return "the new name";
  if (!file_says("/etc/hostname", "renamed\n")) return "/etc/hostname";
  /* glibc gives ::1 as a second 127.0.0.1. */
  if (strncmp(addresses_of("renamed", AF_INET, 0), "127.0.0.1 ", 10) != 0)
    return "its IPv4 address";
  if (strcmp(addresses_of("renamed", AF_INET6, 0), "::1 ") != 0) return "its IPv6 address";
  if (strcmp(addresses_of("proof", AF_INET, 0), "none") != 0) return "the old name is still known";
  if (strcmp(addresses_of("peer4.sockproof.test", AF_INET, 0), "127.0.0.1 ") != 0)
    return "the other names are gone";
  memset(name, 'a', 65);
  if (sandbox_set_host_name(sandbox, name, &err) != ERR_USAGE) return "65 octets";
  if (sandbox_set_host_name(sandbox, "", &err) != ERR_USAGE) return "no octet";
  name[64] = '\0';
  if (sandbox_set_host_name(sandbox, name, &err) != ERR_OK) return "64 octets";
  if (!sandbox_change_host_name(sandbox, "kernel", 6)) return "the kernel's name alone";
  if (gethostname(name, sizeof name) != 0 || strcmp(name, "kernel") != 0) return "the kernel's";
  return file_says("/etc/hostname", "kernel\n") ? "a file was changed too" : NULL;
}

static const char *ipv6_is_switched_off(const struct sandbox *sandbox) {
  struct err err;
  const int before = listen_at(AF_INET6, "::1", 123);
  if (before < 0) return "::1 is not there at first";
  close(before);
  if (sandbox_turn_off_ipv6(sandbox, &err) != ERR_OK) return "switching it off";
  if (listen_at(AF_INET6, "::1", 123) >= 0 || errno != EADDRNOTAVAIL) return "::1 is still there";
  if (listen_at(AF_INET6, SANDBOX_SECOND_IPV6, 123) >= 0) return "the second is still there";
  return listen_at(AF_INET, "127.0.0.1", 123) >= 0 ? NULL : "IPv4 is gone too";
}

static uint16_t any_port(int type) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t len = sizeof at;
  const int fd = socket(AF_INET, type, 0);
  const bool bound = bind(fd, (const struct sockaddr *)&at, len) == 0 &&
                     getsockname(fd, (struct sockaddr *)&at, &len) == 0;
  close(fd);
  return bound ? ntohs(at.sin_port) : 0;
}

static const char *a_port_is_kept(const struct sandbox *sandbox) {
  enum { KEPT = 51423, GIVEN = 51424 };
  if (!proc_write("/proc/sys/net/ipv4/ip_local_port_range", "51423 51424"))
    return errno == EROFS ? NULL : "the range of ports"; /* a container's: nothing can be kept */
  if (!sandbox_keep_port(sandbox, KEPT)) return "keeping it";
  for (int i = 0; i < 20; i++) {
    if (any_port(SOCK_DGRAM) != GIVEN || any_port(SOCK_STREAM) != GIVEN) return "it was given out";
  }
  return listen_at(AF_INET, "127.0.0.1", KEPT) >= 0 ? NULL : "who names it does not get it";
}

static const char *processes_are_its_own(const struct sandbox *sandbox) {
  (void)sandbox;
  char path[64] = "";
  const ssize_t len = readlink("/proc/self", path, sizeof path - 1);
  if (len > 0 && strcmp(path, "1") != 0 && access("/proc/2", F_OK) == 0)
    return NULL; /* a fresh /proc is denied here, which is allowed for */
  return strcmp(path, "1") == 0 ? NULL : "/proc/self";
}

/* A child that leaves its session, and whose own child is orphaned: both must go. */
static const char *kills_all(const struct sandbox *sandbox) {
  int ends[2];
  if (pipe(ends) != 0) return "pipe";
  const pid_t pid = fork();
  if (pid == 0) {
    setsid();
    signal(SIGTERM, SIG_IGN);
    if (fork() == 0 && setsid() < 0) _exit(1);
    close(ends[0]);
    if (write(ends[1], "x", 1) != 1) _exit(1);
    for (;;)
      pause();
  }
  close(ends[1]);
  char octet;
  for (int child = 0; child < 2; child++) {
    if (read(ends[0], &octet, 1) != 1) return "the children's start";
  }
  if (sandbox_kill_all(sandbox, pid) != 2) return "did not kill two";
  if (read(ends[0], &octet, 1) != 0) return "somebody is left";
  return waitpid(-1, NULL, 0) < 0 && errno == ECHILD ? NULL : "was not reaped";
}

/* From here on, in this user namespace, none can be made. */
static bool forbid_user_namespaces(void) {
  const int fd = open("/proc/sys/user/max_user_namespaces", O_WRONLY);
  const bool written = fd >= 0 && write(fd, "0", 1) == 1;
  close(fd);
  return written && chdir("/") == 0;
}

static const char *denied_user_namespaces_lower_the_tier(const struct sandbox *sandbox) {
  (void)sandbox;
  struct sandbox_plan plan;
  struct err err;
  if (!forbid_user_namespaces()) return "max_user_namespaces cannot be set in here";
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
  if (syscall(SYS_capset, &header, none) != 0) return "capset";
  if (sandbox_probe(&plan, TIER_CAPTURE_PRIVATE, may_capture, &err) != ERR_OK) return "the probe";
  if (plan.kind != SANDBOX_NONE || plan.tier != TIER_CAPTURE_SHARED) return "not shared";
  return strstr(plan.sentence, "user.max_user_namespaces") != NULL ? NULL : "the reason";
}

/* As root, in a user namespace that maps every id but has no further ones to give. */
static int probe_as_root_denied(int mapped) {
  struct sandbox_plan plan;
  struct err err;
  char octet;
  if (unshare(CLONE_NEWUSER) != 0 || write(mapped, "x", 1) != 1) return 1;
  if (read(mapped, &octet, 1) != 1 || !forbid_user_namespaces()) return 2;
  if (sandbox_probe(&plan, TIER_CAPTURE_PRIVATE, may_capture, &err) != ERR_OK) return 3;
  if (plan.kind != SANDBOX_ROOT || plan.tier != TIER_CAPTURE_PRIVATE) return 4;
  if (sandbox_probe(&plan, TIER_CAPTURE_PRIVATE, may_not_capture, &err) != ERR_OK) return 5;
  return plan.tier == TIER_FIXTURE_LOG ? 0 : 6;
}

static void map_all_ids(pid_t pid) {
  static const char *const files[] = {"uid_map", "gid_map"};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, files[i]);
    const int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "0 0 65536", 9), 9);
    close(fd);
  }
}

static void root_falls_back_to_no_user_namespace(void **state) {
  (void)state;
  if (geteuid() != 0 || inside_is_under_valgrind()) skip(); /* as below */
  int ends[2];
  char octet;
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const pid_t pid = fork();
  if (pid == 0) _exit(probe_as_root_denied(ends[1]));
  assert_int_equal(read(ends[0], &octet, 1), 1);
  map_all_ids(pid);
  assert_int_equal(write(ends[0], "x", 1), 1);
  assert_ends_well(&(struct sandbox_process){.pid = pid, .pidfd = -1});
  close(ends[0]);
  close(ends[1]);
}

static void the_network_is_as_a_wire(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, network_is_as_a_wire);
}

static void the_network_follows_its_options(void **state) {
  (void)state;
  const struct sandbox_options options = {
      .host_name = "proof", .ipv6_off = true, .mtu_bytes = 1280};
  assert_inside(SANDBOX_USER_NAMESPACE, &options, network_has_the_other_mtu_and_no_ipv6);
}

static void names_and_services_are_its_own(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, names_are_its_own);
}

static void etc_lies_over_the_hosts(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, etc_is_its_own_over_the_hosts);
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, processes_are_its_own);
}

static void its_host_name_can_be_changed(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, host_name_is_changed);
}

static void ipv6_can_be_switched_off(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, ipv6_is_switched_off);
}

/* A sandbox that was never made, or that is another process's: whoever acts on it is outside. */
static void a_port_can_be_kept(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, a_port_is_kept);
}

static void nothing_is_changed_outside(void **state) {
  (void)state;
  const uint64_t spaces[] = {0, 1};
  char before[80] = "", after[80] = "";
  assert_int_equal(gethostname(before, sizeof before), 0);
  for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
    const struct sandbox outside = {
        .plan.kind = SANDBOX_ROOT, .private_network = true, .names = spaces[i]};
    struct err err;
    assert_int_equal(sandbox_set_host_name(&outside, before, &err), ERR_UNAVAILABLE);
    errno = 0;
    assert_false(sandbox_change_host_name(&outside, before, strlen(before)));
    assert_int_equal(errno, EPERM);
    assert_int_equal(sandbox_turn_off_ipv6(&outside, &err), ERR_UNAVAILABLE);
    assert_false(sandbox_keep_port(&outside, 51423));
  }
  assert_int_equal(gethostname(after, sizeof after), 0);
  assert_string_equal(before, after);
}

static void all_processes_can_be_killed(void **state) {
  (void)state;
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, kills_all);
  assert_inside(SANDBOX_NONE, &(struct sandbox_options){0}, kills_all);
}

static void root_needs_no_user_namespace(void **state) {
  (void)state;
  if (geteuid() != 0) skip();
  assert_inside(SANDBOX_ROOT, NULL, network_is_as_a_wire);
  assert_inside(SANDBOX_ROOT, NULL, etc_is_its_own_over_the_hosts);
  assert_inside(SANDBOX_ROOT, NULL, kills_all);
  assert_inside(SANDBOX_ROOT, NULL, host_name_is_changed);
  assert_inside(SANDBOX_ROOT, NULL, ipv6_is_switched_off);
  assert_inside(SANDBOX_ROOT, NULL, a_port_is_kept);
}

static void denial_of_user_namespaces_is_told(void **state) {
  (void)state;
  /* Valgrind (3.19) leaves signals blocked after a clone that was refused, and needs them itself.
   */
  if (inside_is_under_valgrind()) skip();
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, denied_user_namespaces_lower_the_tier);
}

/* Listens at port 7000 until its pipe's other end is closed. */
static int listen_until_told(void *context, const struct sandbox *sandbox,
                             const struct err *setup_error) {
  (void)setup_error;
  const int(*pipes)[2] = context;
  char octet = 'x';
  if (sandbox == NULL || listen_at(AF_INET, "127.0.0.1", 7000) < 0) return 1;
  close(pipes[1][1]);
  if (write(pipes[0][1], &octet, 1) != 1) return 2;
  return read(pipes[1][0], &octet, 1) == 0 ? 0 : 3;
}

static const char *nobody_listens(const struct sandbox *sandbox) {
  (void)sandbox;
  return connect_to(7000) != 0 && errno == ECONNREFUSED ? NULL : "reaches the other sandbox";
}

static void two_sandboxes_do_not_see_each_other(void **state) {
  (void)state;
  int pipes[2][2];
  assert_int_equal(pipe(pipes[0]), 0);
  assert_int_equal(pipe(pipes[1]), 0);
  const struct sandbox_plan plan = {.kind = SANDBOX_USER_NAMESPACE, .tier = TIER_CAPTURE_PRIVATE};
  const struct sandbox_options options = {.host_name = "first"};
  struct sandbox_process process;
  struct err err;
  assert_int_equal(sandbox_spawn(&plan, &options, listen_until_told, pipes, &process, &err),
                   ERR_OK);
  char octet;
  close(pipes[0][1]); /* so that the end of the other side is seen */
  assert_int_equal(read(pipes[0][0], &octet, 1), 1);
  assert_inside(SANDBOX_USER_NAMESPACE, NULL, nobody_listens);
  assert_int_equal(connect_to(7000), -1); /* nor does the host */
  close(pipes[0][0]);
  close(pipes[1][0]);
  close(pipes[1][1]);
  assert_ends_well(&process);
}

/* Starts a child of its own, which holds the pipe, and waits to be killed. */
static int hold_pipe(void *context, const struct sandbox *sandbox, const struct err *setup_error) {
  (void)setup_error;
  const int *fd = context;
  if (sandbox == NULL) return 1;
  if (fork() == 0) setsid();
  if (write(*fd, "x", 1) != 1) return 2;
  for (;;)
    pause();
}

static void all_dies_with_the_parent(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  const pid_t parent = fork();
  assert_true(parent >= 0);
  if (parent == 0) {
    const struct sandbox_plan plan = {.kind = SANDBOX_USER_NAMESPACE, .tier = TIER_CAPTURE_PRIVATE};
    const struct sandbox_options options = {.host_name = "child"};
    struct sandbox_process process;
    if (sandbox_spawn(&plan, &options, hold_pipe, &ends[1], &process, NULL) != ERR_OK) _exit(1);
    for (;;)
      pause();
  }
  close(ends[1]);
  char both[2];
  assert_int_equal(read(ends[0], both, 1), 1);
  assert_int_equal(read(ends[0], both, 1), 1);
  assert_int_equal(kill(parent, SIGKILL), 0);
  assert_int_equal(waitpid(parent, NULL, 0), parent);
  struct pollfd end = {.fd = ends[0], .events = POLLIN};
  assert_int_equal(poll(&end, 1, 20000), 1);
  assert_int_equal(read(ends[0], both, 1), 0);
  close(ends[0]);
}

static void a_probe_says_what_it_found(void **state) {
  (void)state;
  struct sandbox_plan plan;
  struct err err;
  assert_int_equal(sandbox_probe(&plan, TIER_CAPTURE_PRIVATE, may_not_capture, &err), ERR_OK);
  assert_int_equal(plan.kind, SANDBOX_USER_NAMESPACE);
  assert_int_equal(plan.tier, TIER_CAPTURE_PRIVATE);
  assert_int_equal(sandbox_probe(&plan, TIER_CAPTURE_SHARED, may_capture, &err), ERR_OK);
  assert_int_equal(plan.kind, SANDBOX_NONE);
  assert_int_equal(plan.tier, TIER_CAPTURE_SHARED);
  assert_int_equal(sandbox_probe(&plan, TIER_CAPTURE_SHARED, may_not_capture, &err), ERR_OK);
  assert_int_equal(plan.tier, TIER_FIXTURE_LOG);
  assert_int_equal(sandbox_probe(&plan, TIER_FIXTURE_LOG, may_capture, &err), ERR_OK);
  assert_int_equal(plan.tier, TIER_FIXTURE_LOG);
}

static void a_caller_below_run_is_told(void **state) {
  (void)state;
  char before[4096];
  struct sandbox_plan plan;
  struct err err;
  assert_non_null(getcwd(before, sizeof before));
  assert_int_equal(chdir("/run"), 0);
  const enum err_code code = sandbox_probe(&plan, TIER_CAPTURE_PRIVATE, may_capture, &err);
  assert_int_equal(chdir(before), 0);
  assert_int_equal(code, ERR_USAGE);
  assert_non_null(strstr(err.text, "/run"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_network_is_as_a_wire),
      cmocka_unit_test(the_network_follows_its_options),
      cmocka_unit_test(names_and_services_are_its_own),
      cmocka_unit_test(etc_lies_over_the_hosts),
      cmocka_unit_test(its_host_name_can_be_changed),
      cmocka_unit_test(ipv6_can_be_switched_off),
      cmocka_unit_test(a_port_can_be_kept),
      cmocka_unit_test(nothing_is_changed_outside),
      cmocka_unit_test(all_processes_can_be_killed),
      cmocka_unit_test(root_needs_no_user_namespace),
      cmocka_unit_test(root_falls_back_to_no_user_namespace),
      cmocka_unit_test(denial_of_user_namespaces_is_told),
      cmocka_unit_test(two_sandboxes_do_not_see_each_other),
      cmocka_unit_test(all_dies_with_the_parent),
      cmocka_unit_test(a_probe_says_what_it_found),
      cmocka_unit_test(a_caller_below_run_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
