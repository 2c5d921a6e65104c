/* The flows of a trace while it is read, found by their endpoints. */
#ifndef SOCKPROOF_TRACE_FLOW_TABLE_H
#define SOCKPROOF_TRACE_FLOW_TABLE_H

#include "base/arena.h"
#include "trace/conversation.h"

struct tcp_flow;

struct flow_entry {
  struct trace_flow flow; /* its `events` are set when all are in */
  struct trace_event *events;
  size_t event_capacity;
  struct trace_segment *segments;
  size_t segment_capacity;
  struct tcp_flow *tcp;     /* NULL for others */
  struct flow_entry *older; /* with the same hash */
};

enum { FLOW_BUCKETS = 1024 };

struct flow_table {
  struct arena *arena;
  struct flow_entry **entries; /* by first packet */
  size_t count, capacity;
  struct flow_entry *buckets[FLOW_BUCKETS]; /* the newest first */
};

void flow_table_free(struct flow_table *table); /* what is not in the arena */

/* The newest flow between the two endpoints, in either direction; NULL: there is none. */
struct flow_entry *flow_table_find(const struct flow_table *table, enum transport transport,
                                   const struct endpoint *a, const struct endpoint *b);
/* Adds a flow; NULL: no memory. */
struct flow_entry *flow_table_add(struct flow_table *table, enum transport transport,
                                  const struct endpoint *initiator,
                                  const struct endpoint *responder);

/* Adds an event to the flow's list; NULL: no memory. The pointer is good until the next call. */
struct trace_segment *flow_entry_add_segment(struct flow_entry *entry);
struct trace_event *flow_entry_add(struct flow_entry *entry, enum event_kind kind);

#endif
