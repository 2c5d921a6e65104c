#include "run/verdict/claims.h"

#include "run/catalogue/likeness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct claims {
  const struct instance_list *all;
  struct result **held; /* owned */
  size_t held_count;
  const struct instance **passed; /* with repeats, as they came */
  size_t passed_count;
  const struct instance **probed; /* plainest cases that claimed too, as probes */
  size_t probed_count;
};

struct claims *claims_create(const struct instance_list *all) {
  struct claims *claims = calloc(1, sizeof *claims);
  if (claims != NULL) claims->all = all;
  return claims;
}

void claims_destroy(struct claims *claims) {
  if (claims == NULL) return;
  for (size_t i = 0; i < claims->held_count; i++)
    result_destroy(claims->held[i]);
  free(claims->held);
  free(claims->passed);
  free(claims->probed);
  free(claims);
}

static enum err_code no_memory(struct err *err) {
  return err_set(err, ERR_LIMIT, "no memory for the results");
}

/* A table that grows at the powers of two; NULL: no memory, and the old one stays. */
static void *make_room(void *table, size_t count, size_t item_bytes) {
  if (count > 0 && (count & (count - 1)) != 0) return table;
  return realloc(table, (count == 0 ? 1 : count * 2) * item_bytes);
}

static enum err_code note(const struct instance ***table, size_t *count,
                          const struct instance *instance, struct err *err) {
  void *room = make_room(*table, *count, sizeof(const struct instance *));
  if (room == NULL) return no_memory(err);
  *table = room;
  (*table)[(*count)++] = instance;
  return ERR_OK;
}

static bool is_claim(const struct result *result) {
  return result->verdict == VERDICT_UNSUPPORTED && strcmp(result->kind, CLAIM_KIND) == 0;
}

static enum err_code note_pass(struct claims *claims, const struct result *result,
                               struct err *err) {
  const struct instance *instance = instance_find(claims->all, result->id);
  if (result->verdict != VERDICT_PASS || instance == NULL) return ERR_OK;
  return note(&claims->passed, &claims->passed_count, instance, err);
}

enum err_code claims_take(struct claims *claims, const struct result *result, bool *held,
                          struct err *err) {
  *held = is_claim(result);
  if (!*held) return note_pass(claims, result, err);
  struct result **room =
      make_room((void *)claims->held, claims->held_count, sizeof(struct result *));
  if (room == NULL) return no_memory(err);
  claims->held = room;
  struct result *copy = result_copy(result);
  if (copy == NULL) return no_memory(err);
  claims->held[claims->held_count++] = copy;
  return ERR_OK;
}

enum err_code claims_take_probe(struct claims *claims, const struct result *result,
                                struct err *err) {
  if (!is_claim(result)) return note_pass(claims, result, err);
  const struct instance *instance = instance_find(claims->all, result->id);
  return instance == NULL ? ERR_OK : note(&claims->probed, &claims->probed_count, instance, err);
}

/* --- probes ----------------------------------------------------------------------------------- */

static bool is_among(const struct instance *instance, const struct instance *const *list,
                     size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (list[i] == instance) return true;
  }
  return false;
}

static bool was_claimed(const struct claims *claims, const struct instance *instance) {
  for (size_t i = 0; i < claims->held_count; i++) {
    if (strcmp(claims->held[i]->id, instance->id) == 0) return true;
  }
  return is_among(instance, claims->probed, claims->probed_count);
}

size_t claims_probes(const struct claims *claims, const struct instance **probes, size_t max) {
  size_t count = 0;
  for (size_t i = 0; i < claims->held_count; i++) {
    const struct instance *plain = likeness_plainest(claims->all, claims->held[i]->recipe);
    if (plain == NULL || count == max || is_among(plain, probes, count)) continue;
    if (is_among(plain, claims->passed, claims->passed_count) || was_claimed(claims, plain))
      continue;
    probes[count++] = plain;
  }
  return count;
}

/* --- the audit -------------------------------------------------------------------------------- */

/* A claim that IPv6 is wanting, where the same program (a variant may be another) passed a case on
 * IPv6, and the claim's host has it too. */
static bool denies_ipv6(const struct result *claim, const struct instance *instance,
                        const struct instance *shown) {
  const char *one = instance->def->variant, *other = shown->def->variant;
  bool same_program = shown->recipe == instance->recipe &&
                      (one == other || (one != NULL && other != NULL && strcmp(one, other) == 0));
  if (!same_program || shown->family != IP_V6 || instance->def->ipv6_off) return false;
  return strcasestr(claim->reason, "ipv6") != NULL || strcasestr(claim->reason, "inet6") != NULL;
}

static void tell_false(struct result *claim, const char *why, const struct instance *shown) {
  claim->verdict = VERDICT_FAIL;
  snprintf(claim->kind, sizeof claim->kind, "%s", CLAIM_FALSE_KIND);
  result_set(&claim->group, "exit 77 that is not true");
  result_set(&claim->expected_text, "exit 77 only where the subject or its system lacks something");
  result_setf(&claim->actual_text, "exit 77; %s", claim->reason);
  result_setf(&claim->reason, why, shown->id);
}

/* Whether something that the subject has shown contradicts the claim; it is then told. */
static bool is_contradicted(const struct claims *claims, const struct instance *instance,
                            struct result *claim) {
  for (size_t i = 0; i < claims->passed_count; i++) {
    const struct instance *shown = claims->passed[i];
    if (shown == instance) {
      tell_false(claim, "it exits 77, and passed the same case, %s, in the same run", shown);
      return true;
    }
    if (likeness_asks_same(shown, instance)) {
      tell_false(claim, "it exits 77, and passes %s, which asks the same of it", shown);
      return true;
    }
    if (denies_ipv6(claim, instance, shown)) {
      tell_false(claim, "it exits 77 for want of IPv6, and passes %s, which is on IPv6", shown);
      return true;
    }
  }
  return false;
}

static bool has_passed_some(const struct claims *claims, const struct recipe_def *recipe) {
  for (size_t i = 0; i < claims->passed_count; i++) {
    if (claims->passed[i]->recipe == recipe) return true;
  }
  return false;
}

void claims_audit(struct claims *claims) {
  for (size_t i = 0; i < claims->held_count; i++) {
    struct result *claim = claims->held[i];
    const struct instance *instance = instance_find(claims->all, claim->id);
    if (instance == NULL || is_contradicted(claims, instance, claim)) continue;
    const struct instance *plain = likeness_plainest(claims->all, claim->recipe);
    if (plain == NULL || !was_claimed(claims, plain)) continue;
    if (has_passed_some(claims, instance->recipe)) continue;
    result_setf(&claim->reason, "%s (exit 77 in the plainest case too, %s: nothing of %s is there)",
                claim->reason, plain->id, claim->recipe);
  }
}

size_t claims_count(const struct claims *claims) {
  return claims->held_count;
}

struct result *claims_item(struct claims *claims, size_t index) {
  return claims->held[index];
}
