#include "report/junit_tree.h"

#include "report/junit_words.h"
#include "report/safe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTE_MAX = 64 * 1024, BODY_MAX = 4 * RESULT_TEXT_MAX, OUTPUT_MAX = 16 * 1024 * 1024 };

struct tree {
  const struct results *results;
  const struct junit_options *options;
  bool failed; /* no memory; sticky */
};

static mxml_node_t *add_element(struct tree *tree, mxml_node_t *parent, const char *name) {
  mxml_node_t *element = mxmlNewElement(parent, name);
  if (!element) tree->failed = true;
  return element;
}

static void set(struct tree *tree, mxml_node_t *element, const char *name, const char *chars) {
  struct text safe = TEXT_INIT(ATTRIBUTE_MAX);
  safe_append(&safe, span_of_text(chars), SAFE_LINES);
  if (element) mxmlElementSetAttr(element, name, text_chars(&safe));
  if (!element || (safe.len == 0 && chars[0] != '\0')) tree->failed = true;
  text_free(&safe);
}

static void set_count(struct tree *tree, mxml_node_t *element, const char *name, size_t count) {
  char chars[32];
  (void)snprintf(chars, sizeof chars, "%zu", count);
  set(tree, element, name, chars);
}

/* At most three decimals: junit-10 of Jenkins' xUnit plugin allows no more. */
static void set_seconds(struct tree *tree, mxml_node_t *element, double ms) {
  char chars[32];
  (void)snprintf(chars, sizeof chars, "%.3f", ms > 0 && ms < 1e12 ? ms / 1000 : 0.0);
  set(tree, element, "time", chars);
}

static void set_body(struct tree *tree, mxml_node_t *element, const struct text *body) {
  struct text safe = TEXT_INIT(OUTPUT_MAX);
  safe_append(&safe, span_of(text_chars(body), body->len), SAFE_LINES);
  if (!element || !mxmlNewOpaque(element, text_chars(&safe))) tree->failed = true;
  text_free(&safe);
}

static void add_outcome(struct tree *tree, mxml_node_t *testcase, const struct result *result) {
  static const char *const names[] = {
      [JUNIT_FAILED] = "failure", [JUNIT_ERRED] = "error", [JUNIT_SKIPPED] = "skipped"};
  const enum junit_outcome outcome = junit_outcome_of(result);
  if (outcome == JUNIT_PASSED) return;
  mxml_node_t *element = add_element(tree, testcase, names[outcome]);
  struct text message = TEXT_INIT(ATTRIBUTE_MAX);
  struct text body = TEXT_INIT(BODY_MAX);
  junit_append_message(&message, result);
  junit_append_body(&body, result, tree->options->reports_dir);
  /* Ant's schema knows no type for what was skipped. */
  if (outcome != JUNIT_SKIPPED) set(tree, element, "type", junit_type_of(result));
  set(tree, element, "message", text_chars(&message));
  set_body(tree, element, &body);
  text_free(&message);
  text_free(&body);
}

static void add_case(struct tree *tree, mxml_node_t *suite, const struct result *result) {
  const char *slash = strchr(result->id, '/');
  mxml_node_t *testcase = add_element(tree, suite, "testcase");
  set(tree, testcase, "name", slash ? slash + 1 : result->id);
  set(tree, testcase, "classname", result->recipe);
  set_seconds(tree, testcase, result->duration_ms);
  add_outcome(tree, testcase, result);
  if (tree->options->profile == JUNIT_STRICT) return;
  struct text output = TEXT_INIT(BODY_MAX);
  junit_append_output(&output, result, tree->options->reports_dir);
  if (output.len > 0) set_body(tree, add_element(tree, testcase, "system-out"), &output);
  text_free(&output);
}

static void add_property(struct tree *tree, mxml_node_t *properties, const char *name,
                         const char *value) {
  mxml_node_t *property = add_element(tree, properties, "property");
  set(tree, property, "name", name);
  set(tree, property, "value", value);
}

