#include "run/catalogue/case_globs.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { GLOB_MAX = CASE_ID_MAX + 4 };

struct search {
  const struct instance_list *all;
  const bool *wanted;
  bool *covered;
  char best[GLOB_MAX];
  size_t best_count;
};

/* How many cases the glob would newly cover; 0 where it names one that is not wanted. */
static size_t gain_of(const struct search *search, const char *glob) {
  size_t gain = 0;
  for (size_t i = 0; i < search->all->count; i++) {
    if (!text_matches_glob(search->all->items[i].id, glob)) continue;
    if (!search->wanted[i]) return 0;
    gain += !search->covered[i];
  }
  return gain;
}

/* The first of those that gain most is kept: they are tried from the plainest to the widest. */
static void consider(struct search *search, const char *head, const char *name, size_t len,
                     const char *tail) {
  char glob[GLOB_MAX];
  snprintf(glob, sizeof glob, "%s/%.*s%s", head, (int)len, name, tail);
  const size_t gain = gain_of(search, glob);
  if (gain <= search->best_count) return;
  search->best_count = gain;
  memcpy(search->best, glob, sizeof glob);
}

/* Tries the patterns that come from the id of one case: cut behind each word of its name, of its
 * own recipe and of all. */
static void find_best(struct search *search, const struct instance *instance) {
  const char *recipe = instance->recipe->name;
  const char *name = instance->id + strlen(recipe) + 1;
  const size_t len = strlen(name);
  const char *const heads[] = {recipe, "*"};
  search->best_count = 0;
  for (size_t h = 0; h < 2; h++)
    consider(search, heads[h], name, len, "");
  for (size_t h = 0; h < 2; h++) {
    consider(search, heads[h], name, len, "*");
    for (size_t cut = len; cut > 0; cut--) {
      if (name[cut - 1] == '-') consider(search, heads[h], name, cut, "*");
    }
  }
  consider(search, recipe, "", 0, "*");
}

static void cover(struct search *search, const char *glob) {
  for (size_t i = 0; i < search->all->count; i++) {
    if (text_matches_glob(search->all->items[i].id, glob)) search->covered[i] = true;
  }
}

enum err_code case_globs_make(const struct instance_list *all, const bool *wanted,
                              struct arena *arena, struct case_globs *globs, struct err *err) {
  *globs = (struct case_globs){.items = arena_alloc(arena, (all->count + 1) * sizeof(char *))};
  struct search search = {
      .all = all, .wanted = wanted, .covered = arena_alloc(arena, all->count + 1)};
  bool enough = globs->items != NULL && search.covered != NULL;
  for (size_t i = 0; i < all->count && enough; i++) {
    if (!wanted[i] || search.covered[i]) continue;
    find_best(&search, &all->items[i]);
    const char *glob = arena_text(arena, search.best);
    globs->items[globs->count++] = glob;
    cover(&search, search.best);
    enough = glob != NULL;
  }
  return enough ? ERR_OK : err_set(err, ERR_LIMIT, "no memory for patterns over cases");
}
