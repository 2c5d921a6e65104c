/* A view of bytes that somebody else owns. */
#ifndef SOCKPROOF_BASE_SPAN_H
#define SOCKPROOF_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
  const uint8_t *bytes; /* may be NULL where len is 0 */
  size_t len;
};

struct span span_of(const void *bytes, size_t len);
struct span span_of_text(const char *text); /* without the terminating NUL */
bool span_equal(struct span a, struct span b);

/* The part from `offset` of at most `len` bytes, cut to what there is: never outside of `whole`. */
struct span span_part(struct span whole, size_t offset, size_t len);

#endif
