#include "trace/capture_excerpt.h"

#include "trace/array.h"
#include "trace/outline_packet.h"

#include <stdlib.h>
#include <string.h>

struct reading {
  const struct outline *outline;
  const struct outline_side *side;
  struct excerpt *excerpt;
  size_t number_capacity;
  size_t first_live; /* the slices before it end before the packet */
};

static bool is_between(const struct outline *outline, const struct outline_flow *flow,
                       const struct packet_key *key) {
  const struct ip_address *initiator = &outline->addresses[flow->addresses[0]];
  const struct ip_address *responder = &outline->addresses[flow->addresses[1]];
  bool is_forth = key->source_port == flow->ports[0] && key->destination_port == flow->ports[1] &&
                  memcmp(key->source, initiator->octets, sizeof key->source) == 0 &&
                  memcmp(key->destination, responder->octets, sizeof key->source) == 0;
  bool is_back = key->source_port == flow->ports[1] && key->destination_port == flow->ports[0] &&
                 memcmp(key->source, responder->octets, sizeof key->source) == 0 &&
                 memcmp(key->destination, initiator->octets, sizeof key->source) == 0;
  return is_forth || is_back;
}

static enum transport transport_of(const struct packet_key *key) {
  if (key->protocol == IP_PROTO_TCP) return TRANSPORT_TCP;
  return key->protocol == IP_PROTO_UDP ? TRANSPORT_UDP : TRANSPORT_OTHER;
}

/* Later flows of the same ports begin where the earlier one has ended: place and key are enough. */
static bool is_wanted(const struct reading *reading, const struct captured *captured,
                      const struct packet_key *key) {
  for (size_t i = reading->first_live; i < reading->side->count; i++) {
    const struct outline_slice *slice = &reading->side->slices[i];
    if (slice->from_offset > captured->offset) return false; /* they are in order */
    if (slice->to_offset <= captured->offset) continue;
    const struct outline_flow *flow = &reading->outline->flows[slice->flow];
    if (flow->transport == transport_of(key) && flow->family == (enum ip_family)key->family &&
        is_between(reading->outline, flow, key))
      return true;
  }
  return false;
}

static enum err_code keep(struct reading *reading, const struct captured *captured, uint64_t number,
                          struct err *err) {
  struct excerpt *excerpt = reading->excerpt;
  if (excerpt->trace == NULL) excerpt->trace = trace_create(captured->link_type);
  if (excerpt->trace == NULL ||
      !ARRAY_RESERVE(excerpt->numbers, reading->number_capacity, trace_count(excerpt->trace) + 1)) {
    return err_set(err, ERR_LIMIT, "no memory for the packets that differ");
  }
  excerpt->numbers[trace_count(excerpt->trace)] = (size_t)number;
  return trace_add_of(excerpt->trace, captured->link_type, &captured->packet, err);
}

static uint64_t end_of(const struct outline_side *side) {
  uint64_t end = 0;
  for (size_t i = 0; i < side->count; i++) {
    if (side->slices[i].to_offset > end) end = side->slices[i].to_offset;
  }
  return end;
}

/* The number of the packet at the offset where the reading begins. */
static uint64_t first_number(const struct outline *outline, const struct outline_slice *slice) {
  const struct outline_flow *flow = &outline->flows[slice->flow];
  for (size_t i = 0; i < flow->block_count; i++) {
    if (flow->blocks[i].offset == slice->from_offset) return flow->blocks[i].first_packet;
  }
  return flow->first_packet;
}

static enum err_code read_slices(struct capture_file *file, struct reading *reading,
                                 struct err *err) {
  const struct outline_side *side = reading->side;
  enum err_code code = capture_file_seek(file, side->slices[0].from_offset, err);
  uint64_t end = end_of(side);
  uint64_t number = first_number(reading->outline, &side->slices[0]);
  for (bool more = true; code == ERR_OK; number++) {
    struct captured captured;
    code = capture_file_next(file, &captured, &more, err);
    if (code != ERR_OK || !more || captured.offset >= end) break;
    while (reading->first_live < side->count &&
           side->slices[reading->first_live].to_offset <= captured.offset)
      reading->first_live++;
    struct outline_packet packet;
    outline_packet_of(&captured, &packet);
    if (is_wanted(reading, &captured, &packet.key)) code = keep(reading, &captured, number, err);
  }
  return code;
}

enum err_code excerpt_read(struct capture_file *file, const struct outline *outline,
                           const struct outline_side *side, struct excerpt *excerpt,
                           struct err *err) {
  *excerpt = (struct excerpt){0};
  struct reading reading = {.outline = outline, .side = side, .excerpt = excerpt};
  enum err_code code = side->count > 0 ? read_slices(file, &reading, err) : ERR_OK;
  if (code == ERR_OK && excerpt->trace == NULL) {
    excerpt->trace = trace_create(capture_file_link_type(file));
    if (excerpt->trace == NULL) code = err_set(err, ERR_LIMIT, "no memory for an empty trace");
  }
  return code;
}

void excerpt_free(struct excerpt *excerpt) {
  trace_destroy(excerpt->trace);
  free(excerpt->numbers);
  *excerpt = (struct excerpt){0};
}
