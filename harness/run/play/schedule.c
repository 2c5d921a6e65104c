#include "run/play/schedule.h"

#include "run/play/case_limit.h"

#include <stdlib.h>

/* Of a subject that is run again and again, where one run waits for nothing. */
enum { RUN_MS = 150 };

struct ranked {
  int32_t index;
  unsigned may_take_ms; /* 0: no longer than any other */
};

/* What is foreseen to go wrong often goes on to its limit. */
static bool may_run_out(const struct settings *settings, const struct instance *instance) {
  const struct expectation_list *list;
  const struct expectation *foreseen = expectation_find_in_both(
      settings->expectations, settings->target_expectations, instance->id, &list);
  return foreseen != NULL &&
         (foreseen->verdict == VERDICT_FAIL || foreseen->verdict == VERDICT_WARN);
}

static unsigned may_take_ms(const struct settings *settings, const struct instance *instance) {
  const struct case_def *def = instance->def;
  if (case_limit_ms(def) > CASE_LIMIT_DEFAULT_MS || may_run_out(settings, instance))
    return case_limit_ms(def);
  return def->runs > 1 ? def->runs * RUN_MS : 0;
}

static int compare(const void *left, const void *right) {
  const struct ranked *a = left, *b = right;
  if (a->may_take_ms != b->may_take_ms) return a->may_take_ms > b->may_take_ms ? -1 : 1;
  return a->index < b->index ? -1 : 1;
}

int32_t *schedule_create(const struct settings *settings, const struct instance_list *instances,
                         unsigned repeat) {
  const size_t count = instances->count;
  struct ranked *ranked = calloc(count + 1, sizeof *ranked);
  int32_t *schedule = calloc(count * repeat + 1, sizeof *schedule);
  if (ranked == NULL || schedule == NULL) {
    free(ranked);
    free(schedule);
    return NULL;
  }
  for (size_t i = 0; i < count; i++)
    ranked[i] = (struct ranked){(int32_t)i, may_take_ms(settings, &instances->items[i])};
  qsort(ranked, count, sizeof *ranked, compare);
  for (size_t i = 0; i < count * repeat; i++)
    schedule[i] = ranked[i % count].index;
  free(ranked);
  return schedule;
}
