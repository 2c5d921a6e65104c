/* A subject that does what its first argument says. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void wait_for_ever(void) {
  for (;;)
    pause();
}

static int flood(void) {
  static char page[64 * 1024];
  memset(page, 'x', sizeof page);
  for (int i = 0; i < 100 * 16; i++) {
    if (write(STDOUT_FILENO, page, sizeof page) != (ssize_t)sizeof page) return 1;
  }
  return 0;
}

/* Leaves two processes behind which hold its outputs, one of them in a session of its own. */
static int fork_away(void) {
  int ends[2];
  char octet;
  if (pipe(ends) != 0) return 1;
  for (int i = 0; i < 2; i++) {
    if (fork() == 0) {
      signal(SIGTERM, SIG_IGN);
      if (i == 1) setsid();
      if (write(ends[1], "x", 1) != 1) _exit(1);
      wait_for_ever();
    }
    if (read(ends[0], &octet, 1) != 1) return 1;
  }
  puts("gone");
  return 5;
}

static int close_outputs(void) {
  close(STDOUT_FILENO);
  close(STDERR_FILENO);
  char octet;
  return read(STDIN_FILENO, &octet, 1) == 1 ? 6 : 1;
}

static int ignore_terminate(void) {
  signal(SIGTERM, SIG_IGN);
  puts("ignoring");
  fflush(stdout);
  wait_for_ever();
}

static int copy_input(void) {
  char octets[4096];
  ssize_t len;
  while ((len = read(STDIN_FILENO, octets, sizeof octets)) > 0) {
    if (write(STDOUT_FILENO, octets, (size_t)len) != len) return 1;
  }
  return 0;
}

/* Its descriptors, signals and environment are as after a login. */
static int surroundings(char **environment) {
  for (int fd = 3; fd < 1024; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) return 10;
  }
  for (int number = 1; number < 32; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL) return 11;
  }
  sigset_t blocked;
  if (sigprocmask(SIG_SETMASK, NULL, &blocked) != 0 || sigismember(&blocked, SIGTERM)) return 12;
  if (getuid() == 0) return 13;
  char here[256];
  if (getcwd(here, sizeof here) == NULL) return 14;
  printf("%s\n", here);
  for (char **entry = environment; *entry != NULL; entry++)
    printf("%s\n", *entry);
  return 0;
}

static int bound(int family, int type, unsigned port) {
  struct sockaddr_storage at = {.ss_family = (sa_family_t)family};
  ((struct sockaddr_in *)&at)->sin_port = htons((uint16_t)port);
  const int fd = socket(family, type, 0);
  return bind(fd, (struct sockaddr *)&at, sizeof at) == 0 ? fd : -1;
}

static int serve_udp(int family) {
  if (bound(family, SOCK_DGRAM, 123) < 0) return 1;
  wait_for_ever();
}

static int serve_tcp(void) {
  const int fd = bound(AF_INET, SOCK_STREAM, 7);
  if (fd < 0 || listen(fd, 5) != 0) return 1;
  wait_for_ever();
}

static void *serve_tcp_thread(void *unused) {
  (void)unused;
  (void)serve_tcp();
  return NULL;
}

/* As Go and Java do it: not in the first thread. */
static int serve_in_thread(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, serve_tcp_thread, NULL) != 0) return 1;
  pthread_join(thread, NULL);
  return 2;
}

/* Every bind and listen that must fail, fails as the kernel would have it. */
static int refused_calls(void) {
  const struct sockaddr_in foreign = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x08080808)};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (const struct sockaddr *)&foreign, sizeof foreign) == 0 || errno != EADDRNOTAVAIL)
    return 20;
  if (bind(999, (const struct sockaddr *)&foreign, sizeof foreign) == 0 || errno != EBADF)
    return 21;
  if (bind(fd, (const struct sockaddr *)1, sizeof foreign) == 0 || errno != EFAULT) return 22;
  if (bind(fd, (const struct sockaddr *)&foreign, 3) == 0 || errno != EINVAL) return 23;
  if (listen(999, 1) == 0 || errno != EBADF) return 24;
  if (listen(STDOUT_FILENO, 1) == 0 || errno != ENOTSOCK) return 25;
  if (bound(AF_INET, SOCK_STREAM, 80) < 0) return 26;
  return bound(AF_INET, SOCK_STREAM, 80) < 0 && errno == EADDRINUSE ? 0 : 27;
}

/* A local socket: its file is made with this program's own rights, and an abstract one before it is
 * nobody's server. */
