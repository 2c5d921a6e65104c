#include "trace/diff_comparison.h"

#include <stdio.h>
#include <string.h>

static void event_text(const struct canonical *canonical, const struct canonical_event *event,
                       char *into, size_t size) {
  struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
  print_event(canonical, event, NULL, &text);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

/* Of a pair, in which either may be missing. */
static struct difference difference_at(const struct flow_pair *flows, struct event_pair events) {
  struct difference difference = difference_of(flows);
  const struct canonical_event *event = NULL;
  if (events.actual != NO_INDEX) {
    event = &flows->y->events[events.actual];
    difference.event = events.actual + 1;
    difference.packet_index = event->packet_index;
  }
  if (events.expected != NO_INDEX) {
    event = &flows->x->events[events.expected];
    difference.event = events.expected + 1;
    difference.expected_packet = event->packet_index;
  }
  if (event != NULL) copy_cut(difference.kind, sizeof difference.kind, event->kind);
  return difference;
}

static void add_field(struct comparison *comparison, const struct flow_pair *flows,
                      struct event_pair events, const struct canonical_field *x,
                      const struct canonical_field *y) {
  struct difference difference = difference_at(flows, events);
  tell_field(&comparison->sides, x, y, &flows->y->events[events.actual], &difference);
  tell(comparison, &difference);
}

static void names_text(const struct canonical_event *event, char *into, size_t size) {
  struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
  for (size_t i = 0; i < event->count; i++) {
    text_appendf(&text, "%s%s", i == 0 ? "" : " ", event->fields[i].name);
  }
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

/* The same fields in another order: header fields of HTTP have one. */
static void add_order(struct comparison *comparison, const struct flow_pair *flows,
                      struct event_pair events) {
  struct difference difference = difference_at(flows, events);
  copy_cut(difference.field, sizeof difference.field, "order of fields");
  names_text(&flows->x->events[events.expected], difference.expected, sizeof difference.expected);
  names_text(&flows->y->events[events.actual], difference.actual, sizeof difference.actual);
  tell(comparison, &difference);
}

/* What tells a payload: its text where it is short, else its length and digest. */
static bool is_of_payload(const char *name) {
  static const char *const NAMES[] = {"payload", "octets", "xxh3"};
  for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
    if (strcmp(name, NAMES[i]) == 0) return true;
  }
  return false;
}

static const struct canonical_field *payload_of(const struct canonical_event *event) {
  const struct canonical_field *field = event_field(event, "payload");
  return field != NULL ? field : event_field(event, "xxh3");
}

/* The fields of one event that differ, told one after the other. */
struct field_walk {
  struct comparison *comparison;
  const struct flow_pair *flows;
  struct event_pair events;
  bool differ, by_octets, payload_told;
};

static void note_field(struct field_walk *walk, const struct canonical_field *x,
                       const struct canonical_field *y) {
  const char *name = x != NULL ? x->name : y->name;
  bool of_payload = walk->by_octets && is_of_payload(name);
  if (of_payload && walk->payload_told) return;
  if (!walk->differ) walk->comparison->totals.count++;
  walk->differ = true;
  if (of_payload) {
    walk->payload_told = true;
    x = payload_of(&walk->flows->x->events[walk->events.expected]);
    y = payload_of(&walk->flows->y->events[walk->events.actual]);
  }
  add_field(walk->comparison, walk->flows, walk->events, x, y);
}

/* All fields of a pair of events: together one hunk. */
static void compare_events(struct comparison *comparison, const struct flow_pair *flows,
                           struct event_pair events) {
  const struct canonical_event *x = &flows->x->events[events.expected];
  const struct canonical_event *y = &flows->y->events[events.actual];
  struct field_walk walk = {.comparison = comparison, .flows = flows, .events = events};
  walk.by_octets = has_octets(&comparison->sides) && payload_of(x) != NULL && payload_of(y) != NULL;
  for (size_t i = 0; i < x->count; i++) {
    const struct canonical_field *other = event_field(y, x->fields[i].name);
    if (other != NULL && same_value(comparison, &x->fields[i].value, &other->value)) continue;
    note_field(&walk, &x->fields[i], other);
  }
  for (size_t i = 0; i < y->count; i++) {
    if (event_field(x, y->fields[i].name) == NULL) note_field(&walk, NULL, &y->fields[i]);
  }
  if (!walk.differ && !same_order(x, y)) {
    comparison->totals.count++;
    add_order(comparison, flows, events);
  }
}

static void add_event(struct comparison *comparison, const struct flow_pair *flows,
                      struct event_pair events) {
  struct difference difference = difference_at(flows, events);
  comparison->totals.count++;
  if (events.actual == NO_INDEX) {
    event_text(comparison->expected, &flows->x->events[events.expected], difference.expected,
               sizeof difference.expected);
  } else {
    event_text(comparison->actual, &flows->y->events[events.actual], difference.actual,
               sizeof difference.actual);
  }
  tell(comparison, &difference);
}

/* A message that is of another kind now, in its place. */
static void add_replaced(struct comparison *comparison, const struct flow_pair *flows,
                         struct event_pair events) {
  struct difference difference = difference_at(flows, events);
  comparison->totals.count++;
  copy_cut(difference.field, sizeof difference.field, "message");
  event_text(comparison->expected, &flows->x->events[events.expected], difference.expected,
             sizeof difference.expected);
  event_text(comparison->actual, &flows->y->events[events.actual], difference.actual,
             sizeof difference.actual);
  tell(comparison, &difference);
}

/* One of each side, one after the other, that the same end sent: no HTTP any more, for example. */
static bool is_replaced(const struct flow_pair *flows, const struct alignment *alignment, size_t i,
                        struct event_pair *events) {
  if (i + 1 >= alignment->count) return false;
  struct event_pair one = alignment->pairs[i], other = alignment->pairs[i + 1];
  bool lost_first = one.actual == NO_INDEX && other.expected == NO_INDEX;
  if (!lost_first && (one.expected != NO_INDEX || other.actual != NO_INDEX)) return false;
  events->expected = lost_first ? one.expected : other.expected;
  events->actual = lost_first ? other.actual : one.actual;
  const struct canonical_event *x = &flows->x->events[events->expected];
  const struct canonical_event *y = &flows->y->events[events->actual];
  return x->direction != 0 && x->direction == y->direction && strcmp(x->kind, y->kind) != 0;
}

static void add_move(struct comparison *comparison, const struct flow_pair *flows,
                     struct event_pair events) {
  struct difference difference = difference_at(flows, events);
  comparison->totals.count++;
  copy_cut(difference.field, sizeof difference.field, "order");
  (void)snprintf(difference.expected, sizeof difference.expected, "event %zu", events.expected + 1);
  (void)snprintf(difference.actual, sizeof difference.actual, "event %zu", events.actual + 1);
  tell(comparison, &difference);
}

void compare_pairs(struct comparison *comparison, const struct flow_pair *flows,
                   const struct alignment *alignment) {
  if (alignment->gave_up) comparison->totals.gave_up++;
  for (size_t i = 0; i < alignment->count; i++) {
    struct event_pair pair = alignment->pairs[i], replaced = {0};
    if (is_replaced(flows, alignment, i, &replaced)) {
      add_replaced(comparison, flows, replaced);
      i++;
      continue;
    }
    if (pair.moved) add_move(comparison, flows, pair);
    if (pair.expected == NO_INDEX || pair.actual == NO_INDEX) {
      add_event(comparison, flows, pair);
    } else {
      compare_events(comparison, flows, pair);
    }
  }
}
