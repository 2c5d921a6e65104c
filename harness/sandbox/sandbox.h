/* A private place for one case: network, names, mounts, processes; and the confinement of a subject
 * inside it.
 *
 * One file an operating system implements this: sandbox_linux.c with namespaces, sandbox_none.c
 * without. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_H
#define SOCKPROOF_SANDBOX_SANDBOX_H

#include "base/verdict.h"
#include "proto/ip.h"

#include <sys/types.h>

/* What this host allows. */
enum sandbox_kind {
  SANDBOX_USER_NAMESPACE, /* user, network, mount, UTS, IPC and PID namespaces; needs no privilege
                           */
  SANDBOX_ROOT, /* the same without a user namespace, as root where user namespaces are denied */
  SANDBOX_NONE, /* no namespaces: the host's loopback, ephemeral ports */
};

struct sandbox_plan {
  enum sandbox_kind kind;
  enum tier tier;
  char sentence[256]; /* which tier this is and, below the best, what gives a better one */
};

/* Tries what works here, by making a sandbox and throwing it away. `at_most` forces a lower tier
 * (tests, diagnosis); TIER_CAPTURE_PRIVATE leaves the choice free. Whether a shared capture is
 * permitted is asked of `may_capture` (capture_permitted), so that this module needs no libpcap. */
enum err_code sandbox_probe(struct sandbox_plan *plan, enum tier at_most,
                            bool (*may_capture)(const char *, struct err *),
                            struct err *err) MUST_USE;

/* A file of the sandbox's own /etc, over the host's. NULL contents: the file is missing there. */
struct sandbox_file {
  const char *name; /* "hosts" */
  const char *contents;
};

struct sandbox_options {
  const char *host_name;          /* its UTS host name */
  const struct sandbox_file *etc; /* ended by a name of NULL; may be NULL */
  bool ipv6_off;
  unsigned mtu_bytes; /* 0: 1500 */
};

/* The inside view, handed to the worker. */
struct sandbox {
  struct sandbox_plan plan;
  char scratch[128]; /* an empty directory of the subject's own; a tmpfs of 64 MiB where mounts are
                        private */
  bool has_ipv6;
  bool private_network; /* well-known ports are free, every loopback address is ours */
};

/* Runs in a new process, PID 1 of its PID namespace where there is one; its return is the process's
 * exit status. `sandbox` is NULL where the setting up failed, and *setup_error says what.
 * Everything that it started dies with it. */
typedef int (*sandbox_main)(void *context, const struct sandbox *sandbox,
                            const struct err *setup_error);

struct sandbox_process {
  pid_t pid;
  int pidfd; /* readable when the process has ended; -1 where the system has none */
};

/* Starts `main_function` in a new sandbox; returns as soon as the process exists. All descriptors
 * are inherited except those marked close-on-exec... which are inherited too, as nothing is
 * executed: the worker closes what it must not have. The process gets SIGKILL when the caller's
 * process dies. */
enum err_code sandbox_spawn(const struct sandbox_plan *plan, const struct sandbox_options *options,
                            sandbox_main main_function, void *context,
                            struct sandbox_process *process, struct err *err) MUST_USE;

/* Changes the files of the sandbox's /etc after it was made (a warm sandbox is made before its case
 * is known). */
enum err_code sandbox_set_etc(const struct sandbox *sandbox, const struct sandbox_file *files,
                              struct err *err) MUST_USE;

struct sandbox_limits {
  size_t memory_bytes; /* address space; 0: unbounded (sanitizers reserve terabytes) */
  unsigned processes;  /* of the subject's own user; 0: unbounded */
  size_t file_bytes;   /* largest file */
};

/* Called in a forked child, just before exec: new user and mount namespace (where there are any),
 * everything read-only but the scratch directory, which becomes the working directory; an ordinary
 * uid; no capabilities, no_new_privs; limits; a session of its own. Async-signal-safe: no
 * allocation. False with errno and *what (static text) on failure. */
bool sandbox_confine(const struct sandbox *sandbox, const struct sandbox_limits *limits,
                     const char **what) MUST_USE;

/* Kills every process of the sandbox but the caller (where there is a PID namespace; else the
 * process group `group`), and reaps what became the caller's child. */
void sandbox_kill_all(const struct sandbox *sandbox, pid_t group);

#endif
