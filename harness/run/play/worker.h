/* The process inside a sandbox: made ahead, waits for one case, sends one result, ends. */
#ifndef SOCKPROOF_RUN_WORKER_H
#define SOCKPROOF_RUN_WORKER_H

#include "run/play/settings.h"

/* What the pool sends to a worker. */
struct worker_order {
  int32_t index; /* of the instance */
  int32_t again; /* 1: it was played before, and chance may have spoiled that; else 0 */
};

struct worker_context {
  const struct settings *settings;
  const struct instance_list *instances;
  int socket; /* a stream to the pool: it gets one order, and gives one result as a line */
};

/* A sandbox_main. */
int worker_main(void *context, const struct sandbox *sandbox, const struct err *setup_error);

#endif
