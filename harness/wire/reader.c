#include "wire/reader.h"

struct reader reader_over(struct span source) {
  return (struct reader){.source = source};
}

struct span reader_take(struct reader *reader, size_t len) {
  if (reader->failed || len > reader->source.len - reader->offset) {
    reader->failed = true;
    return (struct span){NULL, 0};
  }
  struct span taken = span_part(reader->source, reader->offset, len);
  reader->offset += len;
  return taken;
}

static uint64_t reader_number(struct reader *reader, size_t len) {
  struct span octets = reader_take(reader, len);
  uint64_t value = 0;
  for (size_t i = 0; i < octets.len; i++) {
    value = value << 8 | octets.bytes[i];
  }
  return value;
}

uint8_t reader_u8(struct reader *reader) {
  return (uint8_t)reader_number(reader, 1);
}

uint16_t reader_u16(struct reader *reader) {
  return (uint16_t)reader_number(reader, 2);
}

uint32_t reader_u32(struct reader *reader) {
  return (uint32_t)reader_number(reader, 4);
}

uint64_t reader_u64(struct reader *reader) {
  return reader_number(reader, 8);
}

void reader_skip(struct reader *reader, size_t len) {
  (void)reader_take(reader, len);
}

struct span reader_rest(struct reader *reader) {
  return reader_take(reader, reader_left(reader));
}

size_t reader_left(const struct reader *reader) {
  return reader->failed ? 0 : reader->source.len - reader->offset;
}
