#include "subject/observe.h"

#include "subject/pattern.h"
#include "subject/time_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An octet 0 would end the text early, and hide what stands behind it. */
static size_t copy_value(char *to, size_t room, struct span value) {
  const size_t len = value.len < room - 1 ? value.len : room - 1;
  for (size_t i = 0; i < len; i++)
    to[i] = (char)(value.bytes[i] == 0 ? '?' : value.bytes[i]);
  to[len] = '\0';
  return len;
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

struct gathering {
  struct observation *observation;
  size_t all_len;
  unsigned matches;
};

static void gather(void *context, struct span value) {
  struct gathering *gathering = context;
  struct observation *observation = gathering->observation;
  if (gathering->matches++ == 0) {
    (void)copy_value(observation->text, sizeof observation->text, value);
  } else if (gathering->all_len < sizeof observation->all - 1) {
    observation->all[gathering->all_len++] = '\n';
  } else {
    observation->all_cut = true;
  }
  const size_t copied = copy_value(observation->all + gathering->all_len,
                                   sizeof observation->all - gathering->all_len, value);
  gathering->all_len += copied;
  if (copied < value.len) observation->all_cut = true;
}

static struct span stream_of(const struct profile_observation *wanted,
                             const struct printed *printed) {
  return wanted->on_stderr ? printed->err : printed->out;
}

static enum err_code look_for(const struct profile_observation *wanted, struct span octets,
                              struct gathering *gathering, struct err *err) {
  struct err why;
  struct pattern *pattern = NULL;
  enum err_code code = pattern_compile(wanted->pattern, true, &pattern, &why);
  if (!code) code = pattern_each(pattern, octets, gather, gathering, &why);
  pattern_destroy(pattern);
  return code ? err_set(err, code, "observe.%s: %.400s", wanted->name, why.text) : ERR_OK;
}

enum err_code observe_output(const struct profile_entry *entry, const struct printed *printed,
                             struct observations *found, struct err *err) {
  found->count = 0;
  for (size_t i = 0; i < entry->observation_count; i++) {
    const struct profile_observation *wanted = &entry->observations[i];
    struct observation *observation = &found->list[found->count];
    *observation = (struct observation){0};
    struct gathering gathering = {.observation = observation};
    const enum err_code code = look_for(wanted, stream_of(wanted, printed), &gathering, err);
    if (code) return code;
    if (gathering.matches == 0) continue;
    (void)snprintf(observation->name, sizeof observation->name, "%s", wanted->name);
    interpret(observation, wanted->format);
    found->matches[found->count++] = gathering.matches;
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
  struct err why;
  struct pattern *pattern = NULL;
  enum err_code code = pattern_compile(entry->success, false, &pattern, &why);
  if (!code) code = pattern_search(pattern, stdout_bytes, &match, &why);
  pattern_destroy(pattern);
  if (code) return err_set(err, code, "success: %.400s", why.text);
  *success = match.matches > 0;
  return ERR_OK;
}
