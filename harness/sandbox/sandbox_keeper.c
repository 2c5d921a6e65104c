#include "sandbox/sandbox_keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"

enum { GROUPS_MAX = 16, STATUS_OF_SIGNAL = 128 }; /* a case has a subject, a peer, a far side */

/* Shared with the worker and its children. A place is one process's from its note to its end. */
static volatile pid_t *groups;

static int notes[2]; /* a pipe: the number of each signal that came */

static const int HEARD[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
enum { HEARD_COUNT = sizeof HEARD / sizeof HEARD[0] };

/* Its writer is the caller alone: keepers close it. */
static int lifeline_writer = -1;

static int lifeline(void) {
  /* Not that of a process which this one was forked from. */
  static int reader;
  static pid_t owner;
  int ends[2];
  if (owner == getpid()) return reader;
  if (pipe(ends) != 0 || !descriptor_own_pair(ends, DESCRIPTOR_WAITS)) return -1;
  owner = getpid();
  reader = ends[0];
  lifeline_writer = ends[1];
  return reader;
}

bool keeper_prepare(struct keeper *keeper) {
  sigset_t all;
  sigfillset(&all);
  keeper->lifeline = lifeline();
  return keeper->lifeline >= 0 && sigprocmask(SIG_SETMASK, &all, &keeper->mask) == 0;
}

void keeper_let_go(const struct keeper *keeper) {
  sigprocmask(SIG_SETMASK, &keeper->mask, NULL);
}

/* --- groups ----------------------------------------------------------------------------------- */

void keeper_note_group(void) {
  for (size_t i = 0; groups != NULL && i < GROUPS_MAX; i++) {
    if (groups[i] != 0) continue;
    groups[i] = getpid();
    return;
  }
}

void keeper_forget_group(pid_t group) {
  for (size_t i = 0; groups != NULL && i < GROUPS_MAX; i++) {
    if (groups[i] == group) groups[i] = 0;
  }
}

static void end_groups(void) {
  for (size_t i = 0; i < GROUPS_MAX; i++) {
    if (groups[i] > 1) kill(-groups[i], SIGKILL);
  }
}

/* --- the keeper ------------------------------------------------------------------------------- */

static void on_signal(int number) {
  const int reason = errno;
  const unsigned char octet = (unsigned char)number;
  if (write(notes[1], &octet, 1) < 0) errno = reason; /* full: it is readable already */
  errno = reason;
}

static bool hear(void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < HEARD_COUNT; i++) {
    if (sigaction(HEARD[i], &action, NULL) != 0) return false;
  }
  return true;
}

static bool make_notes(void) {
  return pipe(notes) == 0 && descriptor_own_pair(notes, DESCRIPTOR_NEVER_WAITS);
}

/* True when a signal other than the end of a child has come. */
static bool is_told_to_end(void) {
  bool told = false;
  unsigned char octets[64];
  ssize_t got;
  while ((got = read(notes[0], octets, sizeof octets)) > 0) {
    for (ssize_t i = 0; i < got; i++)
      told |= octets[i] != SIGCHLD;
  }
  return told;
}

/* Returns its status as waitpid() gives it. */
static int await_worker(pid_t worker, int lifeline) {
  int status = 0;
  for (;;) {
    struct pollfd list[] = {{.fd = lifeline, .events = POLLIN}, {.fd = notes[0], .events = POLLIN}};
    const pid_t ended = waitpid(worker, &status, WNOHANG);
    if (ended == worker) return status;
    const bool alone = poll(list, 2, -1) > 0 && list[0].revents != 0;
    if (!is_told_to_end() && !alone) continue;
    kill(worker, SIGKILL);
    while (waitpid(worker, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }
}

static _Noreturn void work(const struct keeper *keeper, const struct sandbox *sandbox,
                           sandbox_main main_function, void *context) {
  (void)setpgid(0, 0); /* what a terminal says is for the run, which then tells the keeper */
  (void)hear(SIG_DFL);
  close(keeper->lifeline);
  close(notes[0]);
  close(notes[1]);
  sigprocmask(SIG_SETMASK, &keeper->mask, NULL);
  const int status = main_function(context, sandbox, NULL);
  fflush(NULL);
  _exit(status);
}

static int keep(const struct keeper *keeper, const struct sandbox *sandbox,
                sandbox_main main_function, void *context) {
  const pid_t worker = fork();
  if (worker < 0) return 1;
  if (worker == 0) work(keeper, sandbox, main_function, context);
  (void)setpgid(worker, worker); /* whoever comes first */
  if (!hear(on_signal)) kill(worker, SIGKILL);
  sigprocmask(SIG_SETMASK, &keeper->mask, NULL);
  const int status = await_worker(worker, keeper->lifeline);
  end_groups();
  kill(-worker, SIGKILL); /* what had no group of its own yet */
  (void)sandbox_kill_all(sandbox, worker);
  return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_OF_SIGNAL + WTERMSIG(status);
}

int keeper_keep(const struct keeper *keeper, const struct sandbox *sandbox,
                sandbox_main main_function, void *context) {
  struct err err;
  close(lifeline_writer);
  void *shared = mmap(NULL, GROUPS_MAX * sizeof *groups, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED || !make_notes()) {
    (void)err_set_errno(&err, errno, "the processes of a worker cannot be kept together");
    return main_function(context, NULL, &err);
  }
  groups = shared;
  return keep(keeper, sandbox, main_function, context);
}
