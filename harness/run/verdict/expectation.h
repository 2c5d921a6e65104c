/* Verdicts that are foreseen of a subject, with a reason each: subjects/<name>.expect beside its
 * profile.
 *
 *   # CASE-GLOB                 VERDICT  [CONDITION]   reason, to the end of the line
 *   sntp-client/leap-3          fail                   takes the time of a server that is unsure
 *   ntp-time/era-1              fail     [version<1.3] counts from 1900 (run/condition.h)
 *   resolve-host/one-address    fail:golden-mismatch   asks twice
 *
 * A kind behind the verdict (result.h) is the only one that it foresees: where the packets alone
 * differ, a program that also prints what is wrong is a surprise. So is another number of checks
 * that do not hold: `assertion` is one, `assertion(3)` three, and `outside(1)` is one besides what
 * was sent outside.
 *
 * Of several lines that name a case, the last one whose condition holds counts. */
#ifndef SOCKPROOF_RUN_EXPECTATION_H
#define SOCKPROOF_RUN_EXPECTATION_H

#include "base/arena.h"
#include "base/text.h"
#include "base/verdict.h"
#include "run/catalogue/instance.h"
#include "run/verdict/condition.h"

struct expectation {
  const char *glob;
  enum verdict verdict;
  const char *kind;       /* "": any */
  unsigned failed_checks; /* of a kind: the result's */
  const char *condition;  /* without its brackets; "" where there is none */
  const char *reason;     /* never empty */
  size_t line;            /* index into the list's lines */
  bool applies;           /* its condition holds here, or it has none */
};

/* All memory is the arena's. */
struct expectation_list {
  const char *path;   /* NULL: none was loaded */
  bool exists;        /* there is such a file; then a case that it does not name must pass */
  const char **lines; /* the whole file, comments and all, without line ends */
  size_t line_count;
  struct expectation *items;
  size_t count;
};

/* A file that is not there is an empty list. ERR_INPUT names file, line and what is allowed there.
 * Lines with a condition do not apply before expectation_suit. */
enum err_code expectation_load(const char *path, struct arena *arena, struct expectation_list *list,
                               struct err *err) MUST_USE;

/* Finds out which lines apply. ERR_INPUT as condition_holds, with file and line. */
enum err_code expectation_suit(struct expectation_list *list, const struct condition_facts *facts,
                               struct err *err) MUST_USE;

/* ERR_INPUT names the line whose glob names none of these cases, the whole catalogue: it is
 * misspelt, or its case is gone. */
enum err_code expectation_check_globs(const struct expectation_list *list,
                                      const struct instance_list *all, struct err *err) MUST_USE;

/* Whether this is what came: `kind` and `failed_checks` are the result's. */
bool expectation_is_met(const struct expectation *item, enum verdict verdict, const char *kind,
                        unsigned failed_checks);

/* The kind as the list keeps it; "" of one that no line can foresee. */
const char *expectation_kind(const char *kind);

/* A kind as a line says it: "assertion(3)". */
void expectation_append_kind(struct text *text, const char *kind, unsigned failed_checks);

/* The last one that applies and whose glob names the case; NULL where none does. */
const struct expectation *expectation_find(const struct expectation_list *list, const char *id);

/* What is foreseen of the subject counts before what is of its target. *list: the one that has it,
 * else the target's. */
const struct expectation *expectation_find_in_both(const struct expectation_list *of_subject,
                                                   const struct expectation_list *of_target,
                                                   const char *id,
                                                   const struct expectation_list **list);

#endif
