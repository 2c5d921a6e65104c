#include "run/case_wants.h"

#include <string.h>

static bool brings_file(const struct sandbox_file *etc, const char *name) {
  for (; etc != NULL && etc->name != NULL; etc++) {
    if (strcmp(etc->name, name) == 0) return true;
  }
  return false;
}

unsigned case_wants(const struct instance *instance) {
  const struct case_def *def = instance->def;
  unsigned wants = instance->recipe->wants | def->wants;
  if (instance->family == IP_V6) wants |= CAN_IPV6;
  if (def->ipv6_off) wants |= CAN_IPV6;
  if (def->host_name != NULL || def->may_set_host_name) wants |= CAN_HOST_NAME;
  if (def->input != NULL) wants |= CAN_STDIN;
  if (def->files[0].name != NULL) wants |= CAN_FILES;
  if (def->stop_signal != 0) wants |= CAN_SIGNALS;
  if (brings_file(def->etc, "services")) wants |= CAN_SERVICES;
  if (def->etc != NULL) wants |= CAN_NETDB;
  return wants;
}

const char *case_target_lacks(const struct target *target, const struct instance *instance,
                              struct arena *arena) {
  if (target == NULL) return NULL;
  unsigned lacking = case_wants(instance) & target->lacks;
  if (lacking == 0) return NULL;
  unsigned first = lacking & (~lacking + 1);
  return arena_format(arena, "the target %s lacks %s, which this case needs", target->name,
                      capability_name(first));
}
