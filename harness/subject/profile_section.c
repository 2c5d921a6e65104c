/* The section of a recipe in a profile: one function a key. */
#include "subject/pattern.h"
#include "subject/profile_parts.h"
#include "subject/time_text.h"
#include "subject/words.h"

#include <string.h>

static const char recipe_keys[] =
    "command, command.VARIANT, observe.NAME, observe.NAME.format, observe.NAME.stream, success, "
    "timeout, daemon, sets-clock, root, env.NAME, file.NAME, memory-mib, families";

enum {
  MEMORY_MIB_MAX = 1024 * 1024,
  VARIANT_NAME_MAX = 32,
  OBSERVATION_NAME_MAX = 32,
  VARIABLE_NAME_MAX = 64,
  FILE_NAME_OCTETS_MAX = 128
};

static enum err_code check_words(const struct profile_loading *loading,
                                 const struct ini_setting *setting) {
  const char *const *words;
  size_t count;
  struct err why;
  const enum err_code code = words_split(setting->value, loading->arena, &words, &count, &why);
  return code ? profile_wrong(loading, setting, code, why.text) : ERR_OK;
}

static enum err_code check_pattern(const struct profile_loading *loading,
                                   const struct ini_setting *setting, bool needs_group) {
  struct pattern *pattern = NULL;
  struct err why;
  const enum err_code code = pattern_compile(setting->value, needs_group, &pattern, &why);
  pattern_destroy(pattern);
  return code ? profile_wrong(loading, setting, code, why.text) : ERR_OK;
}

static enum err_code take_command(const struct profile_loading *loading,
                                  const struct ini_setting *setting, struct profile_entry *entry,
                                  const char *variant) {
  if (variant && !profile_is_name(variant, "-_", VARIANT_NAME_MAX))
    return profile_wrong(loading, setting, ERR_USAGE, "a variant is letters, digits, '-' and '_'");
  if (entry->command_count == PROFILE_VARIANTS_MAX)
    return profile_wrong(loading, setting, ERR_LIMIT, "there are too many commands");
  entry->commands[entry->command_count++] =
      (struct profile_command){variant, setting->value, setting->line};
  return check_words(loading, setting);
}

static struct profile_observation *find_observation(struct profile_entry *entry, const char *name) {
  for (size_t i = 0; i < entry->observation_count; i++) {
    if (strcmp(entry->observations[i].name, name) == 0) return &entry->observations[i];
  }
  return NULL;
}

static enum err_code take_stream(const struct profile_loading *loading,
                                 const struct ini_setting *setting,
                                 struct profile_observation *observation) {
  observation->on_stderr = strcmp(setting->value, "stderr") == 0;
  if (observation->on_stderr || strcmp(setting->value, "stdout") == 0) return ERR_OK;
  return profile_wrong(loading, setting, ERR_USAGE, "it is stdout or stderr");
}

