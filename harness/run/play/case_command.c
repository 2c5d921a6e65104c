#include "run/play/case_command.h"

#include "sandbox/sandbox_addresses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACEHOLDERS_MAX = 16, TIMEOUT_DEFAULT_S = 2, FILLED_MAX = 1024 * 1024 };

/* What the texts of a profile are filled with. */
struct filling {
  struct placeholder list[PLACEHOLDERS_MAX];
  size_t count;
  struct arena *arena;
  const char *path; /* of the profile */
};

/* A text of the profile that cannot be filled in: where it stands before what is wrong with it. */
static enum err_code misfilled(const struct filling *filling, unsigned line, const char *kind,
                               const char *name, const struct err *why, struct err *err) {
  return err_set(err, why->code, "%s:%u: %s%s: %s", filling->path, line, kind, name, why->text);
}

static const char *value_in(const struct placeholder values[CASE_VALUES_MAX], const char *name) {
  for (size_t i = 0; i < CASE_VALUES_MAX && values[i].name != NULL; i++) {
    if (strcmp(values[i].name, name) == 0) return values[i].value;
  }
  return NULL;
}

const char *case_value(const struct instance *instance, const char *name) {
  const char *own = value_in(instance->def->values, name);
  return own != NULL ? own : value_in(instance->recipe->values, name);
}

/* A program that cannot be told a port at all is its own variant without one. */
const struct profile_command *case_command_find(const struct profile_entry *entry,
                                                const char *variant) {
  const struct profile_command *line = profile_command_find(entry, variant);
  if (line != NULL || variant == NULL || strcmp(variant, "no-port") != 0) return line;
  const struct profile_command *plain = profile_command_find(entry, NULL);
  return plain != NULL && !profile_entry_uses(entry, plain, "port") ? plain : NULL;
}

unsigned case_timeout_s(const struct profile_entry *entry, const struct instance *instance) {
  if (instance->def->timeout_s != 0) return instance->def->timeout_s;
  return entry != NULL && entry->timeout_s != 0 ? entry->timeout_s : TIMEOUT_DEFAULT_S;
}

static uint16_t default_port(const struct profile_entry *entry, const struct instance *instance) {
  const struct recipe_def *recipe = instance->recipe;
  /* A variant without a port is a case's way to ask for the recipe's own. */
  const struct profile_command *plain = entry == NULL ? NULL : profile_command_find(entry, NULL);
  bool can_be_told = plain == NULL || profile_entry_uses(entry, plain, "port");
  return can_be_told || recipe->well_known_port == 0 ? recipe->port : recipe->well_known_port;
}

uint16_t case_port(const struct profile_entry *entry, const struct instance *instance) {
  return instance->def->port != 0 ? instance->def->port : default_port(entry, instance);
}

/* A program that cannot be told a timeout has its own; one that has none to tell keeps the case's.
 */
unsigned case_own_patience_s(const struct profile_entry *entry, const struct instance *instance) {
  if (entry == NULL || entry->timeout_s == 0) return 0;
  const struct profile_command *line = case_command_find(entry, instance->def->variant);
  return line != NULL && profile_entry_uses(entry, line, "timeout_s") ? 0 : entry->timeout_s;
}

/* NULL: the subject speaks the family of this case, or does not say. */
static const char *lacks_family(const struct profile_entry *entry, const struct instance *instance,
                                struct arena *arena) {
  const bool ipv6 = instance->family == IP_V6;
  if (entry->families != (ipv6 ? PROFILE_FAMILIES_IPV4 : PROFILE_FAMILIES_IPV6)) return NULL;
  return arena_format(arena, "the profile says families = %s for %s, and this case is of %s",
                      ipv6 ? "ipv4" : "ipv6", instance->recipe->name, ipv6 ? "IPv6" : "IPv4");
}

