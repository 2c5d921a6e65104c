/* junit.xml: a set of results as JUnit's consumers read it.
 *
 * A test suite a recipe, a test case a case. fail is a failure, broken an error, unsupported and
 * what an expectation foresaw skipped; a surprise is a failure, a warn passes and is told in the
 * output. Octets that XML cannot hold are written as \xNN. */
#ifndef SOCKPROOF_REPORT_JUNIT_H
#define SOCKPROOF_REPORT_JUNIT_H

#include "base/text.h"
#include "report/results.h"

enum junit_profile {
  JUNIT_RICH,   /* file, output and attachments of each case: GitLab, GitHub, Jenkins */
  JUNIT_STRICT, /* only what every schema knows, also Ant's: the output stands at the suite */
};

struct junit_options {
  enum junit_profile profile;
  /* The reports folder as seen from the checkout; files in an evidence folder below it are named as
   * attachments. NULL: none are. */
  const char *reports_dir;
};

/* ERR_SYSTEM: it cannot be written; an old file then stays. */
enum err_code junit_write(const char *path, const struct results *results,
                          const struct junit_options *options, struct err *err) MUST_USE;

/* The same into `xml`. */
enum err_code junit_print(const struct results *results, const struct junit_options *options,
                          struct text *xml, struct err *err) MUST_USE;

#endif
