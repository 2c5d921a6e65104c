#include "trace/golden_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_MAX = 60 };

enum err_code golden_refuse(const struct golden_reader *reader, const char *format, ...) {
  char text[ERR_TEXT_MAX];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return err_set(reader->err, ERR_INPUT, "%s:%zu: %s", reader->source, reader->number, text);
}

enum err_code golden_next_line(struct golden_reader *reader, bool *end) {
  *end = reader->at == reader->text.len;
  reader->line = (struct span){NULL, 0};
  if (*end) return ERR_OK;
  reader->number++;
  struct span rest = span_part(reader->text, reader->at, SIZE_MAX);
  const uint8_t *newline = memchr(rest.bytes, '\n', rest.len);
  if (newline == NULL) {
    return golden_refuse(reader, "the file ends within this line; it was cut, bless it again");
  }
  reader->line = span_part(rest, 0, (size_t)(newline - rest.bytes));
  reader->at += reader->line.len + 1;
  for (size_t i = 0; i < reader->line.len; i++) {
    if (reader->line.bytes[i] >= 0x20) continue;
    return golden_refuse(reader, "octet %zu of the line is a control character (0x%02x)", i + 1,
                         reader->line.bytes[i]);
  }
  return ERR_OK;
}

void golden_line_back(struct golden_reader *reader) {
  reader->at -= reader->line.len + 1;
  reader->number--;
}

struct span golden_word(struct span *rest) {
  size_t from = 0;
  while (from < rest->len && rest->bytes[from] == ' ') {
    from++;
  }
  size_t to = from;
  while (to < rest->len && rest->bytes[to] != ' ') {
    to++;
  }
  struct span word = span_part(*rest, from, to - from);
  *rest = span_part(*rest, to, SIZE_MAX);
  return word;
}

bool span_is(struct span span, const char *text) {
  return span_equal(span, span_of_text(text));
}

int span_width(struct span span) {
  return span.len > SHOWN_MAX ? SHOWN_MAX : (int)span.len;
}

bool span_copy(struct span span, char *into, size_t size) {
  if (span.len >= size) return false;
  if (span.len > 0) memcpy(into, span.bytes, span.len);
  into[span.len] = '\0';
  return true;
}

bool span_to_long(struct span span, long min, long max, long *value) {
  char digits[24];
  return span_copy(span, digits, sizeof digits) && text_to_long(digits, min, max, value);
}
