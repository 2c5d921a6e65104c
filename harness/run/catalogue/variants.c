#include "run/catalogue/variants.h"

#include "run/catalogue/case_globs.h"
#include "run/play/case_command.h"

#include <string.h>

enum { TOLD_MAX = 10, GLOBS_TOLD_MAX = 3 };

static bool same_variant(const char *one, const char *other) {
  return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* NULL where cases of the recipe want several, or the plain one. */
static const char *shared_variant(const struct instance_list *chosen, const char *recipe) {
  const char *shared = NULL;
  bool first = true;
  for (size_t i = 0; i < chosen->count; i++) {
    const struct instance *instance = &chosen->items[i];
    if (strcmp(instance->recipe->name, recipe) != 0) continue;
    if (!first && !same_variant(shared, instance->def->variant)) return NULL;
    shared = instance->def->variant;
    first = false;
  }
  return shared;
}

enum err_code variants_of_command(const struct profile *plain, const struct instance_list *chosen,
                                  struct arena *arena, const struct profile **profile,
                                  struct err *err) {
  struct profile *own = arena_alloc(arena, sizeof *own);
  if (own == NULL) return err_set(err, ERR_LIMIT, "no memory for the command");
  *own = *plain;
  for (size_t i = 0; i < own->entry_count; i++) {
    struct profile_entry *entry = &own->entries[i];
    entry->commands[0].variant = shared_variant(chosen, entry->recipe);
  }
  *profile = own;
  return ERR_OK;
}

/* --- what is lacking -------------------------------------------------------------------------- */

static bool lacks_variant(const struct profile *profile, const struct instance *instance) {
  const struct profile_entry *entry = profile_entry_find(profile, instance->recipe->name);
  return entry != NULL && case_command_find(entry, instance->def->variant) == NULL;
}

static bool is_same_want(const struct instance *one, const struct instance *other) {
  return one->recipe == other->recipe && same_variant(one->def->variant, other->def->variant);
}

static bool is_first_of_its_want(const struct instance_list *chosen, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (is_same_want(&chosen->items[i], &chosen->items[index])) return false;
  }
  return true;
}

/* One line: how many cases of the recipe want this variant, and by which words they are chosen. */
static enum err_code tell_want(const struct instance *want, const struct instance_list *all,
                               const struct instance_list *chosen, struct arena *arena, FILE *out,
                               struct err *err) {
  bool *wanted = arena_alloc(arena, all->count + 1);
  if (wanted == NULL) return err_set(err, ERR_LIMIT, "no memory for the cases");
  size_t count = 0;
  for (size_t i = 0; i < all->count; i++) {
    wanted[i] = is_same_want(&all->items[i], want) && instance_find(chosen, all->items[i].id);
    count += wanted[i];
  }
  struct case_globs globs;
  enum err_code code = case_globs_make(all, wanted, arena, &globs, err);
  if (code != ERR_OK) return code;
  fprintf(out, "  %zu case%s of %s: %s%s:", count, count == 1 ? "" : "s", want->recipe->name,
          want->def->variant == NULL ? "the plain command" : "command.",
          want->def->variant == NULL ? "" : want->def->variant);
  for (size_t g = 0; g < globs.count && g < GLOBS_TOLD_MAX; g++)
    fprintf(out, " '%s'", globs.items[g]);
  fprintf(out, "%s\n", globs.count > GLOBS_TOLD_MAX ? " ..." : "");
  return ERR_OK;
}

static size_t count_lacking(const struct profile *profile, const struct instance_list *chosen) {
  size_t count = 0;
  for (size_t i = 0; i < chosen->count; i++)
    count += lacks_variant(profile, &chosen->items[i]);
  return count;
}

enum err_code variants_tell_lacking(const struct profile *profile, const struct instance_list *all,
                                    const struct instance_list *chosen, struct arena *arena,
                                    FILE *out, struct err *err) {
  const size_t lacking = count_lacking(profile, chosen);
  if (lacking == 0) return ERR_OK;
  fprintf(out,
          "%zu case%s %s not judged: a command on the command line stands for one variant of a "
          "recipe. Put the others in a profile, or choose them alone:\n",
          lacking, lacking == 1 ? "" : "s", lacking == 1 ? "was" : "were");
  size_t wants = 0;
  for (size_t i = 0; i < chosen->count; i++) {
    const struct instance *want = &chosen->items[i];
    if (!lacks_variant(profile, want) || !is_first_of_its_want(chosen, i)) continue;
    if (++wants > TOLD_MAX) continue;
    enum err_code code = tell_want(want, all, chosen, arena, out, err);
    if (code != ERR_OK) return code;
  }
  if (wants > TOLD_MAX) fprintf(out, "  and %zu variants more\n", wants - TOLD_MAX);
  return ERR_OK;
}
