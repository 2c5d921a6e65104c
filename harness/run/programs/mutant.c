#include "run/programs/mutant.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 1024, LINE_SIZE = 1024, NAMES_MAX = 300 };

static const char SUFFIX[] = ".patch";

static int is_patch(const struct dirent *entry) {
  size_t len = strlen(entry->d_name), suffix_len = sizeof SUFFIX - 1;
  return len > suffix_len && strcmp(entry->d_name + len - suffix_len, SUFFIX) == 0;
}

/* "CASE: why." */
static enum err_code read_first_line(const char *path, char line[static LINE_SIZE], char **why,
                                     struct err *err) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return err_set_errno(err, errno, "cannot read %s", path);
  bool got = fgets(line, LINE_SIZE, file) != NULL;
  fclose(file);
  char *colon = got ? strstr(line, ": ") : NULL;
  if (colon == NULL || colon == line || colon[2] == '\n' || colon[2] == '\0') {
    return err_set(err, ERR_INPUT,
                   "%s:1: the first line must be 'CASE: why a person makes this mistake'", path);
  }
  colon[2 + strcspn(colon + 2, "\n")] = '\0';
  *colon = '\0';
  *why = colon + 2;
  return ERR_OK;
}

static enum err_code add(const char *folder, const char *file_name, struct arena *arena,
                         struct mutant_list *list, struct err *err) {
  char path[PATH_SIZE], line[LINE_SIZE];
  char *why = NULL;
  (void)snprintf(path, sizeof path, "%s/%s", folder, file_name);
  enum err_code code = read_first_line(path, line, &why, err);
  if (code != ERR_OK) return code;
  struct mutant *mutant = &list->items[list->count];
  mutant->name =
      arena_format(arena, "%.*s", (int)(strlen(file_name) - (sizeof SUFFIX - 1)), file_name);
  mutant->case_name = arena_text(arena, line);
  mutant->why = arena_text(arena, why);
  if (mutant->name == NULL || mutant->case_name == NULL || mutant->why == NULL) {
    return err_set(err, ERR_LIMIT, "no memory for the mutants");
  }
  list->count++;
  return ERR_OK;
}

enum err_code mutant_list_load(const char *root, const char *recipe, struct arena *arena,
                               struct mutant_list *list, struct err *err) {
  *list = (struct mutant_list){0};
  char folder[PATH_SIZE];
  (void)snprintf(folder, sizeof folder, "%s/cases/%s/mutants", root, recipe);
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, is_patch, alphasort);
  if (count < 0 && errno == ENOENT) return ERR_OK;
  if (count < 0) return err_set_errno(err, errno, "cannot read the mutants in %s", folder);
  list->items = arena_alloc(arena, ((size_t)count + 1) * sizeof *list->items);
  enum err_code code = ERR_OK;
  if (list->items == NULL) code = err_set(err, ERR_LIMIT, "no memory for the mutants");
  for (int i = 0; i < count; i++) {
    if (code == ERR_OK && list->items != NULL)
      code = add(folder, entries[i]->d_name, arena, list, err);
    free(entries[i]);
  }
  free(entries);
  return code;
}

/* The names of the mutants, as many as fit in a sentence. */
static void append_names(const struct mutant_list *list, const char *recipe, struct text *names) {
  for (size_t i = 0; i < list->count; i++) {
    const char *name = list->items[i].name;
    if (names->len + strlen(name) > NAMES_MAX) {
      text_appendf(names, " and more, in cases/%s/mutants/", recipe);
      return;
    }
    text_appendf(names, "%s%s", i > 0 ? ", " : "", name);
  }
}

enum err_code mutant_find(const struct mutant_list *list, const char *recipe, const char *name,
                          const struct mutant **found, struct err *err) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->items[i].name, name) != 0) continue;
    *found = &list->items[i];
    return ERR_OK;
  }
  struct text names = TEXT_INIT(ERR_TEXT_MAX);
  append_names(list, recipe, &names);
  enum err_code code = err_set(err, ERR_USAGE, "%s has no mutant '%s'; it has %s", recipe, name,
                               list->count == 0 ? "none" : text_chars(&names));
  text_free(&names);
  return code;
}
