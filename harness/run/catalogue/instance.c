#include "run/catalogue/instance.h"

#include <stdio.h>
#include <string.h>

size_t recipe_case_count(const struct recipe_def *recipe) {
  size_t count = recipe->case_count;
  for (size_t i = 0; i < RECIPE_SHARED_MAX && recipe->shared[i] != NULL; i++)
    count += recipe->shared[i]->count;
  return count;
}

const struct case_def *recipe_case(const struct recipe_def *recipe, size_t index) {
  for (size_t i = 0; i < RECIPE_SHARED_MAX && recipe->shared[i] != NULL; i++) {
    if (index < recipe->shared[i]->count) return &recipe->shared[i]->cases[index];
    index -= recipe->shared[i]->count;
  }
  return &recipe->cases[index];
}

const char *recipe_plain_case(const struct recipe_def *recipe) {
  return recipe->plain != NULL ? recipe->plain : recipe->cases[0].name;
}

static size_t instances_of(const struct recipe_def *recipe) {
  size_t count = 0;
  for (size_t i = 0; i < recipe_case_count(recipe); i++) {
    count += recipe_case(recipe, i)->families == ON_BOTH ? 2 : 1;
  }
  return count;
}

static void name_instance(struct instance *instance) {
  bool second = instance->def->families == ON_BOTH && instance->family == IP_V6;
  snprintf(instance->id, sizeof instance->id, "%s/%s%s", instance->recipe->name,
           instance->def->name, second ? "-ipv6" : "");
}

static void add(struct instance_list *list, const struct recipe_def *recipe,
                const struct case_def *def, enum ip_family family) {
  struct instance *instance = &list->items[list->count++];
  *instance = (struct instance){.recipe = recipe, .def = def, .family = family};
  name_instance(instance);
}

static enum err_code make_list(struct arena *arena, size_t count, struct instance_list *list,
                               struct err *err) {
  *list = (struct instance_list){0};
  list->items = arena_alloc(arena, (count + 1) * sizeof *list->items);
  if (list->items == NULL) return err_set(err, ERR_LIMIT, "no memory for %zu cases", count);
  return ERR_OK;
}

enum err_code instance_expand(const struct recipe_def *const *recipes, size_t recipe_count,
                              struct arena *arena, struct instance_list *list, struct err *err) {
  size_t count = 0;
  for (size_t r = 0; r < recipe_count; r++)
    count += instances_of(recipes[r]);
  enum err_code code = make_list(arena, count, list, err);
  if (code != ERR_OK) return code;
  for (size_t r = 0; r < recipe_count; r++) {
    for (size_t i = 0; i < recipe_case_count(recipes[r]); i++) {
      const struct case_def *def = recipe_case(recipes[r], i);
      if (def->families != ON_IPV6) add(list, recipes[r], def, IP_V4);
      if (def->families != ON_IPV4) add(list, recipes[r], def, IP_V6);
    }
  }
  return ERR_OK;
}

static bool glob_names(const char *glob, const struct instance *instance) {
  return strcmp(glob, instance->recipe->name) == 0 || text_matches_glob(instance->id, glob);
}

static bool any_names(const char *const *globs, size_t count, const struct instance *instance) {
  for (size_t i = 0; i < count; i++) {
    if (glob_names(globs[i], instance)) return true;
  }
  return false;
}

/* A person who mistypes a case is helped most by the ids that share its longest start. */
static const char *nearest(const struct instance_list *all, const char *glob) {
  const char *best = NULL;
  size_t best_len = 0;
  for (size_t i = 0; i < all->count; i++) {
    size_t len = 0;
    while (glob[len] != '\0' && glob[len] == all->items[i].id[len])
      len++;
    if (best == NULL || len > best_len) {
      best = all->items[i].id;
      best_len = len;
    }
  }
  return best;
}

static enum err_code check_globs(const struct instance_list *all, const char *const *globs,
                                 size_t count, const char *what, struct err *err) {
  for (size_t g = 0; g < count; g++) {
    bool used = false;
    for (size_t i = 0; i < all->count && !used; i++)
      used = glob_names(globs[g], &all->items[i]);
    if (used) continue;
    const char *near = nearest(all, globs[g]);
    return err_set(err, ERR_USAGE,
                   "%s '%s' matches no case; the nearest is '%s' ('sockproof list' names them all)",
                   what, globs[g], near == NULL ? "none" : near);
  }
  return ERR_OK;
}

enum err_code instance_select(const struct instance_list *all, const struct instance_choice *choice,
                              struct arena *arena, struct instance_list *chosen, struct err *err) {
  enum err_code code = check_globs(all, choice->globs, choice->glob_count, "case", err);
  if (code == ERR_OK) {
    code = check_globs(all, choice->excludes, choice->exclude_count, "--exclude", err);
  }
  if (code == ERR_OK) code = make_list(arena, all->count, chosen, err);
  if (code != ERR_OK) return code;
  size_t matched = 0;
  for (size_t i = 0; i < all->count; i++) {
    const struct instance *instance = &all->items[i];
    if (choice->glob_count == 0 && choice->own_alone && instance->def->origin == NULL) continue;
    if (choice->glob_count > 0 && !any_names(choice->globs, choice->glob_count, instance)) continue;
    if (any_names(choice->excludes, choice->exclude_count, instance)) continue;
    bool ours = choice->shards == 0 || matched % choice->shards == choice->shard - 1;
    matched++;
    if (ours) chosen->items[chosen->count++] = *instance;
  }
  return ERR_OK;
}

enum recipe_role instance_role(const struct instance *instance) {
  const struct case_def *def = instance->def;
  return def->role != ROLE_OF_RECIPE ? def->role : instance->recipe->role;
}

const struct instance *instance_find(const struct instance_list *list, const char *id) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->items[i].id, id) == 0) return &list->items[i];
  }
  return NULL;
}
