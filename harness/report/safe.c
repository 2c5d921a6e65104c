#include "report/safe.h"

/* Length of the UTF-8 sequence at `offset` and its code point; 0 where it is not well-formed
 * (RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t sequence_at(struct span bytes, size_t offset, uint32_t *code_point) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const uint8_t first = bytes.bytes[offset];
  size_t len = 0;
  if (first < 0x80) {
    *code_point = first;
    return 1;
  }
  if (first >= 0xc2 && first <= 0xdf) len = 2;
  if (first >= 0xe0 && first <= 0xef) len = 3;
  if (first >= 0xf0 && first <= 0xf4) len = 4;
  if (len == 0 || bytes.len - offset < len) return 0;
  uint32_t value = first & (0xffU >> (len + 1));
  for (size_t i = 1; i < len; i++) {
    const uint8_t next = bytes.bytes[offset + i];
    if ((next & 0xc0) != 0x80) return 0;
    value = value << 6 | (next & 0x3f);
  }
  if (value < least[len] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
  *code_point = value;
  return len;
}

static bool may_be_shown(uint32_t code_point) {
  if (code_point == '\n' || code_point == '\t') return true;
  if (code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f)) return false;
  if (code_point == 0x200e || code_point == 0x200f) return false;
  if (code_point == 0x2028 || code_point == 0x2029) return false;
  /* Embeddings, overrides and isolates make a line read other than it is. */
  if ((code_point >= 0x202a && code_point <= 0x202e) ||
      (code_point >= 0x2066 && code_point <= 0x2069))
    return false;
  return (code_point & 0xfffe) != 0xfffe;
}

void safe_append(struct text *text, struct span bytes, enum safe_for purpose) {
  for (size_t offset = 0; offset < bytes.len;) {
    uint32_t code_point = 0;
    size_t len = sequence_at(bytes, offset, &code_point);
    const bool one_line = purpose == SAFE_LINE && (code_point == '\n' || code_point == '\t');
    if (len > 0 && one_line) {
      text_append(text, code_point == '\n' ? "\\n" : "\\t");
    } else if (len > 0 && code_point != 0 && (purpose == SAFE_JSON || may_be_shown(code_point))) {
      text_append_span(text, span_part(bytes, offset, len));
    } else {
      len = len > 0 ? len : 1;
      for (size_t i = 0; i < len; i++)
        text_appendf(text, "\\x%02x", bytes.bytes[offset + i]);
    }
    offset += len;
  }
}
