/* The story of a case in the order of time: its packets, what the fixtures noted, what became of
 * the subject, one line each. */
#ifndef SOCKPROOF_RUN_TIMELINE_H
#define SOCKPROOF_RUN_TIMELINE_H

#include "base/text.h"
#include "run/play/journal.h"
#include "trace/trace.h"

struct timeline {
  const struct trace *trace; /* NULL: none */
  const struct journal *journal;
  const struct named_endpoint *endpoints; /* shown by their names */
  size_t endpoint_count;
  bool made_up; /* the packets are those of a fixture's log: their headers were not seen */
};

/* "     1.204  packet   subject > peer:123  UDP, 48 octets": milliseconds since the first line.
 * Packets have the capture's times, all else the harness's: the same clock, read by others.
 * ERR_LIMIT where memory is short; what does not fit `out` is counted in its last line. */
enum err_code timeline_print(const struct timeline *timeline, struct text *out,
                             struct err *err) MUST_USE;

#endif
