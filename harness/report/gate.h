/* Two runs, case by case: did a verdict get worse? An A/B gate for CI.
 *
 * Worse is: pass to anything else, warn or anything that could not be judged to fail, and any
 * verdict on the subject (pass, warn, fail) to none (unsupported, broken, missing), as what is not
 * judged any more may hide anything. Whether an expectation foresaw it makes no difference. Of a
 * case that ran several times in one run, the worst verdict counts. Where one of the two runs was
 * strict and the other not, a warn is taken for a fail in both. */
#ifndef SOCKPROOF_REPORT_GATE_H
#define SOCKPROOF_REPORT_GATE_H

#include "base/text.h"
#include "report/changelog.h"
#include "report/results.h"

enum gate_kind {
  GATE_SAME,
  GATE_WORSE,
  GATE_MISSING, /* a case judged before and missing now */
  GATE_BETTER,
  GATE_CHANGED, /* worse, but the case has come to judge otherwise between the two catalogues */
  GATE_NEW,     /* no result before */
  GATE_GONE,    /* missing now, and no loss: not judged before, or not in the catalogue of now */
  GATE_KIND_COUNT
};
const char *gate_kind_name(enum gate_kind kind); /* "same", "worse", ... */

struct gate_change {
  enum gate_kind kind;
  const struct result *before, *now; /* NULL: there is none; the sets' */
  const char *why;                   /* the changelog's, of GATE_CHANGED and GATE_GONE; or NULL */
};

struct gate {
  const struct results *before, *now;
  struct gate_change *changes; /* one a case, by id */
  size_t count;
  size_t counts[GATE_KIND_COUNT];
};

/* The sets and the changelog must outlive the gate. `told`: what a reader must know of the two runs
 * (other subjects, targets, tiers, catalogues; cut short), a line each. ERR_INPUT: they cannot be
 * compared: no case in common, or so much was cut short that nothing follows. The caller destroys
 * *gate. */
enum err_code gate_compare(const struct results *before, const struct results *now,
                           const struct changelog *changelog, struct gate **gate, struct text *told,
                           struct err *err) MUST_USE;
void gate_destroy(struct gate *gate); /* NULL is fine */

bool gate_is_worse(const struct gate *gate); /* something is worse or missing */

/* What got worse, by what it has in common, then what got better; `all`: every id of each. */
void gate_to_text(const struct gate *gate, const struct text *told, bool all, struct text *out);

/* For scripts, as reports/README.md says. NULL: no memory. */
json_t *gate_to_json(const struct gate *gate, const struct text *told) MUST_USE;

#endif
