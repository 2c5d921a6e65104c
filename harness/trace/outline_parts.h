/* Where two outlines differ: the parts of both captures that have to be looked at closely, each
 * small, and all that may be the same left out. */
#ifndef SOCKPROOF_TRACE_OUTLINE_PARTS_H
#define SOCKPROOF_TRACE_OUTLINE_PARTS_H

#include "trace/outline.h"

/* Packets of one flow: all of it, or a run of its blocks. */
struct outline_slice {
  size_t flow;
  uint64_t from_offset, to_offset; /* in the file: of the first, and behind the last record */
  uint64_t packets;
};

struct outline_side {
  struct outline_slice *slices; /* in the order of their first offsets */
  size_t count, capacity;
  uint64_t packets; /* of all of them */
};

/* What is to be compared with what, as two small captures. */
struct outline_part {
  struct outline_side sides[2];
};

struct outline_parts {
  struct outline_part *list;
  size_t count, capacity;
};

/* Equal flows are paired whatever their order; of the others those between the same hosts, in their
 * order; of two long flows only the blocks that differ are a part. A part has at most some
 * `packets_max` packets of a side, unless one flow or block alone has more. Blocks of the outlines
 * may be joined on the way. ERR_LIMIT: no memory. The caller frees *parts. */
enum err_code outline_compare(struct outline *expected, struct outline *actual,
                              uint64_t packets_max, struct outline_parts *parts,
                              struct err *err) MUST_USE;
void outline_parts_free(struct outline_parts *parts);

#endif
