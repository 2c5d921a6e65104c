/* When a line of an expectation file counts: [version<4.6,system=Linux,machine=s390x].
 *
 * Terms are separated by commas and must all hold. `version` is compared by its numeric parts (4.10
 * is above 4.9, 4.6 is 4.6.0) with = != < <= > >=; `system` and `machine` (as uname(2) says) and
 * `target` with = and !=, to the letter. */
#ifndef SOCKPROOF_RUN_CONDITION_H
#define SOCKPROOF_RUN_CONDITION_H

#include "base/err.h"

#include <stdbool.h>

/* What a condition can ask for. */
struct condition_facts {
  const char *version; /* as the subject's own command tells it, "socat 1.7.4.4"; "": unknown */
  const char *system, *machine;
  const char *target;
};

/* `condition` is what stands between the brackets. ERR_INPUT says what is wrong in it and what is
 * allowed. */
enum err_code condition_check(const char *condition, struct err *err) MUST_USE;

/* Of a condition that has been checked. ERR_INPUT: it asks for the version, and none is known, so
 * that nobody can say whether it holds. */
enum err_code condition_holds(const char *condition, const struct condition_facts *facts,
                              bool *holds, struct err *err) MUST_USE;

#endif
