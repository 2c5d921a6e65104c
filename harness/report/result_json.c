#include "report/result_json.h"

#include "report/safe.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A text of RESULT_TEXT_MAX octets, each of which became \xNN. */
enum { SAFE_TEXT_MAX = 4 * (RESULT_TEXT_MAX + 64) };

json_t *json_of_chars(const char *chars) {
  struct text text = TEXT_INIT(SAFE_TEXT_MAX);
  safe_append(&text, span_of_text(chars), SAFE_JSON);
  json_t *json = json_string(text_chars(&text));
  text_free(&text);
  return json;
}

json_t *json_of_lines(const char *chars) {
  json_t *array = json_array();
  const char *at = chars;
  while (array && *at != '\0') {
    const size_t len = strcspn(at, "\n");
    struct text line = TEXT_INIT(SAFE_TEXT_MAX);
    text_append_span(&line, span_of(at, len));
    const int failed = json_array_append_new(array, json_of_chars(text_chars(&line)));
    text_free(&line);
    if (failed) {
      json_decref(array);
      return NULL;
    }
    at += len + (at[len] == '\n');
  }
  return array;
}

/* Members beyond the fixed ones are written only where they say something. */
static int set_chars(json_t *object, const char *name, const char *chars) {
  if (chars[0] == '\0') return 0;
  return json_object_set_new(object, name, json_of_chars(chars));
}

static json_t *json_of_observed(const struct result *result) {
  json_t *observed = json_object();
  if (!observed) return NULL;
  for (size_t i = 0; i < result->observed_count; i++) {
    struct text name = TEXT_INIT(SAFE_TEXT_MAX);
    safe_append(&name, span_of_text(result->observed[i].name), SAFE_JSON);
    const int failed =
        json_object_set_new(observed, text_chars(&name), json_of_chars(result->observed[i].value));
    text_free(&name);
    if (failed) {
      json_decref(observed);
      return NULL;
    }
  }
  return observed;
}

static double to_thousandths(double value) {
  return isfinite(value) ? round(value * 1000) / 1000 : 0;
}

enum err_code result_to_json(const struct result *result, json_t **json, struct err *err) {
  json_t *object = json_object();
  if (!object) return err_set(err, ERR_SYSTEM, "no memory for the result of %s", result->id);
  int failed = 0;
  failed |= json_object_set_new(object, "id", json_of_chars(result->id));
  failed |= json_object_set_new(object, "recipe", json_of_chars(result->recipe));
  failed |= json_object_set_new(object, "requirement", json_of_chars(result->requirement));
  failed |= json_object_set_new(object, "level", json_string(level_name(result->level)));
  failed |= json_object_set_new(object, "verdict", json_string(verdict_name(result->verdict)));
  failed |= json_object_set_new(object, "expected", json_boolean(result->expected));
  if (result->surprise) failed |= json_object_set_new(object, "surprise", json_true());
  failed |= set_chars(object, "kind", result->kind);
  if (result->failed_checks > 0)
    failed |=
        json_object_set_new(object, "failed_checks", json_integer((int)result->failed_checks));
  failed |= json_object_set_new(object, "reason", json_of_chars(result->reason));
  failed |= set_chars(object, "expected_text", result->expected_text);
  failed |= set_chars(object, "actual_text", result->actual_text);
  failed |= set_chars(object, "group", result->group);
  failed |= set_chars(object, "details", result->details);
  failed |= json_object_set_new(object, "observed", json_of_observed(result));
  failed |= json_object_set_new(object, "tier", json_string(tier_name(result->tier)));
  failed |=
      json_object_set_new(object, "duration_ms", json_real(to_thousandths(result->duration_ms)));
  failed |= json_object_set_new(object, "evidence", json_of_chars(result->evidence));
  failed |= set_chars(object, "rerun", result->rerun);
  if (failed) {
    json_decref(object);
    return err_set(err, ERR_SYSTEM, "no memory for the result of %s", result->id);
  }
  *json = object;
  return ERR_OK;
}

/* Members of fixed size, read one after the other; the first that is wrong is told. */
struct member_reader {
  const json_t *object;
  const char *wrong; /* NULL: all well so far */
};

static const char *required_chars(struct member_reader *reader, const char *name, size_t max) {
  const char *chars = json_string_value(json_object_get(reader->object, name));
  if (chars && strlen(chars) < max) return chars;
  if (!reader->wrong) reader->wrong = name;
  return "";
}

