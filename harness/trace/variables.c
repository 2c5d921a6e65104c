#include "trace/variables.h"

#include "trace/array.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024, NONE = 0 };

struct variables {
  struct canonical *canonical;
  struct bound *list; /* in the order of capture */
  size_t count, capacity;
  size_t first[BUCKETS], last[BUCKETS]; /* 1-based */
};

struct variables *variables_create(struct canonical *canonical) {
  struct variables *variables = calloc(1, sizeof *variables);
  if (variables != NULL) variables->canonical = canonical;
  return variables;
}

void variables_destroy(struct variables *variables) {
  if (variables == NULL) return;
  free(variables->list);
  free(variables);
}

static size_t bucket_of(ntp_timestamp value) {
  return (size_t)((value * UINT64_C(0x9e3779b97f4a7c15)) >> 54) % BUCKETS;
}

/* The first of that value that was bound by a message other than `but`. */
static const struct bound *find_but(const struct variables *variables, ntp_timestamp value,
                                    size_t but) {
  for (size_t i = variables->first[bucket_of(value)]; i != NONE;) {
    const struct bound *bound = &variables->list[i - 1];
    if (bound->value == value && bound->message != but) return bound;
    i = bound->next;
  }
  return NULL;
}

static void append(struct variables *variables, const struct bound *bound) {
  if (!ARRAY_RESERVE(variables->list, variables->capacity, variables->count + 1)) {
    variables->canonical->failed = true;
    return;
  }
  size_t bucket = bucket_of(bound->value);
  variables->list[variables->count++] = *bound;
  if (variables->last[bucket] != NONE) {
    variables->list[variables->last[bucket] - 1].next = variables->count;
  } else {
    variables->first[bucket] = variables->count;
  }
  variables->last[bucket] = variables->count;
}

void variables_bind(struct variables *variables, const char *class, ntp_timestamp value,
                    size_t message) {
  if (find_but(variables, value, message) != NULL) return;
  struct bound bound = {.value = value,
                        .class = class,
                        .message = message,
                        .variable = canonical_add_variable(variables->canonical, class),
                        .rest = ""};
  append(variables, &bound);
}

void variables_bind_relative(struct variables *variables, const char *class, ntp_timestamp value,
                             size_t message, size_t variable, const char *rest) {
  if (find_but(variables, value, message) != NULL) return;
  struct bound bound = {
      .value = value, .class = class, .message = message, .variable = variable, .rest = rest};
  append(variables, &bound);
}

const struct bound *variables_own(const struct variables *variables, const char *class,
                                  ntp_timestamp value, size_t message) {
  for (size_t i = variables->first[bucket_of(value)]; i != NONE;) {
    const struct bound *bound = &variables->list[i - 1];
    if (bound->value == value && bound->message == message && strcmp(bound->class, class) == 0) {
      return bound;
    }
    i = bound->next;
  }
  return NULL;
}

static const struct bound *find_preferred(const struct variables *variables, ntp_timestamp value,
                                          bool without_offset) {
  const struct bound *found = NULL;
  for (size_t i = variables->first[bucket_of(value)]; i != NONE;) {
    const struct bound *bound = &variables->list[i - 1];
    i = bound->next;
    if (bound->value != value || (without_offset && bound->rest[0] != '\0')) continue;
    if (strcmp(bound->class, CLASS_TRANSMIT) == 0) return bound;
    if (found == NULL) found = bound;
  }
  return found;
}

const struct bound *variables_find(const struct variables *variables, ntp_timestamp value) {
  return find_preferred(variables, value, false);
}

const struct bound *variables_find_itself(const struct variables *variables, ntp_timestamp value) {
  return find_preferred(variables, value, true);
}

const struct bound *variables_find_near(const struct variables *variables, const char *class,
                                        ntp_timestamp value) {
  for (size_t i = variables->count; i > 0; i--) {
    const struct bound *bound = &variables->list[i - 1];
    if (strcmp(bound->class, class) != 0 || bound->rest[0] != '\0') continue;
    uint64_t difference = bound->value ^ value;
    if (difference != 0 && __builtin_popcountll(difference) <= 2) return bound;
  }
  return NULL;
}
