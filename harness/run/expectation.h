/* Verdicts that are foreseen of a subject, with a reason each: subjects/<name>.expect beside its
 * profile.
 *
 *   # CASE-GLOB                 VERDICT   reason, to the end of the line
 *   sntp-client/leap-3          fail      takes the time of a server that is not synchronised */
#ifndef SOCKPROOF_RUN_EXPECTATION_H
#define SOCKPROOF_RUN_EXPECTATION_H

#include "base/arena.h"
#include "base/verdict.h"

struct expectation {
  const char *glob;
  enum verdict verdict;
  const char *reason; /* never empty */
};

struct expectation_list {
  struct expectation *items; /* the arena's */
  size_t count;
};

/* A file that is not there is an empty list. ERR_INPUT names file, line and what is allowed there.
 */
enum err_code expectation_load(const char *path, struct arena *arena, struct expectation_list *list,
                               struct err *err) MUST_USE;

/* The last one whose glob names the case; NULL where none does. */
const struct expectation *expectation_find(const struct expectation_list *list, const char *id);

#endif