static bool read_words(struct member_reader *reader, struct result *result) {
  const struct {
    const char *name;
    char **field;
  } texts[] = {{"reason", &result->reason},
               {"expected_text", &result->expected_text},
               {"actual_text", &result->actual_text},
               {"group", &result->group},
               {"details", &result->details},
               {"evidence", &result->evidence},
               {"rerun", &result->rerun}};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    const json_t *member = json_object_get(reader->object, texts[i].name);
    if (!member || json_is_null(member)) continue;
    if (!json_is_string(member)) reader->wrong = texts[i].name;
    if (json_is_string(member) && !result_set(texts[i].field, json_string_value(member)))
      return false;
  }
  const char *name;
  json_t *value;
  json_t *observed = json_object_get(reader->object, "observed");
  json_object_foreach(observed, name, value) {
    if (!json_is_string(value) || result->observed_count == RESULT_OBSERVED_MAX) {
      reader->wrong = "observed";
    } else if (!result_observe(result, name, json_string_value(value))) {
      return false;
    }
  }
  return true;
}

static void read_judgement(struct member_reader *reader, struct result *result) {
  if (!level_parse(required_chars(reader, "level", 32), &result->level) && !reader->wrong)
    reader->wrong = "level";
  if (!verdict_parse(required_chars(reader, "verdict", 32), &result->verdict) && !reader->wrong)
    reader->wrong = "verdict";
  if (!tier_parse(required_chars(reader, "tier", 32), &result->tier) && !reader->wrong)
    reader->wrong = "tier";
  result->expected = json_is_true(json_object_get(reader->object, "expected"));
  result->surprise = json_is_true(json_object_get(reader->object, "surprise"));
  result->duration_ms = json_number_value(json_object_get(reader->object, "duration_ms"));
  const json_t *failed_checks = json_object_get(reader->object, "failed_checks");
  const json_int_t count = json_integer_value(failed_checks);
  if (failed_checks && (!json_is_integer(failed_checks) || count < 0 || count > INT_MAX) &&
      !reader->wrong)
    reader->wrong = "failed_checks";
  result->failed_checks = (unsigned)count;
  if (json_object_get(reader->object, "kind")) {
    const char *kind = required_chars(reader, "kind", sizeof result->kind);
    memcpy(result->kind, kind, strlen(kind) + 1);
  }
}

enum err_code result_from_json(const json_t *json, struct result **result, struct err *err) {
  if (!json_is_object(json)) return err_set(err, ERR_INPUT, "a case's result is not an object");
  struct member_reader reader = {.object = json};
  const char *id = required_chars(&reader, "id", sizeof(*result)->id);
  const char *recipe = required_chars(&reader, "recipe", sizeof(*result)->recipe);
  const char *requirement = required_chars(&reader, "requirement", sizeof(*result)->requirement);
  struct result *made = result_create(id, recipe, requirement);
  if (!made || !read_words(&reader, made)) {
    result_destroy(made);
    return err_set(err, ERR_SYSTEM, "no memory for the result of %s", id);
  }
  read_judgement(&reader, made);
  if (reader.wrong) {
    result_destroy(made);
    return err_set(err, ERR_INPUT, "the result of case '%.100s' has no valid \"%s\"", id,
                   reader.wrong);
  }
  *result = made;
  return ERR_OK;
}

enum err_code result_to_line(const struct result *result, struct text *line, struct err *err) {
  json_t *json = NULL;
  const enum err_code code = result_to_json(result, &json, err);
  if (code) return code;
  char *chars = json_dumps(json, JSON_REAL_PRECISION(12));
  json_decref(json);
  if (!chars) return err_set(err, ERR_SYSTEM, "no memory for the result of %s", result->id);
  text_append(line, chars);
  free(chars);
  if (line->truncated)
    return err_set(err, ERR_LIMIT, "the result of %s is longer than %zu octets", result->id,
                   line->max);
  return ERR_OK;
}

enum err_code result_from_line(struct span line, struct result **result, struct err *err) {
  json_error_t error;
  json_t *json = json_loadb((const char *)line.bytes, line.len, 0, &error);
  if (!json) return err_set(err, ERR_INPUT, "a result is not JSON: %s", error.text);
  const enum err_code code = result_from_json(json, result, err);
  json_decref(json);
  return code;
}
