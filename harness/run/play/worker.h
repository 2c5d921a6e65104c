/* The process inside a sandbox: made ahead, waits for one case, sends one result, ends. */
#ifndef SOCKPROOF_RUN_WORKER_H
#define SOCKPROOF_RUN_WORKER_H

#include "run/play/settings.h"

struct worker_context {
  const struct settings *settings;
  const struct instance_list *instances;
  int socket; /* a stream to the pool: it gets one index (int32_t, host order), and gives one result
                 as a line */
};

/* A sandbox_main. */
int worker_main(void *context, const struct sandbox *sandbox, const struct err *setup_error);

#endif
