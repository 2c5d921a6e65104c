#include "trace/outline_align.h"

#include "trace/array.h"

#include <stdlib.h>

struct anchor {
  size_t at[2];
};

struct aligning {
  const struct outline_flow *flows[2];
  struct block_ranges *ranges;
};

struct numbered {
  uint64_t digest;
  size_t index;
};

static bool same_block(const struct aligning *aligning, size_t i, size_t j) {
  const struct outline_block *x = &aligning->flows[0]->blocks[i];
  const struct outline_block *y = &aligning->flows[1]->blocks[j];
  return x->digest == y->digest && x->packets == y->packets;
}

/* --- anchors ---------------------------------------------------------------------------------- */

static int by_digest(const void *a, const void *b) {
  const struct numbered *x = a, *y = b;
  if (x->digest != y->digest) return x->digest < y->digest ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static struct numbered *sorted_blocks(const struct outline_flow *flow, size_t from, size_t to) {
  struct numbered *list = calloc(to - from + 1, sizeof *list);
  for (size_t i = from; list != NULL && i < to; i++)
    list[i - from] = (struct numbered){flow->blocks[i].digest, i};
  if (list != NULL) qsort(list, to - from, sizeof *list, by_digest);
  return list;
}

/* How often the digest at the front comes. */
static size_t run_of(const struct numbered *list, size_t count) {
  size_t run = 1;
  while (run < count && list[run].digest == list[0].digest)
    run++;
  return run;
}

static int by_first(const void *a, const void *b) {
  const struct anchor *x = a, *y = b;
  return (x->at[0] > y->at[0]) - (x->at[0] < y->at[0]);
}

/* Blocks that stand once in either range, in the order of the first flow. */
static size_t find_anchors(const struct aligning *aligning, struct block_range range,
                           struct anchor *anchors) {
  size_t counts[2] = {range.to[0] - range.from[0], range.to[1] - range.from[1]};
  struct numbered *x = sorted_blocks(aligning->flows[0], range.from[0], range.to[0]);
  struct numbered *y = sorted_blocks(aligning->flows[1], range.from[1], range.to[1]);
  size_t found = 0;
  for (size_t i = 0, j = 0; x != NULL && y != NULL && i < counts[0] && j < counts[1];) {
    size_t x_run = run_of(x + i, counts[0] - i), y_run = run_of(y + j, counts[1] - j);
    if (x[i].digest == y[j].digest) {
      if (x_run == 1 && y_run == 1 && same_block(aligning, x[i].index, y[j].index))
        anchors[found++] = (struct anchor){{x[i].index, y[j].index}};
      i += x_run;
      j += y_run;
    } else if (x[i].digest < y[j].digest) {
      i += x_run;
    } else {
      j += y_run;
    }
  }
  free(x);
  free(y);
  qsort(anchors, found, sizeof *anchors, by_first);
  return found;
}

/* Leaves the longest run of anchors that is in order in the second flow as well. */
static size_t longest_in_order(struct anchor *anchors, size_t count, size_t *tops, size_t *before) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    size_t low = 0, high = length; /* tops[k]: the last anchor of the best run of k + 1 */
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (anchors[tops[middle]].at[1] < anchors[i].at[1]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[i] = low > 0 ? tops[low - 1] : SIZE_MAX;
    tops[low] = i;
    if (low == length) length++;
  }
  size_t at = length > 0 ? tops[length - 1] : SIZE_MAX;
  for (size_t k = length; k-- > 0;) {
    tops[k] = at; /* from the end on, these are not needed as tops any more */
    at = before[at];
  }
  for (size_t k = 0; k < length; k++)
    anchors[k] = anchors[tops[k]];
  return length;
}

/* --- ranges ----------------------------------------------------------------------------------- */

static bool add_range(struct block_ranges *ranges, struct block_range range) {
  if (range.from[0] == range.to[0] && range.from[1] == range.to[1]) return true;
  if (!ARRAY_RESERVE(ranges->list, ranges->capacity, ranges->count + 1)) return false;
  ranges->list[ranges->count++] = range;
  return true;
}

static struct block_range trimmed(const struct aligning *aligning, struct block_range range) {
  while (range.from[0] < range.to[0] && range.from[1] < range.to[1] &&
         same_block(aligning, range.from[0], range.from[1])) {
    range.from[0]++;
    range.from[1]++;
  }
  while (range.from[0] < range.to[0] && range.from[1] < range.to[1] &&
         same_block(aligning, range.to[0] - 1, range.to[1] - 1)) {
    range.to[0]--;
    range.to[1]--;
  }
  return range;
}

static bool align_between(struct aligning *aligning, struct block_range range,
                          struct anchor *anchors, size_t *tops, size_t *before) {
  range = trimmed(aligning, range);
  size_t count = longest_in_order(anchors, find_anchors(aligning, range, anchors), tops, before);
  for (size_t i = 0; i < count; i++) {
    struct block_range gap = {{range.from[0], range.from[1]}, {anchors[i].at[0], anchors[i].at[1]}};
    if (gap.from[0] > gap.to[0] || gap.from[1] > gap.to[1]) continue; /* within a run already */
    if (!add_range(aligning->ranges, trimmed(aligning, gap))) return false;
    range.from[0] = anchors[i].at[0];
    range.from[1] = anchors[i].at[1];
    while (range.from[0] < range.to[0] && range.from[1] < range.to[1] &&
           same_block(aligning, range.from[0], range.from[1])) {
      range.from[0]++;
      range.from[1]++;
    }
  }
  return add_range(aligning->ranges, trimmed(aligning, range));
}

bool outline_align(const struct outline_flow *x, const struct outline_flow *y,
                   struct block_ranges *ranges) {
  size_t room = (x->block_count < y->block_count ? x->block_count : y->block_count) + 1;
  struct aligning aligning = {.flows = {x, y}, .ranges = ranges};
  struct anchor *anchors = calloc(room, sizeof *anchors);
  size_t *tops = calloc(room, sizeof *tops);
  size_t *before = calloc(room, sizeof *before);
  struct block_range all = {{0, 0}, {x->block_count, y->block_count}};
  bool good = anchors != NULL && tops != NULL && before != NULL &&
              align_between(&aligning, all, anchors, tops, before);
  free(anchors);
  free(tops);
  free(before);
  return good;
}
