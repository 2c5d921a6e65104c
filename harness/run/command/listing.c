#include "run/command/listing.h"

#include "run/catalogue/case_folder.h"

enum { LIST_ARENA_BYTES = 64 * 1024 * 1024 };

enum err_code listing_open(const struct catalogue *catalogue, const char *cases,
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

enum err_code listing_open_choice(const struct catalogue *catalogue, const char *cases,
                                  const struct instance_choice *choice, struct listing *listing,
                                  struct err *err) {
  enum err_code code = listing_open(catalogue, cases, listing, err);
  if (code != ERR_OK) return code;
  code = version_choose(catalogue->root, NULL, listing->arena, &listing->versions, err);
  if (code != ERR_OK) return code;
  struct instance_list all = listing->all;
  struct instance_choice narrowed = *choice;
  narrowed.own_alone = cases != NULL;
  return instance_select(&all, &narrowed, listing->arena, &listing->all, err);
}

void listing_close(struct listing *listing) {
  arena_destroy(listing->arena);
}