static const char *lacks(const struct profile_entry *entry, const struct instance *instance,
                         const struct profile_command *command, struct arena *arena) {
  const struct case_def *def = instance->def;
  const char *family = lacks_family(entry, instance, arena);
  if (family != NULL) return family;
  for (size_t i = 0; i < CASE_VALUES_MAX && def->values[i].name != NULL; i++) {
    if (!profile_entry_uses(entry, command, def->values[i].name)) {
      return arena_format(arena, "the profile's command for %s has no {%s}, which this case sets",
                          instance->recipe->name, def->values[i].name);
    }
  }
  if (def->port_text != NULL && !profile_entry_uses(entry, command, "port")) {
    return arena_format(arena, "the profile's command for %s has no {port}, which this case sets",
                        instance->recipe->name);
  }
  if (def->port != 0 && def->port != default_port(entry, instance) &&
      !profile_entry_uses(entry, command, "port")) {
    return arena_format(arena, "the profile's command for %s has no {port}, and this case uses %u",
                        instance->recipe->name, (unsigned)def->port);
  }
  if (def->host != NULL && !profile_entry_uses(entry, command, "host")) {
    return arena_format(arena, "the profile's command for %s has no {host}, which this case sets",
                        instance->recipe->name);
  }
  return NULL;
}

/* The case's own words, with the addresses of its network. NULL: no memory. */
static const char *on_network(const struct settings *settings, const char *words,
                              struct arena *arena) {
  if (strchr(words, '{') == NULL) return words;
  struct text filled = TEXT_INIT(FILLED_MAX);
  sandbox_fill_addresses(target_places(settings->target), words, &filled);
  const char *made = filled.truncated ? NULL : arena_text(arena, text_chars(&filled));
  text_free(&filled);
  return made;
}

static const char *host_text(const struct settings *settings, const struct instance *instance,
                             const struct network *network, struct arena *arena) {
  if (instance->def->host != NULL) return on_network(settings, instance->def->host, arena);
  char text[IP_ADDRESS_TEXT_MAX];
  bool server = instance_role(instance) == ROLE_SERVER;
  return arena_text(arena, ip_address_text(server ? &network->subject : &network->peer, text));
}

static const char *port_text(const struct instance *instance, const struct case_place *place,
                             struct arena *arena) {
  if (instance->def->port_text != NULL) return instance->def->port_text;
  return arena_format(arena, "%u", (unsigned)place->port);
}

static size_t fill_placeholders(const struct settings *settings, const struct instance *instance,
                                const struct case_place *place, struct arena *arena,
                                struct placeholder list[PLACEHOLDERS_MAX]) {
  unsigned timeout_s =
      case_timeout_s(profile_entry_find(settings->profile, instance->recipe->name), instance);
  size_t count = 0;
  list[count++] =
      (struct placeholder){"host", host_text(settings, instance, place->network, arena)};
  list[count++] = (struct placeholder){"port", port_text(instance, place, arena)};
  list[count++] = (struct placeholder){"family", place->network->family == IP_V6 ? "6" : "4"};
  list[count++] = (struct placeholder){"timeout_s", arena_format(arena, "%u", timeout_s)};
  list[count++] = (struct placeholder){"dir", settings->profile->dir};
  list[count++] = (struct placeholder){"bin", place->programs};
  list[count++] = (struct placeholder){"scratch", place->scratch};
  for (size_t i = 0; i < CASE_VALUES_MAX && instance->def->values[i].name != NULL; i++) {
    const struct placeholder *value = &instance->def->values[i];
    list[count++] = (struct placeholder){value->name, on_network(settings, value->value, arena)};
  }
  for (size_t i = 0; i < CASE_VALUES_MAX && instance->recipe->values[i].name != NULL; i++) {
    if (value_in(instance->def->values, instance->recipe->values[i].name) != NULL) continue;
    list[count++] = instance->recipe->values[i];
  }
  return count;
}

static enum err_code put_wrapper_before(const char *const *wrapper, struct arena *arena,
                                        const char *const **argv, struct err *err) {
  size_t before = 0, own = 0;
  while (wrapper[before] != NULL)
    before++;
  while ((*argv)[own] != NULL)
    own++;
  const char **all = arena_alloc(arena, (before + own + 1) * sizeof *all);
  if (all == NULL) return err_set(err, ERR_LIMIT, "no memory for the command");
  memcpy(all, wrapper, before * sizeof *all);
  memcpy(all + before, *argv, own * sizeof *all);
  *argv = all;
  return ERR_OK;
}

