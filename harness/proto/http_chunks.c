/* Bodies in chunks (RFC 9112 section 7.1). */
#include "proto/http_lines.h"

enum { NO_DIGIT = 16 };

static unsigned hex_digit(uint8_t octet) {
  if (octet >= '0' && octet <= '9') return octet - (unsigned)'0';
  octet |= 0x20;
  return octet >= 'a' && octet <= 'f' ? octet - (unsigned)'a' + 10 : NO_DIGIT;
}

/* The size, and what may stand behind it: blanks or an extension. */
static bool read_size(struct span line, size_t *size) {
  size_t at = 0;
  *size = 0;
  for (; at < line.len && hex_digit(line.bytes[at]) != NO_DIGIT; at++) {
    if (*size > SIZE_MAX / 16) return false;
    *size = *size * 16 + hex_digit(line.bytes[at]);
  }
  bool ended =
      at == line.len || line.bytes[at] == ';' || line.bytes[at] == ' ' || line.bytes[at] == '\t';
  return at > 0 && ended && http_is_text(line);
}

struct http_chunks http_chunks_over(struct span body) {
  return (struct http_chunks){.rest = body};
}

/* Lines are looked for within bounds: what has no line end is not searched to its end. */
static const char *take_bounded(struct http_chunks *chunks, struct span *taken,
                                const char *(*take)(struct span *rest, struct span *taken)) {
  struct span rest = span_part(chunks->rest, 0, HTTP_HEAD_MAX);
  size_t before = rest.len;
  const char *wrong = take(&rest, taken);
  if (wrong == NULL) chunks->rest = span_part(chunks->rest, before - rest.len, SIZE_MAX);
  return wrong; /* cppcheck-suppress returnDanglingLifetime ; a literal, not a part of `rest` */
}

/* A line that is not there is one that was cut, where the octets end. */
static bool stop(struct http_chunks *chunks, const char *wrong) {
  chunks->cut = wrong == HTTP_NO_END && chunks->rest.len < HTTP_HEAD_MAX;
  if (!chunks->cut) chunks->wrong = wrong;
  return false;
}

bool http_next_chunk(struct http_chunks *chunks, struct http_chunk *chunk) {
  if (chunks->ended || chunks->cut || chunks->wrong != NULL) return false;
  struct span line;
  struct span whole = chunks->rest;
  const char *wrong = take_bounded(chunks, &line, http_take_line);
  if (wrong != NULL) return stop(chunks, wrong);
  size_t size;
  if (!read_size(line, &size)) return stop(chunks, "a chunk without a size");
  chunk->size_line = span_part(whole, 0, line.len + HTTP_LINE_END_LEN);
  chunk->data = span_part(chunks->rest, 0, size);
  if (size == 0) {
    wrong = take_bounded(chunks, &chunks->trailers, http_take_fields);
    if (wrong != NULL) return stop(chunks, wrong);
    chunks->ended = true;
    return true;
  }
  struct span behind = span_part(chunks->rest, size, HTTP_LINE_END_LEN);
  if (chunks->rest.len < size || behind.len < HTTP_LINE_END_LEN) {
    chunks->cut = true;
    return false;
  }
  if (behind.bytes[0] != '\r' || behind.bytes[1] != '\n') {
    return stop(chunks, "a chunk that is not as long as its size");
  }
  chunks->rest = span_part(chunks->rest, size + HTTP_LINE_END_LEN, SIZE_MAX);
  return true;
}
