/* results.json, written a case at a time and whole at every moment, however the run ends.
 *
 * The file that a reader sees is never written to: each case goes to a second file, which then
 * takes the name over in one step. The two change places, so that a case costs the same however
 * many there are, and a full disk or a kill leaves the last whole version. */
#ifndef SOCKPROOF_REPORT_RESULTS_FILE_H
#define SOCKPROOF_REPORT_RESULTS_FILE_H

#include "report/results.h"

struct results_file;

/* Creates `path` with no cases, in place of what is there. ERR_SYSTEM: it cannot be written. The
 * caller owns *file. */
enum err_code results_file_create(const char *path, const struct run_info *run,
                                  struct results_file **file, struct err *err) MUST_USE;

/* Writes one case; `elapsed_ms`: since the run began. After a failure the file is as it was before;
 * the case is written with the next one that succeeds. */
enum err_code results_file_add(struct results_file *file, const struct result *result,
                               double elapsed_ms, struct err *err) MUST_USE;

/* What results_file_finish() writes as the member "requirements" (see report/coverage.h); takes
 * `json` over, also where it fails. NULL, as from coverage_to_json(): no memory. */
enum err_code results_file_cover(struct results_file *file, json_t *json, struct err *err) MUST_USE;

/* Writes what is left, and whether the run came to its own end: with the result of every case. */
enum err_code results_file_finish(struct results_file *file, double elapsed_ms, bool finished,
                                  struct err *err) MUST_USE;

const struct summary *results_file_summary(const struct results_file *file);

void results_file_close(struct results_file *file); /* NULL is fine */

/* A whole set at once, with `requirements` as results_file_cover() takes it; an old file stays
 * where it cannot be written. */
enum err_code results_write(const char *path, const struct results *results, json_t *requirements,
                            struct err *err) MUST_USE;

#endif
