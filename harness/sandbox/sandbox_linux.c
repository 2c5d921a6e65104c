/* Linux: a sandbox is one process in namespaces of its own, made by a single clone. */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox_keeper.h"
#include "sandbox/sandbox_linux.h"
#include "sandbox/sandbox_plain.h"

/* What the new process is told once its ids are mapped: a uid for the subject. */
enum { PRIVATE_NAMESPACES = 3 };

struct birth {
  const struct sandbox_plan *plan;
  const struct sandbox_options *options;
  sandbox_main main_function;
  void *context;
  struct stat home[PRIVATE_NAMESPACES]; /* the caller's own */
  int parent;           /* a pidfd of the caller's, or -1: tells whether it still lives */
  int go[2];            /* sockets: the caller writes the subject's uid once the ids are mapped */
  struct keeper keeper; /* with SANDBOX_NONE */
};

/* Where glibc keeps the calling thread's id: a bare clone must refresh it, as fork does, or
 * abort() and locks in the new process would name a thread of another process. NULL: unknown. */
static int *thread_id_address(void) {
  int *address = NULL;
  return prctl(PR_GET_TID_ADDRESS, &address, 0, 0, 0) == 0 ? address : NULL;
}

/* The two orders of arguments that architectures have (tls, ctid and ctid, tls) are one here, as no
 * thread-local storage is set. */
static pid_t clone_into(unsigned long namespaces) {
  int *thread_id = thread_id_address();
  const unsigned long flags =
      namespaces | SIGCHLD | (thread_id != NULL ? CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID : 0);
  return (pid_t)syscall(SYS_clone, flags, NULL, NULL, thread_id, thread_id);
}

/* In the new process: dies with the caller, also if the caller died before it could say so. */
static bool tie_to_parent(const struct birth *birth) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  if (birth->parent < 0) return true;
  struct pollfd parent = {.fd = birth->parent, .events = POLLIN};
  const bool alive = poll(&parent, 1, 0) == 0;
  close(birth->parent);
  return alive;
}

static const char *const private_namespaces[PRIVATE_NAMESPACES] = {
    "/proc/self/ns/net", "/proc/self/ns/mnt", "/proc/self/ns/uts"};

/* What follows changes addresses, mounts and the host name: a mistake that let it happen to the
 * caller's own would change the host, where the caller is root. */
static bool is_away_from_home(const struct birth *birth) {
  for (size_t i = 0; i < PRIVATE_NAMESPACES; i++) {
    struct stat here;
    if (stat(private_namespaces[i], &here) != 0 || here.st_ino == birth->home[i].st_ino)
      return false;
  }
  return true;
}

static enum err_code set_up_network(const struct sandbox_options *options, struct sandbox *sandbox,
                                    struct err *err) {
  enum err_code code = network_set_up(options, &sandbox->has_ipv6, err);
  if (code == ERR_OK) code = network_route_outside("lo", NULL, err);
  if (code == ERR_OK && options->tap) code = tap_set_up(sandbox->has_ipv6, &sandbox->tap_fd, err);
  if (code == ERR_OK && options->veth)
    code = veth_set_up(options, sandbox->has_ipv6, &sandbox->far_network, err);
  return code;
}

static enum err_code set_up(const struct birth *birth, struct sandbox *sandbox, struct err *err) {
  if (sandbox->plan.kind == SANDBOX_NONE) {
    sandbox->has_ipv6 = !birth->options->ipv6_off;
    /* What a worker that was killed leaves behind comes to its keeper, which ends it. */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    return plain_make_scratch(sandbox, err);
  }
  if (!is_away_from_home(birth))
    return err_set(err, ERR_UNAVAILABLE, "the new process has no namespaces of its own");
  snprintf(sandbox->scratch, sizeof sandbox->scratch, "%s", SANDBOX_SCRATCH);
  if (birth->options->programs != NULL)
    snprintf(sandbox->programs, sizeof sandbox->programs, "%s", SANDBOX_PROGRAMS);
  sandbox->private_network = true;
  sandbox->names = names_of_caller();
  const char *name = birth->options->host_name;
  if (name != NULL && !sandbox_change_host_name(sandbox, name, strlen(name)))
    return err_set_errno(err, errno, "the sandbox does not take the host name \"%s\"", name);
  const enum err_code code = mounts_set_up(birth->options, sandbox->subject_uid, err);
  if (code != ERR_OK) return code;
  return set_up_network(birth->options, sandbox, err);
}

/* Below its keeper, in a sandbox without walls. */
static int work_plainly(void *context, const struct sandbox *sandbox, const struct err *error) {
  const struct birth *birth = context;
  const pid_t keeper = getppid();
  /* What a subject leaves behind comes to the worker, which ends it. */
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != keeper) return 1;
  return birth->main_function(birth->context, sandbox, error);
}

static int live(struct birth *birth, uid_t subject_uid) {
  struct sandbox sandbox = {
      .plan = *birth->plan, .remote = birth->options->remote, .subject_uid = subject_uid};
  struct err err = {.code = ERR_OK};
  if (set_up(birth, &sandbox, &err) != ERR_OK)
    return birth->main_function(birth->context, NULL, &err);
  if (sandbox.plan.kind != SANDBOX_NONE)
    return birth->main_function(birth->context, &sandbox, NULL);
  const int status = keeper_keep(&birth->keeper, &sandbox, work_plainly, birth);
  plain_remove_scratch(&sandbox);
  return status;
}

