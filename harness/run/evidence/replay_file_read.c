/* Reading replay.json. */
#include "run/evidence/replay_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Members one after the other; the first that is missing or of another kind is told. */
struct members {
  struct arena *arena;
  const char *wrong; /* NULL: all well so far */
};

static void blame(struct members *members, const char *name) {
  if (members->wrong == NULL) members->wrong = name;
}

static const char *chars_of(struct members *members, const json_t *object, const char *name,
                            bool may_be_null) {
  const json_t *member = json_object_get(object, name);
  if (json_is_string(member)) {
    const char *copy = arena_text(members->arena, json_string_value(member));
    if (copy != NULL) return copy;
  }
  if (!may_be_null || !json_is_null(member)) blame(members, name);
  return NULL;
}

static bool flag_of(struct members *members, const json_t *object, const char *name) {
  const json_t *member = json_object_get(object, name);
  if (!json_is_boolean(member)) blame(members, name);
  return json_is_true(member);
}

static const char *const *command_of(struct members *members, const json_t *subject) {
  const json_t *list = json_object_get(subject, "command");
  if (json_is_null(list)) return NULL;
  size_t count = json_array_size(list);
  const char **words = NULL;
  if (count > 0 && count <= REPLAY_WORDS_MAX)
    words = arena_alloc(members->arena, (count + 1) * sizeof *words);
  if (words == NULL) {
    blame(members, "command");
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    const char *word = json_string_value(json_array_get(list, i));
    words[i] = word == NULL ? NULL : arena_text(members->arena, word);
    if (words[i] == NULL) blame(members, "command");
  }
  return words;
}

static void read_peer(struct members *members, const json_t *root, struct replay_record *record) {
  const json_t *peer = json_object_get(root, "peer");
  if (json_object_get(peer, "server") == NULL) return; /* recorded before it was kept */
  record->peer = chars_of(members, peer, "server", true);
  record->peer_ready = chars_of(members, peer, "ready", true);
}

static void read_clock(struct members *members, const json_t *root, struct replay_record *record) {
  const json_t *list = json_object_get(json_object_get(root, "peer"), "clock_ns");
  size_t count = json_array_size(list);
  if (!json_is_array(list) || count > PEER_CLOCK_READINGS_MAX) {
    blame(members, "clock_ns");
    return;
  }
  int64_t *readings = arena_alloc(members->arena, (count + 1) * sizeof *readings);
  for (size_t i = 0; i < count && readings != NULL; i++) {
    const json_t *reading = json_array_get(list, i);
    if (!json_is_integer(reading)) blame(members, "clock_ns");
    readings[i] = json_integer_value(reading);
  }
  if (readings == NULL) blame(members, "clock_ns");
  record->clock_ns = readings;
  record->clock_count = count;
}

static void read_subject(struct members *members, const json_t *root,
                         struct replay_record *record) {
  const json_t *subject = json_object_get(root, "subject");
  if (!json_is_object(subject)) {
    blame(members, "subject");
    return;
  }
  record->profile = chars_of(members, subject, "profile", true);
  record->folder = chars_of(members, subject, "folder", false);
  record->mutant = chars_of(members, subject, "mutant", true);
  record->target = chars_of(members, subject, "target", true);
  record->wrapper = chars_of(members, subject, "wrapper", true);
  record->valgrind = flag_of(members, subject, "valgrind");
  record->command = command_of(members, subject);
}

static void read_members(struct members *members, const json_t *root,
                         struct replay_record *record) {
  record->case_id = chars_of(members, root, "case", false);
  if (json_object_get(root, "cases") != NULL) {
    record->cases = chars_of(members, root, "cases", true);
  }
  record->digest = chars_of(members, root, "digest", false);
  record->kind = chars_of(members, root, "kind", false);
  record->strict = flag_of(members, root, "strict");
  const json_t *seed = json_object_get(root, "seed");
  if (!json_is_integer(seed) || json_integer_value(seed) < 0) blame(members, "seed");
  record->seed = (uint64_t)json_integer_value(seed);
  const char *tier = chars_of(members, root, "tier", false);
  if (tier == NULL || !tier_parse(tier, &record->tier)) blame(members, "tier");
  const char *verdict = chars_of(members, root, "verdict", false);
  if (verdict == NULL || !verdict_parse(verdict, &record->verdict)) blame(members, "verdict");
  read_subject(members, root, record);
  read_peer(members, root, record);
  read_clock(members, root, record);
}

enum err_code replay_file_read(const char *path, struct arena *arena, struct replay_record *record,
                               struct err *err) {
  *record = (struct replay_record){0};
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return err_set_errno(err, errno,
                         "--replay: %s, which the evidence of a case holds, cannot be read", path);
  }
  json_error_t wrong;
  json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &wrong);
  fclose(file);
  if (root == NULL) return err_set(err, ERR_USAGE, "%s:%d: %s", path, wrong.line, wrong.text);
  json_int_t schema = json_integer_value(json_object_get(root, "schema"));
  struct members members = {.arena = arena};
  enum err_code code = ERR_OK;
  if (schema != REPLAY_SCHEMA) {
    code =
        err_set(err, ERR_USAGE,
                "%s is of schema %lld, and this sockproof plays evidence of schema %d again; run "
                "the case anew",
                path, (long long)schema, REPLAY_SCHEMA);
  } else {
    read_members(&members, root, record);
  }
  if (members.wrong != NULL) {
    code = err_set(err, ERR_USAGE, "%s: the member \"%s\" is missing, or is not what it must be",
                   path, members.wrong);
  }
  json_decref(root);
  return code;
}
