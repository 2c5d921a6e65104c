/* The ledgers of requirements: cases/requirements/<protocol>.tsv. */
#ifndef SOCKPROOF_RUN_LEDGER_H
#define SOCKPROOF_RUN_LEDGER_H

#include "base/arena.h"
#include "base/verdict.h"
#include "report/coverage.h"

struct requirement {
  const char *id;  /* "S36" */
  const char *who; /* "client", "server", "both" */
  enum level level;
  const char *clause;     /* "RFC 4330 section 5" */
  const char *recipes;    /* names, separated by blanks; "-": none */
  const char *text;       /* our own words */
  const char *unobserved; /* why no case can observe it; "" where one can */
};

struct ledger {
  struct requirement *items; /* the arena's */
  size_t count;
};

/* Reads every *.tsv of the folder. ERR_INPUT names file, line, column and what is allowed there. */
enum err_code ledger_load(const char *folder, struct arena *arena, struct ledger *ledger,
                          struct err *err) MUST_USE;

/* One more row, whose texts outlive the ledger. ERR_LIMIT: there are too many. */
enum err_code ledger_add(struct ledger *ledger, const struct requirement *row,
                         struct err *err) MUST_USE;

const struct requirement *ledger_find(const struct ledger *ledger, const char *id); /* or NULL */

/* Whether the row binds this recipe. */
bool ledger_binds(const struct requirement *requirement, const char *recipe);

/* The rows as reports want them, in the arena. */
enum err_code ledger_coverage(const struct ledger *ledger, struct arena *arena,
                              struct coverage *coverage, struct err *err) MUST_USE;

#endif
