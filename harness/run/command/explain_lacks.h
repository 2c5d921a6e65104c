/* What a profile lacks for the cases of a recipe: each is unsupported for want of it. */
#ifndef SOCKPROOF_RUN_EXPLAIN_LACKS_H
#define SOCKPROOF_RUN_EXPLAIN_LACKS_H

#include "run/play/settings.h"

enum { LACKS_MAX = 48 };

struct lack {
  const char *words; /* "observe.delay", or a sentence; the arena's */
  const char *hint;  /* what would do, by the example of the reference; NULL: no more than that */
  unsigned cases;    /* that are unsupported for it, and maybe for more */
};

struct lacks {
  struct lack list[LACKS_MAX]; /* those of most cases first */
  size_t count;
};

/* Of all cases of the recipe; without running any. `reference` is the profile of the reference
 * recipes. */
enum err_code lacks_find(const struct settings *settings, const struct instance_list *all,
                         const struct profile *reference, const struct recipe_def *recipe,
                         struct arena *arena, struct lacks *lacks, struct err *err) MUST_USE;

#endif
