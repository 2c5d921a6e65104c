/* What several subjects do with the same cases: a column for each subject, version and target, a
 * row for each case; and the same counted by recipe and by requirement. */
#ifndef SOCKPROOF_REPORT_MATRIX_H
#define SOCKPROOF_REPORT_MATRIX_H

#include "base/text.h"
#include "report/coverage.h"
#include "report/results.h"

/* What the cases of one recipe or requirement come to in one column. */
struct matrix_tally {
  size_t by[VERDICT_COUNT];
  size_t foreseen;   /* of those that did not pass: an expectation foresaw it */
  size_t surprises;  /* an expectation foresaw another verdict */
  size_t unforeseen; /* the surprises, and those that did not pass and that nothing foresaw */
};

struct matrix_row {
  const char *id, *recipe, *requirement; /* of the first column that has the case */
  enum level level;
  const struct result **cells; /* one a column; NULL: it has no result of the case */
};

/* A recipe or a requirement. */
struct matrix_part {
  const char *name;
  enum level level;             /* of a requirement */
  struct matrix_tally *tallies; /* one a column */
};

struct matrix {
  struct results **columns; /* merged; owned */
  size_t column_count;
  struct matrix_row *rows; /* by id */
  size_t row_count;
  struct matrix_part *recipes; /* by name */
  size_t recipe_count;
  struct matrix_part *requirements; /* in the ledgers' order, then those that no ledger has */
  size_t requirement_count;
};

/* Sets of the same subject, version and target become one column; of a case that has several
 * results there, the last counts. `told`: a line for each whose verdicts are in conflict, and for
 * each other thing that a reader must know (a run that was cut short, several catalogues of cases).
 * The sets may be destroyed afterwards; the coverage gives the order of requirements. The caller
 * destroys *matrix. */
enum err_code matrix_create(const struct results *const *sets, size_t count,
                            const struct coverage *coverage, struct matrix **matrix,
                            struct text *told, struct err *err) MUST_USE;
void matrix_destroy(struct matrix *matrix); /* NULL is fine */

size_t matrix_tally_cases(const struct matrix_tally *tally);
/* The verdict that says most of the whole: broken before fail, warn, unsupported and pass. */
enum verdict matrix_tally_worst(const struct matrix_tally *tally);
void matrix_tally_add(struct matrix_tally *sum, const struct matrix_tally *more);
/* The version that a column's subject told, without the subject's name where it begins with that.
 */
const char *matrix_version(const struct matrix *matrix, size_t column);
/* Whether some column has another target than this host: then it must be told. */
bool matrix_names_targets(const struct matrix *matrix);

/* For a terminal: the subjects, what they do by recipe, and by requirement where not all pass;
 * `cases`: every requirement, and the table of all cases. */
void matrix_to_text(const struct matrix *matrix, bool cases, struct text *out);

/* A table for a page: a row for each subject and recipe, or, of one subject on several targets, as
 * report/matrix_targets.h; `cases`: and the table of all cases. */
void matrix_to_markdown(const struct matrix *matrix, bool cases, struct text *out);

/* For scripts, as reports/README.md says; `told` as matrix_create() gave it. NULL: no memory. */
json_t *matrix_to_json(const struct matrix *matrix, const struct text *told) MUST_USE;

#endif
