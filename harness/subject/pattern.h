/* Regular expressions over a subject's output: octets, not characters, and never for ever. */
#ifndef SOCKPROOF_SUBJECT_PATTERN_H
#define SOCKPROOF_SUBJECT_PATTERN_H

#include "base/err.h"
#include "base/span.h"

struct pattern;

/* PCRE2 syntax; ^ and $ match at every line, whose end is LF, CR or CRLF. `needs_group`: it must
 * have a group, of which the one named "value", or else the first, gives the value. ERR_USAGE tells
 * the offset in the pattern. The caller owns *pattern. */
enum err_code pattern_compile(const char *chars, bool needs_group, struct pattern **pattern,
                              struct err *err) MUST_USE;
void pattern_destroy(struct pattern *pattern); /* NULL is fine */

struct pattern_found {
  unsigned matches;  /* in all, up to 1,000 */
  struct span value; /* of the first match: its group (empty where it took no part), or all of it */
};

/* Calls `visit` with the value of each match in order, of the first 1,000. ERR_LIMIT: the pattern
 * takes too many steps on these octets. */
enum err_code pattern_each(const struct pattern *pattern, struct span octets,
                           void (*visit)(void *context, struct span value), void *context,
                           struct err *err) MUST_USE;

/* ERR_LIMIT as above. */
enum err_code pattern_search(const struct pattern *pattern, struct span octets,
                             struct pattern_found *found, struct err *err) MUST_USE;

#endif
