#include "subject/ini_file.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

struct loading {
  const char *path;
  FILE *stream;
  struct arena *arena;
  struct ini_file *file;
  struct err *err;
  unsigned line;  /* that the parser is at: the packaged inih does not tell it */
  bool continues; /* that line is indented */
  enum err_code failed;
};

/* The parser's fgets. The packaged inih reads lines of 199 octets, and takes what is beyond for a
 * line of its own: that must be told, not guessed at. */
static char *read_line(char *chars, int room, void *stream) {
  struct loading *loading = stream;
  if (loading->failed || !fgets(chars, room, loading->stream)) return NULL;
  loading->line++;
  loading->continues = isspace((unsigned char)chars[0]) != 0;
  const size_t len = strlen(chars);
  if (len > 0 && chars[len - 1] != '\n' && (int)len == room - 1) {
    loading->failed = err_set(loading->err, ERR_USAGE,
                              "%s:%u: the line is longer than %d octets: go on in a line below "
                              "that is indented",
                              loading->path, loading->line, room - 2);
    return NULL;
  }
  return chars;
}

static struct ini_setting *find(struct ini_file *file, const char *section, const char *key) {
  for (size_t i = 0; i < file->count; i++) {
    if (strcmp(file->settings[i].section, section) == 0 && strcmp(file->settings[i].key, key) == 0)
      return &file->settings[i];
  }
  return NULL;
}

static enum err_code add(struct loading *loading, const char *section, const char *key,
                         const char *value) {
  struct ini_file *file = loading->file;
  struct ini_setting *earlier = find(file, section, key);
  if (earlier && !loading->continues)
    return err_set(loading->err, ERR_USAGE, "%s:%u: '%.60s' stands in line %u already",
                   loading->path, loading->line, key, earlier->line);
  if (earlier) {
    earlier->value = arena_format(loading->arena, "%s\n%s", earlier->value, value);
    if (earlier->value) return ERR_OK;
  } else if (file->count < INI_SETTINGS_MAX) {
    const struct ini_setting setting = {arena_text(loading->arena, section),
                                        arena_text(loading->arena, key),
                                        arena_text(loading->arena, value), loading->line};
    file->settings[file->count++] = setting;
    if (setting.section && setting.key && setting.value) return ERR_OK;
  }
  return err_set(loading->err, ERR_LIMIT, "%s:%u: the file is too large", loading->path,
                 loading->line);
}

static int on_setting(void *user, const char *section, const char *key, const char *value) {
  struct loading *loading = user;
  if (!loading->failed) loading->failed = add(loading, section, key, value);
  return loading->failed ? 0 : 1;
}

enum err_code ini_file_read(const char *path, struct arena *arena, struct ini_file *file,
                            struct err *err) {
  *file =
      (struct ini_file){.settings = arena_alloc(arena, INI_SETTINGS_MAX * sizeof *file->settings)};
  if (!file->settings) return err_set(err, ERR_LIMIT, "%s: no memory", path);
  struct loading loading = {.path = path, .arena = arena, .file = file, .err = err};
  loading.stream = fopen(path, "re");
  if (!loading.stream) return err_set_errno(err, errno, "cannot read %s", path);
  errno = 0;
  const int wrong_line = ini_parse_stream(read_line, &loading, on_setting, &loading);
  const int why = ferror(loading.stream) ? errno : 0;
  (void)fclose(loading.stream);
  if (loading.failed) return loading.failed;
  if (why) return err_set_errno(err, why, "cannot read %s", path);
  if (wrong_line != 0)
    return err_set(err, ERR_USAGE, "%s:%d: it is neither [section] nor key = value", path,
                   wrong_line);
  return ERR_OK;
}