static void add_properties(struct tree *tree, mxml_node_t *suite) {
  const struct run_info *run = &tree->results->run;
  mxml_node_t *properties = add_element(tree, suite, "properties");
  char seed[32];
  (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
  add_property(tree, properties, "subject", run->subject);
  add_property(tree, properties, "subject-version", run->subject_version);
  add_property(tree, properties, "target", run->target);
  if (run->target_version[0] != '\0')
    add_property(tree, properties, "target-version", run->target_version);
  add_property(tree, properties, "tier", tier_name(run->tier));
  add_property(tree, properties, "seed", seed);
  add_property(tree, properties, "system", run->host.system);
  add_property(tree, properties, "release", run->host.release);
  add_property(tree, properties, "machine", run->host.machine);
  add_property(tree, properties, "command", run->command);
  add_property(tree, properties, "catalogue-version", run->catalogue_version);
  for (size_t i = 0; i < run->not_implemented_count; i++)
    add_property(tree, properties, "not-implemented", run->not_implemented[i]);
}

/* What no case of its own can hold in the strict profile: the output of all, case by case. */
static void add_suite_output(struct tree *tree, mxml_node_t *suite, const char *recipe) {
  const struct results *results = tree->results;
  struct text output = TEXT_INIT(OUTPUT_MAX);
  for (size_t i = 0; i < results->case_count; i++) {
    const struct result *result = results->cases[i];
    if (strcmp(result->recipe, recipe) != 0) continue;
    struct text one = TEXT_INIT(BODY_MAX);
    junit_append_output(&one, result, tree->options->reports_dir);
    if (one.len > 0) text_appendf(&output, "%s:\n%s", result->id, text_chars(&one));
    text_free(&one);
  }
  set_body(tree, add_element(tree, suite, "system-out"), &output);
  const struct text nothing = TEXT_INIT(1);
  set_body(tree, add_element(tree, suite, "system-err"), &nothing);
  text_free(&output);
}

/* Of one recipe; of all where it is "". */
static void set_totals(struct tree *tree, mxml_node_t *element, const char *recipe) {
  const bool all = recipe[0] == '\0';
  const struct results *results = tree->results;
  size_t counts[JUNIT_OUTCOME_COUNT] = {0};
  size_t tests = 0;
  double duration_ms = 0;
  for (size_t i = 0; i < results->case_count; i++) {
    const struct result *result = results->cases[i];
    if (!all && strcmp(result->recipe, recipe) != 0) continue;
    tests++;
    counts[junit_outcome_of(result)]++;
    duration_ms += result->duration_ms;
  }
  set_count(tree, element, "tests", tests);
  set_count(tree, element, "failures", counts[JUNIT_FAILED]);
  set_count(tree, element, "errors", counts[JUNIT_ERRED]);
  /* junit-10 knows no skipped at the root. */
  if (!all) set_count(tree, element, "skipped", counts[JUNIT_SKIPPED]);
  set_seconds(tree, element, all ? results->run.duration_ms : duration_ms);
}

static void add_suite(struct tree *tree, mxml_node_t *root, const char *recipe, size_t index) {
  const struct results *results = tree->results;
  mxml_node_t *suite = add_element(tree, root, "testsuite");
  char started[20] = "1970-01-01T00:00:00";
  /* Without its zone: the schemas allow none. */
  if (strlen(results->run.started) >= sizeof started - 1)
    memcpy(started, results->run.started, sizeof started - 1);
  set(tree, suite, "name", recipe);
  set(tree, suite, "package", "cases");
  set_count(tree, suite, "id", index);
  set(tree, suite, "timestamp", started);
  set(tree, suite, "hostname",
      results->run.host.name[0] != '\0' ? results->run.host.name : "localhost");
  set_totals(tree, suite, recipe);
  if (tree->options->profile == JUNIT_RICH) {
    char file[96];
    (void)snprintf(file, sizeof file, "cases/%s/cases.c", recipe);
    set(tree, suite, "file", file);
  }
  add_properties(tree, suite);
  for (size_t i = 0; i < results->case_count; i++) {
    if (strcmp(results->cases[i]->recipe, recipe) == 0) add_case(tree, suite, results->cases[i]);
  }
  if (tree->options->profile == JUNIT_STRICT) add_suite_output(tree, suite, recipe);
}

static bool is_first_of_recipe(const struct results *results, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (strcmp(results->cases[i]->recipe, results->cases[index]->recipe) == 0) return false;
  }
  return true;
}

mxml_node_t *junit_tree_of(const struct results *results, const struct junit_options *options) {
  struct tree tree = {.results = results, .options = options};
  mxml_node_t *document = mxmlNewXML("1.0");
  if (!document) return NULL;
  mxml_node_t *root = add_element(&tree, document, "testsuites");
  if (options->profile == JUNIT_RICH) {
    set(&tree, root, "name", "sockproof");
    set_totals(&tree, root, "");
  }
  size_t suites = 0;
  for (size_t i = 0; i < results->case_count; i++) {
    if (is_first_of_recipe(results, i)) add_suite(&tree, root, results->cases[i]->recipe, suites++);
  }
  if (!tree.failed) return document;
  mxmlDelete(document);
  return NULL;
}
