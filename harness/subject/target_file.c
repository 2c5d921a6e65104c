/* A target's file: found, read, and its keys held against each other. */
#include "subject/target_keys.h"

#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char SUFFIX[] = ".ini";

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
  static const char *const NOTHING[] = {NULL};
  struct ini_file file;
  enum err_code code = ini_file_read(path, arena, &file, err);
  if (code != ERR_OK) return code;
  struct target *made = arena_alloc(arena, sizeof *made);
  if (made == NULL || !name_it(made, path, arena)) return target_no_memory(err);
  made->programs = made->files = NOTHING;
  made->packages = "";
  made->slowness = 1;
  made->memory_mib = -1;
  made->file_mib = TARGET_FILE_MIB;
  made->broken_exit = -1;
  struct target_loading loading = {.target = made, .arena = arena, .err = err};
  for (size_t i = 0; i < file.count && code == ERR_OK; i++)
    code = target_take(&loading, &file.settings[i]);
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
  struct text names = TEXT_INIT(TARGET_NAMES_MAX);
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
  const char *here = arena_format(arena, "%s%s", name, SUFFIX);
  if (path == NULL || here == NULL) return target_no_memory(err);
  if (access(path, F_OK) == 0) return target_load(path, arena, target, err);
  if (access(here, F_OK) != 0) return unknown_target(folder, name, err);
  return err_set(err, ERR_USAGE,
                 "there is no target '%.60s' in %s; the file that is here is told by its path: "
                 "--target ./%.60s",
                 name, folder, here);
}
