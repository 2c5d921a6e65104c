/* Runs a command and says how much memory it, and each of its children, had at most.
 *
 *   peak_memory FILE COMMAND [ARGUMENT...]
 *
 * Writes to FILE: `parent_kib`, the peak of the command's own process, and `worker_kib`, the
 * largest peak among its children. What a process had is gone when it has ended, and wait4() tells
 * only the largest of a whole tree: so the kernel is asked (ptrace) to stop each one as it exits,
 * with its memory still there. What the children start themselves, the subjects, runs untraced. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_NOT_STARTED = 127, EXIT_SIGNALLED = 128, EVENT_SHIFT = 16 };

struct peaks {
  pid_t parent;
  long parent_kib, worker_kib;
  unsigned workers;
};

/* The peak of its resident memory; 0 where it has none any more. */
static long peak_kib_of(pid_t pid) {
  static const char PEAK[] = "VmHWM:"; /* "VmHWM:     9556 kB" */
  char path[64], line[256];
  long peak_kib = 0;
  snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
  FILE *status = fopen(path, "re");
  if (status == NULL) return 0;
  while (fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, PEAK, sizeof PEAK - 1) == 0)
      peak_kib = strtol(line + sizeof PEAK - 1, NULL, 10);
  }
  fclose(status);
  return peak_kib;
}

static void note_exit(struct peaks *peaks, pid_t pid) {
  const long peak_kib = peak_kib_of(pid);
  if (pid == peaks->parent) {
    peaks->parent_kib = peak_kib;
    return;
  }
  peaks->workers++;
  if (peak_kib > peaks->worker_kib) peaks->worker_kib = peak_kib;
}

static bool is_fault(int signal_number) {
  return signal_number == SIGSEGV || signal_number == SIGBUS || signal_number == SIGILL ||
         signal_number == SIGFPE || signal_number == SIGSYS || signal_number == SIGABRT;
}

/* `pid` has stopped: what the stop means, and how it goes on. */
static void go_on(struct peaks *peaks, pid_t pid, int status) {
  const int event = status >> EVENT_SHIFT;
  int deliver = 0;
  if (event == PTRACE_EVENT_EXIT) {
    note_exit(peaks, pid);
  } else if (event == PTRACE_EVENT_STOP) {
    /* A new child begins so: its own children are none of ours. */
    if (pid != peaks->parent) ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT);
  } else if (event == 0) {
    deliver = WSTOPSIG(status);
  }
  if (is_fault(deliver)) {
    /* The first process of a PID namespace survives its own fault for as long as it is traced, and
     * would meet it again and again. */
    note_exit(peaks, pid);
    ptrace(PTRACE_DETACH, pid, NULL, (void *)(intptr_t)deliver);
    return;
  }
  ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)deliver);
}

/* Follows all until none is left; gives the wait status of the parent. */
static int follow(struct peaks *peaks) {
  int parent_status = 0;
  for (;;) {
    int status;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return parent_status;
    if (WIFSTOPPED(status)) {
      go_on(peaks, pid, status);
    } else if (pid == peaks->parent) {
      parent_status = status;
    }
  }
}

/* Waits to be followed, then becomes the command. */
static _Noreturn void become(int go, char **argv) {
  char octet;
  if (read(go, &octet, 1) == 1) execvp(argv[0], argv);
  perror(argv[0]);
  _exit(EXIT_NOT_STARTED);
}

static bool start(struct peaks *peaks, char **argv) {
  const intptr_t options = PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE |
                           PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
  int go[2];
  if (pipe(go) != 0) return false;
  peaks->parent = fork();
  if (peaks->parent == 0) {
    close(go[1]);
    become(go[0], argv);
  }
  close(go[0]);
  const bool seized = peaks->parent > 0 &&
                      ptrace(PTRACE_SEIZE, peaks->parent, NULL, (void *)options) == 0 &&
                      write(go[1], "g", 1) == 1;
  close(go[1]); /* a child that is not followed ends here */
  return seized;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fputs("usage: peak_memory FILE COMMAND [ARGUMENT...]\n", stderr);
    return EXIT_USAGE;
  }
  struct peaks peaks = {0};
  if (!start(&peaks, argv + 2)) {
    perror("peak_memory: the command cannot be followed");
    return EXIT_USAGE;
  }
  const int status = follow(&peaks);
  FILE *file = fopen(argv[1], "we");
  if (file == NULL) {
    perror(argv[1]);
    return EXIT_USAGE;
  }
  fprintf(file, "parent_kib %ld\nworker_kib %ld\nworkers %u\n", peaks.parent_kib, peaks.worker_kib,
          peaks.workers);
  if (fclose(file) != 0) {
    perror(argv[1]);
    return EXIT_USAGE;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNALLED + WTERMSIG(status);
}
