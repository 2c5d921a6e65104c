/* Events that are the same in both flows, and stand elsewhere: what the alignment took for an event
 * that is missing and one too much, or for two that have changed, is one that moved. */
#include "trace/diff_internal.h"

#include <stdlib.h>

enum { WINDOW = 64 }; /* of what differs: an event that moved further is told as missing and new */

/* An event that the alignment did not find unchanged. */
struct open_event {
  size_t index;   /* in its flow */
  size_t rank;    /* how many unchanged events stand before it */
  size_t partner; /* the open event of the other flow that says the same, or NO_INDEX */
  bool moved;     /* of the first flow's: its partner stands elsewhere */
};

struct moving {
  const struct canonical *expected, *actual;
  const struct canonical_flow *x, *y;
  struct open_event *open_x, *open_y; /* in the order of their flows */
  size_t x_count, y_count;
};

static bool is_same(const struct moving *moving, size_t x, size_t y) {
  return event_distance(moving->expected, &moving->x->events[x], moving->actual,
                        &moving->y->events[y]) == 0;
}

static void find_open(struct moving *moving, const struct alignment *alignment) {
  size_t unchanged = 0;
  for (size_t i = 0; i < alignment->count; i++) {
    struct event_pair pair = alignment->pairs[i];
    bool both = pair.expected != NO_INDEX && pair.actual != NO_INDEX;
    if (both && is_same(moving, pair.expected, pair.actual)) {
      unchanged++;
      continue;
    }
    struct open_event open = {.rank = unchanged, .partner = NO_INDEX};
    open.index = pair.expected;
    if (pair.expected != NO_INDEX) moving->open_x[moving->x_count++] = open;
    open.index = pair.actual;
    if (pair.actual != NO_INDEX) moving->open_y[moving->y_count++] = open;
  }
}

static void find_partners(struct moving *moving) {
  for (size_t i = 0; i < moving->x_count; i++) {
    struct open_event *x = &moving->open_x[i];
    for (size_t j = i > WINDOW ? i - WINDOW : 0; j < moving->y_count && j < i + WINDOW; j++) {
      struct open_event *y = &moving->open_y[j];
      if (y->partner != NO_INDEX || !is_same(moving, x->index, y->index)) continue;
      x->partner = j;
      y->partner = i;
      break;
    }
  }
}

/* Whether it could have stayed: no unchanged event stands between it and its partner. */
static bool may_stay(const struct moving *moving, size_t i) {
  const struct open_event *x = &moving->open_x[i];
  return x->partner != NO_INDEX && moving->open_y[x->partner].rank == x->rank;
}

/* Of those that may stay, the longest run in the same order does; the others have moved. */
static bool find_moved(struct moving *moving) {
  size_t *length = calloc(moving->x_count + 1, sizeof *length);
  size_t *before = calloc(moving->x_count + 1, sizeof *before);
  bool good = length != NULL && before != NULL;
  size_t best = NO_INDEX;
  for (size_t i = 0; good && i < moving->x_count; i++) {
    struct open_event *x = &moving->open_x[i];
    x->moved = x->partner != NO_INDEX;
    if (!may_stay(moving, i)) continue;
    length[i] = 1;
    before[i] = NO_INDEX;
    for (size_t k = i > WINDOW ? i - WINDOW : 0; k < i; k++) {
      bool in_order = may_stay(moving, k) && moving->open_x[k].partner < x->partner;
      if (!in_order || length[k] + 1 <= length[i]) continue;
      length[i] = length[k] + 1;
      before[i] = k;
    }
    if (best == NO_INDEX || length[i] > length[best]) best = i;
  }
  for (; good && best != NO_INDEX; best = before[best])
    moving->open_x[best].moved = false;
  free(length);
  free(before);
  return good;
}

static void emit(struct alignment *into, size_t expected, size_t actual, bool moved) {
  into->pairs[into->count++] = (struct event_pair){expected, actual, moved};
}

/* The pairs again, with those that belong together. */
static void pair_again(const struct moving *moving, const struct alignment *from,
                       struct alignment *into) {
  size_t x = 0, y = 0;
  for (size_t i = 0; i < from->count; i++) {
    struct event_pair pair = from->pairs[i];
    bool opens_x = x < moving->x_count && moving->open_x[x].index == pair.expected;
    bool opens_y = y < moving->y_count && moving->open_y[y].index == pair.actual;
    if (!opens_x && !opens_y) {
      emit(into, pair.expected, pair.actual, false);
      continue;
    }
    bool y_is_free = opens_y && moving->open_y[y].partner == NO_INDEX;
    const struct open_event *open = opens_x ? &moving->open_x[x] : NULL;
    if (open != NULL && open->partner != NO_INDEX) {
      emit(into, pair.expected, moving->open_y[open->partner].index, open->moved);
      if (y_is_free) emit(into, NO_INDEX, pair.actual, false);
    } else if (open != NULL) {
      emit(into, pair.expected, y_is_free ? pair.actual : NO_INDEX, false);
    } else if (y_is_free) {
      emit(into, NO_INDEX, pair.actual, false);
    }
    x += opens_x;
    y += opens_y;
  }
}

static bool settle(struct moving *moving, struct alignment *alignment) {
  find_open(moving, alignment);
  if (moving->x_count == 0 || moving->y_count == 0) return true;
  find_partners(moving);
  struct alignment again = {.pairs = calloc(2 * alignment->count + 1, sizeof *again.pairs),
                            .cost = alignment->cost,
                            .gave_up = alignment->gave_up};
  if (again.pairs == NULL || !find_moved(moving)) {
    free(again.pairs);
    return false;
  }
  pair_again(moving, alignment, &again);
  free(alignment->pairs);
  *alignment = again;
  return true;
}

bool align_moves(const struct canonical *expected, const struct canonical_flow *x,
                 const struct canonical *actual, const struct canonical_flow *y,
                 struct alignment *alignment) {
  size_t room = alignment->count + 1;
  struct moving moving = {.expected = expected,
                          .actual = actual,
                          .x = x,
                          .y = y,
                          .open_x = calloc(room, sizeof *moving.open_x),
                          .open_y = calloc(room, sizeof *moving.open_y)};
  bool good = moving.open_x != NULL && moving.open_y != NULL && settle(&moving, alignment);
  free(moving.open_x);
  free(moving.open_y);
  return good;
}
