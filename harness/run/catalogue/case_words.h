/* The words of a case file: which keys its sections have, and a case printed in them. Each key of
 * [case] is the member of struct case_def of that name (run/case.h). */
#ifndef SOCKPROOF_RUN_CASE_WORDS_H
#define SOCKPROOF_RUN_CASE_WORDS_H

#include "fixture/script_fields.h"
#include "run/catalogue/instance.h"

enum { CASE_RUNS_AT_MOST = 32, CASE_LIMIT_MS_MAX = 600000, CASE_FILE_OCTETS_MAX = 16 << 20 };

/* Keys without a member are read by case_file.c: recipe, needs, wants, value.NAME, golden, check
 * and rule. */
extern const struct script_section CASE_SECTION;

extern const struct script_section CASE_FILE_SECTION; /* [file NAME]: of struct case_file */

/* [etc NAME] */
struct case_etc_words {
  const char *contents;
  bool absent;
};
extern const struct script_section CASE_ETC_SECTION;

extern const struct script_section CASE_FIXTURE_SECTION;     /* [fixture CLASS]: script */
extern const struct script_section CASE_REQUIREMENT_SECTION; /* [requirement ID] */

/* The case as a file would say it. ERR_INPUT: there is no word for something in it; ERR_LIMIT: it
 * does not fit into `out`. */
enum err_code case_words_print(const struct instance *instance, struct text *out,
                               struct err *err) MUST_USE;

#endif