static enum err_code take_observation(const struct profile_loading *loading,
                                      const struct ini_setting *setting,
                                      struct profile_entry *entry, const char *rest) {
  const char *dot = strchr(rest, '.');
  const char *name = dot ? arena_format(loading->arena, "%.*s", (int)(dot - rest), rest) : rest;
  if (!name) return profile_wrong(loading, setting, ERR_LIMIT, "no memory");
  struct profile_observation *observation = find_observation(entry, name);
  const bool is_stream = dot && strcmp(dot, ".stream") == 0;
  if (dot && !is_stream && strcmp(dot, ".format") != 0)
    return profile_unknown_key(loading, setting, recipe_keys);
  if (!profile_is_name(name, "-_", OBSERVATION_NAME_MAX))
    return profile_wrong(loading, setting, ERR_USAGE,
                         "an observation's name is up to 31 letters, digits, '-' and '_'");
  if (!observation) {
    if (entry->observation_count == PROFILE_OBSERVATIONS_MAX)
      return profile_wrong(loading, setting, ERR_LIMIT, "there are too many observations");
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
  return code ? profile_wrong(loading, setting, code, why.text) : ERR_OK;
}

static enum err_code take_env(const struct profile_loading *loading,
                              const struct ini_setting *setting, struct profile_entry *entry,
                              const char *name) {
  if (!profile_is_name(name, "_", VARIABLE_NAME_MAX))
    return profile_wrong(loading, setting, ERR_USAGE,
                         "a variable's name is letters, digits and '_'");
  if (entry->env_count == PROFILE_ENV_MAX)
    return profile_wrong(loading, setting, ERR_LIMIT, "there are too many variables");
  const char *variable = arena_format(loading->arena, "%s=%s", name, setting->value);
  if (!variable) return profile_wrong(loading, setting, ERR_LIMIT, "no memory");
  entry->env_lines[entry->env_count] = setting->line;
  entry->env[entry->env_count++] = variable;
  return ERR_OK;
}

static enum err_code take_file(const struct profile_loading *loading,
                               const struct ini_setting *setting, struct profile_entry *entry,
                               const char *name) {
  if (!profile_is_name(name, ".-_", FILE_NAME_OCTETS_MAX) || name[strspn(name, ".")] == '\0')
    return profile_wrong(loading, setting, ERR_USAGE,
                         "a file's name is letters, digits, '.', '-' and '_'; it is made in the "
                         "scratch folder itself, which {scratch} names");
  if (entry->file_count == PROFILE_FILES_MAX)
    return profile_wrong(loading, setting, ERR_LIMIT, "there are too many files");
  /* The text may begin in the line below the key; it ends with a newline, as files do. */
  const char *text = setting->value[0] == '\n' ? setting->value + 1 : setting->value;
  const char *whole = arena_format(loading->arena, "%s\n", text);
  if (!whole) return profile_wrong(loading, setting, ERR_LIMIT, "no memory");
  entry->files[entry->file_count++] = (struct profile_file){name, whole, setting->line};
  return ERR_OK;
}

static enum err_code take_yes_or_no(const struct profile_loading *loading,
                                    const struct ini_setting *setting, bool *answer) {
  *answer = strcmp(setting->value, "yes") == 0;
  if (*answer || strcmp(setting->value, "no") == 0) return ERR_OK;
  return profile_wrong(loading, setting, ERR_USAGE, "allowed are yes and no");
}

static enum err_code take_timeout(const struct profile_loading *loading,
                                  const struct ini_setting *setting, struct profile_entry *entry) {
  long seconds;
  if (!text_to_long(setting->value, 1, PROFILE_TIMEOUT_MAX_S, &seconds))
    return profile_wrong(loading, setting, ERR_USAGE,
                         "a whole number of seconds is wanted, from 1 to 60");
  entry->timeout_s = (unsigned)seconds;
  return ERR_OK;
}

static enum err_code take_success(const struct profile_loading *loading,
                                  const struct ini_setting *setting, struct profile_entry *entry) {
  entry->success = setting->value;
  return check_pattern(loading, setting, false);
}

static enum err_code take_memory(const struct profile_loading *loading,
                                 const struct ini_setting *setting, struct profile_entry *entry) {
  if (text_to_long(setting->value, 0, MEMORY_MIB_MAX, &entry->memory_mib)) return ERR_OK;
  return profile_wrong(loading, setting, ERR_USAGE, "a number of MiB is wanted; 0 for no bound");
}

enum err_code profile_take_setting(const struct profile_loading *loading,
                                   const struct ini_setting *setting, struct profile_entry *entry) {
  const char *key = setting->key;
  if (strcmp(key, "command") == 0) return take_command(loading, setting, entry, NULL);
  if (strncmp(key, "command.", 8) == 0) return take_command(loading, setting, entry, key + 8);
  if (strncmp(key, "observe.", 8) == 0) return take_observation(loading, setting, entry, key + 8);
  if (strncmp(key, "env.", 4) == 0) return take_env(loading, setting, entry, key + 4);
  if (strncmp(key, "file.", 5) == 0) return take_file(loading, setting, entry, key + 5);
  if (strcmp(key, "success") == 0) return take_success(loading, setting, entry);
  if (strcmp(key, "timeout") == 0) return take_timeout(loading, setting, entry);
  if (strcmp(key, "daemon") == 0) return take_yes_or_no(loading, setting, &entry->daemon);
  if (strcmp(key, "sets-clock") == 0) return take_yes_or_no(loading, setting, &entry->sets_clock);
  if (strcmp(key, "root") == 0) return take_yes_or_no(loading, setting, &entry->root);
  if (strcmp(key, "memory-mib") == 0) return take_memory(loading, setting, entry);
  if (strcmp(key, "families") == 0)
    return profile_take_families(loading, setting, &entry->families);
  return profile_unknown_key(loading, setting, recipe_keys);
}
