#include "run/catalogue/case_folder.h"

#include "run/catalogue/case_file.h"
#include "run/catalogue/check_words.h"
#include "run/catalogue/instance.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_LEN_MAX = 1024 };
static const char SCRIPTS_FOLDER[] = "scripts";

struct loading {
  const struct catalogue *catalogue;
  struct arena *arena;
  struct own_cases own;
};

/* --- files ------------------------------------------------------------------------------------ */

static bool has_ending(const char *name, const char *ending) {
  size_t len = strlen(name), ending_len = strlen(ending);
  return len > ending_len && strcmp(name + len - ending_len, ending) == 0;
}

static int is_shown(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static int is_case_file(const struct dirent *entry) {
  return is_shown(entry) && has_ending(entry->d_name, ".ini");
}

static const struct recipe_def *recipe_named(const struct catalogue *catalogue, const char *name) {
  for (size_t i = 0; i < catalogue->recipe_count; i++) {
    if (strcmp(catalogue->recipes[i]->name, name) == 0) return catalogue->recipes[i];
  }
  return NULL;
}

static enum err_code read_file(struct loading *loading, const char *path,
                               const struct recipe_def *recipe, struct err *err) {
  struct stat status;
  if (stat(path, &status) != 0) return err_set_errno(err, errno, "cannot read %s", path);
  if (!S_ISREG(status.st_mode)) return err_set(err, ERR_INPUT, "%s is not a regular file", path);
  const struct case_file_source source = {arena_text(loading->arena, path), recipe};
  if (source.path == NULL) return err_set(err, ERR_LIMIT, "%s: the cases are too large", path);
  return case_file_read(&source, loading->catalogue, loading->arena, &loading->own, err);
}

typedef enum err_code (*entry_visitor)(struct loading *loading, const char *path, const char *name,
                                       const void *context, struct err *err);

/* The entries of a folder that `wanted` takes, in the order of their names. */
static enum err_code each_entry(struct loading *loading, const char *folder,
                                int (*wanted)(const struct dirent *), entry_visitor visit,
                                const void *context, struct err *err) {
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, wanted, alphasort);
  if (count < 0) return err_set_errno(err, errno, "cannot read the folder of cases %s", folder);
  enum err_code code = ERR_OK;
  for (int i = 0; i < count; i++) {
    char path[PATH_LEN_MAX];
    int len = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    if (code == ERR_OK && (len < 0 || (size_t)len >= sizeof path)) {
      code =
          err_set(err, ERR_LIMIT, "the path of %s in %s is too long", entries[i]->d_name, folder);
    }
    if (code == ERR_OK) code = visit(loading, path, entries[i]->d_name, context, err);
    free(entries[i]);
  }
  free(entries);
  return code;
}

static enum err_code visit_file(struct loading *loading, const char *path, const char *name,
                                const void *context, struct err *err) {
  (void)name;
  return read_file(loading, path, context, err);
}

static enum err_code refuse_folder(struct loading *loading, const char *path, const char *name,
                                   const void *context, struct err *err) {
  (void)loading;
  (void)path;
  return err_set(err, ERR_USAGE,
                 "%s: no recipe has the name of this folder, in which %s lies; recipes are in "
                 "'sockproof list', scripts go to %s/",
                 (const char *)context, name, SCRIPTS_FOLDER);
}

static enum err_code visit_top(struct loading *loading, const char *path, const char *name,
                               const void *context, struct err *err) {
  (void)context;
  struct stat status;
  if (stat(path, &status) != 0) return err_set_errno(err, errno, "cannot read %s", path);
  if (!S_ISDIR(status.st_mode)) {
    return has_ending(name, ".ini") ? read_file(loading, path, NULL, err) : ERR_OK;
  }
  if (strcmp(name, SCRIPTS_FOLDER) == 0) return ERR_OK;
  const struct recipe_def *recipe = recipe_named(loading->catalogue, name);
  if (recipe != NULL) return each_entry(loading, path, is_case_file, visit_file, recipe, err);
  return each_entry(loading, path, is_case_file, refuse_folder, path, err);
}

