#include "golden_set.h"

#include "trace/diff.h"
#include "trace/pcap_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct set {
  struct golden *items;
  size_t count, capacity;
};

static struct golden *item_of(struct set *set, const char *folder, const char *stem) {
  const char *slash = strrchr(folder, '/');
  char id[sizeof set->items->id];
  snprintf(id, sizeof id, "%s/%s", slash == NULL ? folder : slash + 1, stem);
  for (size_t i = 0; i < set->count; i++) {
    if (strcmp(set->items[i].id, id) == 0) return &set->items[i];
  }
  if (set->count == set->capacity) {
    size_t capacity = set->capacity == 0 ? 64 : set->capacity * 2;
    struct golden *grown = realloc(set->items, capacity * sizeof *grown);
    if (grown == NULL) return NULL;
    set->items = grown;
    set->capacity = capacity;
  }
  struct golden *item = &set->items[set->count++];
  *item = (struct golden){.has_text = false};
  snprintf(item->id, sizeof item->id, "%s", id);
  snprintf(item->text_path, sizeof item->text_path, "%s/%s.txt", folder, stem);
  snprintf(item->capture_path, sizeof item->capture_path, "%s/%s.pcap", folder, stem);
  return item;
}

static bool add_file(struct set *set, const char *folder, const char *name) {
  const char *dot = strrchr(name, '.');
  bool text = dot != NULL && strcmp(dot, ".txt") == 0;
  bool capture = dot != NULL && strcmp(dot, ".pcap") == 0;
  size_t stem_len = dot == NULL ? 0 : (size_t)(dot - name);
  if ((!text && !capture) || stem_len == 0 || stem_len >= GOLDEN_NAME_MAX) {
    printf("%s/%s: is no golden: <case>.txt and <case>.pcap are\n", folder, name);
    return false;
  }
  char stem[GOLDEN_NAME_MAX];
  snprintf(stem, sizeof stem, "%.*s", (int)stem_len, name);
  struct golden *item = item_of(set, folder, stem);
  if (item == NULL) return false;
  item->has_text = item->has_text || text;
  item->has_capture = item->has_capture || capture;
  return true;
}

static bool list(struct set *set, const char *folder) {
  struct dirent **entries;
  int count = scandir(folder, &entries, NULL, alphasort);
  if (count < 0) {
    perror(folder);
    return false;
  }
  bool good = true;
  for (int i = 0; i < count; i++) {
    if (entries[i]->d_name[0] != '.' && !add_file(set, folder, entries[i]->d_name)) good = false;
    free(entries[i]);
  }
  free(entries);
  return good;
}

bool goldens_visit(const char *folder, golden_visitor visit, void *context) {
  struct set set = {NULL, 0, 0};
  bool good = list(&set, folder);
  if (set.count == 0) {
    printf("%s: holds no golden, so nothing was looked at\n", folder);
    good = false;
  }
  for (size_t i = 0; i < set.count; i++) {
    if (!visit(context, &set.items[i])) good = false;
  }
  free(set.items);
  return good;
}

bool golden_read(const char *path, struct text *text) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    perror(path);
    return false;
  }
  char block[16 * 1024];
  size_t len;
  while (!text->truncated && (len = fread(block, 1, sizeof block, file)) > 0) {
    text_append_span(text, span_of(block, len));
  }
  bool good = !ferror(file);
  (void)fclose(file);
  if (!good) printf("%s: cannot be read\n", path);
  return good;
}

bool golden_open(const struct golden *golden, struct opened *opened) {
  *opened = (struct opened){.text = TEXT_INIT(GOLDEN_TEXT_MAX)};
  struct err err = {0};
  if (!golden->has_text || !golden->has_capture) {
    printf("%s: %s is missing\n", golden->id,
           golden->has_text ? golden->capture_path : golden->text_path);
    return false;
  }
  if (!golden_read(golden->text_path, &opened->text)) return false;
  if (opened->text.truncated) {
    printf("%s: is longer than %d octets\n", golden->text_path, GOLDEN_TEXT_MAX);
    return false;
  }
  struct span text = span_of(text_chars(&opened->text), opened->text.len);
  if (canonical_parse(golden->text_path, text, &opened->expected, &err) != ERR_OK ||
      pcap_file_read(golden->capture_path, &opened->trace, &err) != ERR_OK) {
    printf("%s: %s\n", golden->id, err.text);
    return false;
  }
  return true;
}

void golden_close(struct opened *opened) {
  text_free(&opened->text);
  canonical_destroy(opened->expected);
  trace_destroy(opened->trace);
}

bool golden_differs_from(const struct canonical *expected, const struct canonical *actual) {
  struct diff_result result = {0};
  struct err err = {0};
  bool compared = diff_canonical(expected, actual, &result, &err) == ERR_OK;
  bool differs = !compared || result.count > 0;
  diff_free(&result);
  return differs;
}

bool golden_differs(const struct canonical *expected, const struct trace *trace) {
  struct canonical *actual = NULL;
  struct err err = {0};
  bool made = canonical_of(trace, canonical_head_of(expected), &actual, &err) == ERR_OK;
  bool differs = !made || golden_differs_from(expected, actual);
  canonical_destroy(actual);
  return differs;
}
