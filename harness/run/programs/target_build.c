#include "run/programs/target_build.h"

#include "base/digest.h"
#include "run/programs/build_step.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOOLCHAIN_MAX = 16 * 1024 };

struct build {
  const struct target *target;
  const struct target_place *place;
  struct arena *arena;
  struct err *err;
  const char *folder, *toolchain, *log, *what;
};

static enum err_code no_memory(struct err *err) {
  return err_set(err, ERR_LIMIT, "no memory for a target's build");
}

/* --- the toolchain file ----------------------------------------------------------------------- */

/* In a bracket argument nothing is expanded, and no quote ends it. */
static void append_set(struct text *text, const char *name, const char *value) {
  if (value != NULL) text_appendf(text, "set(%s [==[%s]==])\n", name, value);
}

static void append_without(struct text *text, const struct target *target) {
  text_append(text, "set(SOCKPROOF_WITHOUT");
  for (size_t i = 0; i < target->without_count; i++)
    text_appendf(text, " %s", target->without[i].recipe);
  text_append(text, ")\n");
}

static void append_toolchain(struct text *text, const struct build *build) {
  const struct target *target = build->target;
  text_appendf(text, "# Made from %s/%s.ini; changes are lost.\n", target->dir, target->name);
  append_set(text, "CMAKE_SYSTEM_NAME", target->cmake_system);
  append_set(text, "CMAKE_SYSTEM_PROCESSOR", target->cmake_system == NULL ? NULL : target->machine);
  append_set(text, "CMAKE_C_COMPILER", target->compiler);
  append_set(text, "CMAKE_C_FLAGS_INIT", target->flags);
  append_set(text, "CMAKE_EXE_LINKER_FLAGS_INIT", target->link);
  /* The plain name of a recipe where it is CMake's to choose. Windows' linker would add its own,
   * and what has another name than is known for it is linked anew each time. */
  const bool is_bare = target->cmake_system != NULL && strcmp(target->cmake_system, "Generic") == 0;
  append_set(text, "CMAKE_EXECUTABLE_SUFFIX_C", is_bare ? "" : NULL);
  /* Without a start file of its own a compiler cannot link CMake's first test. */
  if (target->runtime != NULL) append_set(text, "CMAKE_TRY_COMPILE_TARGET_TYPE", "STATIC_LIBRARY");
  append_set(text, "SOCKPROOF_RUNTIME", target->runtime);
  /* Of every target, needed or not: another launcher is no reason to build all anew. */
  text_appendf(text, "set(SOCKPROOF_TRIAL [==[%s/subjects/targets/trial.c]==])\n",
               build->place->root);
  append_without(text, target);
}

static bool is_as(const char *path, const struct text *contents) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return false;
  char *now = malloc(TOOLCHAIN_MAX);
  size_t len = now == NULL ? 0 : fread(now, 1, TOOLCHAIN_MAX, file);
  fclose(file);
  bool same = now != NULL && len == contents->len && memcmp(now, text_chars(contents), len) == 0;
  free(now);
  return same;
}

/* *changed: the file was another, or none, and what was built by it is of no use. */
static enum err_code write_toolchain(const struct build *build, bool *changed) {
  struct text text = TEXT_INIT(TOOLCHAIN_MAX);
  append_toolchain(&text, build);
  *changed = !is_as(build->toolchain, &text);
  enum err_code code = ERR_OK;
  if (*changed) {
    FILE *file = fopen(build->toolchain, "we");
    bool written = file != NULL && fwrite(text_chars(&text), 1, text.len, file) == text.len;
    if (file != NULL && fclose(file) != 0) written = false;
    if (!written) code = err_set_errno(build->err, errno, "cannot write %s", build->toolchain);
  }
  text_free(&text);
  return code;
}

/* --- the steps -------------------------------------------------------------------------------- */

/* What is missing is often a package that the first look did not miss. */
static enum err_code step(const struct build *build, const char *const *argv) {
  struct err why = {0};
  enum err_code code = build_step(argv, build->log, build->what, &why);
  const char *packages = build->target->packages;
  if (code != ERR_UNAVAILABLE || packages[0] == '\0') {
    if (code != ERR_OK) *build->err = why;
    return code;
  }
  return err_set(build->err, code, "%.300s; on Debian it needs %s", why.text, packages);
}

static enum err_code configure(const struct build *build) {
  struct arena *arena = build->arena;
  const char *source = arena_format(arena, "%s/cases", build->place->root);
  const char *toolchain = arena_format(arena, "-DCMAKE_TOOLCHAIN_FILE=%s", build->toolchain);
  if (source == NULL || toolchain == NULL) return no_memory(build->err);
  fprintf(stderr, "building the recipes for the target %s\n", build->target->name);
  const char *const argv[] = {
      "cmake",       "--fresh", "-S",    source,    "-B",
      build->folder, "-G",      "Ninja", toolchain, "-DCMAKE_BUILD_TYPE=None",
      NULL};
  return step(build, argv);
}

