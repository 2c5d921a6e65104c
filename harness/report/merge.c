#include "report/merge.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool merge_is_one_subject(const struct results *const *sets, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (strcmp(sets[i]->run.subject, sets[0]->run.subject) != 0 ||
        strcmp(sets[i]->run.subject_version, sets[0]->run.subject_version) != 0 ||
        strcmp(sets[i]->run.target, sets[0]->run.target) != 0 ||
        strcmp(sets[i]->run.target_version, sets[0]->run.target_version) != 0)
      return false;
  }
  return true;
}

static double start_ms(const struct run_info *run) {
  struct tm utc = {0};
  if (!strptime(run->started, "%Y-%m-%dT%H:%M:%SZ", &utc)) return 0;
  return (double)timegm(&utc) * 1000;
}

static bool is_listed(const struct run_info *run, const char *recipe) {
  for (size_t i = 0; i < run->not_implemented_count; i++) {
    if (strcmp(run->not_implemented[i], recipe) == 0) return true;
  }
  return false;
}

/* Every run of a profile lists the same recipes, so that the largest number of cases is right. */
static void join_not_implemented(struct run_info *run, const struct run_info *other) {
  for (size_t i = 0; i < other->not_implemented_count; i++) {
    if (is_listed(run, other->not_implemented[i])) continue;
    if (run->not_implemented_count == RESULTS_NOT_IMPLEMENTED_MAX) break;
    memcpy(run->not_implemented[run->not_implemented_count++], other->not_implemented[i],
           sizeof run->not_implemented[0]);
  }
  if (other->not_implemented_cases > run->not_implemented_cases)
    run->not_implemented_cases = other->not_implemented_cases;
}

static struct run_info join_runs(const struct results *const *sets, size_t count) {
  struct run_info run = sets[0]->run;
  double first_ms = start_ms(&run);
  double end_ms = first_ms + run.duration_ms;
  for (size_t i = 1; i < count; i++) {
    const struct run_info *other = &sets[i]->run;
    const double other_start_ms = start_ms(other);
    if (other_start_ms < first_ms) {
      first_ms = other_start_ms;
      memcpy(run.started, other->started, sizeof run.started);
    }
    if (other_start_ms + other->duration_ms > end_ms) end_ms = other_start_ms + other->duration_ms;
    if (other->tier < run.tier) run.tier = other->tier;
    if (strcmp(other->command, run.command) != 0)
      (void)snprintf(run.command, sizeof run.command, "(merged from %zu runs)", count);
    run.finished = run.finished && other->finished;
    if (strcmp(other->catalogue_version, run.catalogue_version) != 0)
      (void)snprintf(run.catalogue_version, sizeof run.catalogue_version, "several");
    join_not_implemented(&run, other);
  }
  run.duration_ms = end_ms - first_ms;
  return run;
}

/* Of a path from realpath, in a buffer with room for one octet more. */
static void end_with_slash(char *path) {
  const size_t len = strlen(path);
  if (path[len - 1] == '/') return;
  path[len] = '/';
  path[len + 1] = '\0';
}

/* "../b/evidence/x" for what stands in folder b, seen from folder a. False: no memory, or a folder
 * does not exist. */
static bool relative_to(const char *from_dir, const char *to_dir, const char *rest, char **path) {
  char from[PATH_MAX + 1];
  char to[PATH_MAX + 1];
  if (!realpath(from_dir, from) || !realpath(to_dir, to)) return false;
  end_with_slash(from);
  end_with_slash(to);
  size_t common = 0;
  for (size_t i = 0; from[i] != '\0' && from[i] == to[i]; i++) {
    if (from[i] == '/') common = i + 1;
  }
  struct text text = TEXT_INIT(3 * PATH_MAX);
  for (const char *at = from + common; (at = strchr(at, '/')) != NULL; at++)
    text_append(&text, "../");
  text_appendf(&text, "%s%s", to + common, rest);
  const bool done = !text.truncated && result_set(path, text_chars(&text));
  text_free(&text);
  return done;
}

/* Evidence keeps its path where a folder is gone: then there is none to be found either. */
static void move_evidence(struct result *result, const struct results *set,
                          const char *reports_dir) {
  if (result->evidence[0] == '\0' || result->evidence[0] == '/') return;
  char *path = strdup(set->path);
  if (!path) return;
  char *rest = strdup(result->evidence);
  if (rest) (void)relative_to(reports_dir, dirname(path), rest, &result->evidence);
  free(rest);
  free(path);
}

static struct result **find_case(const struct results *results, const char *id) {
  for (size_t i = 0; i < results->case_count; i++) {
    if (strcmp(results->cases[i]->id, id) == 0) return &results->cases[i];
  }
  return NULL;
}

static bool take_case(struct results *merged, const struct result *result,
                      const struct results *set, const char *reports_dir, struct text *told) {
  struct result *copy = result_copy(result);
  if (!copy) return false;
  move_evidence(copy, set, reports_dir);
  struct result **earlier = find_case(merged, result->id);
  if (!earlier) return results_add(merged, copy);
  if ((*earlier)->verdict != copy->verdict)
    text_appendf(told, "%s: %s gives %s, in place of %s\n", result->id, set->path,
                 verdict_name(copy->verdict), verdict_name((*earlier)->verdict));
  result_destroy(*earlier);
  *earlier = copy;
  return true;
}

static void count_again(struct results *results) {
  results->summary = (struct summary){.not_implemented = results->run.not_implemented_cases};
  for (size_t i = 0; i < results->case_count; i++)
    summary_add(&results->summary, results->cases[i]);
}

enum err_code merge_results(const struct results *const *sets, size_t count,
                            const char *reports_dir, struct results **merged, struct text *told,
                            struct err *err) {
  if (count == 0) return err_set(err, ERR_USAGE, "there are no results to merge");
  if (!merge_is_one_subject(sets, count))
    return err_set(err, ERR_USAGE,
                   "these results are of several subjects or targets (%.60s %.60s, ...): they can "
                   "be compared, not merged",
                   sets[0]->run.subject, sets[0]->run.subject_version);
  for (size_t i = 1; i < count; i++) {
    if (sets[i]->run.strict != sets[0]->run.strict)
      return err_set(err, ERR_USAGE,
                     "%.200s and %.200s cannot be merged: one was run with --strict and the other "
                     "without; run both alike",
                     sets[0]->path, sets[i]->path);
  }
  const struct run_info run = join_runs(sets, count);
  struct results *made = results_create(&run);
  bool done = made != NULL;
  for (size_t s = 0; done && s < count; s++) {
    for (size_t i = 0; done && i < sets[s]->case_count; i++)
      done = take_case(made, sets[s]->cases[i], sets[s], reports_dir, told);
  }
  if (!done) {
    results_destroy(made);
    return err_set(err, ERR_SYSTEM, "no memory to merge %zu results files", count);
  }
  count_again(made);
  *merged = made;
  return ERR_OK;
}
