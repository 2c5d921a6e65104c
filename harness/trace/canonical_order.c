/* The order of flows in the printed form, and the numbers of variables.
 *
 * Which of two concurrent flows was captured first is luck. So flows are sorted by what they say,
 * with variables numbered within the flow; flows that say the same are told apart by where else
 * their variables are used; and where that does not tell them apart either, by the capture. */
#include "trace/array.h"
#include "trace/canonical_model.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 256 * 1024 * 1024, USES_ELSEWHERE_MAX = 64, CLASSES_MAX = 16 };

struct occurrence {
  size_t variable, flow, ordinal;
};

struct sort_key {
  struct canonical_flow flow;
  struct text says;      /* with variables numbered within the flow */
  struct text elsewhere; /* where else they are used */
  size_t rank;           /* of what it says, among all flows */
  size_t index;          /* before sorting */
};

struct sorting {
  struct canonical *canonical;
  unsigned *numbers; /* of each variable within the flow at hand */
  unsigned next_number[CLASSES_MAX];
  const char *classes[CLASSES_MAX];
  size_t class_count;
  struct occurrence *occurrences;
  size_t occurrence_count, occurrence_capacity;
  size_t flow, ordinal;
};

static unsigned *class_counter(struct sorting *sorting, const char *class) {
  size_t i = 0;
  while (i < sorting->class_count && strcmp(sorting->classes[i], class) != 0) {
    i++;
  }
  if (i == CLASSES_MAX) i--; /* no form has so many: numbers stay unique all the same */
  if (i == sorting->class_count) {
    sorting->classes[sorting->class_count++] = class;
    sorting->next_number[i] = 1;
  }
  return &sorting->next_number[i];
}

static void restart_numbers(struct sorting *sorting) {
  sorting->class_count = 0;
}

static void number_locally(void *context, struct canonical_value *value) {
  struct sorting *sorting = context;
  if (value->variable == NO_VARIABLE) return;
  struct canonical *canonical = sorting->canonical;
  unsigned *number = &sorting->numbers[value->variable];
  if (*number == 0)
    *number = (*class_counter(sorting, canonical->variables[value->variable].class))++;
  if (!ARRAY_RESERVE(sorting->occurrences, sorting->occurrence_capacity,
                     sorting->occurrence_count + 1)) {
    canonical->failed = true;
    return;
  }
  sorting->occurrences[sorting->occurrence_count++] =
      (struct occurrence){value->variable, sorting->flow, sorting->ordinal++};
}

static void forget_number(void *context, struct canonical_value *value) {
  struct sorting *sorting = context;
  if (value->variable != NO_VARIABLE) sorting->numbers[value->variable] = 0;
}

static void number_globally(void *context, struct canonical_value *value) {
  struct sorting *sorting = context;
  if (value->variable == NO_VARIABLE) return;
  struct canonical_variable *variable = &sorting->canonical->variables[value->variable];
  if (variable->number == 0) variable->number = (*class_counter(sorting, variable->class))++;
}

static void write_what_it_says(struct sorting *sorting, struct sort_key *key) {
  struct canonical_flow *flow = &key->flow;
  restart_numbers(sorting);
  sorting->flow = key->index;
  sorting->ordinal = 0;
  visit_values(flow, number_locally, sorting);
  print_flow_line(sorting->canonical, flow, sorting->numbers, &key->says);
  for (size_t e = 0; e < flow->count; e++) {
    text_append(&key->says, "\n");
    print_event(sorting->canonical, &flow->events[e], sorting->numbers, &key->says);
  }
  visit_values(flow, forget_number, sorting);
  if (key->says.truncated) sorting->canonical->failed = true;
}

static int compare_says(const void *a, const void *b) {
  const struct sort_key *x = a;
  const struct sort_key *y = b;
  int order = strcmp(text_chars(&x->says), text_chars(&y->says));
  if (order != 0) return order;
  return x->flow.first_packet < y->flow.first_packet ? -1 : 1;
}

static int compare_whole(const void *a, const void *b) {
  const struct sort_key *x = a;
  const struct sort_key *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  int order = strcmp(text_chars(&x->elsewhere), text_chars(&y->elsewhere));
  if (order != 0) return order;
  return x->flow.first_packet < y->flow.first_packet ? -1 : 1;
}

