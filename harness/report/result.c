#include "report/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char cut_mark[] = "... (cut)";

/* Every text of a result, so that no function below can forget one. */
static const size_t texts[] = {
    offsetof(struct result, reason),      offsetof(struct result, expected_text),
    offsetof(struct result, actual_text), offsetof(struct result, group),
    offsetof(struct result, details),     offsetof(struct result, evidence),
    offsetof(struct result, rerun),
};
enum { TEXT_COUNT = sizeof texts / sizeof texts[0] };

static char **text_of(struct result *result, size_t index) {
  return (char **)(void *)((char *)result + texts[index]);
}

static const char *const_text_of(const struct result *result, size_t index) {
  return *(char *const *)(const void *)((const char *)result + texts[index]);
}

static char *copy_bounded(const char *chars) {
  const size_t len = strnlen(chars, RESULT_TEXT_MAX + 1);
  if (len <= RESULT_TEXT_MAX) return strdup(chars);
  char *copy = malloc(RESULT_TEXT_MAX + sizeof cut_mark);
  if (!copy) return NULL;
  memcpy(copy, chars, RESULT_TEXT_MAX);
  memcpy(copy + RESULT_TEXT_MAX, cut_mark, sizeof cut_mark);
  return copy;
}

bool result_set(char **field, const char *chars) {
  char *copy = copy_bounded(chars);
  if (!copy) return false;
  free(*field);
  *field = copy;
  return true;
}

bool result_setf(char **field, const char *format, ...) {
  va_list args;
  char *chars = NULL;
  va_start(args, format);
  const int len = vasprintf(&chars, format, args);
  va_end(args);
  if (len < 0) return false;
  const bool done = result_set(field, chars);
  free(chars);
  return done;
}

struct result *result_create(const char *id, const char *recipe, const char *requirement) {
  struct result *result = calloc(1, sizeof *result);
  if (!result) return NULL;
  (void)snprintf(result->id, sizeof result->id, "%s", id);
  (void)snprintf(result->recipe, sizeof result->recipe, "%s", recipe);
  (void)snprintf(result->requirement, sizeof result->requirement, "%s", requirement);
  for (size_t i = 0; i < TEXT_COUNT; i++) {
    if (!result_set(text_of(result, i), "")) {
      result_destroy(result);
      return NULL;
    }
  }
  return result;
}

void result_destroy(struct result *result) {
  if (!result) return;
  for (size_t i = 0; i < TEXT_COUNT; i++)
    free(*text_of(result, i));
  for (size_t i = 0; i < result->observed_count; i++) {
    free(result->observed[i].name);
    free(result->observed[i].value);
  }
  free(result);
}

static bool copy_words(const struct result *from, struct result *to) {
  for (size_t i = 0; i < TEXT_COUNT; i++) {
    if (!result_set(text_of(to, i), const_text_of(from, i))) return false;
  }
  for (size_t i = 0; i < from->observed_count; i++) {
    if (!result_observe(to, from->observed[i].name, from->observed[i].value)) return false;
  }
  return true;
}

struct result *result_copy(const struct result *result) {
  struct result *copy = result_create(result->id, result->recipe, result->requirement);
  if (!copy) return NULL;
  copy->level = result->level;
  copy->verdict = result->verdict;
  copy->expected = result->expected;
  copy->surprise = result->surprise;
  copy->tier = result->tier;
  copy->duration_ms = result->duration_ms;
  memcpy(copy->kind, result->kind, sizeof copy->kind);
  copy->failed_checks = result->failed_checks;
  if (!copy_words(result, copy)) {
    result_destroy(copy);
    return NULL;
  }
  return copy;
}

bool result_observe(struct result *result, const char *name, const char *value) {
  if (result->observed_count == RESULT_OBSERVED_MAX) return false;
  char *own_name = copy_bounded(name);
  char *own_value = copy_bounded(value);
  if (!own_name || !own_value) {
    free(own_name);
    free(own_value);
    return false;
  }
  result->observed[result->observed_count++] = (struct result_value){own_name, own_value};
  return true;
}

void result_make_strict(struct result *result) {
  if (result->verdict == VERDICT_WARN) result->verdict = VERDICT_FAIL;
}
