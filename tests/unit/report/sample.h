/* A small run in which every verdict stands once, with the worst that a subject can print. */
#ifndef SOCKPROOF_TESTS_REPORT_SAMPLE_H
#define SOCKPROOF_TESTS_REPORT_SAMPLE_H

#include "base/text.h"
#include "report/results.h"

/* ESC, an octet that is no UTF-8, a CDATA end, an entity, a C1 control, a line separator,
 * a backspace. */
#define SAMPLE_HOSTILE "\x1b[2J\xff]]>&<b>\"'\xc2\x9b\xe2\x80\xa8\b"

struct run_info sample_run(void);
struct results *sample_results(void);

/* Compares with expected/<name>; where it differs, leaves <name>.actual in the working directory
 * and fails. */
void sample_assert_golden(const char *name, const char *chars);

/* A directory of its own for a test; sample_folder_remove takes it and the files in it away. */
char *sample_folder(void);
void sample_folder_remove(char *folder);
char *sample_path(const char *folder, const char *name); /* to be freed */

#endif
