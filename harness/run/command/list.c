#include "run/command/list.h"

#include "run/catalogue/case_digest.h"
#include "run/catalogue/case_file.h"
#include "run/catalogue/case_folder.h"
#include "run/catalogue/case_words.h"
#include "run/play/case_command.h"
#include "run/play/case_surroundings.h"
#include "run/verdict/golden.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_ARENA_BYTES = 64 * 1024 * 1024 };

struct listing {
  struct arena *arena;
  struct instance_list all;
  struct ledger ledger;
  struct version_choice versions; /* of open_choice() */
};

static enum err_code open_listing(const struct catalogue *catalogue, const char *cases,
                                  struct listing *listing, struct err *err) {
  *listing = (struct listing){.arena = arena_create(LIST_ARENA_BYTES)};
  const char *folder = listing->arena == NULL
                           ? NULL
                           : arena_format(listing->arena, "%s/cases/requirements", catalogue->root);
  if (folder == NULL) return err_set(err, ERR_LIMIT, "no memory for the list");
  enum err_code code = ledger_load(folder, listing->arena, &listing->ledger, err);
  struct catalogue extended = *catalogue;
  if (code == ERR_OK && cases != NULL) {
    code = case_folder_load(cases, catalogue, listing->arena, &extended, &listing->ledger, err);
  }
  if (code == ERR_OK) {
    code = instance_expand(extended.recipes, extended.recipe_count, listing->arena, &listing->all,
                           err);
  }
  if (code == ERR_OK) code = session_check_requirements(&listing->all, &listing->ledger, err);
  return code;
}

/* The same, narrowed down to what was asked for. */
static enum err_code open_choice(const struct catalogue *catalogue, const char *cases,
                                 const struct instance_choice *choice, struct listing *listing,
                                 struct err *err) {
  enum err_code code = open_listing(catalogue, cases, listing, err);
  if (code != ERR_OK) return code;
  code = version_choose(catalogue->root, NULL, listing->arena, &listing->versions, err);
  if (code != ERR_OK) return code;
  struct instance_list all = listing->all;
  struct instance_choice narrowed = *choice;
  narrowed.own_alone = cases != NULL;
  return instance_select(&all, &narrowed, listing->arena, &listing->all, err);
}

static void close_listing(struct listing *listing) {
  arena_destroy(listing->arena);
}

enum err_code list_cases(const struct catalogue *catalogue, const char *cases,
                         const struct instance_choice *choice, FILE *out, struct err *err) {
  struct listing listing;
  enum err_code code = open_choice(catalogue, cases, choice, &listing, err);
  for (size_t i = 0; code == ERR_OK && i < listing.all.count; i++) {
    const struct instance *instance = &listing.all.items[i];
    const struct requirement *requirement =
        ledger_find(&listing.ledger, instance->def->requirement);
    fprintf(out, "%-52s %-4s %-8s %s\n", instance->id, requirement->id,
            level_name(requirement->level), instance->def->about);
  }
  close_listing(&listing);
  return code;
}

static const char *const ROLE_NAMES[] = {[ROLE_OF_RECIPE] = "none",
                                         [ROLE_CLIENT] = "client",
                                         [ROLE_SERVER] = "server",
                                         [ROLE_LOCAL] = "local"};

/* "since": the version of the catalogue that it came with; "changed": the last that changed it. */
static bool add_versions(const struct changelog *changelog, const char *id, json_t *json) {
  const size_t since = changelog_since(changelog, id);
  const struct change *changed =
      changelog_change(changelog, id, CHANGE_CHANGED, since, changelog->version_count - 1);
  if (json_object_set_new(json, "since", json_string(changelog->versions[since].name)) != 0)
    return false;
  if (changed == NULL) return true;
  const char *version = changelog->versions[changed->version].name;
  return json_object_set_new(json, "changed", json_string(version)) == 0;
}

static enum err_code append_case(const struct listing *listing, const struct instance *instance,
                                 json_t *array, struct err *err) {
  const struct requirement *requirement = ledger_find(&listing->ledger, instance->def->requirement);
  unsigned timeout_s = case_timeout_s(NULL, instance);
  char digest[CASE_DIGEST_SIZE];
  enum err_code code = case_digest(instance, requirement, digest, err);
  if (code != ERR_OK) return code;
  json_t *json =
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "id", instance->id,
                "recipe", instance->recipe->name, "protocol", instance->recipe->protocol, "role",
                ROLE_NAMES[instance_role(instance)], "requirement", requirement->id, "level",
                level_name(requirement->level), "clause", requirement->clause, "about",
                instance->def->about, "tier", tier_name(case_needs(instance)), "family",
                instance->family == IP_V6 ? 6 : 4, "timeout_s", (int)timeout_s);
  const char *origin = instance->def->origin;
  if (json == NULL ||
      !(origin == NULL ? add_versions(&listing->versions.changelog, instance->id, json)
                       : json_object_set_new(json, "origin", json_string(origin)) == 0) ||
      json_object_set_new(json, "judges", json_string(digest)) != 0) {
    json_decref(json);
    json = NULL;
  }
  if (json_array_append_new(array, json) == 0) return ERR_OK; /* not of NULL */
  return err_set(err, ERR_LIMIT, "no memory for the list");
}

enum err_code list_cases_json(const struct catalogue *catalogue, const char *cases,
                              const struct instance_choice *choice, FILE *out, struct err *err) {
  struct listing listing;
  enum err_code code = open_choice(catalogue, cases, choice, &listing, err);
  json_t *array = json_array();
  for (size_t i = 0; code == ERR_OK && i < listing.all.count; i++) {
    code = append_case(&listing, &listing.all.items[i], array, err);
  }
  if (code == ERR_OK && (json_dumpf(array, out, JSON_INDENT(2)) != 0 || fputc('\n', out) == EOF)) {
    code = err_set(err, ERR_SYSTEM, "the list could not be written");
  }
  json_decref(array);
  close_listing(&listing);
  return code;
}

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
  size_t covered, unobserved, uncovered;
};

