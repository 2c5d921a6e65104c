/* What a subject would have made of the clock, as observations. */
#include "subject/observe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

bool observe_is_of_clock(const char *name) {
  return strcmp(name, "time") == 0 || strcmp(name, "offset") == 0;
}

static bool has_pattern(const struct profile_entry *entry, const char *name) {
  for (size_t i = 0; i < entry->observation_count; i++) {
    if (strcmp(entry->observations[i].name, name) == 0) return true;
  }
  return false;
}

static void write_time(const struct clock_attempt *attempt, char *text, size_t room) {
  int64_t seconds = attempt->value_ns / NS_PER_S, rest = attempt->value_ns % NS_PER_S;
  if (rest < 0) {
    rest += NS_PER_S;
    seconds--;
  }
  const time_t whole = (time_t)seconds;
  struct tm utc;
  char date[64] = "?";
  if (gmtime_r(&whole, &utc) != NULL) (void)strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &utc);
  (void)snprintf(text, room, "%s.%09" PRId64, date, rest);
}

/* The last attempt of that kind which was answered with success; NULL: there is none. */
static const struct clock_attempt *last_of(const struct clock_attempt *attempts, size_t count,
                                           enum clock_change change) {
  const struct clock_attempt *last = NULL;
  for (size_t i = 0; i < count; i++) {
    if (attempts[i].change == change && attempts[i].answered_success) last = &attempts[i];
  }
  return last;
}

static void add(const struct profile_entry *entry, const char *name,
                const struct clock_attempt *attempt, struct observations *found) {
  if (attempt == NULL || has_pattern(entry, name) || found->count == OBSERVATIONS_MAX) return;
  found->matches[found->count] = 1;
  struct observation *observation = &found->list[found->count++];
  *observation = (struct observation){.from_clock = true, .taken_ns = attempt->at_ns};
  (void)snprintf(observation->name, sizeof observation->name, "%s", name);
  if (attempt->change == CLOCK_CHANGE_SET) {
    observation->is_time = true;
    observation->unix_ns = attempt->value_ns;
    /* A program that counts in seconds sets whole ones, whatever the call could say. */
    observation->resolution_ns =
        attempt->value_ns % NS_PER_S == 0 ? NS_PER_S : attempt->resolution_ns;
    write_time(attempt, observation->text, sizeof observation->text);
  } else {
    observation->is_number = true;
    observation->number = (double)attempt->value_ns / NS_PER_S;
    (void)snprintf(observation->text, sizeof observation->text, "%+.9f", observation->number);
  }
  memcpy(observation->all, observation->text, sizeof observation->text);
}

void observe_clock(const struct profile_entry *entry, const struct clock_attempt *attempts,
                   size_t count, struct observations *found) {
  if (!entry->sets_clock) return;
  add(entry, "time", last_of(attempts, count, CLOCK_CHANGE_SET), found);
  add(entry, "offset", last_of(attempts, count, CLOCK_CHANGE_SHIFT), found);
}
