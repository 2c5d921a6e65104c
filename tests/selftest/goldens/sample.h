/* What of a trace is changed: every bit of it, every octet, or where it is large a stated part. */
#ifndef SOCKPROOF_TESTS_GOLDENS_SAMPLE_H
#define SOCKPROOF_TESTS_GOLDENS_SAMPLE_H

#include "trace/trace.h"

struct sample {
  bool all;
  bool every_bit;     /* of an octet; else its lowest and its highest */
  bool sparing;       /* every bit of few octets, and of the others one */
  size_t packet_step; /* of the packets in the middle; the first and the last few are always in */
  size_t packets;     /* how many are in */
  size_t packet_count;
};

/* Follows from the trace alone, so that two runs look at the same. */
struct sample sample_of(const struct trace *trace);
bool sample_has_packet(const struct sample *sample, size_t packet_index);
/* Of a packet that is in: its first octets, which hold all headers, its last, and some between. */
bool sample_has_octet(const struct sample *sample, size_t octet, size_t len);
/* The bits to change, one at a time, of an octet that is compared whole. */
uint8_t sample_bits(const struct sample *sample, size_t octet);

#endif
