/* The order in which cases start. What may take longest starts first, so that a run does not wait
 * for it at its end with the processors idle. */
#ifndef SOCKPROOF_RUN_SCHEDULE_H
#define SOCKPROOF_RUN_SCHEDULE_H

#include "run/play/settings.h"

/* Every instance, `repeat` times over: indices into `instances`, count * repeat of them, in the
 * order of the catalogue where nothing tells one from another. The caller's, to free(); NULL: no
 * memory. */
int32_t *schedule_create(const struct settings *settings, const struct instance_list *instances,
                         unsigned repeat);

#endif
