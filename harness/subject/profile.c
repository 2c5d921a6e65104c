#include "subject/profile.h"

#include "subject/ini_file.h"
#include "subject/pattern.h"
#include "subject/time_text.h"
#include "subject/words.h"

#include <ctype.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char subject_keys[] = "name, version, about, goldens";
static const char recipe_keys[] =
    "command, command.VARIANT, observe.NAME, observe.NAME.format, "
    "observe.NAME.stream, success, env.NAME, memory-mib";

enum { MEMORY_MIB_MAX = 1024 * 1024 };

struct loading {
  const char *path;
  struct arena *arena;
  struct profile *profile;
  struct err *err;
};

/* A wrong value of a setting: file, line and key before what `why` says. */
static enum err_code wrong(const struct loading *loading, const struct ini_setting *setting,
                           enum err_code code, const char *why) {
  return err_set(loading->err, code, "%.150s:%u: %.60s: %.250s", loading->path, setting->line,
                 setting->key, why);
}

static enum err_code unknown_key(const struct loading *loading, const struct ini_setting *setting,
                                 const char *allowed) {
  return err_set(loading->err, ERR_USAGE,
                 "%.150s:%u: there is no key '%.60s' in [%.60s]; allowed are %s", loading->path,
                 setting->line, setting->key, setting->section, allowed);
}

static bool is_name(const char *chars, const char *more, size_t max) {
  const size_t len = strlen(chars);
  if (len == 0 || len >= max) return false;
  for (size_t i = 0; i < len; i++) {
    if (!isalnum((unsigned char)chars[i]) && !strchr(more, chars[i])) return false;
  }
  return true;
}

static enum err_code check_words(const struct loading *loading, const struct ini_setting *setting) {
  const char *const *words;
  size_t count;
  struct err why;
  const enum err_code code = words_split(setting->value, loading->arena, &words, &count, &why);
  return code ? wrong(loading, setting, code, why.text) : ERR_OK;
}

static enum err_code check_pattern(const struct loading *loading, const struct ini_setting *setting,
                                   bool needs_group) {
  struct pattern *pattern = NULL;
  struct err why;
  const enum err_code code = pattern_compile(setting->value, needs_group, &pattern, &why);
  pattern_destroy(pattern);
  return code ? wrong(loading, setting, code, why.text) : ERR_OK;
}

/* Relative to the profile; a folder that does not exist yet keeps its name. */
static const char *absolute_path(const struct loading *loading, const char *value) {
  const char *joined =
      value[0] == '/' ? value : arena_format(loading->arena, "%s/%s", loading->profile->dir, value);
  char real[PATH_MAX];
  return joined && realpath(joined, real) ? arena_text(loading->arena, real) : joined;
}

static enum err_code take_subject(struct loading *loading, const struct ini_setting *setting) {
  struct profile *profile = loading->profile;
  if (setting->value[0] == '\0') return wrong(loading, setting, ERR_USAGE, "it has no value");
  if (strcmp(setting->key, "name") == 0) {
    profile->name = setting->value;
  } else if (strcmp(setting->key, "version") == 0) {
    profile->version_command = setting->value; /* for a shell: nothing to check here */
  } else if (strcmp(setting->key, "about") == 0) {
    profile->about = setting->value;
  } else if (strcmp(setting->key, "goldens") == 0) {
    profile->goldens_dir = absolute_path(loading, setting->value);
    if (!profile->goldens_dir) return wrong(loading, setting, ERR_LIMIT, "no memory");
  } else {
    return unknown_key(loading, setting, subject_keys);
  }
  return ERR_OK;
}

static enum err_code take_command(struct loading *loading, const struct ini_setting *setting,
                                  struct profile_entry *entry, const char *variant) {
  if (variant && !is_name(variant, "-_", 32))
    return wrong(loading, setting, ERR_USAGE, "a variant is letters, digits, '-' and '_'");
  if (entry->command_count == PROFILE_VARIANTS_MAX)
    return wrong(loading, setting, ERR_LIMIT, "there are too many commands");
  entry->commands[entry->command_count++] = (struct profile_command){variant, setting->value};
  return check_words(loading, setting);
}

static struct profile_observation *find_observation(struct profile_entry *entry, const char *name) {
  for (size_t i = 0; i < entry->observation_count; i++) {
    if (strcmp(entry->observations[i].name, name) == 0) return &entry->observations[i];
  }
  return NULL;
}

static enum err_code take_stream(struct loading *loading, const struct ini_setting *setting,
                                 struct profile_observation *observation) {
  observation->on_stderr = strcmp(setting->value, "stderr") == 0;
  if (observation->on_stderr || strcmp(setting->value, "stdout") == 0) return ERR_OK;
  return wrong(loading, setting, ERR_USAGE, "it is stdout or stderr");
}

