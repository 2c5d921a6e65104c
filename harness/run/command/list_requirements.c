/* `sockproof list --requirements`: which cases cover what. */
#include "run/command/list.h"
#include "run/command/listing.h"

#include <string.h>

static bool covers(const struct instance *instance, const struct requirement *row,
                   const char *recipe) {
  if (strcmp(instance->def->requirement, row->id) != 0) return false;
  return recipe == NULL || strcmp(instance->recipe->name, recipe) == 0;
}

static size_t count_covering(const struct listing *listing, const struct requirement *row,
                             const char *recipe) {
  size_t count = 0;
  for (size_t i = 0; i < listing->all.count; i++)
    count += covers(&listing->all.items[i], row, recipe);
  return count;
}

/* Each recipe that the row names has a case, where the row gives no reason why it cannot. */
static size_t print_uncovered_recipes(const struct catalogue *catalogue,
                                      const struct listing *listing, const struct requirement *row,
                                      FILE *out) {
  size_t uncovered = 0;
  for (size_t i = 0; i < catalogue->recipe_count; i++) {
    const char *recipe = catalogue->recipes[i]->name;
    if (!ledger_binds(row, recipe) || count_covering(listing, row, recipe) > 0) continue;
    fprintf(out, "  NOT COVERED for %s, and no reason is given\n", recipe);
    uncovered++;
  }
  return uncovered;
}

struct coverage_counts {
  size_t covered, unobserved, uncovered; /* requirements */
  size_t cases;
};

static void print_requirement(const struct catalogue *catalogue, const struct listing *listing,
                              const struct requirement *row, struct coverage_counts *counts,
                              FILE *out) {
  fprintf(out, "%s %s, %s\n  %s\n", row->id, level_name(row->level), row->clause, row->text);
  for (size_t i = 0; i < listing->all.count; i++) {
    const struct instance *instance = &listing->all.items[i];
    if (!covers(instance, row, NULL)) continue;
    fprintf(out, "  case: %s\n", instance->id);
    counts->cases++;
  }
  bool covered = count_covering(listing, row, NULL) > 0;
  if (row->unobserved[0] != '\0') {
    fprintf(out, "  not observed: %s\n", row->unobserved);
    (*(covered ? &counts->covered : &counts->unobserved))++;
    return;
  }
  size_t lacking = print_uncovered_recipes(catalogue, listing, row, out);
  if (!covered && lacking == 0) fputs("  NOT COVERED, and no reason is given\n", out);
  (*(covered && lacking == 0 ? &counts->covered : &counts->uncovered))++;
}

/* By its id, or by a recipe that it is of. */
static bool names(const char *glob, const struct catalogue *catalogue,
                  const struct requirement *row) {
  if (text_matches_glob(row->id, glob)) return true;
  for (size_t i = 0; i < catalogue->recipe_count; i++) {
    const char *recipe = catalogue->recipes[i]->name;
    if (text_matches_glob(recipe, glob) && ledger_binds(row, recipe)) return true;
  }
  return false;
}

static bool is_named(const struct catalogue *catalogue, const struct requirement *row,
                     const char *const *globs, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (names(globs[i], catalogue, row)) return true;
  }
  return count == 0;
}

/* A glob that names nothing is a mistake, and no empty list. */
static enum err_code check_globs(const struct catalogue *catalogue, const struct ledger *ledger,
                                 const char *const *globs, size_t count, struct err *err) {
  for (size_t i = 0; i < count; i++) {
    size_t named = 0;
    for (size_t r = 0; r < ledger->count; r++)
      named += names(globs[i], catalogue, &ledger->items[r]);
    if (named == 0)
      return err_set(err, ERR_USAGE,
                     "'%s' is neither a requirement's id nor a recipe that one is of ('sockproof "
                     "list --requirements' has them all)",
                     globs[i]);
  }
  return ERR_OK;
}

enum err_code list_requirements(const struct catalogue *catalogue, const char *const *globs,
                                size_t glob_count, FILE *out, size_t *uncovered, struct err *err) {
  struct coverage_counts counts = {0};
  struct listing listing;
  enum err_code code = listing_open(catalogue, NULL, &listing, err);
  if (code == ERR_OK) code = check_globs(catalogue, &listing.ledger, globs, glob_count, err);
  for (size_t r = 0; code == ERR_OK && r < listing.ledger.count; r++) {
    const struct requirement *row = &listing.ledger.items[r];
    if (is_named(catalogue, row, globs, glob_count))
      print_requirement(catalogue, &listing, row, &counts, out);
  }
  if (code == ERR_OK) {
    fprintf(out,
            "%zu requirements: %zu covered by %zu cases, %zu not observed for the reason given, "
            "%zu not covered\n",
            counts.covered + counts.unobserved + counts.uncovered, counts.covered, counts.cases,
            counts.unobserved, counts.uncovered);
  }
  *uncovered = counts.uncovered;
  listing_close(&listing);
  return code;
}
