#include "report/results.h"

#include "report/result_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

void run_info_of_system(struct run_info *info, int64_t realtime_ns) {
  struct utsname names;
  if (uname(&names) == 0) {
    (void)snprintf(info->host.name, sizeof info->host.name, "%.63s", names.nodename);
    (void)snprintf(info->host.system, sizeof info->host.system, "%.63s", names.sysname);
    (void)snprintf(info->host.release, sizeof info->host.release, "%.63s", names.release);
    (void)snprintf(info->host.machine, sizeof info->host.machine, "%.63s", names.machine);
  }
  const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  info->host.cpus = cpus > 0 ? (unsigned)cpus : 1;
  const time_t seconds = (time_t)(realtime_ns / 1000000000);
  struct tm utc;
  if (gmtime_r(&seconds, &utc))
    (void)strftime(info->started, sizeof info->started, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

struct results *results_create(const struct run_info *run) {
  struct results *results = calloc(1, sizeof *results);
  if (!results) return NULL;
  results->path = strdup("");
  if (!results->path) {
    free(results);
    return NULL;
  }
  results->run = *run;
  results->summary.not_implemented = run->not_implemented_cases;
  return results;
}

void results_destroy(struct results *results) {
  if (!results) return;
  for (size_t i = 0; i < results->case_count; i++)
    result_destroy(results->cases[i]);
  free(results->cases);
  free(results->path);
  free(results);
}

bool results_add(struct results *results, struct result *result) {
  /* Grows by doubling, at the powers of two. */
  if ((results->case_count & (results->case_count - 1)) == 0) {
    const size_t room = results->case_count ? results->case_count * 2 : 1;
    struct result **cases = realloc(results->cases, room * sizeof *cases);
    if (!cases) {
      result_destroy(result);
      return false;
    }
    results->cases = cases;
  }
  results->cases[results->case_count++] = result;
  summary_add(&results->summary, result);
  return true;
}

json_t *summary_to_json(const struct summary *summary) {
  return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "pass", (json_int_t)summary->pass, "warn",
                   (json_int_t)summary->warn, "fail", (json_int_t)summary->fail, "broken",
                   (json_int_t)summary->broken, "unsupported", (json_int_t)summary->unsupported,
                   "not_implemented", (json_int_t)summary->not_implemented, "surprises",
                   (json_int_t)summary->surprises);
}

static json_t *host_to_json(const struct run_host *host) {
  return json_pack("{s:o,s:o,s:o,s:o,s:I}", "name", json_of_chars(host->name), "system",
                   json_of_chars(host->system), "release", json_of_chars(host->release), "machine",
                   json_of_chars(host->machine), "cpus", (json_int_t)host->cpus);
}

static bool set_unless_empty(json_t *json, const char *name, const char *value) {
  return value[0] == '\0' || json_object_set_new(json, name, json_of_chars(value)) == 0;
}

json_t *run_info_to_json(const struct run_info *run) {
  json_t *recipes = json_array();
  if (!recipes) return NULL;
  for (size_t i = 0; i < run->not_implemented_count; i++) {
    if (json_array_append_new(recipes, json_of_chars(run->not_implemented[i]))) {
      json_decref(recipes);
      return NULL;
    }
  }
  json_t *json = json_pack(
      "{s:o,s:o,s:o,s:s,s:I,s:o,s:o,s:o,s:o,s:o,s:I}", "subject", json_of_chars(run->subject),
      "subject_version", json_of_chars(run->subject_version), "target", json_of_chars(run->target),
      "tier", tier_name(run->tier), "seed", (json_int_t)run->seed, "host", host_to_json(&run->host),
      "started", json_of_chars(run->started), "command", json_of_chars(run->command),
      "catalogue_version", json_of_chars(run->catalogue_version), "not_implemented", recipes,
      "not_implemented_cases", (json_int_t)run->not_implemented_cases);
  if (!json) return NULL;
  const bool told = !run->strict || json_object_set_new(json, "strict", json_true()) == 0;
  if (told && set_unless_empty(json, "target_version", run->target_version) &&
      set_unless_empty(json, "catalogue_limit", run->catalogue_limit))
    return json;
  json_decref(json);
  return NULL;
}

/* False where the member is missing, no string, or too long. */
static bool read_chars(const json_t *object, const char *name, char *chars, size_t max) {
  const char *value = json_string_value(json_object_get(object, name));
  if (!value || strlen(value) >= max) return false;
  memcpy(chars, value, strlen(value) + 1);
  return true;
}

static const char *read_host(const json_t *json, struct run_host *host) {
  const json_t *object = json_object_get(json, "host");
  if (!read_chars(object, "name", host->name, sizeof host->name)) return "host.name";
  if (!read_chars(object, "system", host->system, sizeof host->system)) return "host.system";
  if (!read_chars(object, "release", host->release, sizeof host->release)) return "host.release";
  if (!read_chars(object, "machine", host->machine, sizeof host->machine)) return "host.machine";
  const json_int_t cpus = json_integer_value(json_object_get(object, "cpus"));
  if (cpus < 0 || cpus > 1000000) return "host.cpus";
  host->cpus = (unsigned)cpus;
  return NULL;
}

static const char *read_not_implemented(const json_t *json, struct run_info *run) {
  const json_t *recipes = json_object_get(json, "not_implemented");
  const size_t count = json_array_size(recipes);
  if (count > RESULTS_NOT_IMPLEMENTED_MAX) return "not_implemented";
  for (size_t i = 0; i < count; i++) {
    const char *recipe = json_string_value(json_array_get(recipes, i));
    if (!recipe || strlen(recipe) >= sizeof run->not_implemented[0]) return "not_implemented";
    memcpy(run->not_implemented[i], recipe, strlen(recipe) + 1);
  }
  run->not_implemented_count = count;
  const json_int_t cases = json_integer_value(json_object_get(json, "not_implemented_cases"));
  if (cases < 0) return "not_implemented_cases";
  run->not_implemented_cases = (size_t)cases;
  return NULL;
}

/* Nothing, where the member is missing. */
static bool read_chars_if_there(const json_t *object, const char *name, char *chars, size_t max) {
  return !json_object_get(object, name) || read_chars(object, name, chars, max);
}

/* The name of the first member that is missing or wrong, or NULL. */
static const char *run_info_from_json(const json_t *json, struct run_info *run) {
  if (!json_is_object(json)) return "run";
  const struct {
    const char *name;
    char *chars;
    size_t max;
  } members[] = {
      {"subject", run->subject, sizeof run->subject},
      {"subject_version", run->subject_version, sizeof run->subject_version},
      {"target", run->target, sizeof run->target},
      {"started", run->started, sizeof run->started},
      {"command", run->command, sizeof run->command},
      {"catalogue_version", run->catalogue_version, sizeof run->catalogue_version},
  };
  for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
    if (!read_chars(json, members[i].name, members[i].chars, members[i].max))
      return members[i].name;
  }
  if (!read_chars_if_there(json, "catalogue_limit", run->catalogue_limit,
                           sizeof run->catalogue_limit))
    return "catalogue_limit";
  if (!read_chars_if_there(json, "target_version", run->target_version, sizeof run->target_version))
    return "target_version";
  const char *tier = json_string_value(json_object_get(json, "tier"));
  if (!tier || !tier_parse(tier, &run->tier)) return "tier";
  const json_int_t seed = json_integer_value(json_object_get(json, "seed"));
  if (seed < 0) return "seed";
  run->seed = (uint64_t)seed;
  run->duration_ms = json_number_value(json_object_get(json, "duration_ms"));
  const json_t *strict = json_object_get(json, "strict");
  if (strict && !json_is_boolean(strict)) return "strict";
  run->strict = json_is_true(strict);
  run->finished = json_is_true(json_object_get(json, "finished"));
  const char *wrong = read_host(json, &run->host);
  return wrong ? wrong : read_not_implemented(json, run);
}

