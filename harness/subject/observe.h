/* Observations: named values taken from a subject's output by its profile. */
#ifndef SOCKPROOF_SUBJECT_OBSERVE_H
#define SOCKPROOF_SUBJECT_OBSERVE_H

#include "subject/profile.h"
#include "subject/subject.h"

struct observation {
  char name[32];
  char text[256];        /* of the first match: as printed, cut to fit, not escaped */
  char all[768];         /* of every match, in order, with a newline between two; cut to fit */
  bool all_cut;          /* `all` is not all */
  bool is_time;          /* a format was given and the text parsed by it */
  int64_t unix_ns;       /* is_time */
  int64_t resolution_ns; /* is_time: the smallest step that the format can show (1 s for %S) */
  bool is_number;        /* the text, or its start, is a decimal number */
  double number;
  bool unparsed;    /* a format was given and the text does not fit it */
  bool from_clock;  /* not printed: it set the clock so */
  int64_t taken_ns; /* from_clock: when; CLOCK_REALTIME */
};

enum { OBSERVATIONS_MAX = PROFILE_OBSERVATIONS_MAX + 2 };

struct observations {
  struct observation list[OBSERVATIONS_MAX];
  size_t count;
  unsigned matches[OBSERVATIONS_MAX]; /* how often the pattern of list[i] matched in all */
};

/* What a subject printed. */
struct printed {
  struct span out, err;
};

/* Applies every pattern of the entry to the stream that it is for. What is not found is not listed.
 */
enum err_code observe_output(const struct profile_entry *entry, const struct printed *printed,
                             struct observations *found, struct err *err) MUST_USE;

/* Adds what the subject's calls would have done to the clock: the last time that it set is `time`,
 * the last shift is `offset` (seconds), where the entry has no pattern of that name. Nothing where
 * the profile does not say sets-clock. */
void observe_clock(const struct profile_entry *entry, const struct clock_attempt *attempts,
                   size_t count, struct observations *found);
bool observe_is_of_clock(const char *name); /* "time", "offset" */

const struct observation *observation_find(const struct observations *found,
                                           const char *name); /* or NULL */

/* Whether the entry's `success` pattern holds; with no such pattern: whether exit_code is 0. */
enum err_code observe_success(const struct profile_entry *entry, struct span stdout_bytes,
                              int exit_code, bool *success, struct err *err) MUST_USE;

#endif
