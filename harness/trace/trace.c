#include "trace/trace.h"

#include "base/arena.h"
#include "trace/array.h"

#include <stdlib.h>

enum { TRACE_BYTES_MAX = 256 * 1024 * 1024, ARENA_SLACK = 2 };

struct trace {
  enum link_type link_type;
  struct packet *packets;
  size_t count, capacity;
  enum link_type *link_types; /* by packet; NULL: all are of the trace's own */
  size_t bytes;               /* captured octets of all packets */
  struct arena *arena;
};

struct trace *trace_create(enum link_type link_type) {
  struct trace *trace = calloc(1, sizeof *trace);
  if (trace == NULL) return NULL;
  trace->link_type = link_type;
  /* The arena rounds up; the bound that counts is the one on octets. */
  trace->arena = arena_create((size_t)TRACE_BYTES_MAX * ARENA_SLACK);
  if (trace->arena == NULL) {
    free(trace);
    return NULL;
  }
  return trace;
}

void trace_destroy(struct trace *trace) {
  if (trace == NULL) return;
  arena_destroy(trace->arena);
  free(trace->packets);
  free(trace->link_types);
  free(trace);
}

/* From the first packet that is of another type on. */
static bool note_link_type(struct trace *trace, enum link_type link_type) {
  if (trace->link_types == NULL && link_type == trace->link_type) return true;
  enum link_type *grown = realloc(trace->link_types, trace->capacity * sizeof *grown);
  if (grown == NULL) return false;
  for (size_t i = 0; trace->link_types == NULL && i < trace->count; i++)
    grown[i] = trace->link_type;
  trace->link_types = grown;
  grown[trace->count] = link_type;
  return true;
}

enum err_code trace_add(struct trace *trace, const struct packet *packet, struct err *err) {
  return trace_add_of(trace, trace->link_type, packet, err);
}

enum err_code trace_add_of(struct trace *trace, enum link_type link_type,
                           const struct packet *packet, struct err *err) {
  if (packet->bytes.len > TRACE_BYTES_MAX - trace->bytes) {
    return err_set(err, ERR_LIMIT,
                   "packet %zu does not fit: a trace holds at most %d MiB of packets; capture less "
                   "of this exchange",
                   trace->count + 1, TRACE_BYTES_MAX / 1024 / 1024);
  }
  if (!ARRAY_RESERVE(trace->packets, trace->capacity, trace->count + 1) ||
      !note_link_type(trace, link_type)) {
    return err_set(err, ERR_LIMIT, "no memory for packet %zu of a trace", trace->count + 1);
  }
  struct packet copy = *packet;
  copy.bytes = arena_span(trace->arena, packet->bytes);
  if (copy.bytes.bytes == NULL) {
    return err_set(err, ERR_LIMIT, "no memory for packet %zu of a trace", trace->count + 1);
  }
  trace->packets[trace->count++] = copy;
  trace->bytes += copy.bytes.len;
  return ERR_OK;
}

enum link_type trace_link_type(const struct trace *trace) {
  return trace->link_type;
}

enum link_type trace_packet_link_type(const struct trace *trace, size_t index) {
  return trace->link_types != NULL ? trace->link_types[index] : trace->link_type;
}

size_t trace_count(const struct trace *trace) {
  return trace->count;
}

const struct packet *trace_packet(const struct trace *trace, size_t index) {
  return &trace->packets[index];
}