static enum err_code add_cases(const char *path, const json_t *cases, struct results *results,
                               struct err *err) {
  if (!json_is_array(cases)) return err_set(err, ERR_INPUT, "%s: it has no \"cases\"", path);
  for (size_t i = 0; i < json_array_size(cases); i++) {
    struct result *result = NULL;
    struct err why;
    const enum err_code code = result_from_json(json_array_get(cases, i), &result, &why);
    if (code) return err_set(err, code, "%s: entry %zu: %.300s", path, i + 1, why.text);
    if (!results_add(results, result)) return err_set(err, ERR_SYSTEM, "%s: no memory", path);
  }
  return ERR_OK;
}

static enum err_code results_of_json(const char *path, const json_t *json, struct results **results,
                                     struct err *err) {
  const json_t *schema = json_object_get(json, "schema");
  if (!json_is_integer(schema) || json_integer_value(schema) != 1)
    return err_set(err, ERR_INPUT, "%s: it is no results file of schema 1", path);
  struct run_info run = {0};
  const char *wrong = run_info_from_json(json_object_get(json, "run"), &run);
  if (wrong) return err_set(err, ERR_INPUT, "%s: \"run\" has no valid \"%s\"", path, wrong);
  struct results *made = results_create(&run);
  if (!made || !result_set(&made->path, path)) {
    results_destroy(made);
    return err_set(err, ERR_SYSTEM, "%s: no memory", path);
  }
  const enum err_code code = add_cases(path, json_object_get(json, "cases"), made, err);
  if (code) {
    results_destroy(made);
    return code;
  }
  *results = made;
  return ERR_OK;
}

enum err_code results_read(const char *path, struct results **results, struct err *err) {
  FILE *file = fopen(path, "re");
  if (!file) return err_set_errno(err, errno, "cannot read %s", path);
  json_error_t error;
  json_t *json = json_loadf(file, 0, &error);
  const bool unreadable = ferror(file) != 0;
  (void)fclose(file);
  if (!json && unreadable) return err_set(err, ERR_SYSTEM, "cannot read %s", path);
  if (!json)
    return err_set(err, ERR_INPUT, "%s:%d: it is not JSON: %s", path, error.line, error.text);
  const enum err_code code = results_of_json(path, json, results, err);
  json_decref(json);
  return code;
}
