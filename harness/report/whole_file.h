/* A file written whole or not at all. */
#ifndef SOCKPROOF_REPORT_WHOLE_FILE_H
#define SOCKPROOF_REPORT_WHOLE_FILE_H

#include "base/err.h"
#include "base/span.h"

/* Writes to a temporary name beside `path` and renames: a reader never sees half of it, and an old
 * file stays where it cannot be written. */
enum err_code whole_file_write(const char *path, struct span contents, struct err *err) MUST_USE;

#endif
