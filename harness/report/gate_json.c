/* What a gate found, for scripts. */
#include "report/gate.h"
#include "report/result_json.h"

#include <string.h>

static json_t *run_to_json(const struct results *set) {
  json_t *object = run_info_to_json(&set->run);
  if (!object) return NULL;
  int failed = json_object_set_new(object, "path", json_of_chars(set->path));
  failed |= json_object_set_new(object, "finished", json_boolean(set->run.finished));
  failed |= json_object_set_new(object, "summary", summary_to_json(&set->summary));
  if (!failed) return object;
  json_decref(object);
  return NULL;
}

static json_t *verdict_to_json(const struct result *result) {
  return result ? json_string(verdict_name(result->verdict)) : json_null();
}

static json_t *change_to_json(const struct gate_change *change) {
  const struct result *result = change->now ? change->now : change->before;
  json_t *object =
      json_pack("{s:s,s:o,s:o,s:s,s:o,s:o,s:o}", "kind", gate_kind_name(change->kind), "id",
                json_of_chars(result->id), "requirement", json_of_chars(result->requirement),
                "level", level_name(result->level), "old", verdict_to_json(change->before), "new",
                verdict_to_json(change->now), "reason", json_of_chars(result->reason));
  if (!object) return NULL;
  int failed = 0;
  if (change->why) failed |= json_object_set_new(object, "why", json_of_chars(change->why));
  if (result->rerun[0] != '\0')
    failed |= json_object_set_new(object, "rerun", json_of_chars(result->rerun));
  if (!failed) return object;
  json_decref(object);
  return NULL;
}

static json_t *changes_to_json(const struct gate *gate) {
  json_t *array = json_array();
  for (size_t i = 0; array && i < gate->count; i++) {
    if (gate->changes[i].kind == GATE_SAME) continue;
    if (json_array_append_new(array, change_to_json(&gate->changes[i]))) {
      json_decref(array);
      return NULL;
    }
  }
  return array;
}

static json_t *counts_to_json(const struct gate *gate) {
  json_t *object = json_object();
  for (size_t k = 0; object && k < GATE_KIND_COUNT; k++) {
    if (json_object_set_new(object, gate_kind_name((enum gate_kind)k),
                            json_integer((json_int_t)gate->counts[k]))) {
      json_decref(object);
      return NULL;
    }
  }
  return object;
}

json_t *gate_to_json(const struct gate *gate, const struct text *told) {
  return json_pack("{s:i,s:b,s:o,s:o,s:o,s:o,s:o}", "schema", 1, "worse", gate_is_worse(gate),
                   "told", json_of_lines(text_chars(told)), "old", run_to_json(gate->before), "new",
                   run_to_json(gate->now), "summary", counts_to_json(gate), "changes",
                   changes_to_json(gate));
}
