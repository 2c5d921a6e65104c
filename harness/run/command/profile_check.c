#include "run/command/profile_check.h"

#include "run/command/profile_paths.h"

#include <string.h>

static const struct recipe_def *find_recipe(const struct catalogue *catalogue, const char *name) {
  for (size_t i = 0; i < catalogue->recipe_count; i++) {
    if (strcmp(catalogue->recipes[i]->name, name) == 0) return catalogue->recipes[i];
  }
  return NULL;
}

/* What a profile alone does not show, and the catalogue does. */
enum err_code profile_check(const struct catalogue *catalogue, const struct profile *profile,
                            struct err *err) {
  for (size_t i = 0; i < profile->entry_count; i++) {
    const struct profile_entry *entry = &profile->entries[i];
    const struct recipe_def *recipe = find_recipe(catalogue, entry->recipe);
    if (recipe == NULL)
      return err_set(err, ERR_USAGE,
                     "%s:%u: there is no recipe [%s]; 'sockproof list' names them, as sntp-client "
                     "and echo-server",
                     profile->path, entry->line, entry->recipe);
    if (recipe->role == ROLE_CLIENT && entry->daemon && !entry->sets_clock &&
        entry->success == NULL)
      return err_set(err, ERR_USAGE,
                     "%s:%u: daemon: the exit status of [%s] will say nothing, so the section "
                     "needs `success = PATTERN` over its output, or sets-clock = yes",
                     profile->path, entry->line, entry->recipe);
  }
  return profile_check_paths(profile, err);
}

enum err_code profile_check_target(const struct catalogue *catalogue, const struct target *target,
                                   struct err *err) {
  for (size_t i = 0; i < target->without_count; i++) {
    const struct target_without *without = &target->without[i];
    if (find_recipe(catalogue, without->recipe) != NULL) continue;
    return err_set(err, ERR_USAGE,
                   "%.200s:%u: [without] %.60s: there is no such recipe; 'sockproof list' names "
                   "them, as sntp-client and echo-server",
                   target->path, without->line, without->recipe);
  }
  return ERR_OK;
}