static int compare_occurrences(const void *a, const void *b) {
  const struct occurrence *x = a;
  const struct occurrence *y = b;
  if (x->variable != y->variable) return x->variable < y->variable ? -1 : 1;
  if (x->flow != y->flow) return x->flow < y->flow ? -1 : 1;
  if (x->ordinal == y->ordinal) return 0;
  return x->ordinal < y->ordinal ? -1 : 1;
}

/* Flows that say the same have the same rank. */
static void rank_flows(struct sort_key *keys, size_t count, size_t *rank_of) {
  for (size_t i = 0; i < count; i++) {
    bool same = i > 0 && strcmp(text_chars(&keys[i].says), text_chars(&keys[i - 1].says)) == 0;
    keys[i].rank = same ? keys[i - 1].rank : i;
    rank_of[keys[i].index] = keys[i].rank;
  }
}

/* One run of occurrences of one variable: each of its flows hears of the other flows' uses. */
static void tell_elsewhere(const struct occurrence *run, size_t count, struct sort_key **by_index,
                           const size_t *rank_of) {
  if (count < 2 || count > USES_ELSEWHERE_MAX) return;
  for (size_t i = 0; i < count; i++) {
    struct text *elsewhere = &by_index[run[i].flow]->elsewhere;
    for (size_t j = 0; j < count; j++) {
      if (run[j].flow == run[i].flow) continue;
      text_appendf(elsewhere, "%zu:%zu.%zu;", run[i].ordinal, rank_of[run[j].flow], run[j].ordinal);
    }
  }
}

static bool tell_all_elsewhere(struct sorting *sorting, struct sort_key *keys, size_t count,
                               const size_t *rank_of) {
  struct sort_key **by_index = calloc(count, sizeof *by_index);
  if (by_index == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    by_index[keys[i].index] = &keys[i];
  }
  struct occurrence *list = sorting->occurrences;
  if (sorting->occurrence_count > 0) {
    qsort(list, sorting->occurrence_count, sizeof *list, compare_occurrences);
  }
  for (size_t from = 0; from < sorting->occurrence_count;) {
    size_t to = from;
    while (to < sorting->occurrence_count && list[to].variable == list[from].variable) {
      to++;
    }
    tell_elsewhere(&list[from], to - from, by_index, rank_of);
    from = to;
  }
  free(by_index);
  return true;
}

static bool sort_flows(struct sorting *sorting, struct sort_key *keys, size_t *rank_of) {
  struct canonical *canonical = sorting->canonical;
  size_t count = canonical->count;
  for (size_t i = 0; i < count; i++) {
    keys[i] = (struct sort_key){.flow = canonical->flows[i],
                                .says = TEXT_INIT(TEXT_BYTES_MAX),
                                .elsewhere = TEXT_INIT(TEXT_BYTES_MAX),
                                .index = i};
    write_what_it_says(sorting, &keys[i]);
  }
  /* At the level `packet` the order of capture is what counts. */
  if (canonical->head.level == LEVEL_PACKET) return true;
  qsort(keys, count, sizeof *keys, compare_says);
  rank_flows(keys, count, rank_of);
  if (!tell_all_elsewhere(sorting, keys, count, rank_of)) return false;
  qsort(keys, count, sizeof *keys, compare_whole);
  for (size_t i = 0; i < count; i++) {
    canonical->flows[i] = keys[i].flow;
  }
  return true;
}

void canonical_order(struct canonical *canonical) {
  size_t count = canonical->count;
  if (count == 0) return;
  struct sorting sorting = {.canonical = canonical};
  struct sort_key *keys = calloc(count, sizeof *keys);
  size_t *rank_of = calloc(count, sizeof *rank_of);
  sorting.numbers = calloc(canonical->variable_count + 1, sizeof *sorting.numbers);
  bool good = keys != NULL && rank_of != NULL && sorting.numbers != NULL &&
              sort_flows(&sorting, keys, rank_of);
  if (!good) canonical->failed = true;

  restart_numbers(&sorting);
  for (size_t i = 0; good && i < count; i++) {
    visit_values(&canonical->flows[i], number_globally, &sorting);
  }
  for (size_t i = 0; keys != NULL && i < count; i++) {
    text_free(&keys[i].says);
    text_free(&keys[i].elsewhere);
  }
  free(keys);
  free(rank_of);
  free(sorting.numbers);
  free(sorting.occurrences);
}
