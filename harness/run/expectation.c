#include "run/expectation.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { EXPECTATIONS_MAX = 2048, EXPECTATION_LINE_MAX = 1024 };

/* Cuts the next word off *rest and steps over the blanks behind it; "" when there is none. */
static char *next_word(char **rest) {
  char *word = *rest + strspn(*rest, " \t");
  char *end = word + strcspn(word, " \t");
  char *after = end + strspn(end, " \t");
  *end = '\0';
  *rest = after;
  return word;
}

static enum err_code add_line(const char *path, unsigned line_number, char *line,
                              struct arena *arena, struct expectation_list *list, struct err *err) {
  char *rest = line;
  const char *glob = next_word(&rest);
  const char *verdict_word = next_word(&rest);
  enum verdict verdict;
  if (!verdict_parse(verdict_word, &verdict) || verdict == VERDICT_BROKEN) {
    return err_set(err, ERR_INPUT,
                   "%s:%u: verdict '%s'; pass, warn, fail and unsupported can be foreseen", path,
                   line_number, verdict_word);
  }
  if (rest[0] == '\0') {
    return err_set(err, ERR_INPUT, "%s:%u: no reason; say why %s is expected of %s", path,
                   line_number, verdict_word, glob);
  }
  if (list->count == EXPECTATIONS_MAX) {
    return err_set(err, ERR_LIMIT, "%s:%u: more than %d expectations", path, line_number,
                   EXPECTATIONS_MAX);
  }
  struct expectation *item = &list->items[list->count];
  *item = (struct expectation){arena_text(arena, glob), verdict, arena_text(arena, rest)};
  if (item->glob == NULL || item->reason == NULL) {
    return err_set(err, ERR_LIMIT, "no memory for the expectations of %s", path);
  }
  list->count++;
  return ERR_OK;
}

enum err_code expectation_load(const char *path, struct arena *arena, struct expectation_list *list,
                               struct err *err) {
  *list = (struct expectation_list){0};
  FILE *file = fopen(path, "re");
  if (file == NULL && errno == ENOENT) return ERR_OK;
  if (file == NULL) return err_set_errno(err, errno, "cannot read the expectations %s", path);
  list->items = arena_alloc(arena, EXPECTATIONS_MAX * sizeof *list->items);
  if (list->items == NULL) {
    fclose(file);
    return err_set(err, ERR_LIMIT, "no memory for the expectations");
  }
  enum err_code code = ERR_OK;
  char line[EXPECTATION_LINE_MAX];
  unsigned line_number = 0;
  while (code == ERR_OK && fgets(line, sizeof line, file) != NULL) {
    line_number++;
    line[strcspn(line, "\r\n")] = '\0';
    const char *start = line + strspn(line, " \t");
    if (*start == '\0' || *start == '#') continue;
    code = add_line(path, line_number, line, arena, list, err);
  }
  fclose(file);
  return code;
}

const struct expectation *expectation_find(const struct expectation_list *list, const char *id) {
  const struct expectation *found = NULL;
  for (size_t i = 0; list != NULL && i < list->count; i++) {
    if (text_matches_glob(id, list->items[i].glob)) found = &list->items[i];
  }
  return found;
}
