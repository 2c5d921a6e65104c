#include "sample.h"

enum {
  /* A change costs as if this many octets more of each packet were looked at. */
  PACKET_COST_OCTETS = 256,
  CHANGES_A_PACKET = 100, /* of a sampled one, about */
  ENDS = 3,               /* SYN, SYN-ACK and what comes next; the two FINs and the last ACK */
  MIDDLE_MIN = 2,
  HEADERS_LEN = 14 + 60 + 60, /* the longest that Ethernet, IPv4 and TCP have */
  TAIL_LEN = 8,
  OCTET_STEP = 97, /* a prime: it falls on other places of each repeated pattern */
};

/* What making one trace canonical again for every change may cost in all. */
#define COST_MAX UINT64_C(700000000)

struct sample sample_of(const struct trace *trace) {
  struct sample sample = {.all = true, .packet_step = 1, .packet_count = trace_count(trace)};
  uint64_t octets = 0;
  for (size_t i = 0; i < sample.packet_count; i++) {
    octets += trace_packet(trace, i)->bytes.len;
  }
  uint64_t cost = octets + (uint64_t)PACKET_COST_OCTETS * sample.packet_count;
  sample.packets = sample.packet_count;
  sample.every_bit = octets == 0 || cost <= COST_MAX / (8 * octets);
  if (sample.every_bit || cost <= COST_MAX / (2 * octets)) return sample;

  uint64_t middle = COST_MAX / (cost * CHANGES_A_PACKET);
  middle = middle > 2 * ENDS + MIDDLE_MIN ? middle - (size_t)2 * ENDS : MIDDLE_MIN;
  sample.all = false;
  sample.packet_step = sample.packet_count / (middle + 1) + 1;
  sample.packets = 0;
  for (size_t i = 0; i < sample.packet_count; i++) {
    if (sample_has_packet(&sample, i)) sample.packets++;
  }
  return sample;
}

bool sample_has_packet(const struct sample *sample, size_t packet_index) {
  return sample->all || packet_index < ENDS || packet_index + ENDS >= sample->packet_count ||
         packet_index % sample->packet_step == 0;
}

bool sample_has_octet(const struct sample *sample, size_t octet, size_t len) {
  return sample->all || octet < HEADERS_LEN || octet + TAIL_LEN >= len || octet % OCTET_STEP == 0;
}

uint8_t sample_bits(const struct sample *sample, size_t octet) {
  enum { LOWEST = 0x01, HIGHEST = 0x80, ALL = 0xff, SPARED = 13 };
  if (sample->sparing) return octet % SPARED == 0 ? ALL : (uint8_t)(1U << octet % 8);
  if (sample->every_bit) return ALL;
  if (sample->all) return LOWEST | HIGHEST;
  return octet % 2 == 0 ? LOWEST : HIGHEST;
}