static enum err_code take_observation(struct loading *loading, const struct ini_setting *setting,
                                      struct profile_entry *entry, const char *rest) {
  const char *dot = strchr(rest, '.');
  const char *name = dot ? arena_format(loading->arena, "%.*s", (int)(dot - rest), rest) : rest;
  if (!name) return wrong(loading, setting, ERR_LIMIT, "no memory");
  struct profile_observation *observation = find_observation(entry, name);
  const bool is_stream = dot && strcmp(dot, ".stream") == 0;
  if (dot && !is_stream && strcmp(dot, ".format") != 0)
    return unknown_key(loading, setting, recipe_keys);
  if (!is_name(name, "-_", sizeof(char[32])))
    return wrong(loading, setting, ERR_USAGE,
                 "an observation's name is up to 31 letters, digits, '-' and '_'");
  if (!observation) {
    if (entry->observation_count == PROFILE_OBSERVATIONS_MAX)
      return wrong(loading, setting, ERR_LIMIT, "there are too many observations");
    observation = &entry->observations[entry->observation_count++];
    observation->name = name;
  }
  if (!dot) {
    observation->pattern = setting->value;
    return check_pattern(loading, setting, true);
  }
  if (is_stream) return take_stream(loading, setting, observation);
  observation->format = setting->value;
  struct err why;
  const enum err_code code = time_text_check_format(setting->value, &why);
  return code ? wrong(loading, setting, code, why.text) : ERR_OK;
}

static enum err_code take_env(struct loading *loading, const struct ini_setting *setting,
                              struct profile_entry *entry, const char *name) {
  if (!is_name(name, "_", 64))
    return wrong(loading, setting, ERR_USAGE, "a variable's name is letters, digits and '_'");
  if (entry->env_count == PROFILE_ENV_MAX)
    return wrong(loading, setting, ERR_LIMIT, "there are too many variables");
  const char *variable = arena_format(loading->arena, "%s=%s", name, setting->value);
  if (!variable) return wrong(loading, setting, ERR_LIMIT, "no memory");
  entry->env[entry->env_count++] = variable;
  return ERR_OK;
}

static enum err_code take_entry_setting(struct loading *loading, const struct ini_setting *setting,
                                        struct profile_entry *entry) {
  const char *key = setting->key;
  if (strcmp(key, "command") == 0) return take_command(loading, setting, entry, NULL);
  if (strncmp(key, "command.", 8) == 0) return take_command(loading, setting, entry, key + 8);
  if (strncmp(key, "observe.", 8) == 0) return take_observation(loading, setting, entry, key + 8);
  if (strncmp(key, "env.", 4) == 0) return take_env(loading, setting, entry, key + 4);
  if (strcmp(key, "success") == 0) {
    entry->success = setting->value;
    return check_pattern(loading, setting, false);
  }
  if (strcmp(key, "memory-mib") == 0) {
    if (text_to_long(setting->value, 0, MEMORY_MIB_MAX, &entry->memory_mib)) return ERR_OK;
    return wrong(loading, setting, ERR_USAGE, "a number of MiB is wanted; 0 for no bound");
  }
  return unknown_key(loading, setting, recipe_keys);
}

static enum err_code take_recipe(struct loading *loading, const struct ini_setting *setting) {
  struct profile *profile = loading->profile;
  struct profile_entry *entry = NULL;
  for (size_t i = 0; i < profile->entry_count; i++) {
    if (strcmp(profile->entries[i].recipe, setting->section) == 0) entry = &profile->entries[i];
  }
  if (!entry) {
    if (!is_name(setting->section, "-", sizeof(char[48])))
      return err_set(loading->err, ERR_USAGE,
                     "%.150s:%u: '%.60s' stands in no section of a recipe; allowed are [subject] "
                     "and [RECIPE]",
                     loading->path, setting->line, setting->key);
    if (profile->entry_count == PROFILE_ENTRIES_MAX)
      return wrong(loading, setting, ERR_LIMIT, "there are too many recipes");
    entry = &profile->entries[profile->entry_count++];
    entry->recipe = setting->section;
    entry->memory_mib = -1;
  }
  return take_entry_setting(loading, setting, entry);
}

/* What only the whole file shows. */
static enum err_code check_whole(const struct loading *loading) {
  const struct profile *profile = loading->profile;
  if (!profile->name)
    return err_set(loading->err, ERR_USAGE, "%s: [subject] has no name", loading->path);
  for (size_t i = 0; i < profile->entry_count; i++) {
    const struct profile_entry *entry = &profile->entries[i];
    if (!profile_command_find(entry, NULL))
      return err_set(loading->err, ERR_USAGE, "%s: [%s] has no command", loading->path,
                     entry->recipe);
    for (size_t o = 0; o < entry->observation_count; o++) {
      if (!entry->observations[o].pattern)
        return err_set(loading->err, ERR_USAGE,
                       "%s: [%s] has observe.%s.format or .stream and no observe.%s", loading->path,
                       entry->recipe, entry->observations[o].name, entry->observations[o].name);
    }
  }
  return ERR_OK;
}

static const char *folder_of(const char *path, struct arena *arena) {
  char real[PATH_MAX];
  if (!realpath(path, real)) return NULL;
  return arena_text(arena, dirname(real));
}

enum err_code profile_load(const char *path, struct arena *arena, const struct profile **profile,
                           struct err *err) {
  struct ini_file file;
  enum err_code code = ini_file_read(path, arena, &file, err);
  if (code) return code;
  struct profile *made = arena_alloc(arena, sizeof *made);
  if (!made) return err_set(err, ERR_LIMIT, "%s: no memory", path);
  made->path = arena_text(arena, path);
  made->dir = folder_of(path, arena);
  if (!made->path || !made->dir) return err_set(err, ERR_LIMIT, "%s: no memory", path);
  struct loading loading = {path, arena, made, err};
  for (size_t i = 0; i < file.count && !code; i++) {
    const struct ini_setting *setting = &file.settings[i];
    code = strcmp(setting->section, "subject") == 0 ? take_subject(&loading, setting)
                                                    : take_recipe(&loading, setting);
  }
  if (!code) code = check_whole(&loading);
  if (!code) *profile = made;
  return code;
}
