/* The lines and words of a golden's text; for the files canonical_parse*.c alone. */
#ifndef SOCKPROOF_TRACE_GOLDEN_READER_H
#define SOCKPROOF_TRACE_GOLDEN_READER_H

#include "trace/canonical_model.h"

struct golden_reader {
  const char *source;
  struct span text;
  size_t at;        /* behind the line at hand */
  size_t number;    /* of that line, from 1 */
  struct span line; /* without its newline */
  struct canonical *canonical;
  struct err *err;
};

/* Goes to the next line; *end tells that there is none. Refuses control characters, and a last line
 * without its newline: the file was cut. */
enum err_code golden_next_line(struct golden_reader *reader, bool *end) MUST_USE;
/* The line at hand will be given again. */
void golden_line_back(struct golden_reader *reader);

/* "SOURCE:LINE: ..."; always ERR_INPUT. */
enum err_code golden_refuse(const struct golden_reader *reader, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* The next word of *rest, which ends at a blank; empty where there is none. */
struct span golden_word(struct span *rest);
bool span_is(struct span span, const char *text);
/* For "%.*s" */
int span_width(struct span span);
/* Copies a word where it fits. */
bool span_copy(struct span span, char *into, size_t size);
bool span_to_long(struct span span, long min, long max, long *value);

/* canonical_parse_head.c: from the first line on, up to the first flow. */
enum err_code golden_read_head(struct golden_reader *reader) MUST_USE;

#endif
