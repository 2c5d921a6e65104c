/* How a subject whose calls of listen and bind the supervisor cannot see, as its TCP/IP stack is
 * its own, says that it is ready: lines "tcp PORT" and "udp PORT", written to a pipe. A launcher
 * writes "started" to it when the program begins, so that what it took itself is counted against
 * nobody. */
#ifndef SOCKPROOF_SUBJECT_READY_PIPE_H
#define SOCKPROOF_SUBJECT_READY_PIPE_H

#include "subject/subject.h"

struct ready_pipe;

/* Called on the loop for each line. */
struct ready_pipe_events {
  void (*started)(void *context);
  void (*ready)(void *context, const struct subject_socket *socket); /* without its address */
  void *context;
};

enum err_code ready_pipe_open(uv_loop_t *loop, const struct ready_pipe_events *events,
                              struct ready_pipe **opened, struct err *err) MUST_USE;

/* The end to be given to the subject; stays the pipe's. */
int ready_pipe_writer(const struct ready_pipe *pipe);

void ready_pipe_close(struct ready_pipe *pipe); /* NULL is fine; freed on the loop */

#endif
