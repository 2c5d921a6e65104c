#include "report/junit_words.h"

#include "report/summary.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_TEXT_MAX = 4096 };

enum junit_outcome junit_outcome_of(const struct result *result) {
  if (result->verdict == VERDICT_BROKEN) return JUNIT_ERRED;
  if (summary_is_failure(result)) return JUNIT_FAILED;
  if (result->verdict == VERDICT_UNSUPPORTED || result->verdict == VERDICT_FAIL)
    return JUNIT_SKIPPED;
  return JUNIT_PASSED;
}

const char *junit_type_of(const struct result *result) {
  if (result->surprise && result->verdict == VERDICT_PASS) return "unexpected-pass";
  if (result->kind[0] != '\0') return result->kind;
  return result->surprise ? "surprise" : verdict_name(result->verdict);
}

void junit_append_message(struct text *text, const struct result *result) {
  if (result->surprise)
    text_appendf(text, "another verdict than %s was foreseen", verdict_name(result->verdict));
  else if (result->expected && result->verdict != VERDICT_PASS)
    text_appendf(text, "%s, as foreseen", verdict_name(result->verdict));
  else
    text_append(text, verdict_name(result->verdict));
  if (result->requirement[0] != '\0')
    text_appendf(text, " (%s, %s)", result->requirement, level_name(result->level));
  if (result->reason[0] != '\0') text_appendf(text, ": %s", result->reason);
}

static void append_field(struct text *text, const char *name, const char *chars) {
  if (chars[0] != '\0') text_appendf(text, "%s: %s\n", name, chars);
}

static void append_observed(struct text *text, const struct result *result) {
  for (size_t i = 0; i < result->observed_count; i++)
    text_appendf(text, "observed %s: %s\n", result->observed[i].name, result->observed[i].value);
}

/* As the console has it, from where the reports folder is seen by that name. */
static void append_replay(struct text *text, const struct result *result, const char *reports_dir) {
  if (result->evidence[0] == '\0') return;
  text_appendf(text, "replay: sockproof run --replay '%s/%s'\n", reports_dir ? reports_dir : ".",
               result->evidence);
}

void junit_append_body(struct text *text, const struct result *result, const char *reports_dir) {
  text_append(text, "\n");
  junit_append_message(text, result);
  text_append(text, "\n");
  append_field(text, "expected", result->expected_text);
  append_field(text, "actual", result->actual_text);
  append_observed(text, result);
  append_field(text, "in common", result->group);
  append_field(text, "evidence", result->evidence);
  append_replay(text, result, reports_dir);
  append_field(text, "again", result->rerun);
  if (result->details[0] != '\0') text_appendf(text, "\n%s\n", result->details);
}

static int is_visible(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static void append_attachments(struct text *text, const char *evidence, const char *reports_dir) {
  struct text dir = TEXT_INIT(PATH_TEXT_MAX);
  text_appendf(&dir, "%s/%s", reports_dir, evidence);
  struct dirent **entries = NULL;
  /* No folder, no attachments: evidence that could not be kept is told by the result itself. */
  const int count = dir.truncated ? -1 : scandir(text_chars(&dir), &entries, is_visible, alphasort);
  for (int i = 0; i < count; i++) {
    if (entries[i]->d_type != DT_DIR)
      text_appendf(text, "[[ATTACHMENT|%s/%s]]\n", text_chars(&dir), entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
  text_free(&dir);
}

void junit_append_output(struct text *text, const struct result *result, const char *reports_dir) {
  if (result->verdict == VERDICT_WARN && junit_outcome_of(result) == JUNIT_PASSED) {
    junit_append_message(text, result);
    text_append(text, "\n");
    append_field(text, "expected", result->expected_text);
    append_field(text, "actual", result->actual_text);
    append_observed(text, result);
    append_field(text, "again", result->rerun);
    if (result->details[0] != '\0') text_appendf(text, "%s\n", result->details);
  }
  if (reports_dir && result->evidence[0] != '\0')
    append_attachments(text, result->evidence, reports_dir);
}
