/* What the checks have in common: findings in words, runs, and observations. */
#ifndef SOCKPROOF_RUN_CHECK_COMMON_H
#define SOCKPROOF_RUN_CHECK_COMMON_H

#include "run/check/check.h"

/* --- findings; each text is cut to fit */
void finding_expect(struct finding *finding, const char *format, ...) PRINTF_LIKE(2, 3);
void finding_holds(struct finding *finding, const char *format, ...) PRINTF_LIKE(2, 3);
void finding_fails(struct finding *finding, const char *format, ...) PRINTF_LIKE(2, 3);
void finding_unjudgeable(struct finding *finding, const char *format, ...) PRINTF_LIKE(2, 3);
void finding_unobservable(struct finding *finding, const char *format, ...) PRINTF_LIKE(2, 3);

/* --- words for what was seen; each fills the caller's buffer and returns it */
enum { WORDS_MAX = 160 };
const char *words_of_run(const struct judged_case *judged, size_t index, char words[WORDS_MAX]);
const char *words_of_exit(const struct run_record *run, char words[WORDS_MAX]);
const char *words_of_octets(struct span octets, char words[WORDS_MAX]);
/* What was looked for and not found, with its pattern: a person may have printed it otherwise. */
const char *words_of_missing(const struct judged_case *judged, const char *name,
                             char words[WORDS_MAX]);
const char *words_of_endpoint(const struct endpoint *endpoint, char words[WORDS_MAX]);

/* --- observations */
/* Whether the profile has a pattern of that name, found or not. */
bool check_can_observe(const struct judged_case *judged, const char *name);
/* The observation of that run; otherwise NULL, and the finding says why: unobservable where the
 * profile has no such pattern, failed where the subject printed nothing that fits it. */
const struct observation *check_observation(const struct judged_case *judged, size_t run,
                                            const char *name, struct finding *finding);
/* What there is instead of `wanted`, as text; NULL: the observation is as wanted. */
typedef const char *(*observation_other)(const struct observation *seen, const void *wanted);
/* True where the observation of the check's name is as wanted in each run; otherwise the finding
 * says why: as above, or failed, with what the first other run printed. */
bool check_each_observation(const struct check *check, const struct judged_case *judged,
                            observation_other other, const void *wanted, struct finding *finding);
const char *other_than_text(const struct observation *seen, const void *wanted); /* of characters */
struct span check_output_of(const struct run_record *run); /* what was kept of standard output */

/* It came to its end by its own hand, or it is a daemon, which never does. */
bool check_ended_itself(const struct run_record *run);
/* False, with the finding unobservable, where the run is a daemon's: its end is the harness's. */
bool check_has_exit(const struct judged_case *judged, size_t run, struct finding *finding);

#endif
