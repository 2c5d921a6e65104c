#include "trace/outline_parts.h"

#include "trace/array.h"
#include "trace/outline_align.h"

#include <stdlib.h>
#include <string.h>

enum { EXPECTED = 0, ACTUAL = 1 };

/* A flow that is to be matched. Two of one class may be the same flow that has changed. */
struct candidate {
  uint64_t class_low, class_high; /* transport, family, hosts */
  struct outline_digest digest;
  size_t flow;
  bool matched;
};

struct comparing {
  struct outline *outlines[2];
  struct candidate *candidates[2];
  uint64_t packets_max;
  struct outline_parts *parts;
  struct outline_part batch; /* of short flows; not yet a part */
};

/* --- hosts ------------------------------------------------------------------------------------ */

/* tokens[i] is the host of `expected` that address i of `actual` stands for: itself where both have
 * it; the others are taken in the order in which they come. */
static uint32_t *name_hosts(const struct outline *expected, const struct outline *actual) {
  uint32_t *tokens = calloc(actual->hosts.count + 1, sizeof *tokens);
  bool *taken = calloc(expected->hosts.count + 1, sizeof *taken);
  size_t next = 0, beyond = expected->hosts.count;
  for (size_t i = 0; tokens != NULL && taken != NULL && i < actual->hosts.count; i++) {
    uint32_t same;
    tokens[i] = UINT32_MAX;
    if (!outline_hosts_find(&expected->hosts, &actual->hosts.list[i], &same)) continue;
    tokens[i] = same;
    taken[same] = true;
  }
  for (size_t i = 0; tokens != NULL && taken != NULL && i < actual->hosts.count; i++) {
    if (tokens[i] != UINT32_MAX) continue;
    while (next < expected->hosts.count && taken[next])
      next++;
    tokens[i] = (uint32_t)(next < expected->hosts.count ? next++ : beyond++);
  }
  if (taken == NULL) {
    free(tokens);
    tokens = NULL;
  }
  free(taken);
  return tokens;
}

/* --- pairing ---------------------------------------------------------------------------------- */

static int compare_numbers(uint64_t a, uint64_t b) {
  return (a > b) - (a < b);
}

static int compare_classes(const struct candidate *a, const struct candidate *b) {
  int order = compare_numbers(a->class_low, b->class_low);
  return order != 0 ? order : compare_numbers(a->class_high, b->class_high);
}

static int compare_worth(const struct candidate *a, const struct candidate *b) {
  int order = compare_classes(a, b);
  if (order == 0) order = compare_numbers(a->digest.low, b->digest.low);
  return order != 0 ? order : compare_numbers(a->digest.high, b->digest.high);
}

static int by_worth(const void *a, const void *b) {
  const struct candidate *x = a, *y = b;
  int order = compare_worth(x, y);
  return order != 0 ? order : compare_numbers(x->flow, y->flow);
}

static int by_class(const void *a, const void *b) {
  const struct candidate *x = a, *y = b;
  int order = compare_classes(x, y);
  return order != 0 ? order : compare_numbers(x->flow, y->flow);
}

static struct candidate *candidates_of(const struct outline *outline, const uint32_t *tokens) {
  struct candidate *list = calloc(outline->count + 1, sizeof *list);
  for (size_t i = 0; list != NULL && i < outline->count; i++) {
    const struct outline_flow *flow = &outline->flows[i];
    uint32_t hosts[2] = {flow->addresses[0], flow->addresses[1]};
    for (size_t side = 0; side < 2 && tokens != NULL; side++)
      hosts[side] = tokens[hosts[side]];
    if (flow->transport == TRANSPORT_UDP && hosts[0] > hosts[1]) { /* see outline.c: is_forth */
      uint32_t lesser = hosts[1];
      hosts[1] = hosts[0];
      hosts[0] = lesser;
    }
    list[i] = (struct candidate){.class_low = (uint64_t)hosts[0] << 32 | hosts[1],
                                 .class_high = (uint64_t)flow->transport << 8 | flow->family,
                                 .digest = flow->digest,
                                 .flow = i};
  }
  return list;
}