/* --- what they say together ------------------------------------------------------------------- */

/* The row of a requirement of the folder's own names the recipes whose cases cite it. */
static enum err_code bind_row(struct loading *loading, struct requirement *row, struct err *err) {
  struct text recipes = TEXT_INIT(1 << 16);
  for (const struct own_case *own = loading->own.first; own != NULL; own = own->next) {
    if (strcmp(own->def.requirement, row->id) != 0) continue;
    text_appendf(&recipes, "%s%s", recipes.len > 0 ? " " : "", own->recipe->name);
  }
  row->recipes = arena_text(loading->arena, text_chars(&recipes));
  text_free(&recipes);
  return row->recipes != NULL ? ERR_OK : err_set(err, ERR_LIMIT, "the cases are too large");
}

static enum err_code add_requirements(struct loading *loading, struct ledger *ledger,
                                      struct err *err) {
  struct own_requirement *own = loading->own.first_requirement;
  for (; own != NULL; own = own->next) {
    if (ledger_find(ledger, own->row.id) != NULL) {
      return err_set(err, ERR_USAGE,
                     "%s: the requirement %s is there already; give it an id of its own",
                     own->origin, own->row.id);
    }
    enum err_code code = bind_row(loading, &own->row, err);
    if (code == ERR_OK) code = ledger_add(ledger, &own->row, err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

static enum err_code refuse_requirement(const struct own_case *own, const char *key, const char *id,
                                        struct err *err) {
  return err_set(err, ERR_USAGE,
                 "%s: %s %.40s: no ledger has it ('sockproof list --requirements'), and no file "
                 "has a [requirement %.40s]",
                 own->def.origin, key, id, id);
}

static enum err_code check_requirements(const struct loading *loading, const struct ledger *ledger,
                                        struct err *err) {
  for (const struct own_case *own = loading->own.first; own != NULL; own = own->next) {
    const struct requirement *row = ledger_find(ledger, own->def.requirement);
    if (row == NULL) return refuse_requirement(own, "requirement =", own->def.requirement, err);
    for (size_t i = 0; i < CASE_CHECKS_MAX && own->def.checks[i].judge != NULL; i++) {
      const char *id = own->def.checks[i].requirement;
      if (id != NULL && ledger_find(ledger, id) == NULL)
        return refuse_requirement(own, "check = ... of the requirement", id, err);
    }
    if (ledger_binds(row, own->recipe->name)) continue;
    return err_set(err, ERR_USAGE, "%s: requirement = %s: it does not bind %s, but %.200s",
                   own->def.origin, row->id, own->recipe->name, row->recipes);
  }
  return ERR_OK;
}

static size_t count_of(const struct loading *loading, const struct recipe_def *recipe) {
  size_t count = 0;
  for (const struct own_case *own = loading->own.first; own != NULL; own = own->next)
    count += own->recipe == recipe;
  return count;
}

/* The recipe with the folder's cases behind its own. */
static const struct recipe_def *extend(struct loading *loading, const struct recipe_def *recipe) {
  size_t count = count_of(loading, recipe);
  if (count == 0) return recipe;
  struct recipe_def *made = arena_alloc(loading->arena, sizeof *made);
  struct case_def *cases =
      arena_alloc(loading->arena, (recipe->case_count + count) * sizeof *cases);
  if (made == NULL || cases == NULL) return NULL;
  *made = *recipe;
  if (recipe->case_count > 0) memcpy(cases, recipe->cases, recipe->case_count * sizeof *cases);
  for (const struct own_case *own = loading->own.first; own != NULL; own = own->next) {
    if (own->recipe == recipe) cases[made->case_count++] = own->def;
  }
  made->cases = cases;
  return made;
}

static enum err_code extend_all(struct loading *loading, struct catalogue *extended,
                                struct err *err) {
  size_t count = loading->catalogue->recipe_count;
  const struct recipe_def **recipes = arena_alloc(loading->arena, count * sizeof *recipes);
  for (size_t i = 0; recipes != NULL && i < count; i++) {
    recipes[i] = extend(loading, loading->catalogue->recipes[i]);
    if (recipes[i] == NULL) recipes = NULL;
  }
  if (recipes == NULL) return err_set(err, ERR_LIMIT, "the cases are too large");
  *extended = *loading->catalogue;
  extended->recipes = recipes;
  return ERR_OK;
}

/* An id names one case: also where one of them is the second family of another. */
static enum err_code check_ids(const struct catalogue *extended, struct arena *arena,
                               struct err *err) {
  struct instance_list all;
  enum err_code code = instance_expand(extended->recipes, extended->recipe_count, arena, &all, err);
  for (size_t i = 0; i < all.count && code == ERR_OK; i++) {
    const struct instance *own = &all.items[i];
    const struct instance *first = instance_find(&all, own->id);
    if (own->def->origin == NULL || first == own) continue;
    const char *where = first->def->origin == NULL ? "built in" : first->def->origin;
    code =
        err_set(err, ERR_USAGE, "%s: there is a case %s already (%s); give this one another name",
                own->def->origin, own->id, where);
  }
  return code;
}

enum err_code case_folder_load(const char *folder, const struct catalogue *catalogue,
                               struct arena *arena, struct catalogue *extended,
                               struct ledger *ledger, struct err *err) {
  struct loading loading = {.catalogue = catalogue, .arena = arena};
  enum err_code code = each_entry(&loading, folder, is_shown, visit_top, NULL, err);
  if (code == ERR_OK && loading.own.count == 0) {
    return err_set(err, ERR_USAGE,
                   "--cases %s: there is no case in it; a case is a section [case NAME] of "
                   "%s/NAME.ini or %s/RECIPE/NAME.ini",
                   folder, folder, folder);
  }
  if (code == ERR_OK) code = add_requirements(&loading, ledger, err);
  if (code == ERR_OK) code = check_requirements(&loading, ledger, err);
  if (code == ERR_OK) code = extend_all(&loading, extended, err);
  return code == ERR_OK ? check_ids(extended, arena, err) : code;
}

/* --- observations ----------------------------------------------------------------------------- */

static bool observes(const struct profile_entry *entry, const char *name) {
  for (size_t i = 0; entry != NULL && i < entry->observation_count; i++) {
    if (strcmp(entry->observations[i].name, name) == 0) return true;
  }
  return false;
}

static enum err_code refuse_observation(const struct case_def *def, const char *name,
                                        const struct profile_entry *entry, struct err *err) {
  struct text known = TEXT_INIT(ERR_TEXT_MAX);
  for (size_t i = 0; entry != NULL && i < entry->observation_count; i++)
    text_appendf(&known, "%s%s", i == 0 ? "" : ", ", entry->observations[i].name);
  enum err_code code = err_set(
      err, ERR_USAGE, "%s: [case %s]: no profile observes `%.40s`; of this recipe there are: %s",
      def->origin, def->name, name, known.len == 0 ? "none" : text_chars(&known));
  text_free(&known);
  return code;
}

enum err_code case_folder_check_observations(const struct catalogue *extended,
                                             const struct profile *profile,
                                             const struct profile *reference, struct err *err) {
  for (size_t r = 0; r < extended->recipe_count; r++) {
    const struct recipe_def *recipe = extended->recipes[r];
    const struct profile_entry *entry = profile_entry_find(profile, recipe->name);
    const struct profile_entry *known = profile_entry_find(reference, recipe->name);
    for (size_t i = 0; i < recipe->case_count; i++) {
      const struct case_def *def = &recipe->cases[i];
      for (size_t k = 0; def->origin != NULL && k < CASE_CHECKS_MAX; k++) {
        const char *name = check_words_observation(&def->checks[k]);
        if (name == NULL || observes(entry, name) || observes(known, name)) continue;
        return refuse_observation(def, name, known, err);
      }
    }
  }
  return ERR_OK;
}
