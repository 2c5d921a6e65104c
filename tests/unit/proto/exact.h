/* Bytes in memory of exactly their length, so that valgrind and AddressSanitizer see every read
 * past them. */
#ifndef SOCKPROOF_TESTS_PROTO_EXACT_H
#define SOCKPROOF_TESTS_PROTO_EXACT_H

#include <stdlib.h>
#include <string.h>

#include "base/span.h"

/* The first `len` of `bytes`; give back with exact_free. */
static inline struct span exact_copy(const void *bytes, size_t len) {
  uint8_t *copy = malloc(len == 0 ? 1 : len);
  if (copy == NULL) abort();
  memcpy(copy, bytes, len);
  /* Of the empty one, not even the first octet is there to be read. */
  return span_of(len == 0 ? copy + 1 : copy, len);
}

static inline void exact_free(struct span exact) {
  free((void *)(exact.len == 0 ? (uintptr_t)exact.bytes - 1 : (uintptr_t)exact.bytes));
}

#endif
