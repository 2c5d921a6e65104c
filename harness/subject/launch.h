/* From a fork to an exec: the child becomes a subject. */
#ifndef SOCKPROOF_SUBJECT_LAUNCH_H
#define SOCKPROOF_SUBJECT_LAUNCH_H

#include "subject/subject.h"
#include "subject/supervisor.h"

struct launch {
  const struct sandbox *sandbox;
  const struct sandbox_limits *limits;
  const struct subject_command *command;
  const struct supervisor_filter *filter;
  const char *path;    /* of the program; absolute */
  int input, out, err; /* become descriptors 0, 1 and 2 of the subject; stay the caller's */
};

/* Returns when exec has succeeded. On failure nothing is left running. *notify_fd: see
 * supervisor_filter_install. */
enum err_code launch_subject(const struct launch *launch, pid_t *pid, int *notify_fd,
                             struct err *err) MUST_USE;

#endif
