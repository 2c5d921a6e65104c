/* A folder of case files (--cases DIR), and the catalogue with its cases in it.
 *
 *   DIR/NAME.ini            cases of any recipes
 *   DIR/RECIPE/NAME.ini     cases of that recipe
 *   DIR/scripts/            scripts that cases name; not read as cases */
#ifndef SOCKPROOF_RUN_CASE_FOLDER_H
#define SOCKPROOF_RUN_CASE_FOLDER_H

#include "run/catalogue/catalogue.h"
#include "run/catalogue/ledger.h"
#include "subject/profile.h"

/* *extended is the catalogue with each case of the folder behind those of its recipe, and the
 * folder's requirements are behind those of the ledger. ERR_USAGE or ERR_INPUT names file, line and
 * what is allowed: also where there is no case at all, where an id is taken, and where a
 * requirement is unknown or does not bind the recipe. All memory is the arena's. */
enum err_code case_folder_load(const char *folder, const struct catalogue *catalogue,
                               struct arena *arena, struct catalogue *extended,
                               struct ledger *ledger, struct err *err) MUST_USE;

/* An observation that no profile knows would make its case unsupported for ever: ERR_USAGE where a
 * case of a file names one that neither of the profiles has. `reference` may be the same. */
enum err_code case_folder_check_observations(const struct catalogue *extended,
                                             const struct profile *profile,
                                             const struct profile *reference,
                                             struct err *err) MUST_USE;

#endif
