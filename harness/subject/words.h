/* A command line cut into words as a POSIX shell cuts it: quotes and backslash, and nothing else.
 */
#ifndef SOCKPROOF_SUBJECT_WORDS_H
#define SOCKPROOF_SUBJECT_WORDS_H

#include "base/arena.h"
#include "base/text.h"

/* Quotes: POSIX.1-2017, XCU 2.2. Nothing is expanded, and no shell is there to pipe: an unquoted
 * | & ; < > $ ` is ERR_USAGE, as are unbalanced quotes and an empty line. *words is NULL-ended and
 * the arena's. */
enum err_code words_split(const char *line, struct arena *arena, const char *const **words,
                          size_t *count, struct err *err) MUST_USE;

/* Appends a word so that words_split gives it back as it is. */
void words_append_quoted(struct text *line, const char *word);

#endif
