/* A bounded cursor over received bytes with a sticky error: a decoder is a straight list of reads
 * with one check at its end. All numbers are in network byte order on the wire and in host order in
 * the result. */
#ifndef SOCKPROOF_WIRE_READER_H
#define SOCKPROOF_WIRE_READER_H

#include "base/span.h"

struct reader {
  struct span source;
  size_t offset;
  bool failed; /* a read went past the end; every later read gives 0 and an empty span */
};

struct reader reader_over(struct span source);
uint8_t reader_u8(struct reader *reader);
uint16_t reader_u16(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);
struct span reader_take(struct reader *reader, size_t len); /* a view into the source */
void reader_skip(struct reader *reader, size_t len);
struct span reader_rest(
    struct reader *reader); /* all that is left; the reader is then at its end */
size_t reader_left(const struct reader *reader);

#endif