static void print_requirement(const struct catalogue *catalogue, const struct listing *listing,
                              const struct requirement *row, struct coverage_counts *counts,
                              FILE *out) {
  fprintf(out, "%s %s, %s\n  %s\n", row->id, level_name(row->level), row->clause, row->text);
  for (size_t i = 0; i < listing->all.count; i++) {
    const struct instance *instance = &listing->all.items[i];
    if (covers(instance, row, NULL)) fprintf(out, "  case: %s\n", instance->id);
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

enum err_code list_requirements(const struct catalogue *catalogue, FILE *out, size_t *uncovered,
                                struct err *err) {
  struct coverage_counts counts = {0};
  struct listing listing;
  enum err_code code = open_listing(catalogue, NULL, &listing, err);
  for (size_t r = 0; code == ERR_OK && r < listing.ledger.count; r++) {
    print_requirement(catalogue, &listing, &listing.ledger.items[r], &counts, out);
  }
  if (code == ERR_OK) {
    fprintf(out,
            "%zu requirements: %zu covered by %zu cases, %zu not observed for the reason given, "
            "%zu not covered\n",
            listing.ledger.count, counts.covered, listing.all.count, counts.unobserved,
            counts.uncovered);
  }
  *uncovered = counts.uncovered;
  close_listing(&listing);
  return code;
}

static enum err_code print_golden(const struct catalogue *catalogue,
                                  const struct instance *instance, FILE *out, struct err *err) {
  char folder[GOLDEN_PATH_MAX];
  snprintf(folder, sizeof folder, "%s/pcaps", catalogue->root);
  struct canonical *golden = NULL;
  bool missing;
  enum err_code code = golden_load(instance, folder, &golden, &missing, err);
  if (code != ERR_OK) return code;
  if (missing) {
    fprintf(out, "\nno golden (sockproof bless %s)\n", instance->id);
    return ERR_OK;
  }
  struct text text = TEXT_INIT(1024 * 1024);
  canonical_print(golden, &text);
  struct canonical_strength strength = canonical_strength(golden);
  fprintf(out, "\ngolden (%zu fields, %zu of them ignored, %zu variables used once):\n%s",
          strength.fields, strength.ignored_fields, strength.variables_used_once,
          text_chars(&text));
  text_free(&text);
  canonical_destroy(golden);
  return ERR_OK;
}

/* The mistakes that this case is there to find. */
static enum err_code print_mutants(const struct catalogue *catalogue, const struct listing *listing,
                                   const struct instance *instance, FILE *out, struct err *err) {
  const char *recipe = instance->recipe->name;
  struct mutant_list mutants;
  enum err_code code = mutant_list_load(catalogue->root, recipe, listing->arena, &mutants, err);
  size_t found = 0;
  for (size_t i = 0; code == ERR_OK && i < mutants.count; i++) {
    const struct mutant *mutant = &mutants.items[i];
    if (strcmp(mutant->case_name, instance->id + strlen(recipe) + 1) != 0) continue;
    if (found++ == 0) {
      fprintf(out, "\nmistakes that it finds (sockproof run '%s' --mutant NAME)\n", instance->id);
    }
    fprintf(out, "  %s: %s\n", mutant->name, mutant->why);
  }
  return code;
}

static enum err_code print_story(const struct catalogue *catalogue, const struct listing *listing,
                                 const struct instance *instance, FILE *out, struct err *err) {
  const struct case_def *def = instance->def;
  const struct requirement *requirement = ledger_find(&listing->ledger, def->requirement);
  if (def->origin != NULL) fprintf(out, "%s: ", def->origin);
  fprintf(out, "%s\n  %s\n\nrequirement %s (%s, %s)\n  %s\n", instance->id, def->about,
          requirement->id, level_name(requirement->level), requirement->clause, requirement->text);
  fprintf(out, "\nneeds tier %s; %u run%s of the subject\n", tier_name(case_needs(instance)),
          def->runs == 0 ? 1 : def->runs, def->runs > 1 ? "s" : "");
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++) {
    fprintf(out, "fixture %s: %s\n", def->fixtures[i].class->name, def->fixtures[i].class->about);
  }
  enum err_code code = print_mutants(catalogue, listing, instance, out, err);
  if (code != ERR_OK) return code;
  if (def->no_golden == NULL) return print_golden(catalogue, instance, out, err);
  fprintf(out, "\nno golden: %s\n", def->no_golden);
  return ERR_OK;
}

static enum err_code print_words(const struct instance *instance, FILE *out, struct err *err) {
  struct text text = TEXT_INIT(CASE_FILE_MAX);
  enum err_code code = case_words_print(instance, &text, err);
  if (code == ERR_OK) fputs(text_chars(&text), out);
  text_free(&text);
  return code;
}

enum err_code list_story(const struct catalogue *catalogue, const char *cases, const char *id,
                         bool as_ini, FILE *out, struct err *err) {
  struct listing listing;
  enum err_code code = open_listing(catalogue, cases, &listing, err);
  if (code == ERR_OK) {
    const struct instance *instance = instance_find(&listing.all, id);
    code = instance == NULL
               ? err_set(
                     err, ERR_USAGE,
                     "'%s' is neither a case nor a capture file ('sockproof list' names the cases)",
                     id)
           : as_ini ? print_words(instance, out, err)
                    : print_story(catalogue, &listing, instance, out, err);
  }
  close_listing(&listing);
  return code;
}
