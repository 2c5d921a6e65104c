/* The command line and environment that a case gives to its subject. */
#ifndef SOCKPROOF_RUN_CASE_COMMAND_H
#define SOCKPROOF_RUN_CASE_COMMAND_H

#include "run/settings.h"

struct case_command {
  const char *const *argv;
  const char *const *envp;
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

/* The value of a placeholder of the case: its own, else the recipe's; NULL where neither has one.
 */
const char *case_value(const struct instance *instance, const char *name);

#endif
