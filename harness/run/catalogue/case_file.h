/* Case files: cases in INI, with the words of case_words.h, the checks of check_words.h, and the
 * scripts that `serve` takes.
 *
 *   [requirement OURS-1]              ; of one's own; or a case cites one of a ledger
 *   level  = MUST
 *   clause = Our protocol, section 3
 *   text   = A reply of yesterday is no answer.
 *
 *   [case reply-of-yesterday]         ; without a name: that of the file
 *   recipe = sntp-client              ; in a folder of that name it need not stand
 *   requirement = OURS-1
 *   about  = A reply that was sent a day ago is not taken for the time.
 *   check  = rejected
 *   [fixture ntp-server]              ; of the case above; what follows is its script
 *   [reply]
 *   origin = plus -86400s
 */
#ifndef SOCKPROOF_RUN_CASE_FILE_H
#define SOCKPROOF_RUN_CASE_FILE_H

#include "run/catalogue/catalogue.h"
#include "run/catalogue/ledger.h"

/* All of the arena; lists in the order of reading. */
struct own_case {
  struct case_def def; /* `origin` is set */
  const struct recipe_def *recipe;
  struct own_case *next;
};
struct own_requirement {
  struct requirement row;
  const char *origin; /* "FILE:LINE" */
  struct own_requirement *next;
};
struct own_cases {
  struct own_case *first, *last;
  struct own_requirement *first_requirement, *last_requirement;
  size_t count;
};

struct case_file_source {
  const char *path;                /* for messages, and for files beside it */
  const struct recipe_def *recipe; /* by the folder that the file lies in; NULL: each case says */
};

/* Adds what the text holds. ERR_USAGE names file, line, key and what is allowed. */
enum err_code case_file_parse(const struct case_file_source *source, const char *text,
                              const struct catalogue *catalogue, struct arena *arena,
                              struct own_cases *own, struct err *err) MUST_USE;

enum { CASE_FILE_MAX = 256 * 1024 };

/* The same of the file itself, of at most CASE_FILE_MAX octets. */
enum err_code case_file_read(const struct case_file_source *source,
                             const struct catalogue *catalogue, struct arena *arena,
                             struct own_cases *own, struct err *err) MUST_USE;

#endif
