#include "subject/target.h"

#include "subject/ini_file.h"
#include "subject/subject.h"
#include "subject/words.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  SLOWNESS_MAX = 100,
  MEMORY_MIB_MAX = 1024 * 1024,
  NAMES_MAX = 600,
  ARGUMENTS_MAX_OCTETS = 128 * 1024
};

static const char SUFFIX[] = ".ini";
static const char DIFFERENCES[] = "processor word-size byte-order libc API kernel stack";

struct loading {
  struct target *target;
  struct arena *arena;
  struct err *err;
  const struct ini_setting *setting; /* that is being read */
};

static enum err_code wrong(const struct loading *loading, const char *why) {
  return err_set(loading->err, ERR_USAGE, "%.150s:%u: %.60s: %.300s", loading->target->path,
                 loading->setting->line, loading->setting->key, why);
}

static enum err_code no_memory(struct err *err) {
  return err_set(err, ERR_LIMIT, "no memory for a target");
}

static enum err_code split(const struct loading *loading, const char *const **words) {
  size_t count;
  struct err why;
  enum err_code code = words_split(loading->setting->value, loading->arena, words, &count, &why);
  return code == ERR_OK ? ERR_OK : wrong(loading, why.text);
}

static enum err_code take_number(const struct loading *loading, long min, long max, long *number) {
  if (text_to_long(loading->setting->value, min, max, number)) return ERR_OK;
  return err_set(loading->err, ERR_USAGE, "%.150s:%u: %.60s: a number from %ld to %ld is wanted",
                 loading->target->path, loading->setting->line, loading->setting->key, min, max);
}

/* --- [target] --------------------------------------------------------------------------------- */