static enum err_code compile(const struct build *build) {
  const struct target_place *place = build->place;
  const char *target = place->mutant == NULL ? "recipes"
                                             : arena_format(build->arena, "mutant_%s_%s",
                                                            place->recipe, place->mutant);
  if (target == NULL) return no_memory(build->err);
  const char *const argv[] = {"cmake", "--build", build->folder, "--target", target, NULL};
  return step(build, argv);
}

static enum err_code bring_up_to_date(const struct build *build) {
  bool changed;
  enum err_code code = write_toolchain(build, &changed);
  if (code != ERR_OK) return code;
  const char *ninja = arena_format(build->arena, "%s/build.ninja", build->folder);
  if (ninja == NULL) return no_memory(build->err);
  if (changed || access(ninja, F_OK) != 0) {
    code = configure(build);
    /* What is half configured is not to be taken for whole the next time. */
    if (code != ERR_OK) unlink(build->toolchain);
  }
  return code == ERR_OK ? compile(build) : code;
}

/* A mistake in the target's file would be taken for one of its programs. */
static enum err_code check_byte_order(const struct build *build) {
  const char *path = arena_format(build->arena, "%s/byte-order", build->folder);
  if (path == NULL) return no_memory(build->err);
  char order[32] = "";
  FILE *file = fopen(path, "re");
  if (file != NULL && fgets(order, sizeof order, file) == NULL) order[0] = '\0';
  if (file != NULL) fclose(file);
  const struct target *target = build->target;
  const bool is_big = strcmp(order, "BIG_ENDIAN") == 0;
  if ((!is_big && strcmp(order, "LITTLE_ENDIAN") != 0) || is_big == target_is_big_endian(target))
    return ERR_OK;
  const char *right = is_big ? "big" : "little";
  return err_set(build->err, ERR_USAGE,
                 "%s: the programs that its compiler makes have the byte order %s, and the file "
                 "says another, or none: write byte-order = %s in [target]",
                 target->path, right, right);
}

/* A porter's own file may have the name of one that comes with the project. Built in one folder,
 * each would replace the other's programs, perhaps in the middle of a run. NULL: no memory. */
static const char *choose_name(const struct build *build) {
  struct arena *arena = build->arena;
  const struct target *target = build->target;
  const char *folder = arena_format(arena, "%s/subjects/targets", build->place->root);
  char real[PATH_MAX];
  if (folder == NULL) return NULL;
  if (realpath(folder, real) == NULL || strcmp(real, target->dir) == 0) return target->name;
  const char *namesake = arena_format(arena, "%s/%s.ini", real, target->name);
  if (namesake == NULL) return NULL;
  if (access(namesake, F_OK) != 0) return target->name;
  return arena_format(arena, "%s-%016" PRIx64, target->name, digest_of(target->dir));
}

static bool name_files(struct build *build) {
  struct arena *arena = build->arena;
  const char *targets = arena_format(arena, "%s/targets", build->place->build_dir);
  const char *name = choose_name(build);
  if (targets == NULL || name == NULL) return false;
  build->folder = arena_format(arena, "%s/%s", targets, name);
  build->toolchain = arena_format(arena, "%s/%s.cmake", targets, name);
  build->log = arena_format(arena, "%s/%s.log", targets, name);
  build->what = build->place->mutant == NULL
                    ? arena_format(arena, "the recipes for the target %s", build->target->name)
                    : arena_format(arena, "the mutant for the target %s", build->target->name);
  if (build->folder == NULL || build->toolchain == NULL || build->log == NULL ||
      build->what == NULL) {
    return false;
  }
  (void)mkdir(targets, 0777); /* that it is not there is told by what follows */
  return true;
}

enum err_code target_build(const struct target *target, const struct target_place *place,
                           struct arena *arena, const char **folder, struct err *err) {
  struct build build = {.target = target, .place = place, .arena = arena, .err = err};
  if (!name_files(&build)) return no_memory(err);
  *folder = place->mutant == NULL ? arena_format(arena, "%s/recipes", build.folder)
                                  : arena_format(arena, "%s/mutants/%s/%s", build.folder,
                                                 place->recipe, place->mutant);
  const char *lock_path = arena_format(arena, "%s.lock", build.folder);
  if (*folder == NULL || lock_path == NULL) return no_memory(err);
  int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock < 0) {
    int reason = errno;
    if (access(*folder, X_OK) == 0) return check_byte_order(&build);
    return err_set_errno(err, reason, "%s cannot be built: cannot write to %s/targets", build.what,
                         place->build_dir);
  }
  enum err_code code = ERR_OK;
  if (flock(lock, LOCK_EX) != 0) code = err_set_errno(err, errno, "cannot lock %s", lock_path);
  if (code == ERR_OK) code = bring_up_to_date(&build);
  if (code == ERR_OK) code = check_byte_order(&build);
  close(lock);
  return code;
}
