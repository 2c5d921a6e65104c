#include "wire/writer.h"

#include <string.h>

struct writer writer_over(uint8_t *bytes, size_t capacity) {
  return (struct writer){.bytes = bytes, .capacity = capacity};
}

/* The place for `len` more octets, or NULL where they do not fit or are none. */
static uint8_t *writer_claim(struct writer *writer, size_t len) {
  if (writer->failed || len > writer->capacity - writer->len) {
    writer->failed = true;
    return NULL;
  }
  if (len == 0) return NULL; /* the buffer itself may be NULL then */
  uint8_t *place = writer->bytes + writer->len;
  writer->len += len;
  return place;
}

static void put_number(uint8_t *place, size_t len, uint64_t value) {
  for (size_t i = len; i > 0; i--) {
    place[i - 1] = (uint8_t)value;
    value >>= 8;
  }
}

static void writer_number(struct writer *writer, size_t len, uint64_t value) {
  uint8_t *place = writer_claim(writer, len);
  if (place != NULL) put_number(place, len, value);
}

void writer_u8(struct writer *writer, uint8_t value) {
  writer_number(writer, 1, value);
}

void writer_u16(struct writer *writer, uint16_t value) {
  writer_number(writer, 2, value);
}

void writer_u32(struct writer *writer, uint32_t value) {
  writer_number(writer, 4, value);
}

void writer_u64(struct writer *writer, uint64_t value) {
  writer_number(writer, 8, value);
}

void writer_span(struct writer *writer, struct span bytes) {
  uint8_t *place = writer_claim(writer, bytes.len);
  if (place != NULL) memmove(place, bytes.bytes, bytes.len); /* may be a part of the same buffer */
}

void writer_zeros(struct writer *writer, size_t len) {
  uint8_t *place = writer_claim(writer, len);
  if (place != NULL) memset(place, 0, len);
}

void writer_patch_u16(struct writer *writer, size_t offset, uint16_t value) {
  if (writer->failed || writer->len < 2 || offset > writer->len - 2) {
    writer->failed = true;
    return;
  }
  put_number(writer->bytes + offset, 2, value);
}

struct span writer_written(const struct writer *writer) {
  return span_of(writer->bytes, writer->len);
}
