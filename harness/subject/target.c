#include "subject/target.h"

#include "subject/words.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/utsname.h>

enum { ARGUMENTS_MAX_OCTETS = 128 * 1024 };

bool target_is_big_endian(const struct target *target) {
  if (target != NULL && target->byte_order != ORDER_OF_HOST) return target->byte_order == ORDER_BIG;
  return htonl(1) == 1;
}

unsigned target_early_ms(const struct target *target) {
  return target == NULL ? 0 : target->early_ms;
}

bool target_has_own_sockets(const struct target *target) {
  if (target == NULL) return false;
  if (target->system != NULL) return true;
  if (target->network == TARGET_TAP || target->network == TARGET_REMOTE) return true;
  return target->differs != NULL &&
         (strstr(target->differs, "kernel") != NULL || strstr(target->differs, "stack") != NULL);
}

bool target_has_sockets_of(const struct target *target, const char *system) {
  struct utsname host;
  if (target != NULL && target->system != NULL) return strcmp(target->system, system) == 0;
  return !target_has_own_sockets(target) && uname(&host) == 0 && strcmp(host.sysname, system) == 0;
}

const struct sandbox_remote *target_remote(const struct target *target) {
  return target != NULL && target->network == TARGET_REMOTE ? &target->remote : NULL;
}

const struct sandbox_places *target_places(const struct target *target) {
  if (target == NULL || target->network == TARGET_LOOPBACK) return &sandbox_on_loopback;
  return target->network == TARGET_REMOTE ? &target->remote.places : &sandbox_on_wire;
}

const char *target_is_without(const struct target *target, const char *recipe) {
  for (size_t i = 0; i < target->without_count; i++) {
    if (strcmp(target->without[i].recipe, recipe) == 0) return target->without[i].reason;
  }
  return NULL;
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
