/* Mutants: reference recipes with one mistake each, in cases/<recipe>/mutants/<name>.patch. */
#ifndef SOCKPROOF_RUN_MUTANT_H
#define SOCKPROOF_RUN_MUTANT_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

struct mutant {
  const char *name;      /* "leap-3-taken" */
  const char *case_name; /* of its recipe: the case that finds the mistake */
  const char *why;       /* why a person makes it; one sentence */
};

struct mutant_list {
  struct mutant *items; /* the arena's, by name */
  size_t count;
};

/* Every mutant of the recipe; none where it has no such folder. ERR_INPUT names a patch whose first
 * line is not "CASE: why a person makes this mistake". */
enum err_code mutant_list_load(const char *root, const char *recipe, struct arena *arena,
                               struct mutant_list *list, struct err *err) MUST_USE;

/* ERR_USAGE: the recipe has no such mutant; it says which there are. */
enum err_code mutant_find(const struct mutant_list *list, const char *recipe, const char *name,
                          const struct mutant **found, struct err *err) MUST_USE;

/* The folder with the mutant's program, which is built where it is not there yet: that is told on
 * stderr. ERR_USAGE or ERR_UNAVAILABLE: it cannot be built, and what to do. */
enum err_code mutant_build(const char *build_dir, const char *recipe, const char *name,
                           struct arena *arena, const char **folder, struct err *err) MUST_USE;

#endif
