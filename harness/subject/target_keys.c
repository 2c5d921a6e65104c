#include "subject/target_keys.h"

#include "subject/pattern.h"
#include "subject/words.h"

#include <string.h>
#include <unistd.h>

enum {
  SLOWNESS_MAX = 100,
  EARLY_MS_MAX = 1000,
  MEMORY_MIB_MAX = 1024 * 1024,
  COMMAND_PLACEHOLDERS_MAX = 4
};

static const char DIFFERENCES[] = "processor word-size byte-order libc API kernel stack";

enum err_code target_no_memory(struct err *err) {
  return err_set(err, ERR_LIMIT, "no memory for a target");
}

static enum err_code wrong(const struct target_loading *loading, const char *why) {
  return err_set(loading->err, ERR_USAGE, "%.150s:%u: %.60s: %.300s", loading->target->path,
                 loading->setting->line, loading->setting->key, why);
}

static enum err_code split(const struct target_loading *loading, const char *const **words) {
  size_t count;
  struct err why;
  enum err_code code = words_split(loading->setting->value, loading->arena, words, &count, &why);
  return code == ERR_OK ? ERR_OK : wrong(loading, why.text);
}

static enum err_code take_number(const struct target_loading *loading, long min, long max,
                                 long *number) {
  if (text_to_long(loading->setting->value, min, max, number)) return ERR_OK;
  return err_set(loading->err, ERR_USAGE, "%.150s:%u: %.60s: a number from %ld to %ld is wanted",
                 loading->target->path, loading->setting->line, loading->setting->key, min, max);
}

/* --- [target] --------------------------------------------------------------------------------- */

static enum err_code take_lacks(const struct target_loading *loading) {
  const char *const *words;
  enum err_code code = split(loading, &words);
  for (size_t i = 0; code == ERR_OK && words[i] != NULL; i++) {
    unsigned capability;
    if (capability_parse(words[i], &capability)) {
      loading->target->lacks |= capability;
      continue;
    }
    struct text names = TEXT_INIT(TARGET_NAMES_MAX);
    capability_append_names(&names);
    code = err_set(loading->err, ERR_USAGE,
                   "%.150s:%u: lacks: there is no capability '%.40s'; there are %s",
                   loading->target->path, loading->setting->line, words[i], text_chars(&names));
    text_free(&names);
  }
  return code;
}

static bool is_difference(const char *word) {
  const char *found = strstr(DIFFERENCES, word);
  size_t len = strlen(word);
  return found != NULL && (found == DIFFERENCES || found[-1] == ' ') &&
         (found[len] == ' ' || found[len] == '\0');
}

static enum err_code take_differs(const struct target_loading *loading) {
  const char *const *words;
  enum err_code code = split(loading, &words);
  for (size_t i = 0; code == ERR_OK && words[i] != NULL; i++) {
    if (is_difference(words[i])) continue;
    return err_set(loading->err, ERR_USAGE, "%.150s:%u: differs: '%.40s' is none of %s",
                   loading->target->path, loading->setting->line, words[i], DIFFERENCES);
  }
  loading->target->differs = loading->setting->value;
  return code;
}

static enum err_code take_byte_order(const struct target_loading *loading) {
  const char *value = loading->setting->value;
  if (strcmp(value, "little") != 0 && strcmp(value, "big") != 0)
    return wrong(loading, "little and big are allowed");
  loading->target->byte_order = value[0] == 'b' ? ORDER_BIG : ORDER_LITTLE;
  return ERR_OK;
}

/* What is foreseen of another target that is the same but for what makes no difference. */
static enum err_code take_expectations(const struct target_loading *loading) {
  struct target *target = loading->target;
  target->expectations =
      arena_format(loading->arena, "%s/%s.expect", target->dir, loading->setting->value);
  if (target->expectations == NULL) return target_no_memory(loading->err);
  if (access(target->expectations, R_OK) == 0) return ERR_OK;
  return wrong(loading, "there is no such file beside it, NAME.expect");
}

static enum err_code take_files(const struct target_loading *loading) {
  enum err_code code = split(loading, &loading->target->files);
  for (size_t i = 0; code == ERR_OK && loading->target->files[i] != NULL; i++) {
    const char *file = loading->target->files[i];
    if (file[0] != '/' && strchr(file, '/') != NULL)
      return wrong(loading,
                   "a whole path is wanted, or a name without '/' that the compiler knows a place "
                   "for, as libc.a");
  }
  return code;
}

static enum err_code take_target(const struct target_loading *loading) {
  const char *key = loading->setting->key, *value = loading->setting->value;
  struct target *target = loading->target;
  if (strcmp(key, "lacks") == 0) return take_lacks(loading);
  if (strcmp(key, "byte-order") == 0) return take_byte_order(loading);
  if (strcmp(key, "differs") == 0) return take_differs(loading);
  if (strcmp(key, "expectations") == 0) return take_expectations(loading);
  if (strcmp(key, "programs") == 0) return split(loading, &target->programs);
  if (strcmp(key, "files") == 0) return take_files(loading);
  if (strcmp(key, "about") == 0) {
    target->about = value;
  } else if (strcmp(key, "system") == 0) {
    target->system = value;
  } else if (strcmp(key, "machine") == 0) {
    target->machine = value;
  } else if (strcmp(key, "version") == 0) {
    target->version_command = value;
  } else if (strcmp(key, "packages") == 0) {
    target->packages = value;
  } else {
    return wrong(
        loading,
        "there is no such key in [target]; allowed are about, differs, byte-order, system, "
        "machine, lacks, version, programs, files, packages, expectations");
  }
  return ERR_OK;
}

