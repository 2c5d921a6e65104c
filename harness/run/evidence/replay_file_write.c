/* Writing replay.json. */
#include "run/evidence/replay_file.h"

#include "report/safe.h"
#include "run/catalogue/case_digest.h"

#include <jansson.h>
#include <stdlib.h>

enum { CHARS_MAX = 64 * 1024 };

/* --- replay.json -------------------------------------------------------------------------------
 */

/* The octets of a command line are no UTF-8 by nature. */
static json_t *of_chars(const char *chars) {
  if (chars == NULL) return json_null();
  struct text text = TEXT_INIT(CHARS_MAX);
  safe_append(&text, span_of_text(chars), SAFE_JSON);
  json_t *made = json_string(text_chars(&text));
  text_free(&text);
  return made;
}

static json_t *of_words(const char *const *words) {
  if (words == NULL) return json_null();
  json_t *array = json_array();
  for (size_t i = 0; words[i] != NULL; i++)
    (void)json_array_append_new(array, of_chars(words[i]));
  return array;
}

static json_t *of_subject(const struct settings *settings) {
  const struct run_options *options = settings->options;
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "name",
                   of_chars(settings->profile->name), "profile", of_chars(settings->subject_path),
                   "command", of_words(options->command), "folder", of_chars(settings->folder),
                   "mutant", of_chars(options->mutant), "target", of_chars(options->target),
                   "wrapper", of_chars(options->wrapper), "valgrind", (int)options->valgrind);
}

static json_t *of_variant(const struct instance *instance) {
  const struct case_def *def = instance->def;
  json_t *values = json_object();
  for (size_t i = 0; i < CASE_VALUES_MAX && instance->recipe->values[i].name != NULL; i++) {
    (void)json_object_set_new(values, instance->recipe->values[i].name,
                              of_chars(instance->recipe->values[i].value));
  }
  for (size_t i = 0; i < CASE_VALUES_MAX && def->values[i].name != NULL; i++)
    (void)json_object_set_new(values, def->values[i].name, of_chars(def->values[i].value));
  json_t *fixtures = json_array();
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++)
    (void)json_array_append_new(fixtures, of_chars(def->fixtures[i].class->name));
  return json_pack("{s:o, s:o, s:i, s:i, s:o, s:o}", "command", of_chars(def->variant), "host",
                   of_chars(def->host), "port",
                   (int)(def->port != 0 ? def->port : instance->recipe->port), "family",
                   instance->family == IP_V6 ? 6 : 4, "values", values, "fixtures", fixtures);
}

static json_t *of_endpoint(const struct endpoint *endpoint) {
  char address[IP_ADDRESS_TEXT_MAX];
  return json_pack("{s:s, s:i}", "address", ip_address_text(&endpoint->address, address), "port",
                   (int)endpoint->port);
}

static json_t *of_sent(const struct journal *journal) {
  json_t *array = json_array();
  for (size_t i = 0; i < journal->count; i++) {
    const struct journal_entry *entry = &journal->list[i];
    if (!entry->sent) continue;
    struct text octets = TEXT_INIT(2 * JOURNAL_OCTETS_MAX);
    text_append_hex(&octets, entry->octets);
    (void)json_array_append_new(
        array, json_pack("{s:s, s:o, s:o, s:f, s:I, s:s}", "transport", entry->tcp ? "tcp" : "udp",
                         "from", of_endpoint(&entry->local), "to", of_endpoint(&entry->remote),
                         "at_ms", (double)(entry->time_ns - journal->list[0].time_ns) / 1e6, "len",
                         (json_int_t)entry->len, "octets", text_chars(&octets)));
    text_free(&octets);
  }
  return array;
}

static json_t *of_peer(const struct replay_source *source) {
  const struct run_options *options = source->settings->options;
  const struct peer_clock *clock = source->clock;
  size_t kept = clock->count < PEER_CLOCK_READINGS_MAX ? clock->count : PEER_CLOCK_READINGS_MAX;
  json_t *readings = json_array();
  for (size_t i = 0; i < kept; i++)
    (void)json_array_append_new(readings, json_integer(clock->readings[i].given_ns));
  return json_pack("{s:o, s:o, s:o, s:o, s:I}", "server", of_chars(options->peer), "ready",
                   of_chars(options->peer_ready), "clock_ns", readings, "sent",
                   of_sent(source->journal), "left_out", (json_int_t)source->journal->left_out);
}

enum err_code replay_file_text(const struct replay_source *source, struct text *out,
                               struct err *err) {
  const struct settings *settings = source->settings;
  char digest[CASE_DIGEST_SIZE];
  const struct requirement *requirement =
      ledger_find(settings->ledger, source->instance->def->requirement);
  const enum err_code code = case_digest(source->instance, requirement, digest, err);
  if (code != ERR_OK) return code;
  json_t *root = json_pack(
      "{s:i, s:s, s:o, s:s, s:I, s:s, s:b, s:s, s:s, s:o, s:o, s:o}", "schema", REPLAY_SCHEMA,
      "case", source->instance->id, "cases", of_chars(settings->cases_path), "digest", digest,
      "seed", (json_int_t)settings->seed, "tier", tier_name(settings->plan.tier), "strict",
      (int)settings->options->strict, "verdict", verdict_name(source->result->verdict), "kind",
      source->result->kind, "subject", of_subject(settings), "variant",
      of_variant(source->instance), "peer", of_peer(source));
  char *chars = root == NULL ? NULL : json_dumps(root, JSON_INDENT(1));
  json_decref(root);
  if (chars == NULL) return err_set(err, ERR_LIMIT, "no memory for replay.json");
  text_append(out, chars);
  text_append(out, "\n");
  free(chars);
  return ERR_OK;
}
