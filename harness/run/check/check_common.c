#include "run/check/check_common.h"

#include "run/check/uncaught.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATTERN_SHOWN_MAX = 80 };

static void fill(char *chars, const char *format, va_list arguments) {
  (void)vsnprintf(chars, FINDING_TEXT_MAX, format, arguments);
}

void finding_expect(struct finding *finding, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(finding->expected, format, arguments);
  va_end(arguments);
}

void finding_holds(struct finding *finding, const char *format, ...) {
  finding->holds = true;
  finding->unjudgeable = finding->unobservable = false;
  va_list arguments;
  va_start(arguments, format);
  fill(finding->actual, format, arguments);
  va_end(arguments);
}

void finding_fails(struct finding *finding, const char *format, ...) {
  finding->holds = false;
  finding->unjudgeable = finding->unobservable = false;
  va_list arguments;
  va_start(arguments, format);
  fill(finding->actual, format, arguments);
  va_end(arguments);
}

void finding_unjudgeable(struct finding *finding, const char *format, ...) {
  finding->holds = false;
  finding->unjudgeable = true;
  va_list arguments;
  va_start(arguments, format);
  fill(finding->actual, format, arguments);
  va_end(arguments);
}

void finding_unobservable(struct finding *finding, const char *format, ...) {
  finding->holds = false;
  finding->unobservable = true;
  va_list arguments;
  va_start(arguments, format);
  fill(finding->actual, format, arguments);
  va_end(arguments);
}

const char *words_of_run(const struct judged_case *judged, size_t index, char words[WORDS_MAX]) {
  words[0] = '\0';
  if (judged->run_count > 1) (void)snprintf(words, WORDS_MAX, "in run %zu: ", index + 1);
  return words;
}

const char *words_of_exit(const struct run_record *run, char words[WORDS_MAX]) {
  const struct subject_outcome *outcome = run->outcome;
  const char *by_pattern = "";
  if (run->success && outcome->exit_code != 0) by_pattern = " (success by the profile's pattern)";
  if (!run->success && outcome->exit_code == 0) by_pattern = " (no success by the profile)";
  if (run->stopped) {
    (void)snprintf(words, WORDS_MAX, "a daemon, stopped when its time was over%s",
                   run->success ? "" : " (no success by the profile)");
  } else if (outcome->timed_out) {
    (void)snprintf(words, WORDS_MAX, "killed at its time limit");
  } else if (outcome->signal != 0) {
    (void)snprintf(words, WORDS_MAX, "ended by signal %d", outcome->signal);
  } else {
    char uncaught[UNCAUGHT_MAX];
    if (outcome->exit_code != 0 && uncaught_find(outcome, uncaught)) {
      (void)snprintf(words, WORDS_MAX, "exit %d by an exception, `%s`%s", outcome->exit_code,
                     uncaught, by_pattern);
    } else {
      (void)snprintf(words, WORDS_MAX, "exit %d%s", outcome->exit_code, by_pattern);
    }
  }
  return words;
}

const char *words_of_octets(struct span octets, char words[WORDS_MAX]) {
  enum { SHOWN_MAX = 32 };
  struct text text = TEXT_INIT(WORDS_MAX - 32); /* room for the length behind it */
  text_append_escaped(&text, span_part(octets, 0, SHOWN_MAX));
  (void)snprintf(words, WORDS_MAX, "`%s%s` (%zu octets)", text_chars(&text),
                 octets.len > SHOWN_MAX ? "..." : "", octets.len);
  text_free(&text);
  return words;
}

const char *words_of_endpoint(const struct endpoint *endpoint, char words[WORDS_MAX]) {
  char address[IP_ADDRESS_TEXT_MAX];
  (void)snprintf(words, WORDS_MAX, "%s port %u", ip_address_text(&endpoint->address, address),
                 (unsigned)endpoint->port);
  return words;
}