/* --- [build] ---------------------------------------------------------------------------------- */

static enum err_code take_runtime(const struct target_loading *loading) {
  struct target *target = loading->target;
  target->runtime = arena_format(loading->arena, "%s/%s", target->dir, loading->setting->value);
  const char *lists = arena_format(loading->arena, "%s/CMakeLists.txt", target->runtime);
  if (target->runtime == NULL || lists == NULL) return target_no_memory(loading->err);
  if (access(lists, R_OK) == 0) return ERR_OK;
  return err_set(loading->err, ERR_USAGE,
                 "%.150s:%u: runtime: there is no %s; a runtime is a folder beside the target's "
                 "file, and one of subjects/targets/ has to be copied there",
                 target->path, loading->setting->line, lists);
}

static enum err_code take_build(const struct target_loading *loading) {
  const char *key = loading->setting->key, *value = loading->setting->value;
  struct target *target = loading->target;
  if (strcmp(key, "runtime") == 0) return take_runtime(loading);
  if (strcmp(key, "compiler") == 0) {
    target->compiler = value;
  } else if (strcmp(key, "flags") == 0) {
    target->flags = value;
  } else if (strcmp(key, "link") == 0) {
    target->link = value;
  } else if (strcmp(key, "system") == 0) {
    target->cmake_system = value;
  } else {
    return wrong(loading,
                 "there is no such key in [build]; allowed are compiler, flags, link, "
                 "system, runtime");
  }
  return ERR_OK;
}

/* --- [run] ------------------------------------------------------------------------------------ */

/* Filled in with nothing, as what its placeholders stand for is not known yet, it shows those that
 * are none. */
static enum err_code take_command(const struct target_loading *loading, const char *const *names,
                                  size_t count, const struct profile_command **command) {
  struct placeholder allowed[COMMAND_PLACEHOLDERS_MAX];
  for (size_t i = 0; i < count; i++)
    allowed[i] = (struct placeholder){names[i], ""};
  struct profile_command *made = arena_alloc(loading->arena, sizeof *made);
  if (made == NULL) return target_no_memory(loading->err);
  made->line = loading->setting->value;
  *command = made;
  const char *const *words;
  enum err_code code = split(loading, &words);
  if (code != ERR_OK) return code;
  struct err why;
  code = profile_expand(made, allowed, count, loading->arena, &words, &why);
  return code == ERR_OK ? ERR_OK : wrong(loading, why.text);
}

/* {args} makes one word of all arguments: right in a word for a shell, and wrong as one. */
static enum err_code check_arguments(const struct target_loading *loading) {
  const char *const *words;
  enum err_code code = split(loading, &words);
  for (size_t i = 0; code == ERR_OK && words[i] != NULL; i++) {
    if (strcmp(words[i], "{args}") == 0)
      return wrong(loading,
                   "{args} as a word of its own would be all arguments in one; write {args...}, "
                   "which is a word for each");
    if (strcmp(words[i], "{args...}") != 0 && strstr(words[i], "{args...}") != NULL)
      return wrong(loading,
                   "{args...} is a word for each argument, and must stand alone; within a word, "
                   "as for sh -c, write {args}");
  }
  return code;
}

static enum err_code take_launcher(const struct target_loading *loading) {
  static const char *const names[] = {"program", "args", "bin", "dir"};
  struct target *target = loading->target;
  enum err_code code = take_command(loading, names, 4, &target->launcher);
  if (code == ERR_OK) code = check_arguments(loading);
  if (code != ERR_OK) return code;
  if (profile_uses(target->launcher, "program") && profile_uses(target->launcher, "args"))
    return ERR_OK;
  return wrong(loading, "{program} and {args...} must stand in it: what is to be started");
}

static enum err_code take_far_side(const struct target_loading *loading) {
  static const char *const names[] = {"bin", "dir"};
  return take_command(loading, names, 2, &loading->target->far_side);
}

static enum err_code take_network(const struct target_loading *loading) {
  static const char *const names[] = {[TARGET_LOOPBACK] = "loopback",
                                      [TARGET_TAP] = "tap",
                                      [TARGET_VETH] = "veth",
                                      [TARGET_REMOTE] = "remote"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(loading->setting->value, names[i]) != 0) continue;
    loading->target->network = (enum target_network)i;
    return ERR_OK;
  }
  return wrong(loading, "loopback, tap, veth and remote are allowed");
}

static enum err_code take_address(const struct target_loading *loading, const char **address) {
  struct ip_address parsed;
  *address = loading->setting->value;
  if (ip_address_parse(*address, &parsed) && parsed.family == IP_V4) return ERR_OK;
  return wrong(loading, "an IPv4 address in figures is wanted, as 192.0.2.10");
}

