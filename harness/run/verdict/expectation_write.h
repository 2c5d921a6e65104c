/* `run --write-expectations`: an expectation file made anew from what a run saw. Comments, order,
 * reasons and conditions of lines that hold stay as they stand; what no longer holds goes. */
#ifndef SOCKPROOF_RUN_EXPECTATION_WRITE_H
#define SOCKPROOF_RUN_EXPECTATION_WRITE_H

#include "base/text.h"
#include "report/result.h"
#include "run/verdict/expectation.h"

/* What is known of a case of the catalogue. */
struct expectation_seen {
  bool implemented; /* the subject has an entry for its recipe */
  bool seen;        /* it was judged in this run; false for a broken one too */
  bool unstable;    /* it was judged twice, and otherwise */
  enum verdict verdict;
  const char *kind; /* the result's, if a line can foresee it; "" where it was now this, now that */
  unsigned failed_checks;
  const char *reason; /* the result's own, before anything was expected of it; the arena's */
};

/* One for each of all->items; NULL: no memory. */
struct expectation_seen *expectation_seen_create(const struct instance_list *all,
                                                 const struct profile *profile,
                                                 struct arena *arena) MUST_USE;

/* Notes a result that has not been held against any expectation. ERR_LIMIT: no memory. */
enum err_code expectation_seen_note(struct expectation_seen *seen, const struct instance_list *all,
                                    const struct result *result, struct arena *arena,
                                    struct err *err) MUST_USE;

struct expectation_change {
  struct text contents; /* the new file, whole */
  struct text told;     /* "- LINE" for what goes, "+ LINE" for what comes */
  size_t dropped, added;
};

void expectation_change_init(struct expectation_change *change);
void expectation_change_free(struct expectation_change *change);

/* `title` names the subject in a new file. ERR_INPUT: a case was judged twice, and otherwise;
 * ERR_LIMIT: it would be too long, or there is no memory. */
enum err_code expectation_rewrite(const struct expectation_list *list,
                                  const struct instance_list *all,
                                  const struct expectation_seen *seen, const char *title,
                                  struct expectation_change *change, struct err *err) MUST_USE;

#endif
