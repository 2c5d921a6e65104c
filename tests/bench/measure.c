/* Runs a command and says what it and all that it started cost.
 *
 *   measure FILE COMMAND [ARGUMENT...]
 *
 * Writes to FILE: `wall_s`, and `cpu_s`, user and system time of the command and of every process
 * below it, also of those that it left behind. Exits as the command does. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_NOT_STARTED = 127, EXIT_SIGNALLED = 128 };

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(const struct timeval *time) {
  return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* Waits until nothing is left, and gives the wait status of `main_pid`. */
static int await_all(pid_t main_pid, double *main_ended_s) {
  int main_status = 0;
  for (;;) {
    int status;
    const pid_t ended = waitpid(-1, &status, 0);
    if (ended < 0 && errno == EINTR) continue;
    if (ended < 0) return main_status;
    if (ended != main_pid) continue;
    main_status = status;
    *main_ended_s = now_s();
  }
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fputs("usage: measure FILE COMMAND [ARGUMENT...]\n", stderr);
    return EXIT_USAGE;
  }
  /* What the command leaves behind becomes a child of this process, and is counted. */
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const double started_s = now_s();
  double ended_s = started_s;
  const pid_t pid = fork();
  if (pid == 0) {
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(EXIT_NOT_STARTED);
  }
  if (pid < 0) {
    perror("measure");
    return EXIT_USAGE;
  }
  const int status = await_all(pid, &ended_s);
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  FILE *file = fopen(argv[1], "we");
  if (file == NULL) {
    perror(argv[1]);
    return EXIT_USAGE;
  }
  fprintf(file, "wall_s %.3f\ncpu_s %.3f\n", ended_s - started_s,
          seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime));
  if (fclose(file) != 0) {
    perror(argv[1]);
    return EXIT_USAGE;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNALLED + WTERMSIG(status);
}
