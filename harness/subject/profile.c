#include "subject/profile.h"

#include "subject/profile_parts.h"

#include <ctype.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char subject_keys[] = "name, version, about, goldens, families";

enum err_code profile_wrong(const struct profile_loading *loading,
                            const struct ini_setting *setting, enum err_code code,
                            const char *why) {
  return err_set(loading->err, code, "%.150s:%u: %.60s: %.250s", loading->path, setting->line,
                 setting->key, why);
}

enum err_code profile_unknown_key(const struct profile_loading *loading,
                                  const struct ini_setting *setting, const char *allowed) {
  return err_set(loading->err, ERR_USAGE,
                 "%.150s:%u: there is no key '%.60s' in [%.60s]; allowed are %s", loading->path,
                 setting->line, setting->key, setting->section, allowed);
}

bool profile_is_name(const char *chars, const char *more, size_t max) {
  const size_t len = strlen(chars);
  if (len == 0 || len >= max) return false;
  for (size_t i = 0; i < len; i++) {
    if (!isalnum((unsigned char)chars[i]) && !strchr(more, chars[i])) return false;
  }
  return true;
}

/* Relative to the profile; a folder that does not exist yet keeps its name. */
static const char *absolute_path(const struct profile_loading *loading, const char *value) {
  const char *joined =
      value[0] == '/' ? value : arena_format(loading->arena, "%s/%s", loading->profile->dir, value);
  char real[PATH_MAX];
  return joined && realpath(joined, real) ? arena_text(loading->arena, real) : joined;
}

static enum err_code take_subject(struct profile_loading *loading,
                                  const struct ini_setting *setting) {
  struct profile *profile = loading->profile;
  if (setting->value[0] == '\0')
    return profile_wrong(loading, setting, ERR_USAGE, "it has no value");
  if (strcmp(setting->key, "name") == 0) {
    profile->name = setting->value;
  } else if (strcmp(setting->key, "version") == 0) {
    profile->version_command = setting->value; /* for a shell: nothing to check here */
  } else if (strcmp(setting->key, "about") == 0) {
    profile->about = setting->value;
  } else if (strcmp(setting->key, "goldens") == 0) {
    profile->goldens_dir = absolute_path(loading, setting->value);
    if (!profile->goldens_dir) return profile_wrong(loading, setting, ERR_LIMIT, "no memory");
  } else if (strcmp(setting->key, "families") == 0) {
    return profile_take_families(loading, setting, &profile->families);
  } else {
    return profile_unknown_key(loading, setting, subject_keys);
  }
  return ERR_OK;
}

static enum err_code take_recipe(struct profile_loading *loading,
                                 const struct ini_setting *setting) {
  struct profile *profile = loading->profile;
  struct profile_entry *entry = NULL;
  for (size_t i = 0; i < profile->entry_count; i++) {
    if (strcmp(profile->entries[i].recipe, setting->section) == 0) entry = &profile->entries[i];
  }
  if (!entry) {
    if (!profile_is_name(setting->section, "-", 48))
      return err_set(loading->err, ERR_USAGE,
                     "%.150s:%u: '%.60s' stands in no section of a recipe; allowed are [subject] "
                     "and [RECIPE]",
                     loading->path, setting->line, setting->key);
    if (profile->entry_count == PROFILE_ENTRIES_MAX)
      return profile_wrong(loading, setting, ERR_LIMIT, "there are too many recipes");
    entry = &profile->entries[profile->entry_count++];
    entry->recipe = setting->section;
    entry->line = setting->line;
    entry->memory_mib = -1;
  }
  return profile_take_setting(loading, setting, entry);
}

enum err_code profile_take_families(const struct profile_loading *loading,
                                    const struct ini_setting *setting,
                                    enum profile_families *families) {
  static const char *const words[] = {[PROFILE_FAMILIES_BOTH] = "both",
                                      [PROFILE_FAMILIES_IPV4] = "ipv4",
                                      [PROFILE_FAMILIES_IPV6] = "ipv6"};
  for (enum profile_families i = PROFILE_FAMILIES_BOTH; i <= PROFILE_FAMILIES_IPV6; i++) {
    if (strcmp(setting->value, words[i]) != 0) continue;
    *families = i;
    return ERR_OK;
  }
  return profile_wrong(loading, setting, ERR_USAGE, "allowed are ipv4, ipv6 and both");
}

/* The section may stand behind those of the recipes. */
static void hand_down_families(struct profile *profile) {
  for (size_t i = 0; i < profile->entry_count; i++) {
    struct profile_entry *entry = &profile->entries[i];
    if (entry->families == PROFILE_FAMILIES_UNSAID) entry->families = profile->families;
  }
}

/* What only the whole file shows. */
static enum err_code check_whole(const struct profile_loading *loading) {
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
  struct profile_loading loading = {path, arena, made, err};
  for (size_t i = 0; i < file.count && !code; i++) {
    const struct ini_setting *setting = &file.settings[i];
    code = strcmp(setting->section, "subject") == 0 ? take_subject(&loading, setting)
                                                    : take_recipe(&loading, setting);
  }
  if (!code) code = check_whole(&loading);
  if (!code) hand_down_families(made);
  if (!code) *profile = made;
  return code;
}
