#include "run/command/list.h"

#include "run/catalogue/case_digest.h"
#include "run/command/listing.h"
#include "run/play/case_command.h"
#include "run/play/case_surroundings.h"

#include <jansson.h>

enum err_code list_cases(const struct catalogue *catalogue, const char *cases,
                         const struct instance_choice *choice, FILE *out, struct err *err) {
  struct listing listing;
  enum err_code code = listing_open_choice(catalogue, cases, choice, &listing, err);
  for (size_t i = 0; code == ERR_OK && i < listing.all.count; i++) {
    const struct instance *instance = &listing.all.items[i];
    const struct requirement *requirement =
        ledger_find(&listing.ledger, instance->def->requirement);
    fprintf(out, "%-52s %-4s %-8s %s\n", instance->id, requirement->id,
            level_name(requirement->level), instance->def->about);
  }
  listing_close(&listing);
  return code;
}

static const char *const ROLE_NAMES[] = {[ROLE_OF_RECIPE] = "none",
                                         [ROLE_CLIENT] = "client",
                                         [ROLE_SERVER] = "server",
                                         [ROLE_LOCAL] = "local"};

/* "since": the version of the catalogue that it came with; "changed": the last that changed it. */
static bool add_versions(const struct changelog *changelog, const char *id, json_t *json) {
  const size_t since = changelog_since(changelog, id);
  const struct change *changed =
      changelog_change(changelog, id, CHANGE_CHANGED, since, changelog->version_count - 1);
  if (json_object_set_new(json, "since", json_string(changelog->versions[since].name)) != 0)
    return false;
  if (changed == NULL) return true;
  const char *version = changelog->versions[changed->version].name;
  return json_object_set_new(json, "changed", json_string(version)) == 0;
}

static enum err_code append_case(const struct listing *listing, const struct instance *instance,
                                 json_t *array, struct err *err) {
  const struct requirement *requirement = ledger_find(&listing->ledger, instance->def->requirement);
  unsigned timeout_s = case_timeout_s(NULL, instance);
  char digest[CASE_DIGEST_SIZE];
  enum err_code code = case_digest(instance, requirement, digest, err);
  if (code != ERR_OK) return code;
  json_t *json =
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "id", instance->id,
                "recipe", instance->recipe->name, "protocol", instance->recipe->protocol, "role",
                ROLE_NAMES[instance_role(instance)], "requirement", requirement->id, "level",
                level_name(requirement->level), "clause", requirement->clause, "about",
                instance->def->about, "tier", tier_name(case_needs(instance)), "family",
                instance->family == IP_V6 ? 6 : 4, "timeout_s", (int)timeout_s);
  const char *origin = instance->def->origin;
  if (json == NULL ||
      !(origin == NULL ? add_versions(&listing->versions.changelog, instance->id, json)
                       : json_object_set_new(json, "origin", json_string(origin)) == 0) ||
      json_object_set_new(json, "judges", json_string(digest)) != 0) {
    json_decref(json);
    json = NULL;
  }
  if (json_array_append_new(array, json) == 0) return ERR_OK; /* not of NULL */
  return err_set(err, ERR_LIMIT, "no memory for the list");
}

enum err_code list_cases_json(const struct catalogue *catalogue, const char *cases,
                              const struct instance_choice *choice, FILE *out, struct err *err) {
  struct listing listing;
  enum err_code code = listing_open_choice(catalogue, cases, choice, &listing, err);
  json_t *array = json_array();
  for (size_t i = 0; code == ERR_OK && i < listing.all.count; i++) {
    code = append_case(&listing, &listing.all.items[i], array, err);
  }
  if (code == ERR_OK && (json_dumpf(array, out, JSON_INDENT(2)) != 0 || fputc('\n', out) == EOF)) {
    code = err_set(err, ERR_SYSTEM, "the list could not be written");
  }
  json_decref(array);
  listing_close(&listing);
  return code;
}
