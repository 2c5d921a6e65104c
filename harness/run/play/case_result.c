#include "run/play/case_result.h"

struct result *case_result_create(const struct settings *settings,
                                  const struct instance *instance) {
  struct result *result =
      result_create(instance->id, instance->recipe->name, instance->def->requirement);
  if (result == NULL) return NULL;
  const struct requirement *requirement = ledger_find(settings->ledger, instance->def->requirement);
  if (requirement != NULL) result->level = requirement->level;
  result->tier = settings->plan.tier;
  result_setf(&result->rerun, "%s '%s'%s", settings->rerun_prefix, instance->id,
              settings->rerun_suffix);
  return result;
}
