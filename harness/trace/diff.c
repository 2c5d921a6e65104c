#include "trace/diff.h"

#include "trace/diff_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_TEXT_MAX = 4096 };

struct comparison {
  struct diff_sides sides;
  const struct canonical *expected, *actual; /* those of `sides` */
  difference_visitor visit;
  void *context;
  struct diff_totals totals;
  size_t *actual_of;   /* by variable of `expected`: its counterpart, or NO_VARIABLE */
  size_t *expected_of; /* and the other way: the renaming is one to one */
};

/* --- telling ---------------------------------------------------------------------------------- */

void flow_line(const struct canonical *canonical, const struct canonical_flow *flow, char *into,
               size_t size) {
  struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
  print_flow_line(canonical, flow, NULL, &text);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

static struct difference no_difference(void) {
  return (struct difference){
      .octet_offset = SIZE_MAX, .packet_index = SIZE_MAX, .expected_packet = SIZE_MAX};
}

/* One more of the hunk that was counted last. */
static void tell(struct comparison *comparison, struct difference *difference) {
  difference->hunk = comparison->totals.count;
  comparison->visit(comparison->context, difference);
}

static void add_head(struct comparison *comparison, const char *field, const char *expected,
                     const char *actual) {
  struct difference difference = no_difference();
  comparison->totals.count++;
  copy_cut(difference.field, sizeof difference.field, field);
  copy_cut(difference.expected, sizeof difference.expected, expected);
  copy_cut(difference.actual, sizeof difference.actual, actual);
  tell(comparison, &difference);
}

static void event_text(const struct canonical *canonical, const struct canonical_event *event,
                       char *into, size_t size) {
  struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
  print_event(canonical, event, NULL, &text);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

/* --- heads ------------------------------------------------------------------------------------ */

/* Where an endpoint really was is the network's business. */
static void compare_heads(struct comparison *comparison) {
  const struct canonical_head *x = &comparison->expected->head;
  const struct canonical_head *y = &comparison->actual->head;
  if (strcmp(x->others, y->others) != 0) add_head(comparison, "others", x->others, y->others);
  for (size_t i = 0; i < x->endpoint_count || i < y->endpoint_count; i++) {
    char texts[2][64] = {"", ""};
    for (size_t side = 0; side < 2; side++) {
      const struct canonical_head *head = side == 0 ? x : y;
      if (i >= head->endpoint_count) continue;
      const struct named_endpoint *endpoint = &head->endpoints[i];
      (void)snprintf(texts[side], sizeof texts[side], "%s port %u %s", endpoint->name,
                     endpoint->canonical_port, application_name(endpoint->application));
    }
    if (strcmp(texts[0], texts[1]) != 0) add_head(comparison, "endpoint", texts[0], texts[1]);
  }
  for (size_t i = 0; i < x->rule_count || i < y->rule_count; i++) {
    char texts[2][160] = {"", ""};
    for (size_t side = 0; side < 2; side++) {
      const struct canonical_head *head = side == 0 ? x : y;
      if (i >= head->rule_count) continue;
      struct canonical_head one = {.rules = {head->rules[i]}, .rule_count = 1};
      struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
      print_head(&one, &text);
      const char *rule = strstr(text_chars(&text), "policy ");
      copy_cut(texts[side], sizeof texts[side], rule == NULL ? "" : rule);
      texts[side][strcspn(texts[side], "\n")] = '\0';
      text_free(&text);
    }
    if (strcmp(texts[0], texts[1]) != 0) add_head(comparison, "policy", texts[0], texts[1]);
  }
}

/* --- values ----------------------------------------------------------------------------------- */

/* The same value, with one renaming of variables for the whole form. */
static bool same_value(struct comparison *comparison, const struct canonical_value *x,
                       const struct canonical_value *y) {
  if (!same_shape(comparison->expected, x, comparison->actual, y)) return false;
  if (x->variable == NO_VARIABLE) return true;
  size_t *forth = &comparison->actual_of[x->variable];
  size_t *back = &comparison->expected_of[y->variable];
  if (*forth == NO_VARIABLE && *back == NO_VARIABLE) {
    *forth = y->variable;
    *back = x->variable;
  }
  return *forth == y->variable && *back == x->variable;
}

/* --- events and flows ------------------------------------------------------------------------- */

struct flow_pair {
  const struct canonical_flow *x, *y;
  char line[sizeof((struct difference *)0)->flow];
  char ends[2][sizeof((struct difference *)0)->ends[0]];
};

static struct flow_pair flow_pair_of(const struct comparison *comparison,
                                     const struct canonical_flow *x,
                                     const struct canonical_flow *y) {
  struct flow_pair flows = {.x = x, .y = y};
  const struct diff_sides *sides = &comparison->sides;
  if (x != NULL) {
    flow_line(sides->expected, x, flows.line, sizeof flows.line);
    tell_ends(sides->expected, x, sides->expected_trace, flows.ends[0], sizeof flows.ends[0]);
  } else {
    flow_line(sides->actual, y, flows.line, sizeof flows.line);
  }
  if (y != NULL) {
    tell_ends(sides->actual, y, sides->actual_trace, flows.ends[1], sizeof flows.ends[1]);
  }
  return flows;
}

static struct difference difference_of(const struct flow_pair *flows) {
  struct difference difference = no_difference();
  memcpy(difference.flow, flows->line, sizeof difference.flow);
  memcpy(difference.ends, flows->ends, sizeof difference.ends);
  return difference;
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

static void compare_ends(struct comparison *comparison, const struct flow_pair *flows) {
  static const char *const NAMES[] = {"initiator", "responder"};
  for (size_t i = 0; i < 2; i++) {
    const struct canonical_end *x = &flows->x->ends[i];
    const struct canonical_end *y = &flows->y->ends[i];
    bool same =
        same_value(comparison, &x->host, &y->host) && same_value(comparison, &x->port, &y->port);
    if (same) continue;
    struct difference difference = difference_of(flows);
    comparison->totals.count++;
    copy_cut(difference.field, sizeof difference.field, NAMES[i]);
    char host[64];
    char port[32];
    value_text(comparison->expected, &x->host, host, sizeof host);
    value_text(comparison->expected, &x->port, port, sizeof port);
    (void)snprintf(difference.expected, sizeof difference.expected, "%s:%s", host, port);
    value_text(comparison->actual, &y->host, host, sizeof host);
    value_text(comparison->actual, &y->port, port, sizeof port);
    (void)snprintf(difference.actual, sizeof difference.actual, "%s:%s", host, port);
    tell(comparison, &difference);
  }
}

/* Events that are aligned, and moved ones found. */
static bool align(const struct comparison *comparison, const struct canonical_flow *x,
                  const struct canonical_flow *y, struct alignment *alignment) {
  if (!align_events(comparison->expected, x, comparison->actual, y, alignment)) return false;
  if (align_moves(comparison->expected, x, comparison->actual, y, alignment)) return true;
  free(alignment->pairs);
  return false;
}

static void compare_pairs(struct comparison *comparison, const struct flow_pair *flows,
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

/* Where the first packet of a UDP flow is not captured, the other end seems to have begun it.
 * *turned is such a flow seen from its other end, and *alignment then its own, where that explains
 * it: the flows are the same but for an event at the beginning of one of them. False: no memory. */
static bool turn_round(const struct comparison *comparison, const struct canonical_flow *x,
                       const struct canonical_flow *y, struct canonical_flow *turned,
                       struct alignment *alignment) {
  bool may_be = strcmp(x->transport, "udp") == 0 && x->count > 0 && y->count > 0 &&
                alignment->cost > 2 * EVENT_MISSING_COST && x->events[0].direction != 0 &&
                y->events[0].direction != 0 && x->ends[0].host.variable != NO_VARIABLE &&
                y->ends[0].host.variable != NO_VARIABLE;
  turned->events = may_be ? calloc(y->count, sizeof *turned->events) : NULL;
  if (turned->events == NULL) return !may_be;
  for (size_t i = 0; i < y->count; i++) {
    turned->events[i] = y->events[i];
    char direction = y->events[i].direction;
    if (direction != 0) turned->events[i].direction = direction == '>' ? '<' : '>';
  }
  turned->ends[0] = y->ends[1];
  turned->ends[1] = y->ends[0];
  struct alignment other;
  if (!align(comparison, x, turned, &other)) {
    free(turned->events);
    return false;
  }
  bool explained = other.count > 0 && other.cost < alignment->cost / 2 &&
                   (other.pairs[0].expected == NO_INDEX || other.pairs[0].actual == NO_INDEX);
  free(explained ? alignment->pairs : other.pairs);
  if (explained) {
    *alignment = other;
  } else {
    free(turned->events);
    turned->events = NULL;
  }
  return true;
}

static bool compare_flows(struct comparison *comparison, const struct canonical_flow *x,
                          const struct canonical_flow *y) {
  struct alignment alignment;
  struct canonical_flow turned = *y;
  if (!align(comparison, x, y, &alignment)) return false;
  if (!turn_round(comparison, x, y, &turned, &alignment)) {
    free(alignment.pairs);
    return false;
  }
  const struct canonical_flow *seen = turned.events != NULL ? &turned : y;
  struct flow_pair flows = flow_pair_of(comparison, x, seen);
  compare_ends(comparison, &flows);
  compare_pairs(comparison, &flows, &alignment);
  free(turned.events);
  free(alignment.pairs);
  return true;
}

/* A flow of one side alone. */
static void add_flow(struct comparison *comparison, const struct canonical_flow *flow,
                     bool missing) {
  const struct flow_pair flows =
      flow_pair_of(comparison, missing ? flow : NULL, missing ? NULL : flow);
  struct difference difference = difference_of(&flows);
  comparison->totals.count++;
  (void)snprintf(missing ? difference.expected : difference.actual, sizeof difference.expected,
                 "a flow of %zu event%s", flow->count, flow->count == 1 ? "" : "s");
  size_t packet = flow->count > 0 ? flow->events[0].packet_index : SIZE_MAX;
  *(missing ? &difference.expected_packet : &difference.packet_index) = packet;
  tell(comparison, &difference);
}

static bool compare_all(struct comparison *comparison, size_t *partner, bool *matched) {
  const struct canonical *expected = comparison->expected;
  const struct canonical *actual = comparison->actual;
  if (!match_flows(expected, actual, partner)) return false;
  compare_heads(comparison);
  for (size_t i = 0; i < expected->count; i++) {
    if (partner[i] == NO_INDEX) {
      add_flow(comparison, &expected->flows[i], true);
      continue;
    }
    matched[partner[i]] = true;
    if (!compare_flows(comparison, &expected->flows[i], &actual->flows[partner[i]])) return false;
  }
  for (size_t j = 0; j < actual->count; j++) {
    if (!matched[j]) add_flow(comparison, &actual->flows[j], false);
  }
  return true;
}

static size_t *new_renaming(size_t count) {
  size_t *renaming = calloc(count + 1, sizeof *renaming);
  for (size_t i = 0; renaming != NULL && i < count; i++) {
    renaming[i] = NO_VARIABLE;
  }
  return renaming;
}

enum err_code diff_each(const struct diff_sides *sides, difference_visitor visit, void *context,
                        struct diff_totals *totals, struct err *err) {
  const struct canonical *expected = sides->expected, *actual = sides->actual;
  struct comparison comparison = {.sides = *sides,
                                  .expected = expected,
                                  .actual = actual,
                                  .visit = visit,
                                  .context = context,
                                  .actual_of = new_renaming(expected->variable_count),
                                  .expected_of = new_renaming(actual->variable_count)};
  size_t *partner = calloc(expected->count + 1, sizeof *partner);
  bool *matched = calloc(actual->count + 1, sizeof *matched);
  bool good = comparison.actual_of != NULL && comparison.expected_of != NULL && partner != NULL &&
              matched != NULL && compare_all(&comparison, partner, matched);
  free(comparison.actual_of);
  free(comparison.expected_of);
  free(partner);
  free(matched);
  *totals = comparison.totals;
  return good ? ERR_OK : err_set(err, ERR_LIMIT, "no memory to compare two canonical forms");
}

static void keep_first(void *context, const struct difference *difference) {
  struct diff_result *result = context;
  if (result->listed < DIFFERENCES_LISTED_MAX) result->list[result->listed++] = *difference;
}

enum err_code diff_canonical(const struct canonical *expected, const struct canonical *actual,
                             struct diff_result *result, struct err *err) {
  *result = (struct diff_result){.list = calloc(DIFFERENCES_LISTED_MAX, sizeof *result->list)};
  const struct diff_sides sides = {.expected = expected, .actual = actual};
  struct diff_totals totals = {0};
  enum err_code code = result->list != NULL
                           ? diff_each(&sides, keep_first, result, &totals, err)
                           : err_set(err, ERR_LIMIT, "no memory to compare two canonical forms");
  if (code == ERR_OK) {
    result->count = totals.count;
    result->gave_up = totals.gave_up;
  } else {
    diff_free(result);
  }
  return code;
}

void diff_free(struct diff_result *result) {
  free(result->list);
  *result = (struct diff_result){0};
}
