/* The catalogue: every recipe that has cases. It is made when the project is configured, from the
 * folders of cases/: a folder with a recipe.c and a cases.c is a recipe, and its cases.c defines
 *
 *   const struct recipe_def recipe_echo_client = {.name = "echo-client", ...};
 *
 * named as the folder. */
#ifndef SOCKPROOF_CASES_CATALOGUE_H
#define SOCKPROOF_CASES_CATALOGUE_H

#include "run/catalogue/case.h"

/* In the order of their names; static. */
const struct recipe_def *const *catalogue_recipes(size_t *count);

#endif
