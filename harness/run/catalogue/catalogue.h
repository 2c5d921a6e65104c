/* What main hands down: it alone knows the catalogue of cases and the fixtures. */
#ifndef SOCKPROOF_RUN_CATALOGUE_H
#define SOCKPROOF_RUN_CATALOGUE_H

#include "run/catalogue/case.h"

struct catalogue {
  const struct recipe_def *const *recipes;
  size_t recipe_count;
  const struct fixture_class *const *fixtures; /* by whose names case files mean them */
  size_t fixture_count;
  const char *root;                        /* the project's folder */
  const char *build_dir;                   /* recipes/ and mutants/ are below it */
  const struct fixture_class *name_server; /* of cases that bring none; NULL: there is none */
};

#endif
