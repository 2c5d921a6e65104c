#include "sandbox/sandbox_plain.h"

#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

void plain_plan(struct sandbox_plan *plan, enum tier at_most,
                bool (*may_capture)(const char *, struct err *), const char *because) {
  struct err refused = {.code = ERR_OK};
  plan->kind = SANDBOX_NONE;
  if (at_most >= TIER_CAPTURE_SHARED && may_capture(NULL, &refused)) {
    plan->tier = TIER_CAPTURE_SHARED;
    snprintf(plan->sentence, sizeof plan->sentence,
             "capture-shared: packets are captured on the host's own loopback, on ephemeral ports; "
             "%s",
             because);
    return;
  }
  plan->tier = TIER_FIXTURE_LOG;
  snprintf(plan->sentence, sizeof plan->sentence,
           "fixture-log: no packets can be captured, only the fixtures' own bytes are judged; %s",
           because);
}

enum err_code plain_make_scratch(struct sandbox *sandbox, struct err *err) {
  const char *base = getenv("TMPDIR");
  if (base == NULL || base[0] != '/') base = "/tmp";
  const int len = snprintf(sandbox->scratch, sizeof sandbox->scratch, "%s/sockproof-XXXXXX", base);
  if (len < 0 || (size_t)len >= sizeof sandbox->scratch)
    return err_set(err, ERR_USAGE, "TMPDIR is too long for a scratch directory: %s", base);
  if (mkdtemp(sandbox->scratch) == NULL) {
    return err_set_errno(err, errno, "no scratch directory can be made below %s (TMPDIR)", base);
  }
  if (sandbox->subject_uid != 0 &&
      chown(sandbox->scratch, sandbox->subject_uid, (gid_t)sandbox->subject_uid) != 0) {
    const int reason = errno;
    plain_remove_scratch(sandbox);
    return err_set_errno(err, reason, "the scratch directory cannot be given to uid %u",
                         (unsigned)sandbox->subject_uid);
  }
  return ERR_OK;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk) {
  (void)status;
  (void)kind;
  (void)walk;
  (void)remove(path); /* what cannot be removed is left; the rest still goes */
  return 0;
}

void plain_remove_scratch(const struct sandbox *sandbox) {
  enum { OPEN_DIRECTORIES_MAX = 16 };
  nftw(sandbox->scratch, remove_entry, OPEN_DIRECTORIES_MAX, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* The terminal's owner is a process group of its session: who leaves the session loses it. */
static bool take_terminal(void) {
  struct sigaction ignore, before;
  memset(&ignore, 0, sizeof ignore);
  ignore.sa_handler = SIG_IGN; /* else who asks for it from the background is stopped */
  if (setpgid(0, 0) != 0 || sigaction(SIGTTOU, &ignore, &before) != 0) return false;
  const bool taken = tcsetpgrp(STDIN_FILENO, getpid()) == 0;
  return sigaction(SIGTTOU, &before, NULL) == 0 && taken;
}

bool plain_leave_session(const struct sandbox_limits *limits, const char **what) {
  *what = "making a session of its own";
  if (!limits->keep_terminal || !isatty(STDIN_FILENO)) return setsid() >= 0;
  *what = "taking the terminal";
  return take_terminal();
}

bool plain_become(uid_t uid, const char **what) {
  *what = "changing to an ordinary user";
  return setgroups(0, NULL) == 0 && setgid((gid_t)uid) == 0 && setuid(uid) == 0;
}

static const struct rlimit *lowered(struct rlimit *limit, size_t most) {
  const rlim_t wanted = (rlim_t)most;
  if (limit->rlim_max == RLIM_INFINITY || limit->rlim_max > wanted) limit->rlim_max = wanted;
  limit->rlim_cur = limit->rlim_max;
  return limit;
}

/* A macro, as the type of a resource's number is not the same in every C library. */
#define LOWER(resource, most) \
  ((most) == 0 || (getrlimit(resource, &now) == 0 && setrlimit(resource, lowered(&now, most)) == 0))

bool plain_limit(const struct sandbox_limits *limits, unsigned processes, const char **what) {
  *what = "setting resource limits";
  const struct rlimit no_core = {0, 0};
  struct rlimit now;
  /* Not RLIMIT_AS: a virtual machine (Java's, node's) reserves gigabytes of addresses that it never
   * touches, and would not even start. */
  return setrlimit(RLIMIT_CORE, &no_core) == 0 && LOWER(RLIMIT_DATA, limits->memory_bytes) &&
         LOWER(RLIMIT_FSIZE, limits->file_bytes) && LOWER(RLIMIT_NPROC, processes);
}
