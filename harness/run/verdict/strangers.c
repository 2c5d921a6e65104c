#include "run/verdict/strangers.h"

#include "run/verdict/golden.h"

#include <stdio.h>

/* SIZE_MAX: nothing says. A server is talked to by the case's own driver, as often as it likes. */
static size_t flows_due(const struct settings *settings, const struct case_evidence *evidence) {
  const char *goldens = settings->profile == NULL ? NULL : settings->profile->goldens_dir;
  const struct instance *instance = evidence->instance;
  struct canonical *golden = NULL;
  struct err err = {0};
  bool missing = true;
  bool known = (goldens != NULL || instance->def->golden != NULL) &&
               golden_load(instance, goldens, &golden, &missing, &err) == ERR_OK && !missing;
  size_t due = known                                    ? canonical_flow_count(golden)
               : instance_role(instance) == ROLE_SERVER ? SIZE_MAX
                                                        : evidence->judged.run_count;
  canonical_destroy(golden);
  return due;
}

bool strangers_may_be_there(const struct settings *settings, const struct case_evidence *evidence,
                            const struct canonical *actual,
                            char reason[static STRANGERS_REASON_MAX]) {
  if (settings->plan.tier == TIER_CAPTURE_PRIVATE) return false;
  size_t due = flows_due(settings, evidence), seen = canonical_flow_count(actual);
  if (seen <= due) return false;
  snprintf(reason, STRANGERS_REASON_MAX,
           "%zu conversations met the case's ports, and %zu %s due: on a loopback that others use "
           "nothing tells whose the others are, so this needs the tier capture-private",
           seen, due, due == 1 ? "is" : "are");
  return true;
}