static void match_equal(struct comparing *comparing) {
  struct candidate *x = comparing->candidates[EXPECTED], *y = comparing->candidates[ACTUAL];
  size_t x_count = comparing->outlines[EXPECTED]->count;
  size_t y_count = comparing->outlines[ACTUAL]->count;
  qsort(x, x_count, sizeof *x, by_worth);
  qsort(y, y_count, sizeof *y, by_worth);
  for (size_t i = 0, j = 0; i < x_count && j < y_count;) {
    int order = compare_worth(&x[i], &y[j]);
    if (order == 0) x[i].matched = y[j].matched = true;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
}

/* Those that are left, by class and in the order of the capture. */
static size_t leave_unmatched(struct candidate *list, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (!list[i].matched) list[kept++] = list[i];
  }
  qsort(list, kept, sizeof *list, by_class);
  return kept;
}

/* --- parts ------------------------------------------------------------------------------------ */

static bool add_slice(struct outline_side *side, struct outline_slice slice) {
  if (!ARRAY_RESERVE(side->slices, side->capacity, side->count + 1)) return false;
  side->slices[side->count++] = slice;
  side->packets += slice.packets;
  return true;
}

static struct outline_slice whole_flow(const struct outline *outline, size_t flow) {
  return (struct outline_slice){.flow = flow,
                                .from_offset = outline->flows[flow].first_offset,
                                .to_offset = outline->flows[flow].last_offset + 1,
                                .packets = outline->flows[flow].packets};
}

static int by_offset(const void *a, const void *b) {
  const struct outline_slice *x = a, *y = b;
  return compare_numbers(x->from_offset, y->from_offset);
}

static bool add_part(struct outline_parts *parts, struct outline_part *part) {
  if (part->sides[EXPECTED].count + part->sides[ACTUAL].count == 0) return true;
  if (!ARRAY_RESERVE(parts->list, parts->capacity, parts->count + 1)) return false;
  for (size_t side = 0; side < 2; side++) {
    struct outline_side *into = &part->sides[side];
    if (into->count > 1) qsort(into->slices, into->count, sizeof *into->slices, by_offset);
  }
  parts->list[parts->count++] = *part;
  *part = (struct outline_part){0};
  return true;
}

static bool is_batch_full(const struct comparing *comparing) {
  const struct outline_part *batch = &comparing->batch;
  return batch->sides[EXPECTED].packets >= comparing->packets_max ||
         batch->sides[ACTUAL].packets >= comparing->packets_max;
}

static bool add_to_batch(struct comparing *comparing, size_t side, const struct candidate *flow) {
  return add_slice(&comparing->batch.sides[side],
                   whole_flow(comparing->outlines[side], flow->flow));
}

/* Blocks [from, to) of a flow. */
static bool add_blocks(struct outline_side *side, const struct outline_flow *flow, size_t index,
                       size_t from, size_t to) {
  if (from == to) return true;
  struct outline_slice slice = {.flow = index, .from_offset = flow->blocks[from].offset};
  slice.to_offset = to < flow->block_count ? flow->blocks[to].offset : flow->last_offset + 1;
  for (size_t i = from; i < to; i++)
    slice.packets += flow->blocks[i].packets;
  return add_slice(side, slice);
}

static bool add_ranges(struct comparing *comparing, size_t x, size_t y) {
  struct outline_flow *flows[2] = {&comparing->outlines[EXPECTED]->flows[x],
                                   &comparing->outlines[ACTUAL]->flows[y]};
  const size_t indices[2] = {x, y};
  unsigned bits =
      flows[0]->block_bits > flows[1]->block_bits ? flows[0]->block_bits : flows[1]->block_bits;
  for (size_t side = 0; side < 2; side++)
    outline_coarsen(flows[side], bits);
  struct block_ranges ranges = {0};
  bool good = outline_align(flows[0], flows[1], &ranges);
  for (size_t i = 0; good && i < ranges.count; i++) {
    struct outline_part part = {0};
    struct block_range range = ranges.list[i];
    /* The block before is the same in both: what begins with it is read alike from there on. */
    size_t context = range.from[0] > 0 && range.from[1] > 0 ? 1 : 0;
    for (size_t side = 0; good && side < 2; side++) {
      good = add_blocks(&part.sides[side], flows[side], indices[side], range.from[side] - context,
                        range.to[side]);
    }
    good = good && add_part(comparing->parts, &part);
  }
  free(ranges.list);
  return good;
}

