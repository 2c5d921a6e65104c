#include "proto/time.h"

#include "wire/reader.h"

bool time_decode(struct span octets, uint32_t *seconds) {
  struct reader reader = reader_over(octets);
  *seconds = reader_u32(&reader);
  return !reader.failed && reader_left(&reader) == 0;
}