static enum err_code fill_files(const struct profile_entry *entry, const struct filling *filling,
                                struct case_command *command, struct err *err) {
  for (size_t i = 0; i < entry->file_count; i++) {
    const struct profile_file *file = &entry->files[i];
    struct err why = {0};
    command->files[i].name = file->name;
    enum err_code code = profile_fill(file->text, filling->list, filling->count, filling->arena,
                                      &command->files[i].text, &why);
    if (code != ERR_OK) return misfilled(filling, file->at_line, "file.", file->name, &why, err);
  }
  command->file_count = entry->file_count;
  return ERR_OK;
}

/* A clean environment: nothing of the host's but where its programs are. */
static enum err_code make_environment(const struct profile_entry *entry,
                                      const struct target *target, const char *scratch,
                                      const struct filling *filling, const char *const **envp,
                                      struct err *err) {
  struct arena *arena = filling->arena;
  const char *path = getenv("PATH");
  size_t of_target = target == NULL ? 0 : target->env_count;
  const char **all = arena_alloc(arena, (entry->env_count + of_target + 6) * sizeof *all);
  if (all == NULL) return err_set(err, ERR_LIMIT, "no memory for the environment");
  size_t count = 0;
  all[count++] = "TZ=UTC";
  all[count++] = "LC_ALL=C";
  all[count++] = arena_format(arena, "HOME=%s", scratch);
  all[count++] = arena_format(arena, "TMPDIR=%s", scratch);
  all[count++] = arena_format(arena, "PATH=%s", path == NULL ? "/usr/bin:/bin" : path);
  for (size_t i = 0; i < of_target; i++)
    all[count++] = target->env[i];
  for (size_t i = 0; i < entry->env_count; i++) {
    struct err why = {0};
    const char *name = entry->env[i];
    enum err_code code =
        profile_fill(entry->env[i], filling->list, filling->count, arena, &all[count++], &why);
    if (code != ERR_OK)
      return misfilled(filling, entry->env_lines[i], "env.",
                       arena_format(arena, "%.*s", (int)strcspn(name, "="), name), &why, err);
  }
  for (size_t i = 0; i < count; i++) {
    if (all[i] == NULL) return err_set(err, ERR_LIMIT, "no memory for the environment");
  }
  *envp = all;
  return ERR_OK;
}

enum err_code case_command_make(const struct settings *settings, const struct instance *instance,
                                const struct case_place *place, struct arena *arena,
                                struct case_command *command, const char **lacking,
                                struct err *err) {
  *lacking = NULL;
  const struct profile_entry *entry = profile_entry_find(settings->profile, instance->recipe->name);
  if (entry == NULL) {
    return err_set(err, ERR_USAGE, "the profile %s has no section for %s", settings->profile->path,
                   instance->recipe->name);
  }
  const struct profile_command *line = case_command_find(entry, instance->def->variant);
  if (line == NULL) {
    *lacking = arena_format(arena, "the profile has no command.%s for %s",
                            instance->def->variant == NULL ? "" : instance->def->variant,
                            instance->recipe->name);
    return ERR_OK;
  }
  *lacking = lacks(entry, instance, line, arena);
  if (*lacking != NULL) return ERR_OK;
  struct filling filling = {.arena = arena, .path = settings->profile->path};
  struct err why = {0};
  filling.count = fill_placeholders(settings, instance, place, arena, filling.list);
  enum err_code code =
      profile_expand(line, filling.list, filling.count, arena, &command->argv, &why);
  if (code != ERR_OK && line->at_line > 0)
    return misfilled(&filling, line->at_line, "command", "", &why, err);
  if (code != ERR_OK) *err = why;
  if (code == ERR_OK) command->program = command->argv[0];
  if (code == ERR_OK && settings->target != NULL) {
    code = target_launch(settings->target, place->programs, arena, &command->argv, err);
  }
  if (code == ERR_OK && settings->wrapper != NULL) {
    code = put_wrapper_before(settings->wrapper, arena, &command->argv, err);
  }
  if (code == ERR_OK) code = fill_files(entry, &filling, command, err);
  if (code == ERR_OK)
    code = make_environment(entry, settings->target, place->scratch, &filling, &command->envp, err);
  return code;
}