static bool is_long(const struct comparing *comparing, size_t side, const struct candidate *flow) {
  return comparing->outlines[side]->flows[flow->flow].blocks != NULL;
}

/* One class: the flows of both sides are paired in their order. */
static bool compare_class(struct comparing *comparing, const struct candidate *x, size_t x_count,
                          const struct candidate *y, size_t y_count) {
  for (size_t i = 0; i < x_count || i < y_count; i++) {
    if (i < x_count && i < y_count && is_long(comparing, EXPECTED, &x[i]) &&
        is_long(comparing, ACTUAL, &y[i])) {
      if (!add_ranges(comparing, x[i].flow, y[i].flow)) return false;
      continue;
    }
    if (i < x_count && !add_to_batch(comparing, EXPECTED, &x[i])) return false;
    if (i < y_count && !add_to_batch(comparing, ACTUAL, &y[i])) return false;
    if (is_batch_full(comparing) && !add_part(comparing->parts, &comparing->batch)) return false;
  }
  return true;
}

static size_t class_len(const struct candidate *list, size_t count) {
  size_t len = 0;
  while (len < count && compare_classes(&list[0], &list[len]) == 0)
    len++;
  return len;
}

static bool compare_rest(struct comparing *comparing) {
  struct candidate *x = comparing->candidates[EXPECTED], *y = comparing->candidates[ACTUAL];
  size_t x_count = leave_unmatched(x, comparing->outlines[EXPECTED]->count);
  size_t y_count = leave_unmatched(y, comparing->outlines[ACTUAL]->count);
  while (x_count > 0 || y_count > 0) {
    int order = x_count == 0 ? 1 : y_count == 0 ? -1 : compare_classes(x, y);
    size_t x_len = order <= 0 ? class_len(x, x_count) : 0;
    size_t y_len = order >= 0 ? class_len(y, y_count) : 0;
    if (!compare_class(comparing, x, x_len, y, y_len)) return false;
    x += x_len;
    x_count -= x_len;
    y += y_len;
    y_count -= y_len;
  }
  return add_part(comparing->parts, &comparing->batch);
}

enum err_code outline_compare(struct outline *expected, struct outline *actual,
                              uint64_t packets_max, struct outline_parts *parts, struct err *err) {
  *parts = (struct outline_parts){0};
  uint32_t *tokens = name_hosts(expected, actual);
  struct comparing comparing = {
      .outlines = {expected, actual}, .packets_max = packets_max, .parts = parts};
  comparing.candidates[EXPECTED] = candidates_of(expected, NULL);
  if (tokens != NULL) comparing.candidates[ACTUAL] = candidates_of(actual, tokens);
  bool good = comparing.candidates[EXPECTED] != NULL && comparing.candidates[ACTUAL] != NULL;
  if (good) {
    match_equal(&comparing);
    good = compare_rest(&comparing);
  }
  for (size_t side = 0; side < 2; side++) {
    free(comparing.candidates[side]);
    free(comparing.batch.sides[side].slices);
  }
  free(tokens);
  if (good) return ERR_OK;
  outline_parts_free(parts);
  return err_set(err, ERR_LIMIT, "no memory to compare the flows of two captures");
}

void outline_parts_free(struct outline_parts *parts) {
  for (size_t i = 0; i < parts->count; i++) {
    for (size_t side = 0; side < 2; side++)
      free(parts->list[i].sides[side].slices);
  }
  free(parts->list);
  *parts = (struct outline_parts){0};
}
