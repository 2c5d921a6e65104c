#include "trace/diff.h"

#include "trace/diff_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_TEXT_MAX = 4096 };

struct comparison {
  const struct canonical *expected, *actual;
  struct diff_result *result;
  size_t *actual_of;   /* by variable of `expected`: its counterpart, or NO_VARIABLE */
  size_t *expected_of; /* and the other way: the renaming is one to one */
};

/* --- the list --------------------------------------------------------------------------------- */

void copy_cut(char *into, size_t size, const char *text) {
  int len = snprintf(into, size, "%s", text);
  if (len >= 0 && (size_t)len >= size) memcpy(into + size - 4, "...", 4);
}

void flow_line(const struct canonical *canonical, const struct canonical_flow *flow, char *into,
               size_t size) {
  struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
  print_flow_line(canonical, flow, NULL, &text);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

/* An entry to fill; what does not fit the list goes to `spare`. */
static struct difference *add(struct comparison *comparison, struct difference *spare) {
  struct diff_result *result = comparison->result;
  struct difference *difference = spare;
  if (result->listed < DIFFERENCES_LISTED_MAX) difference = &result->list[result->listed++];
  *difference = (struct difference){.octet_offset = SIZE_MAX, .packet_index = SIZE_MAX};
  return difference;
}

static void add_head(struct comparison *comparison, const char *field, const char *expected,
                     const char *actual) {
  struct difference spare;
  struct difference *difference = add(comparison, &spare);
  comparison->result->count++;
  copy_cut(difference->field, sizeof difference->field, field);
  copy_cut(difference->expected, sizeof difference->expected, expected);
  copy_cut(difference->actual, sizeof difference->actual, actual);
}

static void value_text(const struct canonical *canonical, const struct canonical_value *value,
                       char *into, size_t size) {
  struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
  print_value(canonical, value, NULL, &text);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
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

/* How many octets two quoted texts have in common at their start. */
static size_t common_octets(const char *x, const char *y) {
  size_t octets = 0;
  for (size_t i = 1; x[i] != '\0' && x[i] != '"';) {
    size_t len = x[i] != '\\' ? 1 : x[i + 1] == 'x' ? 4 : 2;
    if (strncmp(x + i, y + i, len) != 0) break;
    i += len;
    octets++;
  }
  return octets;
}

/* Moves on to the octet `step` of the field, which may have come in a later packet. */
static void go_on(struct difference *difference, const struct canonical_field *field, size_t step) {
  if (field->source_count == 0) difference->octet_offset += step;
  size_t at = field->bit_offset / 8 + step;
  for (size_t i = 0; i < field->source_count; i++) {
    const struct octet_source *source = &field->sources[i];
    if (at < source->payload_offset || at - source->payload_offset >= source->len) continue;
    difference->packet_index = source->packet_index;
    difference->octet_offset = source->octet_offset + (at - source->payload_offset);
  }
}

static void place(struct difference *difference, const struct canonical_event *event,
                  const struct canonical_field *expected, const struct canonical_field *actual) {
  difference->packet_index = event->packet_index;
  if (actual == NULL || actual->packet_index == SIZE_MAX) return;
  difference->packet_index = actual->packet_index;
  difference->octet_offset = actual->octet_offset;
  bool quoted = expected != NULL && expected->value.rest[0] == '"' &&
                actual->value.rest[0] == '"' && strcmp(actual->name, "payload") == 0;
  if (!quoted) return;
  size_t common = common_octets(expected->value.rest, actual->value.rest);
  if (common < actual->bit_len / 8) go_on(difference, actual, common);
}

/* --- events and flows ------------------------------------------------------------------------- */

struct flow_pair {
  const struct canonical_flow *x, *y;
  char line[sizeof((struct difference *)0)->flow];
};

static void add_field(struct comparison *comparison, const struct flow_pair *flows,
                      struct event_pair events, const struct canonical_field *x,
                      const struct canonical_field *y) {
  struct difference spare;
  struct difference *difference = add(comparison, &spare);
  memcpy(difference->flow, flows->line, sizeof difference->flow);
  difference->event = events.expected + 1;
  if (x != NULL) {
    copy_cut(difference->field, sizeof difference->field, x->name);
    value_text(comparison->expected, &x->value, difference->expected, sizeof difference->expected);
  }
  if (y != NULL) {
    copy_cut(difference->field, sizeof difference->field, y->name);
    value_text(comparison->actual, &y->value, difference->actual, sizeof difference->actual);
  }
  place(difference, &flows->y->events[events.actual], x, y);
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
  struct difference spare;
  struct difference *difference = add(comparison, &spare);
  const struct canonical_event *x = &flows->x->events[events.expected];
  const struct canonical_event *y = &flows->y->events[events.actual];
  memcpy(difference->flow, flows->line, sizeof difference->flow);
  difference->event = events.expected + 1;
  copy_cut(difference->field, sizeof difference->field, "order of fields");
  names_text(x, difference->expected, sizeof difference->expected);
  names_text(y, difference->actual, sizeof difference->actual);
  difference->packet_index = y->packet_index;
}

/* All fields of a pair of events: together one hunk. */
static void compare_events(struct comparison *comparison, const struct flow_pair *flows,
                           struct event_pair events) {
  const struct canonical_event *x = &flows->x->events[events.expected];
  const struct canonical_event *y = &flows->y->events[events.actual];
  bool differ = false;
  for (size_t i = 0; i < x->count; i++) {
    const struct canonical_field *other = event_field(y, x->fields[i].name);
    if (other != NULL && same_value(comparison, &x->fields[i].value, &other->value)) continue;
    add_field(comparison, flows, events, &x->fields[i], other);
    differ = true;
  }
  for (size_t i = 0; i < y->count; i++) {
    if (event_field(x, y->fields[i].name) != NULL) continue;
    add_field(comparison, flows, events, NULL, &y->fields[i]);
    differ = true;
  }
  if (!differ && !same_order(x, y)) {
    add_order(comparison, flows, events);
    differ = true;
  }
  if (differ) comparison->result->count++;
}

static void add_event(struct comparison *comparison, const struct flow_pair *flows,
                      struct event_pair events) {
  struct difference spare;
  struct difference *difference = add(comparison, &spare);
  comparison->result->count++;
  memcpy(difference->flow, flows->line, sizeof difference->flow);
  if (events.actual == NO_INDEX) {
    difference->event = events.expected + 1;
    event_text(comparison->expected, &flows->x->events[events.expected], difference->expected,
               sizeof difference->expected);
    return;
  }
  const struct canonical_event *event = &flows->y->events[events.actual];
  difference->event = events.actual + 1;
  difference->packet_index = event->packet_index;
  event_text(comparison->actual, event, difference->actual, sizeof difference->actual);
}

static void add_move(struct comparison *comparison, const struct flow_pair *flows,
                     struct event_pair events) {
  struct difference spare;
  struct difference *difference = add(comparison, &spare);
  comparison->result->count++;
  memcpy(difference->flow, flows->line, sizeof difference->flow);
  difference->event = events.expected + 1;
  difference->packet_index = flows->y->events[events.actual].packet_index;
  copy_cut(difference->field, sizeof difference->field, "order");
  (void)snprintf(difference->expected, sizeof difference->expected, "event %zu",
                 events.expected + 1);
  (void)snprintf(difference->actual, sizeof difference->actual, "event %zu", events.actual + 1);
}

static void compare_ends(struct comparison *comparison, const struct flow_pair *flows) {
  static const char *const NAMES[] = {"initiator", "responder"};
  for (size_t i = 0; i < 2; i++) {
    const struct canonical_end *x = &flows->x->ends[i];
    const struct canonical_end *y = &flows->y->ends[i];
    bool same =
        same_value(comparison, &x->host, &y->host) && same_value(comparison, &x->port, &y->port);
    if (same) continue;
    struct difference spare;
    struct difference *difference = add(comparison, &spare);
    comparison->result->count++;
    memcpy(difference->flow, flows->line, sizeof difference->flow);
    copy_cut(difference->field, sizeof difference->field, NAMES[i]);
    char host[64];
    char port[32];
    value_text(comparison->expected, &x->host, host, sizeof host);
    value_text(comparison->expected, &x->port, port, sizeof port);
    (void)snprintf(difference->expected, sizeof difference->expected, "%s:%s", host, port);
    value_text(comparison->actual, &y->host, host, sizeof host);
    value_text(comparison->actual, &y->port, port, sizeof port);
    (void)snprintf(difference->actual, sizeof difference->actual, "%s:%s", host, port);
  }
}

static bool compare_flows(struct comparison *comparison, const struct canonical_flow *x,
                          const struct canonical_flow *y) {
  struct flow_pair flows = {.x = x, .y = y};
  flow_line(comparison->expected, x, flows.line, sizeof flows.line);
  struct alignment alignment;
  if (!align_events(comparison->expected, x, comparison->actual, y, &alignment)) return false;
  if (!align_moves(comparison->expected, x, comparison->actual, y, &alignment)) {
    free(alignment.pairs);
    return false;
  }
  compare_ends(comparison, &flows);
  if (alignment.gave_up) comparison->result->gave_up++;
  for (size_t i = 0; i < alignment.count; i++) {
    struct event_pair pair = alignment.pairs[i];
    if (pair.moved) add_move(comparison, &flows, pair);
    if (pair.expected == NO_INDEX || pair.actual == NO_INDEX) {
      add_event(comparison, &flows, pair);
    } else {
      compare_events(comparison, &flows, pair);
    }
  }
  free(alignment.pairs);
  return true;
}

static void add_flow(struct comparison *comparison, const struct canonical *canonical,
                     const struct canonical_flow *flow) {
  struct difference spare;
  struct difference *difference = add(comparison, &spare);
  comparison->result->count++;
  bool missing = canonical == comparison->expected;
  flow_line(canonical, flow, difference->flow, sizeof difference->flow);
  (void)snprintf(missing ? difference->expected : difference->actual, sizeof difference->expected,
                 "a flow of %zu event%s", flow->count, flow->count == 1 ? "" : "s");
  if (!missing && flow->count > 0) difference->packet_index = flow->events[0].packet_index;
}

static bool compare_all(struct comparison *comparison, size_t *partner, bool *matched) {
  const struct canonical *expected = comparison->expected;
  const struct canonical *actual = comparison->actual;
  if (!match_flows(expected, actual, partner)) return false;
  compare_heads(comparison);
  for (size_t i = 0; i < expected->count; i++) {
    if (partner[i] == NO_INDEX) {
      add_flow(comparison, expected, &expected->flows[i]);
      continue;
    }
    matched[partner[i]] = true;
    if (!compare_flows(comparison, &expected->flows[i], &actual->flows[partner[i]])) return false;
  }
  for (size_t j = 0; j < actual->count; j++) {
    if (!matched[j]) add_flow(comparison, actual, &actual->flows[j]);
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

enum err_code diff_canonical(const struct canonical *expected, const struct canonical *actual,
                             struct diff_result *result, struct err *err) {
  *result = (struct diff_result){.list = calloc(DIFFERENCES_LISTED_MAX, sizeof *result->list)};
  struct comparison comparison = {.expected = expected,
                                  .actual = actual,
                                  .result = result,
                                  .actual_of = new_renaming(expected->variable_count),
                                  .expected_of = new_renaming(actual->variable_count)};
  size_t *partner = calloc(expected->count + 1, sizeof *partner);
  bool *matched = calloc(actual->count + 1, sizeof *matched);
  bool good = result->list != NULL && comparison.actual_of != NULL &&
              comparison.expected_of != NULL && partner != NULL && matched != NULL &&
              compare_all(&comparison, partner, matched);
  free(comparison.actual_of);
  free(comparison.expected_of);
  free(partner);
  free(matched);
  if (good) return ERR_OK;
  diff_free(result);
  return err_set(err, ERR_LIMIT, "no memory to compare two canonical forms");
}

void diff_free(struct diff_result *result) {
  free(result->list);
  *result = (struct diff_result){0};
}
