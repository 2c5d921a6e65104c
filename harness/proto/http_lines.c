#include "proto/http_lines.h"

#include <string.h>

const char HTTP_NO_END[] = "a head without an end";

const char *http_take_line(struct span *rest, struct span *line) {
  const uint8_t *end = rest->len == 0 ? NULL : memchr(rest->bytes, '\n', rest->len);
  if (end == NULL) return HTTP_NO_END;
  size_t len = (size_t)(end - rest->bytes);
  if (len == 0 || rest->bytes[len - 1] != '\r') return "a line that LF alone ends";
  *line = span_part(*rest, 0, len - 1);
  *rest = span_part(*rest, len + 1, SIZE_MAX);
  return NULL;
}

/* RFC 9110 section 5.6.2. */
bool http_is_token(struct span text) {
  static const char OTHERS[] = "!#$%&'*+-.^_`|~";
  for (size_t i = 0; i < text.len; i++) {
    uint8_t octet = text.bytes[i];
    bool letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
    bool digit = octet >= '0' && octet <= '9';
    if (!letter && !digit && memchr(OTHERS, octet, sizeof OTHERS - 1) == NULL) return false;
  }
  return text.len > 0;
}

bool http_is_text(struct span text) {
  for (size_t i = 0; i < text.len; i++) {
    uint8_t octet = text.bytes[i];
    if ((octet < ' ' && octet != '\t') || octet == 0x7f) return false;
  }
  return true;
}

static bool is_blank(uint8_t octet) {
  return octet == ' ' || octet == '\t';
}

/* RFC 9112 section 5: no blank before the colon, and a line that begins with one (section 5.2) has
 * no name. */
static bool read_field(struct span line, struct http_field *field) {
  size_t colon = 0;
  while (colon < line.len && line.bytes[colon] != ':') {
    colon++;
  }
  field->name = span_part(line, 0, colon);
  field->value = span_part(line, colon + 1, SIZE_MAX);
  while (field->value.len > 0 && is_blank(field->value.bytes[0])) {
    field->value = span_part(field->value, 1, SIZE_MAX);
  }
  while (field->value.len > 0 && is_blank(field->value.bytes[field->value.len - 1])) {
    field->value.len--;
  }
  return colon < line.len && http_is_token(field->name) && http_is_text(field->value);
}

bool http_next_field(struct span *lines, struct http_field *field) {
  struct span whole = *lines;
  struct span line;
  if (http_take_line(lines, &line) != NULL) return false;
  field->line = span_part(whole, 0, line.len + HTTP_LINE_END_LEN);
  return read_field(line, field);
}

const char *http_take_fields(struct span *rest, struct span *fields) {
  struct span whole = *rest;
  struct http_field field;
  struct span line;
  size_t len = 0;
  for (size_t count = 0; count <= HTTP_FIELDS_MAX; count++) {
    const char *wrong = http_take_line(rest, &line);
    if (wrong != NULL) return wrong;
    *fields = span_part(whole, 0, len);
    if (line.len == 0) return NULL;
    if (!read_field(line, &field)) return "a line that is no header field";
    len += line.len + HTTP_LINE_END_LEN;
  }
  return "more than 256 header fields";
}

bool http_name_is(struct span name, const char *lower_case) {
  if (name.len != strlen(lower_case)) return false;
  for (size_t i = 0; i < name.len; i++) {
    uint8_t octet = name.bytes[i];
    if (octet >= 'A' && octet <= 'Z') octet |= 0x20;
    if (octet != (uint8_t)lower_case[i]) return false;
  }
  return true;
}