static int serve_local(void) {
  struct stat made;
  const struct sockaddr_un hidden = {.sun_family = AF_UNIX, .sun_path = "\0hidden"};
  const int abstract = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(abstract, (const struct sockaddr *)&hidden, sizeof hidden) != 0) return 26;
  if (listen(abstract, 1) != 0) return 27;
  const struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "socket"};
  const int local = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(local, (const struct sockaddr *)&path, sizeof path) != 0) return 28;
  if (stat("socket", &made) != 0 || made.st_uid != geteuid()) return 29;
  return listen(local, 1) == 0 ? 0 : 30;
}

/* Exit status: how many of the calls succeeded. */
static int set_clock(void) {
  const struct timespec time_ns = {.tv_sec = 1000, .tv_nsec = 7};
  const struct timeval time_us = {.tv_sec = 2000, .tv_usec = 3};
  struct timex slew = {.modes = ADJ_OFFSET_SINGLESHOT, .offset = -5};
  struct timex step = {.modes = ADJ_SETOFFSET, .time = {.tv_sec = 4, .tv_usec = 6}};
  int succeeded = 0;
  /* The calls themselves: C libraries make one of another. */
  succeeded += clock_settime(CLOCK_REALTIME, &time_ns) == 0;
  succeeded += syscall(SYS_settimeofday, &time_us, NULL) == 0;
  succeeded += syscall(SYS_adjtimex, &slew) >= 0;
  succeeded += syscall(SYS_clock_adjtime, CLOCK_REALTIME, &step) >= 0;
  struct timex ask = {.modes = 0};
  if (adjtimex(&ask) < 0) return 100;
  if (clock_settime(CLOCK_MONOTONIC, &time_ns) == 0 || errno != EINVAL) return 101;
  if (syscall(SYS_settimeofday, 1, NULL) == 0 || errno != EFAULT) return 102;
  return succeeded;
}

/* Exit status: how many names it could give itself; 100 and more: an answer that no kernel gives.
 */
static int set_host_name(void) {
  char before[80] = "", now[80] = "", too_long[65];
  memset(too_long, 'x', sizeof too_long);
  if (gethostname(before, sizeof before) != 0) return 100;
  const bool may = sethostname("renamed.by-subject", 7) == 0;
  if (!may && errno != EPERM) return 101;
  if (gethostname(now, sizeof now) != 0 || strcmp(now, may ? "renamed" : before) != 0) return 102;
  if (sethostname(too_long, sizeof too_long) == 0 || errno != (may ? EINVAL : EPERM)) return 103;
  if (syscall(SYS_sethostname, "x", -1) == 0 || errno != (may ? EINVAL : EPERM)) return 104;
  if (syscall(SYS_sethostname, 1, 4) == 0 || errno != (may ? EFAULT : EPERM)) return 105;
  return may;
}

/* What a server does that begins as root. Exit status: 1 if it is root; 100 and more: something
 * that such a root has no answer for. */
static int give_up_groups(void) {
  const gid_t groups[] = {0, 7};
  const bool is_root = getuid() == 0;
  const bool may = setgroups(2, groups) == 0;
  if (may != is_root || (!may && errno != EPERM)) return 100;
  if (setuid(7) == 0) return 101;
  return is_root;
}

/* A subject is confined, and may then try what it likes; root at a shell may not. */
static bool is_confined(void) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

int main(int argc, char **argv, char **environment) {
  const char *act = argc > 1 ? argv[1] : "";
  if (!is_confined()) {
    fputs("this is a subject of tests, which start it confined: it would set the clock\n", stderr);
    return 2;
  }
  if (strcmp(act, "exit") == 0) {
    puts("out");
    fputs("err", stderr);
    return 42;
  }
  if (strcmp(act, "signal") == 0) raise(SIGUSR1);
  if (strcmp(act, "flood") == 0) return flood();
  if (strcmp(act, "fork-away") == 0) return fork_away();
  if (strcmp(act, "close-outputs") == 0) return close_outputs();
  if (strcmp(act, "ignore-terminate") == 0) return ignore_terminate();
  if (strcmp(act, "copy-input") == 0) return copy_input();
  if (strcmp(act, "surroundings") == 0) return surroundings(environment);
  if (strcmp(act, "udp") == 0) return serve_udp(AF_INET);
  if (strcmp(act, "udp6") == 0) return serve_udp(AF_INET6);
  if (strcmp(act, "udp-any-port") == 0) return bound(AF_INET, SOCK_DGRAM, 0) < 0;
  if (strcmp(act, "tcp") == 0) return serve_tcp();
  if (strcmp(act, "tcp-thread") == 0) return serve_in_thread();
  if (strcmp(act, "refused-calls") == 0) return refused_calls();
  if (strcmp(act, "local") == 0) return serve_local();
  if (strcmp(act, "set-clock") == 0) return set_clock();
  if (strcmp(act, "give-up-groups") == 0) return give_up_groups();
  if (strcmp(act, "set-host-name") == 0) return set_host_name();
  fprintf(stderr, "cannot act \"%s\"\n", act);
  return 2;
}
