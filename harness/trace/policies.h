/* The fields that a rule of a head may name, and what it may ask of them. */
#ifndef SOCKPROOF_TRACE_POLICIES_H
#define SOCKPROOF_TRACE_POLICIES_H

#include "trace/canonical.h"

const char *policy_name(enum field_policy policy); /* "exact", "verify", "bind", "ignore" */
bool policy_parse(const char *name, enum field_policy *policy) MUST_USE;

/* "FIELD POLICY [FIELD] [-- REASON]", as a head has it behind the word `policy`. False: it is not
 * of that form; what it names may still be unknown. */
bool policy_rule_read(struct span words, struct policy_rule *rule) MUST_USE;

/* ERR_USAGE says what is allowed, in one sentence. */
enum err_code policy_check(const struct policy_rule *rule, struct err *err) MUST_USE;

/* The last rule for the field; NULL: it has its default. */
const struct policy_rule *policy_rule_for(const struct canonical_head *head, const char *field);
/* What holds for the field where `by_default` is its default. */
enum field_policy policy_for(const struct canonical_head *head, const char *field,
                             enum field_policy by_default);
/* Of a field that says what time it is: exact in a golden, whose head names the servers, as its
 * fixture says the same in every run; `of_any_time` where nothing has a name, as two captures of
 * one exchange were made at two times. */
enum field_policy policy_for_time(const struct canonical_head *head, const char *field,
                                  enum field_policy of_any_time);

#endif
