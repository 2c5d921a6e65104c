/* The parts of the differ; for the files diff*.c alone. */
#ifndef SOCKPROOF_TRACE_DIFF_INTERNAL_H
#define SOCKPROOF_TRACE_DIFF_INTERNAL_H

#include "trace/canonical_model.h"
#include "trace/diff.h"

enum {
  DIFFERENCES_LISTED_MAX = 64,
  EVENT_MISSING_COST = 4,
  NO_EVENT_PAIR = 2 * EVENT_MISSING_COST
};

#define NO_INDEX SIZE_MAX

/* One step of an alignment: an expected and an actual event, or one of them alone. */
struct event_pair {
  size_t expected, actual; /* NO_INDEX: none */
  bool moved;              /* they say the same, and do not stand at the same place */
};

struct alignment {
  struct event_pair *pairs; /* in order; the caller's to free() */
  size_t count;
  bool gave_up;  /* too many events differ to be aligned: they were taken in lock-step */
  unsigned cost; /* 0: all events are the same but for the numbers of their variables */
};

/* The same but for the numbers of variables. */
bool same_shape(const struct canonical *a, const struct canonical_value *x,
                const struct canonical *b, const struct canonical_value *y);
/* How many fields differ; NO_EVENT_PAIR: these are not the same kind of event at all. */
unsigned event_distance(const struct canonical *a, const struct canonical_event *x,
                        const struct canonical *b, const struct canonical_event *y);
/* The same fields one after the other, whatever their values. */
bool same_order(const struct canonical_event *x, const struct canonical_event *y);
const struct canonical_field *event_field(const struct canonical_event *event, const char *name);

/* diff_align.c. False: no memory. */
bool align_events(const struct canonical *expected, const struct canonical_flow *x,
                  const struct canonical *actual, const struct canonical_flow *y,
                  struct alignment *alignment) MUST_USE;

/* diff_moves.c: pairs again what says the same in both flows and stands elsewhere. False: no
 * memory; the alignment is then as it was. */
bool align_moves(const struct canonical *expected, const struct canonical_flow *x,
                 const struct canonical *actual, const struct canonical_flow *y,
                 struct alignment *alignment) MUST_USE;

/* diff_flows.c: partner[i] is the actual flow of expected flow i, or NO_INDEX. False: no memory. */
bool match_flows(const struct canonical *expected, const struct canonical *actual,
                 size_t *partner) MUST_USE;

/* diff_tell.c: where a field stands and how its values are told; NULL: it is not there. */
void tell_field(const struct diff_sides *sides, const struct canonical_field *x,
                const struct canonical_field *y, const struct canonical_event *event,
                struct difference *difference);
/* Whether both sides' octets are at hand, so that fields that tell one payload in two ways can be
 * held against each other. */
bool has_octets(const struct diff_sides *sides);
/* The real endpoints of a flow, from its packets. */
void tell_ends(const struct canonical *canonical, const struct canonical_flow *flow,
               const struct trace *trace, char *into, size_t size);
void value_text(const struct canonical *canonical, const struct canonical_value *value, char *into,
                size_t size);

/* Cuts to fit, with "..." at the end. */
void copy_cut(char *into, size_t size, const char *text);
void flow_line(const struct canonical *canonical, const struct canonical_flow *flow, char *into,
               size_t size);

#endif
