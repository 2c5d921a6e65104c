/* The subject's standard streams, moved without ever waiting for it. Descriptors are non-blocking
 * and owned by what is made here. */
#ifndef SOCKPROOF_SUBJECT_PUMP_H
#define SOCKPROOF_SUBJECT_PUMP_H

#include "subject/subject.h"

/* One of its outputs: kept up to the maximum of `output->kept`, counted beyond. */
struct pump;
struct pump_events {
  void (*read)(void *context); /* what came is in the output; also at its end */
  void *context;
};
enum err_code pump_start(uv_loop_t *loop, int fd, struct subject_output *output,
                         const struct pump_events *events, struct pump **pump,
                         struct err *err) MUST_USE;
/* Takes what is left, without waiting, and closes; the memory goes when the loop has run. */
void pump_finish(struct pump *pump); /* NULL is fine */

/* Its standard input; `bytes` are copied. With keep_open there is no end of file. */
struct feeder;
enum err_code feeder_start(uv_loop_t *loop, int fd, struct span bytes, bool keep_open,
                           struct feeder **feeder, struct err *err) MUST_USE;
void feeder_finish(struct feeder *feeder); /* NULL is fine */

#endif