static enum err_code take_lacks(const struct loading *loading) {
  const char *const *words;
  enum err_code code = split(loading, &words);
  for (size_t i = 0; code == ERR_OK && words[i] != NULL; i++) {
    unsigned capability;
    if (capability_parse(words[i], &capability)) {
      loading->target->lacks |= capability;
      continue;
    }
    struct text names = TEXT_INIT(NAMES_MAX);
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

static enum err_code take_differs(const struct loading *loading) {
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

static enum err_code take_byte_order(const struct loading *loading) {
  const char *value = loading->setting->value;
  if (strcmp(value, "little") != 0 && strcmp(value, "big") != 0)
    return wrong(loading, "little and big are allowed");
  loading->target->byte_order = value[0] == 'b' ? ORDER_BIG : ORDER_LITTLE;
  return ERR_OK;
}

bool target_is_big_endian(const struct target *target) {
  if (target != NULL && target->byte_order != ORDER_OF_HOST) return target->byte_order == ORDER_BIG;
  return htonl(1) == 1;
}

bool target_has_own_sockets(const struct target *target) {
  if (target == NULL) return false;
  if (target->system != NULL) return true;
  return target->differs != NULL &&
         (strstr(target->differs, "kernel") != NULL || strstr(target->differs, "stack") != NULL);
}

const struct sandbox_remote *target_remote(const struct target *target) {
  return target != NULL && target->network == TARGET_REMOTE ? &target->remote : NULL;
}

const struct sandbox_places *target_places(const struct target *target) {
  if (target == NULL || target->network == TARGET_LOOPBACK) return &sandbox_on_loopback;
  return target->network == TARGET_REMOTE ? &target->remote.places : &sandbox_on_wire;
}

/* What is foreseen of another target that is the same but for what makes no difference. */
static enum err_code take_expectations(const struct loading *loading) {
  struct target *target = loading->target;
  target->expectations =
      arena_format(loading->arena, "%s/%s.expect", target->dir, loading->setting->value);
  if (target->expectations == NULL) return no_memory(loading->err);
  if (access(target->expectations, R_OK) == 0) return ERR_OK;
  return wrong(loading, "there is no such file beside it, NAME.expect");
}

static enum err_code take_target(const struct loading *loading) {
  const char *key = loading->setting->key, *value = loading->setting->value;
  struct target *target = loading->target;
  if (strcmp(key, "lacks") == 0) return take_lacks(loading);
  if (strcmp(key, "byte-order") == 0) return take_byte_order(loading);
  if (strcmp(key, "differs") == 0) return take_differs(loading);
  if (strcmp(key, "expectations") == 0) return take_expectations(loading);
  if (strcmp(key, "programs") == 0) return split(loading, &target->programs);
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
        "machine, lacks, version, programs, packages, expectations");
  }
  return ERR_OK;
}

/* --- [build] ---------------------------------------------------------------------------------- */

static enum err_code take_runtime(const struct loading *loading) {
  struct target *target = loading->target;
  target->runtime = arena_format(loading->arena, "%s/%s", target->dir, loading->setting->value);
  const char *lists = arena_format(loading->arena, "%s/CMakeLists.txt", target->runtime);
  if (target->runtime == NULL || lists == NULL) return no_memory(loading->err);
  if (access(lists, R_OK) == 0) return ERR_OK;
  return wrong(loading, "there is no such folder beside the file, with a CMakeLists.txt in it");
}

static enum err_code take_build(const struct loading *loading) {
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

static enum err_code take_launcher(const struct loading *loading) {
  const char *const *words;
  enum err_code code = split(loading, &words);
  if (code != ERR_OK) return code;
  struct profile_command *launcher = arena_alloc(loading->arena, sizeof *launcher);
  if (launcher == NULL) return no_memory(loading->err);
  launcher->line = loading->setting->value;
  if (!profile_uses(launcher, "program") || !profile_uses(launcher, "args")) {
    return wrong(loading, "{program} and {args...} must stand in it: what is to be started");
  }
  loading->target->launcher = launcher;
  return ERR_OK;
}

static enum err_code take_far_side(const struct loading *loading) {
  const char *const *words;
  enum err_code code = split(loading, &words);
  if (code != ERR_OK) return code;
  struct profile_command *far_side = arena_alloc(loading->arena, sizeof *far_side);
  if (far_side == NULL) return no_memory(loading->err);
  far_side->line = loading->setting->value;
  loading->target->far_side = far_side;
  return ERR_OK;
}

static enum err_code take_network(const struct loading *loading) {
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

static enum err_code take_address(const struct loading *loading, const char **address) {
  struct ip_address parsed;
  *address = loading->setting->value;
  if (ip_address_parse(*address, &parsed) && parsed.family == IP_V4) return ERR_OK;
  return wrong(loading, "an IPv4 address in figures is wanted, as 192.0.2.10");
}

static enum err_code take_env(const struct loading *loading) {
  struct target *target = loading->target;
  const char *name = loading->setting->key + strlen("env.");
  if (name[0] == '\0' || strchr(name, '=') != NULL) return wrong(loading, "a variable has a name");
  if (target->env_count == TARGET_ENV_MAX) return wrong(loading, "there are too many variables");
  const char *variable = arena_format(loading->arena, "%s=%s", name, loading->setting->value);
  if (variable == NULL) return no_memory(loading->err);
  target->env[target->env_count++] = variable;
  return ERR_OK;
}

static enum err_code take_broken_exit(const struct loading *loading) {
  long number = 0;
  enum err_code code = take_number(loading, 1, 255, &number);
  loading->target->broken_exit = (int)number;
  return code;
}

static enum err_code take_line_port(const struct loading *loading) {
  long number = 0;
  enum err_code code = take_number(loading, 1, UINT16_MAX, &number);
  loading->target->line_port = (uint16_t)number;
  return code;
}

static enum err_code take_slowness(const struct loading *loading) {
  long number = 1;
  enum err_code code = take_number(loading, 1, SLOWNESS_MAX, &number);
  loading->target->slowness = (unsigned)number;
  return code;
}

static enum err_code take_maps_ids(const struct loading *loading) {
  const char *value = loading->setting->value;
  loading->target->maps_ids = strcmp(value, "yes") == 0;
  if (loading->target->maps_ids || strcmp(value, "no") == 0) return ERR_OK;
  return wrong(loading, "allowed are yes and no");
}

static enum err_code take_run(const struct loading *loading) {
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
  if (strcmp(key, "line-port") == 0) return take_line_port(loading);
  if (strcmp(key, "broken-exit") == 0) return take_broken_exit(loading);
  if (strcmp(key, "maps-ids") == 0) return take_maps_ids(loading);
  if (strcmp(key, "memory-mib") == 0)
    return take_number(loading, 0, MEMORY_MIB_MAX, &loading->target->memory_mib);
  if (strcmp(key, "file-mib") == 0)
    return take_number(loading, 0, MEMORY_MIB_MAX, &loading->target->file_mib);
  return wrong(loading,
               "there is no such key in [run]; allowed are launcher, far-side, line-port, "
               "network, interface, address, peer, slowness, broken-exit, maps-ids, memory-mib, "
               "file-mib, env.NAME");
}

static enum err_code take_without(const struct loading *loading) {
  struct target *target = loading->target;
  if (target->without_count == TARGET_WITHOUT_MAX) return wrong(loading, "there are too many");
  target->without[target->without_count++] =
      (struct target_without){loading->setting->key, loading->setting->value};
  return ERR_OK;
}

const char *target_is_without(const struct target *target, const char *recipe) {
  for (size_t i = 0; i < target->without_count; i++) {
    if (strcmp(target->without[i].recipe, recipe) == 0) return target->without[i].reason;
  }
  return NULL;
}

/* --- the file --------------------------------------------------------------------------------- */

static enum err_code take(struct loading *loading, const struct ini_setting *setting) {
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

/* The names by which people and files call it. */
static bool name_it(struct target *target, const char *path, struct arena *arena) {
  char real[PATH_MAX];
  if (realpath(path, real) == NULL) return false;
  target->path = arena_text(arena, path);
  const char *last = strrchr(real, '/') + 1;
  size_t len = strlen(last), suffix_len = sizeof SUFFIX - 1;
  if (len > suffix_len && strcmp(last + len - suffix_len, SUFFIX) == 0) len -= suffix_len;
  target->name = arena_format(arena, "%.*s", (int)len, last);
  target->dir = arena_text(arena, dirname(real));
  return target->path != NULL && target->name != NULL && target->dir != NULL;
}

/* Keys that need each other. */
static enum err_code check_run(const struct target *target, struct err *err) {
  const struct sandbox_remote *remote = &target->remote;
  const bool says_some =
      remote->interface != NULL || remote->places.subject != NULL || remote->places.peer != NULL;
  const bool says_all =
      remote->interface != NULL && remote->places.subject != NULL && remote->places.peer != NULL;
  const char *why = NULL;
  if (target->far_side != NULL && target->network != TARGET_VETH)
    why = "has a far-side, but network is not veth";
  else if (target->line_port != 0 && target->far_side == NULL)
    why = "has a line-port, but no far-side that listens";
  else if (target->network != TARGET_REMOTE && says_some)
    why = "has an interface, address or peer, but network is not remote";
  else if (target->network == TARGET_REMOTE && !says_all)
    why =
        "has network = remote, which needs interface (of this host), address (the board's) and "
        "peer (this host's there)";
  else if (target->network == TARGET_REMOTE && target->launcher == NULL)
    why = "has network = remote, but no launcher, which starts a program on the board";
  return why == NULL ? ERR_OK : err_set(err, ERR_USAGE, "%s: [run] %s", target->path, why);
}

enum err_code target_load(const char *path, struct arena *arena, const struct target **target,
                          struct err *err) {
  static const char *const NO_PROGRAMS[] = {NULL};
  struct ini_file file;
  enum err_code code = ini_file_read(path, arena, &file, err);
  if (code != ERR_OK) return code;
  struct target *made = arena_alloc(arena, sizeof *made);
  if (made == NULL || !name_it(made, path, arena)) return no_memory(err);
  made->programs = NO_PROGRAMS;
  made->packages = "";
  made->slowness = 1;
  made->memory_mib = -1;
  made->file_mib = TARGET_FILE_MIB;
  made->broken_exit = -1;
  struct loading loading = {.target = made, .arena = arena, .err = err};
  for (size_t i = 0; i < file.count && code == ERR_OK; i++)
    code = take(&loading, &file.settings[i]);
  if (code == ERR_OK && made->about == NULL) {
    code =
        err_set(err, ERR_USAGE, "%s: [target] has no about: a sentence that says what it is", path);
  }
  if (code == ERR_OK) code = check_run(made, err);
  if (made->network == TARGET_REMOTE) made->lacks |= TARGET_REMOTE_LACKS;
  if (code == ERR_OK) *target = made;
  return code;
}

static int is_target(const struct dirent *entry) {
  size_t len = strlen(entry->d_name), suffix_len = sizeof SUFFIX - 1;
  return len > suffix_len && strcmp(entry->d_name + len - suffix_len, SUFFIX) == 0;
}

static enum err_code unknown_target(const char *folder, const char *name, struct err *err) {
  struct text names = TEXT_INIT(NAMES_MAX);
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, is_target, alphasort);
  for (int i = 0; i < count; i++) {
    text_appendf(&names, " %.*s", (int)(strlen(entries[i]->d_name) - (sizeof SUFFIX - 1)),
                 entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
  enum err_code code = err_set(err, ERR_USAGE, "there is no target '%.60s'; %s has%s", name, folder,
                               names.len == 0 ? " none" : text_chars(&names));
  text_free(&names);
  return code;
}

enum err_code target_find(const char *folder, const char *name, struct arena *arena,
                          const struct target **target, struct err *err) {
  /* A porter's own file may lie anywhere. */
  bool is_path = strchr(name, '/') != NULL || strstr(name, SUFFIX) != NULL;
  if (is_path) return target_load(name, arena, target, err);
  const char *path = arena_format(arena, "%s/%s%s", folder, name, SUFFIX);
  if (path == NULL) return no_memory(err);
  return access(path, F_OK) == 0 ? target_load(path, arena, target, err)
                                 : unknown_target(folder, name, err);
}

enum err_code target_check_programs(const struct target *target, struct err *err) {
  for (size_t i = 0; target->programs[i] != NULL; i++) {
    char path[PATH_MAX];
    struct err why;
    if (subject_find_program(target->programs[i], path, sizeof path, &why) == ERR_OK) continue;
    return err_set(err, ERR_UNAVAILABLE, "the target %s needs %s, which is not installed%s%s",
                   target->name, target->programs[i],
                   target->packages[0] == '\0' ? "" : "; its Debian packages are ",
                   target->packages);
  }
  return ERR_OK;
}

enum err_code target_far_side(const struct target *target, const char *bin, struct arena *arena,
                              const char *const **argv, struct err *err) {
  const struct placeholder list[] = {{"bin", bin}, {"dir", target->dir}};
  return profile_expand(target->far_side, list, 2, arena, argv, err);
}

enum err_code target_launch(const struct target *target, const char *bin, struct arena *arena,
                            const char *const **argv, struct err *err) {
  if (target->launcher == NULL) return ERR_OK;
  struct text args = TEXT_INIT(ARGUMENTS_MAX_OCTETS);
  for (size_t i = 1; (*argv)[i] != NULL; i++) {
    if (i > 1) text_append(&args, " ");
    words_append_quoted(&args, (*argv)[i]);
  }
  const struct placeholder list[] = {
      {"program", (*argv)[0]}, {"args", text_chars(&args)}, {"bin", bin}, {"dir", target->dir}};
  enum err_code code = args.truncated
                           ? err_set(err, ERR_LIMIT, "the arguments of a command are too long")
                           : profile_expand(target->launcher, list, 4, arena, argv, err);
  text_free(&args);
  return code;
}
