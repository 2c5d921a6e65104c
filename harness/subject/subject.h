/* One run of the program under test: started confined, supervised, bounded, and its output kept.
 *
 * The syscall supervisor (seccomp user notification) performs listen and bind on the subject's
 * behalf, so that "it listens now" is an event and not a guess, and catches what would set the
 * clock or the host name. */
#ifndef SOCKPROOF_SUBJECT_SUBJECT_H
#define SOCKPROOF_SUBJECT_SUBJECT_H

#include "base/text.h"
#include "proto/endpoint.h"
#include "sandbox/sandbox.h"

#include <uv.h>

struct subject;

enum { SUBJECT_DESCRIPTORS_MAX = 2 };

struct subject_command {
  const char *const *argv; /* argv[0] is looked up on PATH of the harness; NULL-ended */
  const char *const *envp; /* the whole environment; NULL-ended */
  struct span input;       /* its standard input (copied), then end of file; empty: /dev/null */
  const int *descriptors;  /* become its 3, 4, ...; stay the caller's */
  size_t descriptor_count; /* at most SUBJECT_DESCRIPTORS_MAX */
  /* It is a debugger of the subject: it has this process's own standard streams, the subject's are
   * its 3, 4 and 5 (in place of `descriptors`), and signals go to the program that it started. */
  bool debugger;
  bool keep_input_open; /* no end of file after `input` until the subject ends */
};

struct subject_limits {
  size_t output_bytes; /* kept of each stream; the rest is counted. 0: 1 MiB */
  unsigned wall_ms;    /* then SIGKILL, and `timed_out`. 0: 30,000 */
  struct sandbox_limits system;
  bool shares_sandbox;  /* another runs in it and ends with it, which cannot be told from what this
                           one left: stray_processes stays 0 */
  bool spares_sandbox;  /* its end ends nothing but itself; another's end is to follow */
  bool allow_set_clock; /* answer calls that set the clock with success (never done); else EPERM */
  bool allow_set_host_name; /* do sethostname() in the sandbox, if it has names of its own; else
                               EPERM */
};

enum { SUBJECT_PATH_MAX = 112 };

/* A socket of the subject that became ready to be talked to: a TCP socket or a local one (AF_UNIX,
 * stream) listens, a UDP socket is bound. */
struct subject_socket {
  bool tcp;
  struct endpoint at;          /* as getsockname gives it: an any-address stays one */
  char path[SUBJECT_PATH_MAX]; /* of a local socket, as the subject bound it; "": it is none */
};

/* What a call would have done to the clock. */
enum clock_change {
  CLOCK_CHANGE_OTHER, /* its rate, its state, the time zone: nothing that tells a time */
  CLOCK_CHANGE_SET,   /* the time, to `value_ns` since 1970 */
  CLOCK_CHANGE_SHIFT, /* by `value_ns`, at once or little by little */
};

/* A call that would have set the clock. */
struct clock_attempt {
  const char *call; /* "clock_settime", ... ; static */
  enum clock_change change;
  int64_t value_ns;      /* 0 where the call has none, or one that no clock can hold */
  int64_t resolution_ns; /* of the value, as the call can say it */
  int64_t at_ns;         /* when it was made; CLOCK_REALTIME */
  bool answered_success;
};

enum { SUBJECT_HOST_NAME_MAX = 64 };

/* A sethostname(). */
struct host_name_attempt {
  char name[SUBJECT_HOST_NAME_MAX + 1]; /* its octets, ended by NUL; "" where they are too many, or
                                           not the subject's to name */
  int64_t len_octets;                   /* as the subject gave it */
  int answered_errno;                   /* 0: it was done */
};

struct subject_events {
  void (*told)(void *context); /* it printed something, or made a call that would set the clock;
                                  `subject_outcome` has it */
  void (*ready)(void *context, const struct subject_socket *socket);
  void (*ended)(void *context); /* it was reaped, its outputs are at their end, nothing of it is
                                   left running */
  void *context;
};

struct subject_output {
  struct text kept;     /* may contain any octet, NUL too */
  uint64_t total_bytes; /* written by the subject, kept or not */
};

enum { SUBJECT_CLOCK_ATTEMPTS_MAX = 8, SUBJECT_HOST_NAME_ATTEMPTS_MAX = 4 };

struct subject_outcome {
  bool started;   /* exec succeeded */
  bool timed_out; /* it met wall_ms and was killed */
  int exit_code;  /* -1 where a signal ended it */
  int signal;     /* 0 where it exited */
  struct subject_output out, err;
  int64_t started_ns, ended_ns; /* CLOCK_REALTIME, as capture timestamps are */
  int64_t began_ns;             /* when its program began; later than started_ns where a launcher
                                   told it (subject_begin) */
  struct clock_attempt clock_attempts[SUBJECT_CLOCK_ATTEMPTS_MAX];
  size_t clock_attempt_count;
  struct host_name_attempt host_name_attempts[SUBJECT_HOST_NAME_ATTEMPTS_MAX];
  size_t host_name_attempt_count;
  unsigned stray_processes; /* still running when it ended: it forked away; they were killed */
};

/* Starts it, and returns when exec has succeeded. ERR_USAGE: the command does not exist or may not
 * be executed (says which path was tried); ERR_UNAVAILABLE: this Linux host allows no supervisor
 * (other systems run it unsupervised: `ready` is never called there); ERR_SYSTEM otherwise. On
 * failure *subject is NULL, and the loop must run once more. `events` is copied; its callbacks run
 * on `loop`; `sandbox` outlives the subject. The end of a subject ends all else that runs in
 * its sandbox: one at a time, or two whose ends are one, of which the caller awaits both. SIGPIPE
 * is ignored in this process from then on. */
enum err_code subject_start(uv_loop_t *loop, const struct sandbox *sandbox,
                            const struct subject_command *command,
                            const struct subject_limits *limits,
                            const struct subject_events *events, struct subject **subject,
                            struct err *err) MUST_USE;

/* What was started was a launcher, and the program begins now: its wall_ms begins anew. What is
 * said for a second time is nothing. */
void subject_begin(struct subject *subject);
void subject_signal(struct subject *subject,
                    int signal_number);     /* to the main process; nothing if it has ended */
void subject_kill(struct subject *subject); /* the whole tree, at once */
pid_t subject_pid(const struct subject *subject);
const struct subject_outcome *subject_outcome(
    const struct subject *subject); /* whole once `ended` was called */
void subject_destroy(
    struct subject *subject); /* after `ended` (also inside of it); NULL is fine. Its handles are
                                 closed on the loop, which must run once more */

/* Finds a program as execvp would, on this process's PATH, and gives its absolute path; ERR_USAGE
 * says what was looked for and where. */
enum err_code subject_find_program(const char *name, char *path, size_t path_max,
                                   struct err *err) MUST_USE;

#endif