static enum err_code take_env(const struct target_loading *loading) {
  struct target *target = loading->target;
  const char *name = loading->setting->key + strlen("env.");
  if (name[0] == '\0' || strchr(name, '=') != NULL) return wrong(loading, "a variable has a name");
  if (target->env_count == TARGET_ENV_MAX) return wrong(loading, "there are too many variables");
  const char *variable = arena_format(loading->arena, "%s=%s", name, loading->setting->value);
  if (variable == NULL) return target_no_memory(loading->err);
  target->env[target->env_count++] = variable;
  return ERR_OK;
}

static enum err_code take_broken_exit(const struct target_loading *loading) {
  long number = 0;
  enum err_code code = take_number(loading, 1, 255, &number);
  loading->target->broken_exit = (int)number;
  return code;
}

static enum err_code take_broken_says(const struct target_loading *loading) {
  struct pattern *pattern = NULL;
  struct err why;
  enum err_code code = pattern_compile(loading->setting->value, false, &pattern, &why);
  pattern_destroy(pattern);
  loading->target->broken_says = loading->setting->value;
  return code == ERR_OK ? ERR_OK : wrong(loading, why.text);
}

static enum err_code take_line_port(const struct target_loading *loading) {
  long number = 0;
  enum err_code code = take_number(loading, 1, UINT16_MAX, &number);
  loading->target->line_port = (uint16_t)number;
  return code;
}

static enum err_code take_slowness(const struct target_loading *loading) {
  long number = 1;
  enum err_code code = take_number(loading, 1, SLOWNESS_MAX, &number);
  loading->target->slowness = (unsigned)number;
  return code;
}

static enum err_code take_early_ms(const struct target_loading *loading) {
  long number = 0;
  enum err_code code = take_number(loading, 0, EARLY_MS_MAX, &number);
  loading->target->early_ms = (unsigned)number;
  return code;
}

static enum err_code take_maps_ids(const struct target_loading *loading) {
  const char *value = loading->setting->value;
  loading->target->maps_ids = strcmp(value, "yes") == 0;
  if (loading->target->maps_ids || strcmp(value, "no") == 0) return ERR_OK;
  return wrong(loading, "allowed are yes and no");
}

static enum err_code take_run(const struct target_loading *loading) {
  const char *key = loading->setting->key;
  if (strcmp(key, "launcher") == 0) return take_launcher(loading);
  if (strcmp(key, "far-side") == 0) return take_far_side(loading);
  if (strcmp(key, "network") == 0) return take_network(loading);
  if (strcmp(key, "address") == 0)
    return take_address(loading, &loading->target->remote.places.subject);
  if (strcmp(key, "peer") == 0) return take_address(loading, &loading->target->remote.places.peer);
  if (strcmp(key, "interface") == 0) {
    loading->target->remote.interface = loading->setting->value;
    return ERR_OK;
  }
  if (strncmp(key, "env.", 4) == 0) return take_env(loading);
  if (strcmp(key, "slowness") == 0) return take_slowness(loading);
  if (strcmp(key, "early-ms") == 0) return take_early_ms(loading);
  if (strcmp(key, "line-port") == 0) return take_line_port(loading);
  if (strcmp(key, "broken-exit") == 0) return take_broken_exit(loading);
  if (strcmp(key, "broken-says") == 0) return take_broken_says(loading);
  if (strcmp(key, "maps-ids") == 0) return take_maps_ids(loading);
  if (strcmp(key, "memory-mib") == 0)
    return take_number(loading, 0, MEMORY_MIB_MAX, &loading->target->memory_mib);
  if (strcmp(key, "file-mib") == 0)
    return take_number(loading, 0, MEMORY_MIB_MAX, &loading->target->file_mib);
  return wrong(loading,
               "there is no such key in [run]; allowed are launcher, far-side, line-port, "
               "network, interface, address, peer, slowness, early-ms, broken-exit, broken-says, "
               "maps-ids, memory-mib, file-mib, env.NAME");
}

static enum err_code take_without(const struct target_loading *loading) {
  struct target *target = loading->target;
  if (target->without_count == TARGET_WITHOUT_MAX) return wrong(loading, "there are too many");
  target->without[target->without_count++] = (struct target_without){
      loading->setting->key, loading->setting->value, loading->setting->line};
  return ERR_OK;
}

enum err_code target_take(struct target_loading *loading, const struct ini_setting *setting) {
  loading->setting = setting;
  if (setting->value[0] == '\0') return wrong(loading, "it has no value");
  if (strcmp(setting->section, "target") == 0) return take_target(loading);
  if (strcmp(setting->section, "build") == 0) return take_build(loading);
  if (strcmp(setting->section, "run") == 0) return take_run(loading);
  if (strcmp(setting->section, "without") == 0) return take_without(loading);
  return err_set(
      loading->err, ERR_USAGE,
      "%.150s:%u: there is no section [%.60s]; allowed are [target], [build], [run], [without]",
      loading->target->path, setting->line, setting->section);
}
