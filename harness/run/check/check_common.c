#include "run/check/check_common.h"

#include "run/check/uncaught.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

static bool is_any_address(const struct ip_address *address) {
  static const uint8_t ZEROS[16];
  return memcmp(address->octets, ZEROS, sizeof ZEROS) == 0;
}

/* A server that listens on the any-address is meant by every address. */
static bool endpoint_is(const struct named_endpoint *named, const struct endpoint *at) {
  if (endpoint_equal(&named->at, at)) return true;
  return named->at.port == at->port && is_any_address(&named->at.address);
}

const struct named_endpoint *check_named_endpoint(const struct judged_case *judged,
                                                  const struct endpoint *at) {
  if (judged->endpoints == NULL) return NULL;
  for (size_t i = 0; i < judged->endpoint_count; i++) {
    if (endpoint_is(&judged->endpoints[i], at)) return &judged->endpoints[i];
  }
  return NULL;
}

const struct named_endpoint *check_named_peer(const struct judged_case *judged,
                                              const struct endpoint *at) {
  const struct named_endpoint *named = check_named_endpoint(judged, at);
  return named != NULL && named->application == APPLICATION_DNS ? NULL : named;
}

static bool is_name_server(const struct judged_case *judged, const struct endpoint *at) {
  return check_named_endpoint(judged, at) != check_named_peer(judged, at);
}

const struct named_endpoint *check_endpoint_by_name(const struct judged_case *judged,
                                                    const char *name) {
  for (size_t i = 0; i < judged->endpoint_count; i++) {
    if (strcmp(judged->endpoints[i].name, name) == 0) return &judged->endpoints[i];
  }
  return NULL;
}

/* Whether the two ends of a flow are this socket and an endpoint with a name. */
static bool joins_to_named(const struct judged_case *judged, const struct trace_flow *flow,
                           const struct endpoint *socket) {
  if (endpoint_equal(&flow->initiator, socket)) {
    return check_named_peer(judged, &flow->responder) != NULL;
  }
  return endpoint_equal(&flow->responder, socket) &&
         check_named_peer(judged, &flow->initiator) != NULL;
}

/* Whether this socket spoke with a named endpoint: then what comes to it unasked is a fixture's. */
static bool is_clients_socket(const struct judged_case *judged, const struct endpoint *socket) {
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    if (joins_to_named(judged, conversation_flow(judged->conversation, i), socket)) return true;
  }
  return false;
}

bool check_is_request(const struct trace_event *event) {
  return event->kind == EVENT_DATAGRAM || (event->kind == EVENT_OPEN && event->from_initiator);
}

const struct endpoint *check_destination(const struct trace_flow *flow,
                                         const struct trace_event *event) {
  return event->from_initiator ? &flow->responder : &flow->initiator;
}

enum sent_side check_side(const struct judged_case *judged, const struct trace_flow *flow,
                          const struct trace_event *event) {
  const struct endpoint *to = check_destination(flow, event);
  const struct endpoint *from = event->from_initiator ? &flow->initiator : &flow->responder;
  if (is_name_server(judged, to)) return SENT_TO_NAME_SERVER;
  if (is_name_server(judged, from)) return SENT_BY_NAME_SERVER;
  if (check_named_endpoint(judged, to) != NULL) return SENT_TO_KNOWN;
  if (check_named_endpoint(judged, from) != NULL) return SENT_BY_FIXTURE;
  if (!event->from_initiator) return SENT_BY_UNKNOWN;
  return is_clients_socket(judged, to) ? SENT_BY_FIXTURE : SENT_TO_UNKNOWN;
}

/* The last run that had begun by then: nothing of a run is on the wire before it begins. */
static size_t run_at(const struct judged_case *judged, int64_t time_ns) {
  size_t run = 0;
  for (size_t i = 1; i < judged->run_count; i++) {
    if (judged->runs[i].outcome->started_ns <= time_ns) run = i;
  }
  return run;
}

static void walk_flow(const struct judged_case *judged, enum walk_kind kind,
                      const struct trace_flow *flow, struct walk *walk) {
  enum sent_side wanted = kind == WALK_REQUESTS ? SENT_TO_KNOWN : SENT_BY_FIXTURE;
  for (size_t i = 0; i < flow->event_count && walk->count < WALK_MAX; i++) {
    const struct trace_event *event = &flow->events[i];
    if (event->kind != EVENT_DATAGRAM || check_side(judged, flow, event) != wanted) continue;
    walk->list[walk->count++] =
        (struct walked){.flow = flow, .event = event, .run = run_at(judged, event->time_ns)};
  }
}

static int compare_walked(const void *a, const void *b) {
  size_t x = ((const struct walked *)a)->event->packet_index;
  size_t y = ((const struct walked *)b)->event->packet_index;
  return (x > y) - (x < y);
}

void check_walk(const struct judged_case *judged, enum walk_kind kind, struct walk *walk) {
  walk->count = 0;
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count && walk->count < WALK_MAX; i++) {
    walk_flow(judged, kind, conversation_flow(judged->conversation, i), walk);
  }
  qsort(walk->list, walk->count, sizeof walk->list[0], compare_walked);
}

int64_t check_asked_ns(const struct judged_case *judged, const struct walked *reply) {
  struct walk requests;
  check_walk(judged, WALK_REQUESTS, &requests);
  int64_t asked = reply->event->time_ns;
  for (size_t i = 0; i < requests.count; i++) {
    const struct walked *request = &requests.list[i];
    if (request->flow == reply->flow && request->event->time_ns <= reply->event->time_ns)
      asked = request->event->time_ns;
  }
  return asked;
}
