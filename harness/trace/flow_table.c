#include "trace/flow_table.h"

#include "trace/array.h"
#include "trace/tcp_flow.h"

#include <stdlib.h>

void flow_table_free(struct flow_table *table) {
  for (size_t i = 0; i < table->count; i++) {
    free(table->entries[i]->events);
    free(table->entries[i]->segments);
    if (table->entries[i]->tcp != NULL) tcp_flow_free(table->entries[i]->tcp);
  }
  free(table->entries);
}

static uint32_t endpoint_hash(const struct endpoint *endpoint) {
  uint32_t hash = 2166136261U; /* FNV-1a */
  for (size_t i = 0; i < sizeof endpoint->address.octets; i++) {
    hash = (hash ^ endpoint->address.octets[i]) * 16777619U;
  }
  return (hash ^ endpoint->port) * 16777619U;
}

/* The same for both directions. */
static size_t bucket_of(const struct endpoint *a, const struct endpoint *b) {
  uint32_t sum = endpoint_hash(a) + endpoint_hash(b);
  return (sum ^ sum >> 16) % FLOW_BUCKETS;
}

struct flow_entry *flow_table_find(const struct flow_table *table, enum transport transport,
                                   const struct endpoint *a, const struct endpoint *b) {
  for (struct flow_entry *entry = table->buckets[bucket_of(a, b)]; entry != NULL;
       entry = entry->older) {
    const struct trace_flow *flow = &entry->flow;
    if (flow->transport != transport) continue;
    if (endpoint_equal(&flow->initiator, a) && endpoint_equal(&flow->responder, b)) return entry;
    if (endpoint_equal(&flow->initiator, b) && endpoint_equal(&flow->responder, a)) return entry;
  }
  return NULL;
}

struct flow_entry *flow_table_add(struct flow_table *table, enum transport transport,
                                  const struct endpoint *initiator,
                                  const struct endpoint *responder) {
  if (!ARRAY_RESERVE(table->entries, table->capacity, table->count + 1)) return NULL;
  struct flow_entry *entry = arena_alloc(table->arena, sizeof *entry);
  if (entry == NULL) return NULL;
  entry->flow = (struct trace_flow){.transport = transport,
                                    .family = initiator->address.family,
                                    .initiator = *initiator,
                                    .responder = *responder};
  size_t bucket = bucket_of(initiator, responder);
  entry->older = table->buckets[bucket];
  table->buckets[bucket] = entry;
  table->entries[table->count++] = entry;
  return entry;
}

struct trace_segment *flow_entry_add_segment(struct flow_entry *entry) {
  size_t *count = &entry->flow.segment_count;
  if (!ARRAY_RESERVE(entry->segments, entry->segment_capacity, *count + 1)) return NULL;
  entry->flow.segments = entry->segments;
  return &entry->segments[(*count)++];
}

struct trace_event *flow_entry_add(struct flow_entry *entry, enum event_kind kind) {
  size_t *count = &entry->flow.event_count;
  if (!ARRAY_RESERVE(entry->events, entry->event_capacity, *count + 1)) return NULL;
  struct trace_event *event = &entry->events[(*count)++];
  *event = (struct trace_event){.kind = kind, .checksum = IP_CHECKSUM_VALID};
  return event;
}
