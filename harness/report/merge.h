/* Several sets of results of one subject made into one, as when every case was a run of its own. */
#ifndef SOCKPROOF_REPORT_MERGE_H
#define SOCKPROOF_REPORT_MERGE_H

#include "base/text.h"
#include "report/results.h"

/* Whether the sets are of one subject (name and version) on one target. */
bool merge_is_one_subject(const struct results *const *sets, size_t count);

/* One set: of a case that stands in several, the result of the later set wins, in the place of the
 * first; where their verdicts differ that is told in `told`, a line a case. The tier is the
 * weakest, the run lasts from the first start to the last end, and is finished where all are; the
 * version of the catalogue is "several" where they differ. Evidence is told relative to
 * `reports_dir`, the folder that the merged file goes to. ERR_USAGE: they are not of one subject,
 * or there is none. The caller owns *merged. */
enum err_code merge_results(const struct results *const *sets, size_t count,
                            const char *reports_dir, struct results **merged, struct text *told,
                            struct err *err) MUST_USE;

#endif
