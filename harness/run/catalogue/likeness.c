#include "run/catalogue/likeness.h"

#include "run/play/case_surroundings.h"

#include <string.h>

static bool same_text(const char *one, const char *other) {
  return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static bool same_values(const struct case_def *one, const struct case_def *other) {
  for (size_t i = 0; i < CASE_VALUES_MAX; i++) {
    if (!same_text(one->values[i].name, other->values[i].name)) return false;
    if (!same_text(one->values[i].value, other->values[i].value)) return false;
  }
  return true;
}

/* A host of the case's own is like no other. */
static bool is_on_any_host(const struct case_def *def) {
  return !case_has_own_names(def) && !def->ipv6_off && !def->may_set_host_name &&
         def->files[0].name == NULL;
}

bool likeness_asks_same(const struct instance *one, const struct instance *other) {
  const struct case_def *a = one->def, *b = other->def;
  if (one->recipe != other->recipe || one->family != other->family) return false;
  if (a == b) return true;
  if (!is_on_any_host(a) || !is_on_any_host(b)) return false;
  bool same_role = instance_role(one) == instance_role(other) && a->listens == b->listens &&
                   a->stop_signal == b->stop_signal && a->wants == b->wants;
  bool same_words = same_text(a->variant, b->variant) && same_text(a->host, b->host) &&
                    a->port == b->port && same_text(a->port_text, b->port_text) &&
                    same_values(a, b);
  return same_role && same_words && same_text(a->input, b->input) &&
         a->input_stays_open == b->input_stays_open;
}

const struct instance *likeness_plainest(const struct instance_list *all, const char *recipe) {
  for (size_t i = 0; i < all->count; i++) {
    const struct instance *instance = &all->items[i];
    if (strcmp(instance->recipe->name, recipe) != 0) continue;
    if (strcmp(instance->def->name, recipe_plain_case(instance->recipe)) == 0) return instance;
  }
  return NULL;
}
