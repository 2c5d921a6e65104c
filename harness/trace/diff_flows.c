/* Which flow of one form is which of the other, whatever their order: first those that say the
 * same, then the rest by what is cheapest. */
#include "trace/diff_internal.h"

#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAX = 4096, TEXT_MAX = 64 * 1024 * 1024, ENDS_COST = 3 };

struct flow_text {
  size_t index;
  struct text text; /* variables without numbers */
};

static int compare_texts(const void *a, const void *b) {
  const struct flow_text *x = a;
  const struct flow_text *y = b;
  int order = strcmp(text_chars(&x->text), text_chars(&y->text));
  if (order != 0) return order;
  return x->index < y->index ? -1 : 1; /* those that say the same: in their order */
}

static void free_texts(struct flow_text *texts, size_t count) {
  for (size_t i = 0; texts != NULL && i < count; i++) {
    text_free(&texts[i].text);
  }
  free(texts);
}

static struct flow_text *sorted_texts(const struct canonical *canonical) {
  struct flow_text *texts = calloc(canonical->count + 1, sizeof *texts);
  unsigned *numbers = calloc(canonical->variable_count + 1, sizeof *numbers);
  for (size_t i = 0; texts != NULL && numbers != NULL && i < canonical->count; i++) {
    const struct canonical_flow *flow = &canonical->flows[i];
    texts[i].index = i;
    texts[i].text = TEXT_INIT(TEXT_MAX);
    print_flow_line(canonical, flow, numbers, &texts[i].text);
    for (size_t e = 0; e < flow->count; e++) {
      text_append(&texts[i].text, "\n");
      print_event(canonical, &flow->events[e], numbers, &texts[i].text);
    }
  }
  if (texts != NULL && numbers != NULL) {
    qsort(texts, canonical->count, sizeof *texts, compare_texts);
  } else {
    free_texts(texts, 0);
    texts = NULL;
  }
  free(numbers);
  return texts;
}

/* How many texts at the front are the same. */
static size_t run_of(const struct flow_text *texts, size_t count) {
  size_t run = 1;
  while (run < count && strcmp(text_chars(&texts[0].text), text_chars(&texts[run].text)) == 0)
    run++;
  return run;
}

static size_t apart(size_t a, size_t b) {
  return a > b ? a - b : b - a;
}

/* Flows that all say the same. Where one side has more of them, the others stay for what has
 * changed: those are paired that stand at the nearest places, in their order. */
static void match_run(const struct flow_text *x, size_t x_count, const struct flow_text *y,
                      size_t y_count, size_t *partner, bool *taken) {
  bool x_is_less = x_count <= y_count;
  const struct flow_text *less = x_is_less ? x : y, *more = x_is_less ? y : x;
  size_t less_count = x_is_less ? x_count : y_count, more_count = x_is_less ? y_count : x_count;
  for (size_t i = 0, j = 0; i < less_count; i++, j++) {
    size_t last = more_count - (less_count - i); /* so that the others find theirs */
    while (j < last &&
           apart(less[i].index, more[j + 1].index) < apart(less[i].index, more[j].index))
      j++;
    size_t of_x = x_is_less ? less[i].index : more[j].index;
    size_t of_y = x_is_less ? more[j].index : less[i].index;
    partner[of_x] = of_y;
    taken[of_y] = true;
  }
}

static void match_equal(const struct flow_text *x, size_t x_count, const struct flow_text *y,
                        size_t y_count, size_t *partner, bool *taken) {
  for (size_t i = 0, j = 0; i < x_count && j < y_count;) {
    size_t x_run = run_of(x + i, x_count - i), y_run = run_of(y + j, y_count - j);
    int order = strcmp(text_chars(&x[i].text), text_chars(&y[j].text));
    if (order == 0) match_run(x + i, x_run, y + j, y_run, partner, taken);
    if (order <= 0) i += x_run;
    if (order >= 0) j += y_run;
  }
}

static bool ends_match(const struct canonical *expected, const struct canonical_flow *x,
                       const struct canonical *actual, const struct canonical_flow *y) {
  for (size_t i = 0; i < 2; i++) {
    if (!same_shape(expected, &x->ends[i].host, actual, &y->ends[i].host)) return false;
    if (!same_shape(expected, &x->ends[i].port, actual, &y->ends[i].port)) return false;
  }
  return true;
}

/* UINT32_MAX: never the same flow. */
static bool flow_distance(const struct canonical *expected, const struct canonical_flow *x,
                          const struct canonical *actual, const struct canonical_flow *y,
                          unsigned *cost) {
  *cost = UINT32_MAX;
  if (strcmp(x->transport, y->transport) != 0 || strcmp(x->family, y->family) != 0) return true;
  struct alignment alignment;
  if (!align_events(expected, x, actual, y, &alignment)) return false;
  free(alignment.pairs);
  unsigned all_other = (unsigned)(x->count + y->count) * EVENT_MISSING_COST;
  bool same_ends = ends_match(expected, x, actual, y);
  /* Flows between other ends that have nothing in common are not one flow that changed. */
  if (!same_ends && alignment.cost >= all_other) return true;
  *cost = alignment.cost + (same_ends ? 0 : ENDS_COST);
  return true;
}

struct candidate {
  size_t expected, actual;
  unsigned cost;
};

static int compare_candidates(const void *a, const void *b) {
  const struct candidate *x = a;
  const struct candidate *y = b;
  if (x->cost != y->cost) return x->cost < y->cost ? -1 : 1;
  if (x->expected != y->expected) return x->expected < y->expected ? -1 : 1;
  if (x->actual == y->actual) return 0;
  return x->actual < y->actual ? -1 : 1;
}

static bool match_rest(const struct canonical *expected, const struct canonical *actual,
                       size_t *partner, bool *taken) {
  struct candidate *candidates = calloc(PAIRS_MAX, sizeof *candidates);
  if (candidates == NULL) return false;
  size_t count = 0;
  bool good = true;
  for (size_t i = 0; good && i < expected->count; i++) {
    for (size_t j = 0; good && partner[i] == NO_INDEX && j < actual->count; j++) {
      if (taken[j] || count == PAIRS_MAX) continue;
      struct candidate *candidate = &candidates[count];
      *candidate = (struct candidate){i, j, 0};
      good =
          flow_distance(expected, &expected->flows[i], actual, &actual->flows[j], &candidate->cost);
      if (candidate->cost != UINT32_MAX) count++;
    }
  }
  qsort(candidates, count, sizeof *candidates, compare_candidates);
  for (size_t c = 0; good && c < count; c++) {
    size_t i = candidates[c].expected;
    size_t j = candidates[c].actual;
    if (partner[i] != NO_INDEX || taken[j]) continue;
    partner[i] = j;
    taken[j] = true;
  }
  free(candidates);
  return good;
}

bool match_flows(const struct canonical *expected, const struct canonical *actual,
                 size_t *partner) {
  for (size_t i = 0; i < expected->count; i++) {
    partner[i] = NO_INDEX;
  }
  bool *taken = calloc(actual->count + 1, sizeof *taken);
  struct flow_text *x = sorted_texts(expected);
  struct flow_text *y = sorted_texts(actual);
  bool good = taken != NULL && x != NULL && y != NULL;
  if (good) {
    match_equal(x, expected->count, y, actual->count, partner, taken);
    good = match_rest(expected, actual, partner, taken);
  }
  free_texts(x, x == NULL ? 0 : expected->count);
  free_texts(y, y == NULL ? 0 : actual->count);
  free(taken);
  return good;
}
