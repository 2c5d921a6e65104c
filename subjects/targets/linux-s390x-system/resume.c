/* Lets the machine go on from its saved state, and tells it the present whenever it asks:
 *
 *   resume COMMAND [ARGUMENT...]
 *
 * The command is QEMU's, which finds the port of `now.h` at descriptor 5, and at 7 what it is to do
 * with the state at 6. Everything else that it has from here stays as it is. Ends as the command
 * does, and ends it when the machine is over. */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "now.h"

enum { NOW_DESCRIPTOR = 5, CONTROL_DESCRIPTOR = 7, EXIT_NOT_STARTED = 125 };

/* What the state says of the memory is that it is in a file of its own, which no option of QEMU's
 * command line can tell it to expect. Nobody reads what it answers. */
static const char GO_ON[] = "migrate_set_capability x-ignore-shared on\nmigrate_incoming fd:6\n";

static _Noreturn void give_up(const char *what) {
  fprintf(stderr, "resume: %s: %s\n", what, strerror(errno));
  exit(EXIT_NOT_STARTED);
}

static uint32_t tell_ipv6_off(void) {
  char off = '0';
  FILE *file = fopen("/proc/sys/net/ipv6/conf/all/disable_ipv6", "re");
  if (file == NULL) return htonl(1); /* a kernel without it */
  (void)!fread(&off, 1, 1, file);
  fclose(file);
  return htonl(off == '1');
}

static void answer(int port, struct now *now) {
  struct timespec at;
  if (getrandom(now->chance, sizeof now->chance, 0) != (ssize_t)sizeof now->chance)
    give_up("getrandom");
  (void)clock_gettime(CLOCK_REALTIME, &at);
  now->clock_ns = htobe64((uint64_t)at.tv_sec * 1000000000 + (uint64_t)at.tv_nsec);
  (void)send(port, now, sizeof *now, MSG_NOSIGNAL);
}

int main(int argc, char **argv) {
  static struct now now;
  int ends[2], control[2];
  char octet;
  bool over = false;
  if (argc < 2) {
    fprintf(stderr, "usage: resume COMMAND [ARGUMENT...]\n");
    return EXIT_NOT_STARTED;
  }
  now.uid = htonl(getuid());
  now.gid = htonl(getgid());
  now.ipv6_off = tell_ipv6_off();
  if (getcwd(now.folder, sizeof now.folder) == NULL) give_up("the current folder");
  if (gethostname(now.host_name, sizeof now.host_name - 1) != 0) give_up("the host's name");
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 ||
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0 ||
      write(control[0], GO_ON, sizeof GO_ON - 1) != (ssize_t)sizeof GO_ON - 1)
    give_up("a port");
  pid_t child = fork();
  if (child < 0) give_up("fork");
  if (child == 0) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(ends[1], NOW_DESCRIPTOR) != NOW_DESCRIPTOR ||
        dup2(control[1], CONTROL_DESCRIPTOR) != CONTROL_DESCRIPTOR)
      give_up("a port");
    execvp(argv[1], argv + 1);
    give_up(argv[1]);
  }
  close(ends[1]);
  close(control[1]);
  close(STDIN_FILENO); /* the line is the machine's alone */
  close(STDOUT_FILENO);
  while (read(ends[0], &octet, 1) == 1) {
    if (octet == NOW_QUESTION) {
      answer(ends[0], &now);
    } else if (octet == NOW_OVER) {
      over = true;
      (void)kill(child, SIGKILL); /* to let it go down by itself is a tenth of the work */
    } else {
      (void)!write(STDERR_FILENO, &octet, 1);
    }
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (over) return 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_NOT_STARTED;
}
