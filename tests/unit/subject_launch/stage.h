/* A sandbox with a loop, on which a test runs a subject and looks at what came of it. */
#ifndef SOCKPROOF_TESTS_UNIT_SUBJECT_LAUNCH_STAGE_H
#define SOCKPROOF_TESTS_UNIT_SUBJECT_LAUNCH_STAGE_H

#include "subject/subject.h"

struct stage {
  uv_loop_t loop;
  const struct sandbox *sandbox;
  struct subject *subject;
  const struct subject_outcome *outcome;
  struct subject_socket sockets[4];
  unsigned ready;     /* events */
  unsigned begins_ms; /* so long after its start it begins, twice; 0: with its start */
  int64_t began_ns;   /* what it knew after the first time */
  uv_timer_t beginning;
  int signal_on_ready; /* sent to the subject at its first ready event; 0: none */
  bool ended;
  struct err err;
};

/* NULL when all is well. */
typedef const char *(*stage_act)(struct stage *stage);

/* Fails the test unless the act, in a new sandbox, is content. */
void assert_act(enum sandbox_kind kind, stage_act act);

/* Runs ACTOR with one argument and these limits to its end. */
enum err_code stage_run(struct stage *stage, const char *argument,
                        const struct subject_limits *limits);
enum err_code stage_run_command(struct stage *stage, const struct subject_command *command,
                                const struct subject_limits *limits);
void stage_clear(struct stage *stage); /* before the next run */

#endif
