/* What chance does to the flows of two correct runs. */
#include "trace/canonical_model.h"

#include <stdlib.h>
#include <string.h>

enum { FLOW_LINE_MAX = 512 };

/* Their variables without numbers: which port it was does not matter. */
static bool have_like_ends(const struct canonical *of_a, const struct canonical_flow *a,
                           const struct canonical *of_b, const struct canonical_flow *b) {
  size_t most =
      of_a->variable_count > of_b->variable_count ? of_a->variable_count : of_b->variable_count;
  unsigned *no_numbers = calloc(most + 1, sizeof *no_numbers);
  if (no_numbers == NULL) return false;
  struct text line_a = TEXT_INIT(FLOW_LINE_MAX), line_b = TEXT_INIT(FLOW_LINE_MAX);
  print_flow_line(of_a, a, no_numbers, &line_a);
  print_flow_line(of_b, b, no_numbers, &line_b);
  bool alike = strcmp(text_chars(&line_a), text_chars(&line_b)) == 0;
  text_free(&line_a);
  text_free(&line_b);
  free(no_numbers);
  return alike;
}

static bool is_joined_in(const struct canonical *actual, const struct canonical *golden,
                         const struct canonical_flow *one, const struct canonical_flow *other) {
  for (size_t i = 0; i < actual->count; i++) {
    const struct canonical_flow *flow = &actual->flows[i];
    if (flow->count == one->count + other->count && have_like_ends(actual, flow, golden, one))
      return true;
  }
  return false;
}

bool canonical_drew_a_port_twice(const struct canonical *golden, const struct canonical *actual) {
  if (actual->count + 1 != golden->count) return false;
  for (size_t i = 0; i < golden->count; i++) {
    const struct canonical_flow *one = &golden->flows[i];
    if (strcmp(one->transport, "udp") != 0) continue;
    for (size_t k = i + 1; k < golden->count; k++) {
      const struct canonical_flow *other = &golden->flows[k];
      if (have_like_ends(golden, one, golden, other) && is_joined_in(actual, golden, one, other))
        return true;
    }
  }
  return false;
}
