#include "trace/capture_excerpt.h"

#include "trace/array.h"
#include "trace/outline_packet.h"

#include <stdlib.h>
#include <string.h>

/* What is to be kept of one flow, found by its key. */
struct wanted {
  struct packet_key key; /* of both ways */
  const struct outline_slice *slice;
};

struct reading {
  const struct outline *outline;
  const struct outline_side *side;
  struct excerpt *excerpt;
  struct wanted *wanted; /* one of each slice, by key */
  size_t number_capacity;
};

static int by_key(const void *a, const void *b) {
  const struct wanted *x = a, *y = b;
  return memcmp(&x->key, &y->key, sizeof x->key);
}

static bool find_wanted(struct reading *reading) {
  const struct outline *outline = reading->outline;
  size_t count = reading->side->count;
  reading->wanted = calloc(count + 1, sizeof *reading->wanted);
  if (reading->wanted == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    const struct outline_slice *slice = &reading->side->slices[i];
    struct packet_key key = outline_flow_key(outline, &outline->flows[slice->flow]);
    reading->wanted[i] = (struct wanted){packet_key_of_both_ways(&key), slice};
  }
  qsort(reading->wanted, count, sizeof *reading->wanted, by_key);
  return true;
}

/* Later flows of the same ports begin where the earlier one has ended: place and key are enough. */
static bool is_wanted(const struct reading *reading, const struct captured *captured,
                      const struct packet_key *key) {
  struct wanted asked = {.key = packet_key_of_both_ways(key)};
  size_t low = 0, high = reading->side->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (by_key(&reading->wanted[middle], &asked) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < reading->side->count && by_key(&reading->wanted[low], &asked) == 0; low++) {
    const struct outline_slice *slice = reading->wanted[low].slice;
    if (slice->from_offset <= captured->offset && captured->offset < slice->to_offset) return true;
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
  enum err_code code = ERR_OK;
  if (side->count > 0) {
    code = find_wanted(&reading) ? read_slices(file, &reading, err)
                                 : err_set(err, ERR_LIMIT, "no memory for the flows that differ");
  }
  free(reading.wanted);
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
