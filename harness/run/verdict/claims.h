/* Exit 77 says that a subject, or its system, lacks what a case needs. That takes a case out of the
 * denominator, so it is believed only at the end of a run, when all that the subject has shown is
 * known: where it passed a case that asks the same of it, the claim is false, and fails. */
#ifndef SOCKPROOF_RUN_CLAIMS_H
#define SOCKPROOF_RUN_CLAIMS_H

#include "report/result.h"
#include "run/catalogue/instance.h"

/* The `kind` of a result that is a claim (judge.c gives it), and of one that was found false. */
#define CLAIM_KIND "claimed-unsupported"
#define CLAIM_FALSE_KIND "false-claim"

struct claims;

/* `all`, the whole catalogue, must outlive it. NULL: no memory. */
struct claims *claims_create(const struct instance_list *all) MUST_USE;
void claims_destroy(struct claims *claims); /* NULL is fine */

/* Notes what a result shows of the subject. *held: it is a claim, and a copy waits for
 * claims_audit. ERR_LIMIT: no memory. */
enum err_code claims_take(struct claims *claims, const struct result *result, bool *held,
                          struct err *err) MUST_USE;

/* The plainest case of each recipe of which a claim is held and of which that case was not run: to
 * be run as a probe. Room for as many as `max`; the rest is left out. */
size_t claims_probes(const struct claims *claims, const struct instance **probes, size_t max);

/* Notes the result of a probe, which is in no report. ERR_LIMIT: no memory. */
enum err_code claims_take_probe(struct claims *claims, const struct result *result,
                                struct err *err) MUST_USE;

/* Makes each false claim a fail that says why it is false, and tells of the others where the
 * subject claims the same of its plainest case. */
void claims_audit(struct claims *claims);

size_t claims_count(const struct claims *claims);
struct result *claims_item(struct claims *claims, size_t index); /* stays the claims' own */

#endif
