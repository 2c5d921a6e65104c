#include "subject/observe.h"

#include "subject/pattern.h"
#include "subject/time_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An octet 0 would end the text early, and hide what stands behind it. */
static void copy_value(struct observation *observation, struct span value) {
  const size_t len =
      value.len < sizeof observation->text - 1 ? value.len : sizeof observation->text - 1;
  for (size_t i = 0; i < len; i++)
    observation->text[i] = (char)(value.bytes[i] == 0 ? '?' : value.bytes[i]);
  observation->text[len] = '\0';
}

/* Decimal only: strtod alone would take "inf", "nan" and 0x1p3 for numbers. */
static bool read_number(const char *chars, double *number) {
  const char *digits = chars + (*chars == '-' || *chars == '+');
  if (*digits == '.') digits++;
  if (!isdigit((unsigned char)*digits)) return false;
  if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    *number = 0;
    return true;
  }
  *number = strtod(chars, NULL);
  return true;
}

static void interpret(struct observation *observation, const char *format) {
  observation->is_number = read_number(observation->text, &observation->number);
  if (!format) return;
  struct time_text time;
  observation->is_time = time_text_read(observation->text, format, &time);
  observation->unparsed = !observation->is_time;
  if (!observation->is_time) return;
  observation->unix_ns = time.unix_ns;
  observation->resolution_ns = time.resolution_ns;
}

static enum err_code search(const char *what, const char *chars, bool needs_group,
                            struct span octets, struct pattern_found *found, struct err *err) {
  struct err why;
  struct pattern *pattern = NULL;
  enum err_code code = pattern_compile(chars, needs_group, &pattern, &why);
  if (!code) code = pattern_search(pattern, octets, found, &why);
  pattern_destroy(pattern);
  return code ? err_set(err, code, "%s: %.400s", what, why.text) : ERR_OK;
}

enum err_code observe_output(const struct profile_entry *entry, struct span stdout_bytes,
                             struct observations *found, struct err *err) {
  found->count = 0;
  for (size_t i = 0; i < entry->observation_count; i++) {
    const struct profile_observation *wanted = &entry->observations[i];
    struct pattern_found match = {0};
    char what[80];
    (void)snprintf(what, sizeof what, "observe.%s", wanted->name);
    const enum err_code code = search(what, wanted->pattern, true, stdout_bytes, &match, err);
    if (code) return code;
    if (match.matches == 0) continue;
    struct observation *observation = &found->list[found->count];
    *observation = (struct observation){0};
    (void)snprintf(observation->name, sizeof observation->name, "%s", wanted->name);
    copy_value(observation, match.value);
    interpret(observation, wanted->format);
    found->matches[found->count++] = match.matches;
  }
  return ERR_OK;
}

const struct observation *observation_find(const struct observations *found, const char *name) {
  for (size_t i = 0; i < found->count; i++) {
    if (strcmp(found->list[i].name, name) == 0) return &found->list[i];
  }
  return NULL;
}

enum err_code observe_success(const struct profile_entry *entry, struct span stdout_bytes,
                              int exit_code, bool *success, struct err *err) {
  if (!entry->success) {
    *success = exit_code == 0;
    return ERR_OK;
  }
  struct pattern_found match = {0};
  const enum err_code code = search("success", entry->success, false, stdout_bytes, &match, err);
  if (!code) *success = match.matches > 0;
  return code;
}
