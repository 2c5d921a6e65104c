/* The words of a judgement: verdicts, levels of requirement, tiers of evidence. */
#ifndef SOCKPROOF_BASE_VERDICT_H
#define SOCKPROOF_BASE_VERDICT_H

#include "base/err.h"

#include <stdbool.h>

enum verdict {
  VERDICT_PASS,        /* the requirement holds */
  VERDICT_WARN,        /* a SHOULD or a practice does not hold */
  VERDICT_FAIL,        /* a MUST does not hold */
  VERDICT_BROKEN,      /* harness or host could not judge; never the subject's fault */
  VERDICT_UNSUPPORTED, /* exit 77 with a reason, or the target lacks a capability that the case
                          names */
  VERDICT_COUNT
};
const char *verdict_name(
    enum verdict verdict); /* "pass", "warn", "fail", "broken", "unsupported" */
bool verdict_parse(const char *name, enum verdict *verdict) MUST_USE;

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY, LEVEL_PRACTICE };
const char *level_name(enum level level); /* "MUST", "SHOULD", "MAY", "practice" */
bool level_parse(const char *name, enum level *level) MUST_USE;

/* From weak to strong, so that `tier < case.needs` means too weak. */
enum tier { TIER_FIXTURE_LOG, TIER_CAPTURE_SHARED, TIER_CAPTURE_PRIVATE };
const char *tier_name(enum tier tier); /* "fixture-log", "capture-shared", "capture-private" */
bool tier_parse(const char *name, enum tier *tier) MUST_USE;

#endif
