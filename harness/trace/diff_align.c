/* Events of two flows side by side: the cheapest way to make one list into the other, where an
 * event that is missing or too much costs more than one that has changed in some fields, and less
 * than one that is another altogether. */
#include "trace/diff_internal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 4 * 1024 * 1024 }; /* beyond it, what is left after trimming goes in lock-step */

struct sides {
  const struct canonical *expected, *actual;
  const struct canonical_flow *x, *y;
};

bool same_shape(const struct canonical *a, const struct canonical_value *x,
                const struct canonical *b, const struct canonical_value *y) {
  if ((x->variable == NO_VARIABLE) != (y->variable == NO_VARIABLE)) return false;
  if (strcmp(x->rest, y->rest) != 0) return false;
  if (x->variable == NO_VARIABLE) return true;
  return strcmp(a->variables[x->variable].class, b->variables[y->variable].class) == 0;
}

const struct canonical_field *event_field(const struct canonical_event *event, const char *name) {
  for (size_t i = 0; i < event->count; i++) {
    if (strcmp(event->fields[i].name, name) == 0) return &event->fields[i];
  }
  return NULL;
}

bool same_order(const struct canonical_event *x, const struct canonical_event *y) {
  if (x->count != y->count) return false;
  for (size_t i = 0; i < x->count; i++) {
    if (strcmp(x->fields[i].name, y->fields[i].name) != 0) return false;
  }
  return true;
}

unsigned event_distance(const struct canonical *a, const struct canonical_event *x,
                        const struct canonical *b, const struct canonical_event *y) {
  if (x->direction != y->direction || strcmp(x->kind, y->kind) != 0) return NO_EVENT_PAIR;
  unsigned differing = 0;
  for (size_t i = 0; i < x->count; i++) {
    const struct canonical_field *field = &x->fields[i];
    const struct canonical_field *other =
        i < y->count && strcmp(y->fields[i].name, field->name) == 0 ? &y->fields[i]
                                                                    : event_field(y, field->name);
    if (other == NULL || !same_shape(a, &field->value, b, &other->value)) differing++;
  }
  for (size_t i = 0; i < y->count; i++) {
    bool known = i < x->count && strcmp(x->fields[i].name, y->fields[i].name) == 0;
    if (!known && event_field(x, y->fields[i].name) == NULL) differing++;
  }
  if (differing == 0 && !same_order(x, y)) differing++;
  return differing < NO_EVENT_PAIR ? differing : NO_EVENT_PAIR - 1;
}

static unsigned distance(const struct sides *sides, size_t x, size_t y) {
  return event_distance(sides->expected, &sides->x->events[x], sides->actual, &sides->y->events[y]);
}

static void append(struct alignment *alignment, size_t expected, size_t actual, unsigned cost) {
  alignment->pairs[alignment->count++] = (struct event_pair){expected, actual, false};
  alignment->cost += cost;
}

/* The costs of making the last `i` of n events into the last `j` of m, for all i and j: read from
 * the front, they give the pairs in order. */
static void fill_costs(const struct sides *sides, size_t start, size_t n, size_t m,
                       unsigned *costs) {
  size_t width = m + 1;
  for (size_t i = n + 1; i-- > 0;) {
    for (size_t j = m + 1; j-- > 0;) {
      unsigned best = i == n && j == m ? 0 : UINT32_MAX;
      if (i < n) best = costs[(i + 1) * width + j] + EVENT_MISSING_COST;
      if (j < m && costs[i * width + j + 1] + EVENT_MISSING_COST < best) {
        best = costs[i * width + j + 1] + EVENT_MISSING_COST;
      }
      if (i < n && j < m) {
        unsigned pair = costs[(i + 1) * width + j + 1] + distance(sides, start + i, start + j);
        if (pair <= best) best = pair;
      }
      costs[i * width + j] = best;
    }
  }
}

static void read_costs(const struct sides *sides, size_t start, size_t n, size_t m,
                       const unsigned *costs, struct alignment *alignment) {
  size_t width = m + 1;
  for (size_t i = 0, j = 0; i < n || j < m;) {
    unsigned cost = costs[i * width + j];
    unsigned pair = i < n && j < m ? distance(sides, start + i, start + j) : NO_EVENT_PAIR;
    if (pair < NO_EVENT_PAIR && cost == costs[(i + 1) * width + j + 1] + pair) {
      append(alignment, start + i++, start + j++, pair);
    } else if (i < n && cost == costs[(i + 1) * width + j] + EVENT_MISSING_COST) {
      append(alignment, start + i++, NO_INDEX, EVENT_MISSING_COST);
    } else {
      append(alignment, NO_INDEX, start + j++, EVENT_MISSING_COST);
    }
  }
}

static void lock_step(const struct sides *sides, size_t start, size_t n, size_t m,
                      struct alignment *alignment) {
  for (size_t i = 0; i < n || i < m; i++) {
    unsigned pair = i < n && i < m ? distance(sides, start + i, start + i) : NO_EVENT_PAIR;
    if (pair < NO_EVENT_PAIR) {
      append(alignment, start + i, start + i, pair);
      continue;
    }
    if (i < n) append(alignment, start + i, NO_INDEX, EVENT_MISSING_COST);
    if (i < m) append(alignment, NO_INDEX, start + i, EVENT_MISSING_COST);
  }
}

static bool align_middle(const struct sides *sides, size_t start, size_t n, size_t m,
                         struct alignment *alignment) {
  if ((n + 1) > CELLS_MAX / (m + 1)) {
    lock_step(sides, start, n, m, alignment);
    alignment->gave_up = true;
    return true;
  }
  unsigned *costs = calloc((n + 1) * (m + 1), sizeof *costs);
  if (costs == NULL) return false;
  fill_costs(sides, start, n, m, costs);
  read_costs(sides, start, n, m, costs, alignment);
  free(costs);
  return true;
}

bool align_events(const struct canonical *expected, const struct canonical_flow *x,
                  const struct canonical *actual, const struct canonical_flow *y,
                  struct alignment *alignment) {
  struct sides sides = {expected, actual, x, y};
  *alignment =
      (struct alignment){.pairs = calloc(x->count + y->count + 1, sizeof *alignment->pairs)};
  if (alignment->pairs == NULL) return false;
  size_t least = x->count < y->count ? x->count : y->count;
  size_t head = 0;
  while (head < least && distance(&sides, head, head) == 0) {
    append(alignment, head, head, 0);
    head++;
  }
  size_t tail = 0;
  while (tail < least - head && distance(&sides, x->count - 1 - tail, y->count - 1 - tail) == 0) {
    tail++;
  }
  if (!align_middle(&sides, head, x->count - head - tail, y->count - head - tail, alignment)) {
    free(alignment->pairs);
    return false;
  }
  for (size_t i = tail; i > 0; i--) {
    append(alignment, x->count - i, y->count - i, 0);
  }
  return true;
}