const char *words_of_missing(const struct judged_case *judged, const char *name,
                             char words[WORDS_MAX]) {
  const char *pattern = NULL;
  for (size_t i = 0; judged->entry != NULL && i < judged->entry->observation_count; i++) {
    const struct profile_observation *sought = &judged->entry->observations[i];
    if (strcmp(sought->name, name) == 0) pattern = sought->pattern;
  }
  bool by_clock = judged->entry != NULL && judged->entry->sets_clock && observe_is_of_clock(name);
  if (pattern == NULL) {
    (void)snprintf(words, WORDS_MAX,
                   by_clock ? "no `%s`: it did not set the clock" : "no `%s` in its output", name);
  } else {
    (void)snprintf(words, WORDS_MAX, "no `%s` (%.*s%s) in its output", name, PATTERN_SHOWN_MAX,
                   pattern, strlen(pattern) > PATTERN_SHOWN_MAX ? "..." : "");
  }
  return words;
}

bool check_can_observe(const struct judged_case *judged, const char *name) {
  if (judged->entry == NULL) {
    for (size_t i = 0; i < judged->run_count; i++) {
      if (observation_find(&judged->runs[i].observed, name) != NULL) return true;
    }
    return false;
  }
  for (size_t i = 0; i < judged->entry->observation_count; i++) {
    if (strcmp(judged->entry->observations[i].name, name) == 0) return true;
  }
  return judged->entry->sets_clock && observe_is_of_clock(name);
}

/* It set the clock, and by a call that tells the other of the two. */
static bool told_by_other_call(const struct judged_case *judged, size_t run, const char *name) {
  const struct observations *found = &judged->runs[run].observed;
  const char *other = strcmp(name, "time") == 0 ? "offset" : "time";
  const struct observation *seen = observation_find(found, other);
  return observe_is_of_clock(name) && seen != NULL && seen->from_clock;
}

const struct observation *check_observation(const struct judged_case *judged, size_t run,
                                            const char *name, struct finding *finding) {
  const struct observation *observation = observation_find(&judged->runs[run].observed, name);
  if (observation != NULL) return observation;
  if (told_by_other_call(judged, run, name)) {
    finding_unobservable(finding, "it moved the clock in a way that tells no `%s`", name);
    return NULL;
  }
  if (!check_can_observe(judged, name)) {
    finding_unobservable(finding, "the profile observes no `%s`", name);
    return NULL;
  }
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  char sought[WORDS_MAX];
  finding_fails(finding, "%s%s, %s", words_of_run(judged, run, label),
                words_of_missing(judged, name, sought), words_of_exit(&judged->runs[run], how));
  return NULL;
}

bool check_each_observation(const struct check *check, const struct judged_case *judged,
                            observation_other other, const void *wanted, struct finding *finding) {
  char label[WORDS_MAX];
  char words[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct observation *seen = check_observation(judged, i, check->name, finding);
    if (seen == NULL) return false;
    const char *instead = other(seen, wanted);
    if (instead == NULL) continue;
    finding_fails(finding, "%s`%s` is %s", words_of_run(judged, i, label), check->name,
                  words_of_octets(span_of_text(instead), words));
    return false;
  }
  return true;
}

const char *other_than_text(const struct observation *seen, const void *wanted) {
  return strcmp(seen->text, wanted) == 0 ? NULL : seen->text;
}

bool check_ended_itself(const struct run_record *run) {
  return run->stopped || (!run->outcome->timed_out && run->outcome->signal == 0);
}

bool check_has_exit(const struct judged_case *judged, size_t run, struct finding *finding) {
  if (judged->entry == NULL || !judged->entry->daemon) return true;
  (void)run;
  finding_unobservable(finding, "by the profile it is a daemon, whose end is not its own");
  return false;
}

struct span check_output_of(const struct run_record *run) {
  return span_of(run->outcome->out.kept.chars, run->outcome->out.kept.len);
}
