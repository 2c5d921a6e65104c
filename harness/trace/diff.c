#include "trace/diff.h"

#include "trace/diff_comparison.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
