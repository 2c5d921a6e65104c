/* Two captures of any size, compared: each is read once for its outline, side by side; then only
 * the parts that may differ are read again and held against each other as small captures are.
 * Memory does not grow with the files, but with the number of their flows. */
#ifndef SOCKPROOF_TRACE_CAPTURE_DIFF_H
#define SOCKPROOF_TRACE_CAPTURE_DIFF_H

#include "trace/capture_file.h"
#include "trace/diff.h"

/* One difference, with the forms of the part that it is in. Packet numbers in it are those of the
 * files. All is the callee's no longer than the call. */
struct capture_diff_hooks {
  void (*differs)(void *context, const struct difference *difference,
                  const struct diff_sides *sides);
  void *context;
};

struct capture_diff_outcome {
  struct diff_totals totals; /* of all parts */
  uint64_t packets[2], octets[2];
  size_t flows[2];
  size_t parts; /* that were looked at closely */
};

/* Both files must be seekable. ERR_INPUT and ERR_SYSTEM as the files' reader; ERR_LIMIT where
 * memory is short, or a part is too large to be looked at. */
enum err_code capture_diff(struct capture_file *expected, struct capture_file *actual,
                           const struct capture_diff_hooks *hooks,
                           struct capture_diff_outcome *outcome, struct err *err) MUST_USE;

#endif
