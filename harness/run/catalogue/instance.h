/* Cases made ready to schedule: one instance for each case and family, chosen by globs and shards.
 */
#ifndef SOCKPROOF_RUN_INSTANCE_H
#define SOCKPROOF_RUN_INSTANCE_H

#include "base/arena.h"
#include "run/catalogue/case.h"

enum { CASE_ID_MAX = 128 };

struct instance {
  const struct recipe_def *recipe;
  const struct case_def *def;
  enum ip_family family;
  char id[CASE_ID_MAX]; /* "<recipe>/<case>", with "-ipv6" where the case runs on both families */
};

struct instance_list {
  struct instance *items; /* the arena's */
  size_t count;
};

/* The cases of a recipe, shared ones first. `index` is below the count. */
size_t recipe_case_count(const struct recipe_def *recipe);
const struct case_def *recipe_case(const struct recipe_def *recipe, size_t index);

/* The name of the case that shows the recipe at its plainest. */
const char *recipe_plain_case(const struct recipe_def *recipe);

/* Every instance of the catalogue, recipe by recipe, in the order of the tables. */
enum err_code instance_expand(const struct recipe_def *const *recipes, size_t recipe_count,
                              struct arena *arena, struct instance_list *list,
                              struct err *err) MUST_USE;

struct instance_choice {
  const char *const *globs; /* empty: all */
  size_t glob_count;
  const char *const *excludes;
  size_t exclude_count;
  bool own_alone;         /* where no glob is given, the cases of files alone */
  unsigned shard, shards; /* the shard-th of so many, from 1; 0 of 0: all */
};

/* Keeps what is chosen, in order. A glob names a recipe ("echo-server"), or ids with '*' and '?'.
 * ERR_USAGE where a glob matches nothing: it says which and what is near. */
enum err_code instance_select(const struct instance_list *all, const struct instance_choice *choice,
                              struct arena *arena, struct instance_list *chosen,
                              struct err *err) MUST_USE;

/* Whom the subject plays: the case's word, else the recipe's. */
enum recipe_role instance_role(const struct instance *instance);

const struct instance *instance_find(const struct instance_list *list,
                                     const char *id); /* or NULL */

#endif