static _Noreturn void begin(struct birth *birth) {
  uid_t subject_uid = 0;
  close(birth->go[1]);
  /* A keeper is not killed with the caller: it has something left to do then. */
  const bool kept = birth->plan->kind == SANDBOX_NONE;
  if (kept && birth->parent >= 0) close(birth->parent);
  const bool tied = kept || tie_to_parent(birth);
  if (!tied || read(birth->go[0], &subject_uid, sizeof subject_uid) != (ssize_t)sizeof subject_uid)
    _exit(1); /* the caller is gone, or could not map the ids and reports that itself */
  close(birth->go[0]);
  const int status = live(birth, subject_uid);
  fflush(NULL);
  _exit(status);
}

static bool write_map(pid_t pid, const char *file, const char *text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, file);
  return proc_write(path, text);
}

/* Where the caller is root: all usual ids as they are, so that the worker reads what root reads,
 * but the subject's, which stands for one that owns nothing, and changes places with it. Containers
 * often have fewer ids; then root and the subject's alone. */
static const char *const root_maps[] = {
    "0 0 1000\n1000 65534 1\n1001 1001 64533\n65534 1000 1\n",
    "0 0 1\n1000 65534 1\n",
};
_Static_assert(MAPPED_UID == 1000 && PLAIN_ORDINARY_UID == 65534, "root_maps are made of these");

static bool map_ids_of_root(pid_t pid) {
  for (size_t i = 0; i < sizeof root_maps / sizeof root_maps[0]; i++) {
    if (write_map(pid, "uid_map", root_maps[i])) return write_map(pid, "gid_map", root_maps[i]);
  }
  return false;
}

/* The caller becomes the sandbox's root. A caller that is root itself can give the subject a uid
 * that owns nothing; then *subject_uid is not 0. */
static bool map_ids(pid_t pid, uid_t *subject_uid) {
  if (geteuid() == 0 && getegid() == 0 && map_ids_of_root(pid)) {
    *subject_uid = MAPPED_UID;
    return true;
  }
  char uids[64], gids[64];
  snprintf(uids, sizeof uids, "0 %u 1\n", (unsigned)geteuid());
  snprintf(gids, sizeof gids, "0 %u 1\n", (unsigned)getegid());
  return write_map(pid, "setgroups", "deny") && write_map(pid, "uid_map", uids) &&
         write_map(pid, "gid_map", gids);
}

static unsigned long namespaces_of(enum sandbox_kind kind) {
  const unsigned long all = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
  switch (kind) {
    case SANDBOX_USER_NAMESPACE:
      return all | CLONE_NEWUSER;
    case SANDBOX_ROOT:
      return all;
    case SANDBOX_NONE:
      break;
  }
  return 0;
}

static enum err_code refuse(int errno_value, struct err *err) {
  char reason[200];
  err_set(err, ERR_UNAVAILABLE, "no private sandbox can be made here: %s",
          denial_reason(errno_value, reason, sizeof reason));
  err->errno_value = errno_value;
  return ERR_UNAVAILABLE;
}

/* In the caller, when the process exists. */
static enum err_code let_go(const struct birth *birth, pid_t pid, struct err *err) {
  uid_t subject_uid = 0;
  if (birth->plan->kind == SANDBOX_USER_NAMESPACE) {
    if (!map_ids(pid, &subject_uid)) return refuse(errno, err);
  } else if (geteuid() == 0) {
    subject_uid = PLAIN_ORDINARY_UID;
  }
  if (send(birth->go[1], &subject_uid, sizeof subject_uid, MSG_NOSIGNAL) !=
      (ssize_t)sizeof subject_uid)
    return err_set_errno(err, errno, "a worker process ended before it began");
  return ERR_OK;
}

static enum err_code give_birth(struct birth *birth, struct sandbox_process *process,
                                struct err *err) {
  fflush(NULL); /* else what stdio holds would be written twice */
  const bool kept = birth->plan->kind == SANDBOX_NONE;
  if (kept && !keeper_prepare(&birth->keeper))
    return err_set_errno(err, errno, "a worker process cannot be started");
  const pid_t pid = clone_into(namespaces_of(birth->plan->kind));
  if (pid == 0) begin(birth);
  const int reason = errno;
  if (kept) keeper_let_go(&birth->keeper);
  if (pid < 0 && kept) return err_set_errno(err, reason, "a worker process cannot be started");
  if (pid < 0) return refuse(reason, err);
  const enum err_code code = let_go(birth, pid, err);
  if (code != ERR_OK) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return code;
  }
  process->pid = pid;
  process->end_signal = kept ? SIGTERM : SIGKILL;
  process->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  return ERR_OK;
}

enum err_code sandbox_spawn(const struct sandbox_plan *plan, const struct sandbox_options *options,
                            sandbox_main main_function, void *context,
                            struct sandbox_process *process, struct err *err) {
  if (plan->kind != SANDBOX_NONE) {
    const enum err_code code = mounts_check_caller(err);
    if (code != ERR_OK) return code;
  } else if (options->etc != NULL && options->etc->name != NULL) {
    return err_set(err, ERR_UNAVAILABLE, "an /etc/%s of the case's own needs a private sandbox",
                   options->etc->name);
  }
  struct birth birth = {
      .plan = plan, .options = options, .main_function = main_function, .context = context};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, birth.go) != 0)
    return err_set_errno(err, errno, "a worker process cannot be started");
  for (size_t i = 0; i < PRIVATE_NAMESPACES; i++)
    (void)stat(private_namespaces[i], &birth.home[i]);
  birth.parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
  const enum err_code code = give_birth(&birth, process, err);
  close(birth.go[0]);
  close(birth.go[1]);
  if (birth.parent >= 0) close(birth.parent);
  return code;
}
