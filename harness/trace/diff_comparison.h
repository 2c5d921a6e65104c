/* One comparison of two canonical forms, as its parts see it; for the files diff*.c alone. */
#ifndef SOCKPROOF_TRACE_DIFF_COMPARISON_H
#define SOCKPROOF_TRACE_DIFF_COMPARISON_H

#include "trace/diff_internal.h"

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

/* A flow of each side, either of which may be missing, and how both are told. */
struct flow_pair {
  const struct canonical_flow *x, *y;
  char line[sizeof((struct difference *)0)->flow];
  char ends[2][sizeof((struct difference *)0)->ends[0]];
};

/* With every index unset. */
struct difference no_difference(void);

/* One more of the hunk that was counted last. */
void tell(struct comparison *comparison, struct difference *difference);

/* The same value, with one renaming of variables for the whole form. */
bool same_value(struct comparison *comparison, const struct canonical_value *x,
                const struct canonical_value *y);

struct flow_pair flow_pair_of(const struct comparison *comparison, const struct canonical_flow *x,
                              const struct canonical_flow *y);
struct difference difference_of(const struct flow_pair *flows);

/* diff_heads.c: where an endpoint really was is the network's business. */
void compare_heads(struct comparison *comparison);

/* diff_events.c: whatever one flow's events, in their alignment, differ in. */
void compare_pairs(struct comparison *comparison, const struct flow_pair *flows,
                   const struct alignment *alignment);

#endif
