/* A bounded cursor over a buffer to fill, sticky as the reader is. A writer may be told to write
 * what no RFC allows: fixtures do so on purpose. */
#ifndef SOCKPROOF_WIRE_WRITER_H
#define SOCKPROOF_WIRE_WRITER_H

#include "base/span.h"

struct writer {
  uint8_t *bytes; /* the caller's buffer */
  size_t capacity;
  size_t len;
  bool failed; /* a write did not fit; nothing of it and of every later write was stored */
};

struct writer writer_over(uint8_t *bytes, size_t capacity);
void writer_u8(struct writer *writer, uint8_t value);
void writer_u16(struct writer *writer, uint16_t value);
void writer_u32(struct writer *writer, uint32_t value);
void writer_u64(struct writer *writer, uint64_t value);
void writer_span(struct writer *writer, struct span bytes);
void writer_zeros(struct writer *writer, size_t len);
void writer_patch_u16(struct writer *writer, size_t offset,
                      uint16_t value); /* for lengths and checksums */
struct span writer_written(const struct writer *writer);

#endif
