/* The command line and environment that a case gives to its subject. */
#ifndef SOCKPROOF_RUN_CASE_COMMAND_H
#define SOCKPROOF_RUN_CASE_COMMAND_H

#include "run/play/settings.h"

struct case_command {
  const char *const *argv;
  const char *program; /* the subject's own: what a launcher or a wrapper before it starts */
  const char *const *envp;
  struct profile_file files[PROFILE_FILES_MAX]; /* of the profile, filled in */
  size_t file_count;
};

/* Everything that differs from case to case and run to run. */
struct case_place {
  const struct network *network;
  uint16_t port; /* the real one, where a tier below capture-private had to use another */
  const char *scratch;
  const char *programs; /* {bin} as the subject sees it */
};

/* Where the profile's command cannot be told what the case needs ({message}, a port of its own, a
 * variant), *lacking is a sentence that says so and the result is ERR_OK: the case is unsupported,
 * not wrong. */
enum err_code case_command_make(const struct settings *settings, const struct instance *instance,
                                const struct case_place *place, struct arena *arena,
                                struct case_command *command, const char **lacking,
                                struct err *err) MUST_USE;

/* {timeout_s}: the case's, else the profile's `timeout`, else 2. `entry` may be NULL. */
unsigned case_timeout_s(const struct profile_entry *entry, const struct instance *instance);
/* How long the subject may take to give up whatever the case says, as it cannot be told; 0: the
 * case's word holds. */
unsigned case_own_patience_s(const struct profile_entry *entry, const struct instance *instance);

/* {port} as the case has it, before a tier without ports of its own chooses another: the case's;
 * the well-known one, where the profile has no {port} to tell another by; the recipe's. `entry` may
 * be NULL. */
uint16_t case_port(const struct profile_entry *entry, const struct instance *instance);

/* The command of a variant, or NULL; a plain one without {port} is the variant "no-port" too. */
const struct profile_command *case_command_find(const struct profile_entry *entry,
                                                const char *variant);

/* The value of a placeholder of the case: its own, else the recipe's; NULL where neither has one.
 */
const char *case_value(const struct instance *instance, const char *name);

#endif
