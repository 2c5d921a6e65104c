/* Which runs of blocks of two long flows differ, by patience: blocks that either flow has once are
 * its fixed points. Near-linear in the number of blocks. */
#ifndef SOCKPROOF_TRACE_OUTLINE_ALIGN_H
#define SOCKPROOF_TRACE_OUTLINE_ALIGN_H

#include "trace/outline.h"

/* Blocks [from, to) of either flow that stand where the other has something else; one of them may
 * be empty. */
struct block_range {
  size_t from[2], to[2];
};

struct block_ranges {
  struct block_range *list; /* in order; the caller's to free() */
  size_t count, capacity;
};

/* Both flows have the same block_bits. False: no memory. */
bool outline_align(const struct outline_flow *x, const struct outline_flow *y,
                   struct block_ranges *ranges);

#endif
