/* Bytes in memory of exactly their length, so that valgrind and AddressSanitizer see every read
 * past them. */
#ifndef SOCKPROOF_TESTS_PROTO_EXACT_H
#define SOCKPROOF_TESTS_PROTO_EXACT_H

#include <stdlib.h>
#include <string.h>

#include "base/span.h"

struct exact {
  uint8_t *memory;
  struct span bytes;
};

/* The first `len` of `bytes`; give back with exact_free. They stand at the end of one octet more,
 * so that of an empty one not even the first octet is there to be read. */
static inline struct exact exact_copy(const void *bytes, size_t len) {
  uint8_t *memory = malloc(len + 1);
  if (memory == NULL) abort();
  memcpy(memory + 1, bytes, len);
  return (struct exact){.memory = memory, .bytes = span_of(memory + 1, len)};
}

static inline void exact_free(struct exact exact) {
  free(exact.memory);
}

#endif
