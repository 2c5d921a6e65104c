/* Packets of some flows of a capture, as a small trace. */
#ifndef SOCKPROOF_TRACE_CAPTURE_EXCERPT_H
#define SOCKPROOF_TRACE_CAPTURE_EXCERPT_H

#include "trace/outline_parts.h"
#include "trace/trace.h"

struct excerpt {
  struct trace *trace;
  size_t *numbers; /* of its packets, in the file, from 0 */
};

/* Reads what the side's slices are of. The caller frees *excerpt, also on failure. */
enum err_code excerpt_read(struct capture_file *file, const struct outline *outline,
                           const struct outline_side *side, struct excerpt *excerpt,
                           struct err *err) MUST_USE;
void excerpt_free(struct excerpt *excerpt);

#endif
