#include "run/play/case_wants.h"

#include "run/check/check.h"
#include "sandbox/sandbox_addresses.h"

#include <string.h>

static bool brings_file(const struct sandbox_file *etc, const char *name) {
  for (; etc != NULL && etc->name != NULL; etc++) {
    if (strcmp(etc->name, name) == 0) return true;
  }
  return false;
}

static bool brings_name_server(const struct case_def *def) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++) {
    if (def->fixtures[i].class->application == APPLICATION_DNS) return true;
  }
  return false;
}

/* A plain script, which is none of the case's own, signals nobody. */
static bool interrupts_subject(const struct case_def *def) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++) {
    const struct fixture_use *use = &def->fixtures[i];
    if (use->script != NULL && use->class->interrupts != NULL &&
        use->class->interrupts(use->script))
      return true;
  }
  return false;
}

/* The case's texts name an address of the subject's own beside its first. */
static bool names_second_address(const struct case_def *def) {
  if (sandbox_wants_second_address(def->host)) return true;
  for (size_t i = 0; i < CASE_VALUES_MAX && def->values[i].name != NULL; i++) {
    if (sandbox_wants_second_address(def->values[i].value)) return true;
  }
  for (const struct sandbox_file *file = def->etc; file != NULL && file->name != NULL; file++) {
    if (sandbox_wants_second_address(file->contents)) return true;
  }
  return false;
}

/* Domains that no name server of the world knows (RFC 6761), as all names of the cases are in. */
static bool is_name(const char *text) {
  return text != NULL && (strstr(text, ".test") != NULL || strstr(text, ".example") != NULL);
}

static bool names_host(const struct case_def *def) {
  if (is_name(def->host)) return true;
  for (size_t i = 0; i < CASE_VALUES_MAX && def->values[i].name != NULL; i++) {
    if (is_name(def->values[i].value)) return true;
  }
  return false;
}

/* How a server ends that was told to is judged: what only kills it would look as good. */
static bool judges_stop(const struct case_def *def) {
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    if (def->checks[i].judge == check_ends_cleanly) return true;
  }
  return false;
}

unsigned case_wants(const struct instance *instance) {
  const struct case_def *def = instance->def;
  unsigned wants = instance->recipe->wants | def->wants;
  if (instance->family == IP_V6) wants |= CAN_IPV6;
  if (def->ipv6_off) wants |= CAN_IPV6 | CAN_IPV6_OFF;
  if (def->host_name != NULL || def->may_set_host_name) wants |= CAN_HOST_NAME;
  if (def->input != NULL) wants |= CAN_STDIN;
  if (def->files[0].name != NULL) wants |= CAN_FILES;
  if (def->stop_signal != 0 || judges_stop(def)) wants |= CAN_STOP_SIGNALS;
  if (interrupts_subject(def)) wants |= CAN_SIGNALS;
  if (brings_file(def->etc, "services")) wants |= CAN_SERVICES;
  if (def->etc != NULL || names_host(def)) wants |= CAN_NETDB;
  if (brings_name_server(def)) wants |= CAN_RESOLVE;
  if (names_second_address(def)) wants |= CAN_SECOND_ADDRESS;
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
