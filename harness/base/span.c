#include "base/span.h"

#include <string.h>

struct span span_of(const void *bytes, size_t len) {
  return (struct span){.bytes = bytes, .len = len};
}

struct span span_of_text(const char *text) {
  return span_of(text, strlen(text));
}

bool span_equal(struct span a, struct span b) {
  if (a.len != b.len) return false;
  return a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0; /* memcmp must not be given NULL */
}

struct span span_part(struct span whole, size_t offset, size_t len) {
  if (offset >= whole.len) return (struct span){NULL, 0};
  size_t left = whole.len - offset;
  return span_of(whole.bytes + offset, len < left ? len : left);
}
