/* The command line of `sockproof report`. */
#ifndef SOCKPROOF_RUN_REPORT_OPTIONS_H
#define SOCKPROOF_RUN_REPORT_OPTIONS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { REPORT_PATHS_MAX = 4096 };

enum report_form { REPORT_TEXT, REPORT_JSON, REPORT_MARKDOWN };

struct report_options {
  enum report_form form;
  bool cases; /* the table of all cases too */
  bool gate;  /* two runs, the older first: did a verdict get worse? */
  bool help;
  bool junit_strict;
  const char *reports_dir; /* where the files of the report go; NULL: nowhere */
  const char *paths[REPORT_PATHS_MAX];
  size_t path_count;
};

extern const char REPORT_USAGE[];

/* ERR_USAGE says which argument is wrong and what is allowed. Texts point into argv. `argv[0]` is
 * the verb. */
enum err_code report_options_parse(int argc, char **argv, struct report_options *options,
                                   struct err *err) MUST_USE;

#endif
