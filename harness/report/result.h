/* The outcome of one case, as the judge gives it and every report tells it. */
#ifndef SOCKPROOF_REPORT_RESULT_H
#define SOCKPROOF_REPORT_RESULT_H

#include "base/verdict.h"

#include <stddef.h>

enum {
  RESULT_OBSERVED_MAX = 24,
  RESULT_TEXT_MAX = 256 * 1024 /* of each text; what is longer is cut and says so */
};

struct result_value {
  char *name, *value; /* owned by the result; result_observe makes them */
};

struct result {
  char id[128];         /* "sntp-client/origin-low-bit-flipped" */
  char recipe[48];      /* "sntp-client" */
  char requirement[16]; /* "S36" */
  enum level level;
  enum verdict verdict;
  bool expected; /* an expectation foresaw this verdict: it does not fail the run */
  bool surprise; /* an expectation foresaw another verdict, which did not come: it fails the run */
  enum tier tier;
  double duration_ms;

  /* What sort of non-pass: "assertion", "golden-mismatch", "golden-missing", "packets-dropped",
   * "sentinel-missing", "no-packets", "tier-too-low", "fixture", "subject-not-started",
   * "worker-lost", "held-up", "port-drawn-twice" (by chance, it seems), "unsupported",
   * "claimed-unsupported" (exit 77), "false-claim", "claim-without-reason"; "" for a pass. */
  char kind[32];
  unsigned failed_checks; /* of the case's, where the kind is assertion or outside; else 0 */

  /* All owned, never NULL after result_create, "" where there is nothing to say. Octets of a
   * subject may stand in them as they came (but for NUL): every report escapes what it must. */
  char *reason;                      /* one sentence; of a foreseen verdict: why it is so */
  char *expected_text, *actual_text; /* operands of the failed assertion */
  char *group;                       /* what failures have in common: "S36", "golden ntp.origin" */
  char *details;                     /* several lines: the diff, stderr of the subject, ... */
  char *evidence;                    /* folder relative to the reports folder */
  char *rerun;                       /* the command that runs this one case again */

  struct result_value observed[RESULT_OBSERVED_MAX];
  size_t observed_count;
};

/* A pass with no words. What does not fit id, recipe or requirement is cut. NULL: no memory. */
struct result *result_create(const char *id, const char *recipe, const char *requirement) MUST_USE;
struct result *result_copy(const struct result *result) MUST_USE; /* NULL: no memory */
void result_destroy(struct result *result);                       /* NULL is fine */

/* Replaces a text, as in result_set(&result->reason, "..."). False, with the old text kept: no
 * memory. */
bool result_set(char **field, const char *chars);
bool result_setf(char **field, const char *format, ...) PRINTF_LIKE(2, 3);

/* Adds an observed value. False: no memory, or there are RESULT_OBSERVED_MAX already. */
bool result_observe(struct result *result, const char *name, const char *value);

/* What --strict means: a warn is a fail. To be applied before the result is counted or written, so
 * that all reports agree. */
void result_make_strict(struct result *result);

#endif
