#include "run/verdict/held_up.h"

#include <inttypes.h>
#include <stdio.h>

/* Scripts mean 0.15 s altogether. */
enum { STOPPED_AT_MOST_MS = 500 };

bool held_up_too_long(const struct case_evidence *evidence,
                      char reason[static HELD_UP_REASON_MAX]) {
  if (evidence->instance->def->origin != NULL || evidence->stopped_ms <= STOPPED_AT_MOST_MS)
    return false;
  snprintf(reason, HELD_UP_REASON_MAX,
           "this host was too busy: the subject was to be stopped for moments, and was for %" PRIu64
           " ms, in which it could do nothing; run it again where less goes on beside it",
           evidence->stopped_ms);
  return true;
}
