/* What junit.xml says about one result, in words. */
#ifndef SOCKPROOF_REPORT_JUNIT_WORDS_H
#define SOCKPROOF_REPORT_JUNIT_WORDS_H

#include "base/text.h"
#include "report/result.h"

enum junit_outcome { JUNIT_PASSED, JUNIT_FAILED, JUNIT_ERRED, JUNIT_SKIPPED, JUNIT_OUTCOME_COUNT };

enum junit_outcome junit_outcome_of(const struct result *result);
const char *junit_type_of(const struct result *result); /* "golden-mismatch"; never "" */

/* One sentence. */
void junit_append_message(struct text *text, const struct result *result);

/* The message again (some consumers show the body alone), and all that a person needs to go on. */
void junit_append_body(struct text *text, const struct result *result, const char *reports_dir);

/* Notes on what passed with a warn, observed values of what did not pass, and a line
 * [[ATTACHMENT|path]] for each file of evidence. Nothing for most. */
void junit_append_output(struct text *text, const struct result *result, const char *reports_dir);

#endif
