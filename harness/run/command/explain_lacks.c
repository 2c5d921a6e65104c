#include "run/command/explain_lacks.h"

#include "run/check/check_wants.h"
#include "run/play/case_command.h"

#include <stdlib.h>
#include <string.h>

/* True: it is the first of its kind. */
static bool count_lack(struct lacks *lacks, const char *words) {
  for (size_t i = 0; i < lacks->count; i++) {
    if (strcmp(lacks->list[i].words, words) != 0) continue;
    lacks->list[i].cases++;
    return false;
  }
  if (lacks->count == LACKS_MAX) return false;
  lacks->list[lacks->count++] = (struct lack){.words = words, .cases = 1};
  return true;
}

/* A variant is named by its key alone: what it is to do shows in the reference's own command, and
 * in a value that a case puts in. NULL: nothing is to be shown, or no memory. */
static const char *hint_of_variant(const struct profile *reference, const struct instance *instance,
                                   struct arena *arena) {
  const struct case_def *def = instance->def;
  const struct profile_entry *entry = profile_entry_find(reference, instance->recipe->name);
  const struct profile_command *like =
      entry == NULL ? NULL : profile_command_find(entry, def->variant);
  if (like == NULL) return NULL;
  const struct placeholder *value = &def->values[0];
  if (value->name == NULL || !profile_uses(like, value->name))
    return arena_format(arena, "the reference's is: %s", like->line);
  return arena_format(arena, "the reference's is: %s, where {%s} is `%s` in %s", like->line,
                      value->name, value->value, instance->id);
}

static bool can_observe(const struct profile_entry *entry, const char *name) {
  for (size_t i = 0; i < entry->observation_count; i++) {
    if (strcmp(entry->observations[i].name, name) == 0) return true;
  }
  return entry->sets_clock && observe_is_of_clock(name);
}

static enum err_code count_observations(const struct profile_entry *entry,
                                        const struct case_def *def, struct arena *arena,
                                        struct lacks *lacks, struct err *err) {
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    const char *names[CHECK_WANTS_MAX];
    const size_t count = check_wants(&def->checks[i], names);
    for (size_t n = 0; n < count; n++) {
      if (can_observe(entry, names[n])) continue;
      const char *words = arena_format(arena, "no observe.%s", names[n]);
      if (words == NULL) return err_set(err, ERR_LIMIT, "no memory for what a profile lacks");
      (void)count_lack(lacks, words);
      return ERR_OK; /* one is enough to make the case unsupported */
    }
  }
  return ERR_OK;
}

static enum err_code look_at(const struct settings *settings, const struct instance *instance,
                             const struct profile *reference, const struct case_place *place,
                             struct arena *arena, struct lacks *lacks, struct err *err) {
  struct case_command command = {0};
  const char *lacking = NULL;
  enum err_code code = case_command_make(settings, instance, place, arena, &command, &lacking, err);
  if (code != ERR_OK) return code;
  const struct profile_entry *entry = profile_entry_find(settings->profile, instance->recipe->name);
  if (lacking == NULL) return count_observations(entry, instance->def, arena, lacks, err);
  if (count_lack(lacks, lacking) && case_command_find(entry, instance->def->variant) == NULL)
    lacks->list[lacks->count - 1].hint = hint_of_variant(reference, instance, arena);
  return ERR_OK;
}

static int by_cases(const void *one, const void *other) {
  const struct lack *a = one, *b = other;
  return a->cases == b->cases ? strcmp(a->words, b->words) : a->cases > b->cases ? -1 : 1;
}

enum err_code lacks_find(const struct settings *settings, const struct instance_list *all,
                         const struct profile *reference, const struct recipe_def *recipe,
                         struct arena *arena, struct lacks *lacks, struct err *err) {
  *lacks = (struct lacks){0};
  struct network network = {.family = IP_V4};
  if (!ip_address_parse("127.0.0.1", &network.peer))
    return err_set(err, ERR_SYSTEM, "the loopback address could not be parsed");
  network.subject = network.peer;
  const struct case_place place = {
      .network = &network, .port = recipe->port, .scratch = "/", .programs = settings->recipes_dir};
  enum err_code code = ERR_OK;
  for (size_t i = 0; i < all->count && code == ERR_OK; i++) {
    if (all->items[i].recipe == recipe)
      code = look_at(settings, &all->items[i], reference, &place, arena, lacks, err);
  }
  qsort(lacks->list, lacks->count, sizeof lacks->list[0], by_cases);
  return code;
}
