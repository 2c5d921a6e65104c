#include "trace/diff_comparison.h"

#include <string.h>

void flow_line(const struct canonical *canonical, const struct canonical_flow *flow, char *into,
               size_t size) {
  struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
  print_flow_line(canonical, flow, NULL, &text);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

struct difference no_difference(void) {
  return (struct difference){
      .octet_offset = SIZE_MAX, .packet_index = SIZE_MAX, .expected_packet = SIZE_MAX};
}

void tell(struct comparison *comparison, struct difference *difference) {
  difference->hunk = comparison->totals.count;
  comparison->visit(comparison->context, difference);
}

bool same_value(struct comparison *comparison, const struct canonical_value *x,
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

struct flow_pair flow_pair_of(const struct comparison *comparison, const struct canonical_flow *x,
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

struct difference difference_of(const struct flow_pair *flows) {
  struct difference difference = no_difference();
  memcpy(difference.flow, flows->line, sizeof difference.flow);
  memcpy(difference.ends, flows->ends, sizeof difference.ends);
  return difference;
}
