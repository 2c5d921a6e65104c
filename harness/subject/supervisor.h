/* The syscall supervisor: acts for the subject where a call tells when it is ready, and answers for
 * the kernel where a call would set the clock or the host name. One file an operating system. */
#ifndef SOCKPROOF_SUBJECT_SUPERVISOR_H
#define SOCKPROOF_SUBJECT_SUPERVISOR_H

#include "subject/subject.h"

/* Whether this system has one; else nobody is told when a subject listens. */
bool supervisor_is_there(void);

/* The calls to be supervised, made ready before the fork. `as_root`: for a subject of that limit,
 * to which setgroups() succeeds without being done. */
struct supervisor_filter;
enum err_code supervisor_filter_make(bool as_root, struct supervisor_filter **filter,
                                     struct err *err) MUST_USE;
void supervisor_filter_free(struct supervisor_filter *filter); /* NULL is fine */

/* In the forked child, once it has no_new_privs. *notify_fd goes to the parent; -1 where this
 * system has no supervisor. Async-signal-safe. False: errno. */
bool supervisor_filter_install(const struct supervisor_filter *filter, int *notify_fd) MUST_USE;

struct supervisor_rules {
  bool allow_set_clock;
  void (*ready)(void *context, const struct subject_socket *socket);
  void (*clock)(void *context, const struct clock_attempt *attempt);
  /* A sethostname() with these octets, at most SUBJECT_HOST_NAME_MAX; `octets` is NULL where they
   * are more, or cannot be read. Gives what the subject gets: 0 or an errno. */
  int (*host_name)(void *context, const char *octets, int64_t len_octets);
  void *context;
};

struct supervisor;

/* Takes over notify_fd, on failure too; `rules` are copied. */
enum err_code supervisor_attach(uv_loop_t *loop, int notify_fd,
                                const struct supervisor_rules *rules,
                                struct supervisor **supervisor, struct err *err) MUST_USE;
void supervisor_close(struct supervisor *supervisor); /* NULL is fine; freed on the loop */

#endif
