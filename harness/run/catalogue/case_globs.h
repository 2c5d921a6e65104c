/* Sets of cases told in few words: patterns that name exactly these cases, and no other of the
 * whole catalogue. */
#ifndef SOCKPROOF_RUN_CASE_GLOBS_H
#define SOCKPROOF_RUN_CASE_GLOBS_H

#include "run/catalogue/instance.h"

struct case_globs {
  const char **items; /* the arena's */
  size_t count;       /* not above the number of cases */
};

/* `wanted[i]` is about all->items[i]. A case that shares a pattern with no other is named by its
 * id. */
enum err_code case_globs_make(const struct instance_list *all, const bool *wanted,
                              struct arena *arena, struct case_globs *globs,
                              struct err *err) MUST_USE;

#endif
