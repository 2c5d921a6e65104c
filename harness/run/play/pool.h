/* The pool of workers: cases that mostly wait overlap, sandboxes are made ahead, a lost worker
 * costs one case. */
#ifndef SOCKPROOF_RUN_POOL_H
#define SOCKPROOF_RUN_POOL_H

#include "report/result.h"
#include "run/play/settings.h"

struct pool_plan {
  const struct settings *settings;
  const struct instance_list *instances;
  const int32_t *schedule; /* indices into instances, in the order in which they are to start */
  size_t schedule_count;
  unsigned jobs; /* cases at once, at most */
  bool all_jobs; /* a person wants so many, and no fewer where they need the processor */
  /* Each result as it comes; the pool destroys it. False: start no more cases. */
  bool (*result)(void *context, struct result *result);
  void *context;
};

/* Runs the schedule. *interrupted: SIGINT or SIGTERM came, and what had not ended was given up. */
enum err_code pool_run(const struct pool_plan *plan, bool *interrupted, struct err *err) MUST_USE;

/* So many cases at once keep the processors of this process busy: sandboxes mostly wait for the
 * kernel. */
unsigned pool_default_jobs(void);

#endif
