#include "run/play/case_limit.h"

#include "run/play/case_command.h"
#include "run/play/case_parts.h"

enum { START_AND_END_MS = 5000, WORKER_MS = 180 * 1000 };

static const struct profile_entry *entry_of(const struct settings *settings,
                                            const struct instance *instance) {
  return profile_entry_find(settings->profile, instance->recipe->name);
}

unsigned case_limit_ms(const struct case_def *def) {
  return def->limit_ms == 0 ? CASE_LIMIT_DEFAULT_MS : def->limit_ms;
}

unsigned case_wall_ms(const struct settings *settings, const struct instance *instance) {
  const struct profile_entry *entry = entry_of(settings, instance);
  const unsigned limit_ms = case_limit_ms(instance->def);
  const unsigned own_ms = entry->timeout_s * 1000 + START_AND_END_MS;
  const unsigned wall_ms = (own_ms > limit_ms ? own_ms : limit_ms) * settings->slowness;
  if (instance_role(instance) != ROLE_CLIENT || !entry->daemon) return wall_ms;
  const unsigned daemon_ms =
      (unsigned)case_daemon_limit_ms(settings, instance) + 2 * START_AND_END_MS;
  return daemon_ms > wall_ms ? daemon_ms : wall_ms;
}

uint64_t case_daemon_limit_ms(const struct settings *settings, const struct instance *instance) {
  const struct profile_entry *entry = entry_of(settings, instance);
  unsigned seconds = case_timeout_s(entry, instance);
  if (entry->timeout_s > seconds) seconds = entry->timeout_s;
  return (uint64_t)seconds * 1000 * settings->slowness;
}

unsigned case_runs(const struct instance *instance) {
  const unsigned runs = instance->def->runs;
  if (runs == 0) return 1;
  return runs < CASE_RUNS_MAX ? runs : CASE_RUNS_MAX;
}

/* A subject's wall time may begin anew once, when its launcher says that it has started it. */
uint64_t case_worker_limit_ms(const struct settings *settings, const struct instance *instance) {
  return (uint64_t)WORKER_MS * settings->slowness +
         (uint64_t)case_runs(instance) * 2 * case_wall_ms(settings, instance);
}
