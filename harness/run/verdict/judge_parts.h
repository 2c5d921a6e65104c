/* The parts of a judgement, in the order in which they count. Each that finds something has filled
 * the result when it returns true. */
#ifndef SOCKPROOF_RUN_JUDGE_PARTS_H
#define SOCKPROOF_RUN_JUDGE_PARTS_H

#include "run/verdict/judge.h"

enum { DETAILS_MAX = 64 * 1024 };

/* Sets verdict, kind and group. */
void judge_fail(struct result *result, enum verdict verdict, const char *kind, const char *group);

/* A MUST that does not hold fails; a SHOULD or a practice warns; a MAY is only noted. */
enum verdict judge_verdict_of_level(enum level level);

/* A program that does nothing, or does not end, does not do what the requirement asks, whatever
 * that is: no more than the level of it can be held against the program, and no less than a warn.
 */
enum verdict judge_verdict_of_nothing_done(enum level level);

/* --- judge_ending.c: how the subject ended ---------------------------------------------------- */

bool judge_is_claim(const struct case_evidence *evidence, struct result *result);

bool judge_tool_found_error(const struct settings *settings, const struct case_evidence *evidence,
                            struct result *result);

/* No requirement allows a program to crash, whatever its peer sends. One that does not end by
 * itself is as wrong as what the case asks of it, and more only where the case is about that. */
bool judge_died_or_hung(const struct case_evidence *evidence, struct result *result);

/* --- judge_sending.c: to whom it sent, if to anybody ------------------------------------------ */

/* A subject of whose families nothing is said may have been asked for one that it does not speak.
 */
bool judge_may_lack_ipv6(const struct settings *settings, const struct instance *instance);

/* No case gives a host outside: a subject that asks one has it built in, and that is told before
 * all else; the checks that do not hold are counted. */
bool judge_went_outside(const struct settings *settings, const struct case_evidence *evidence,
                        struct result *result);

bool judge_lacks_due_packets(const struct settings *settings, const struct case_evidence *evidence,
                             struct result *result);

/* --- judge_checks.c --------------------------------------------------------------------------- */

/* The first check that does not hold is told, which is to be the cause of others (check.h); but a
 * MAY only where there is no other. What cannot be judged ends the judgement, behind a cause it
 * changes nothing. False where the verdict is made: a MAY that was not done makes none. */
bool judge_checks_hold(const struct settings *settings, const struct case_evidence *evidence,
                       struct result *result);

/* Sets failed_checks, and tells them in the details. */
void judge_count_failed_checks(const struct settings *settings,
                               const struct case_evidence *evidence, struct result *result);

/* --- judge_golden.c --------------------------------------------------------------------------- */

/* A golden binds the subject that owns it; one that a case names itself, every subject. */
bool judge_is_held_to_golden(const struct settings *settings, const struct case_def *def);

void judge_compare_golden(const struct settings *settings, const struct case_evidence *evidence,
                          const struct canonical *actual, struct result *result);

/* --- judge_outputs.c -------------------------------------------------------------------------- */

/* Adds what the subject printed to the details. */
void judge_tell_outputs(const struct case_evidence *evidence, struct result *result);

#endif
