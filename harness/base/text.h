/* Text that grows up to a stated maximum, and bytes made safe to look at. */
#ifndef SOCKPROOF_BASE_TEXT_H
#define SOCKPROOF_BASE_TEXT_H

#include "base/err.h"
#include "base/span.h"

/* Initialise with TEXT_INIT(max). `chars` is always NUL-terminated once something was appended;
 * text_chars() gives "" before. What does not fit is dropped and `truncated` is set (sticky:
 * nothing more is appended until text_clear), so that a writer needs one check at its end. `max`
 * counts characters, not the NUL, and is below SIZE_MAX. */
struct text {
  char *chars;
  size_t len, capacity, max;
  bool truncated;
};

#define TEXT_INIT(max_bytes) ((struct text){.max = (max_bytes)})

void text_append(struct text *text, const char *chars);
void text_append_span(struct text *text, struct span bytes);
void text_appendf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* Printable ASCII as it is; backslash as \\, newline \n, carriage return \r, tab \t, all else as
 * \xNN: safe on a terminal, in XML and in a golden. */
void text_append_escaped(struct text *text, struct span bytes);
/* The same between quotes: the first `max` octets, and three dots where there are more. */
void text_append_quoted(struct text *text, struct span bytes, size_t max);
void text_append_hex(struct text *text, struct span bytes); /* lower case, no separators */

const char *text_chars(const struct text *text); /* never NULL; owned by `text` */
void text_clear(struct text *text);              /* keeps the memory */
void text_free(struct text *text);

/* Whole decimal numbers with bounds, for every number that a person or a file gives: no sign
 * tricks ("+1", "-0"), no blanks, no trailing characters. False when `chars` is not one or is
 * outside of min..max; *value is then untouched. */
bool text_to_long(const char *chars, long min, long max, long *value) MUST_USE;

/* The pattern language of CASE-GLOB: '*' any run (also across '/'), '?' one character, all else
 * itself. */
bool text_matches_glob(const char *chars, const char *glob);

#endif
