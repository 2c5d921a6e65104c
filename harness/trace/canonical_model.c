#include "trace/canonical_model.h"

#include "trace/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANONICAL_BYTES_MAX = 256 * 1024 * 1024 };

struct canonical *canonical_create(void) {
  struct canonical *canonical = calloc(1, sizeof *canonical);
  if (canonical == NULL) return NULL;
  canonical->arena = arena_create(CANONICAL_BYTES_MAX);
  if (canonical->arena == NULL) {
    free(canonical);
    return NULL;
  }
  return canonical;
}

static void free_events(struct canonical_flow *flow) {
  for (size_t i = 0; i < flow->count; i++) {
    free(flow->events[i].fields);
  }
  free(flow->events);
}

void canonical_destroy(struct canonical *canonical) {
  if (canonical == NULL) return;
  for (size_t i = 0; i < canonical->count; i++) {
    free_events(&canonical->flows[i]);
  }
  free_events(&canonical->spare_flow);
  free(canonical->spare_event.fields);
  free(canonical->flows);
  free(canonical->variables);
  free(canonical->covers);
  arena_destroy(canonical->arena);
  free(canonical);
}

struct canonical_flow *canonical_add_flow(struct canonical *canonical) {
  if (!ARRAY_RESERVE(canonical->flows, canonical->capacity, canonical->count + 1)) {
    canonical->failed = true;
    return &canonical->spare_flow;
  }
  struct canonical_flow *flow = &canonical->flows[canonical->count++];
  *flow = (struct canonical_flow){.transport = "", .family = ""};
  for (size_t i = 0; i < 2; i++) {
    flow->ends[i].host = value_literal("");
    flow->ends[i].port = value_literal("");
  }
  return flow;
}

struct canonical_event *canonical_add_event(struct canonical *canonical,
                                            struct canonical_flow *flow, char direction,
                                            const char *kind) {
  if (!ARRAY_RESERVE(flow->events, flow->capacity, flow->count + 1)) {
    canonical->failed = true;
    return &canonical->spare_event;
  }
  struct canonical_event *event = &flow->events[flow->count++];
  *event = (struct canonical_event){.direction = direction, .kind = kind, .packet_index = SIZE_MAX};
  return event;
}

struct canonical_field *canonical_add_field(struct canonical *canonical,
                                            struct canonical_event *event, const char *name,
                                            enum field_policy policy) {
  if (!ARRAY_RESERVE(event->fields, event->capacity, event->count + 1)) {
    canonical->failed = true;
    return &canonical->spare_field;
  }
  struct canonical_field *field = &event->fields[event->count++];
  *field = (struct canonical_field){.name = name,
                                    .policy = policy,
                                    .value = value_literal("~"),
                                    .text_at = SIZE_MAX,
                                    .packet_index = SIZE_MAX,
                                    .octet_offset = SIZE_MAX};
  return field;
}

size_t canonical_add_variable(struct canonical *canonical, const char *class) {
  size_t index = canonical->variable_count;
  if (!ARRAY_RESERVE(canonical->variables, canonical->variable_capacity, index + 1)) {
    canonical->failed = true;
    return NO_VARIABLE;
  }
  canonical->variables[index] = (struct canonical_variable){.class = class};
  canonical->variable_count++;
  return index;
}

const char *canonical_copy(struct canonical *canonical, struct span text) {
  char *copy = arena_alloc(canonical->arena, text.len + 1);
  if (copy == NULL) {
    canonical->failed = true;
    return "";
  }
  if (text.len > 0) memcpy(copy, text.bytes, text.len);
  return copy;
}

const char *canonical_text(struct canonical *canonical, const char *format, ...) {
  char buffer[256]; /* every formatted value is shorter; payload goes another way */
  va_list arguments;
  va_start(arguments, format);
  int len = vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  if (len < 0 || (size_t)len >= sizeof buffer) {
    canonical->failed = true;
    return "";
  }
  return canonical_copy(canonical, span_of(buffer, (size_t)len));
}

struct canonical_value value_literal(const char *text) {
  return (struct canonical_value){.variable = NO_VARIABLE, .rest = text};
}

struct canonical_value value_variable(size_t variable, const char *rest) {
  return (struct canonical_value){.variable = variable, .rest = rest};
}

void visit_values(struct canonical_flow *flow, value_visitor visit, void *context) {
  for (size_t i = 0; i < 2; i++) {
    visit(context, &flow->ends[i].host);
    if (flow->ends[i].has_port) visit(context, &flow->ends[i].port);
  }
  for (size_t i = 0; i < flow->count; i++) {
    for (size_t f = 0; f < flow->events[i].count; f++) {
      visit(context, &flow->events[i].fields[f].value);
    }
  }
}

static void count_use(void *context, struct canonical_value *value) {
  struct canonical *canonical = context;
  if (value->variable != NO_VARIABLE) canonical->variables[value->variable].uses++;
}

void canonical_count_uses(struct canonical *canonical) {
  for (size_t i = 0; i < canonical->count; i++) {
    struct canonical_flow *flow = &canonical->flows[i];
    visit_values(flow, count_use, canonical);
    for (size_t e = 0; e < 4; e++) {
      const struct canonical_end *end = &flow->ends[e / 2];
      size_t variable = e % 2 == 0 ? end->host.variable : end->port.variable;
      if (variable == NO_VARIABLE || flow->count == 0) continue;
      canonical->variables[variable].uses += flow->count - 1;
    }
  }
}

size_t canonical_flow_count(const struct canonical *canonical) {
  return canonical->count;
}

const struct canonical_head *canonical_head_of(const struct canonical *canonical) {
  return &canonical->head;
}

struct canonical_strength canonical_strength(const struct canonical *canonical) {
  struct canonical_strength strength = {0};
  for (size_t i = 0; i < canonical->count; i++) {
    const struct canonical_flow *flow = &canonical->flows[i];
    for (size_t e = 0; e < flow->count; e++) {
      for (size_t f = 0; f < flow->events[e].count; f++) {
        strength.fields++;
        if (flow->events[e].fields[f].policy == POLICY_IGNORE) strength.ignored_fields++;
      }
    }
  }
  for (size_t i = 0; i < canonical->variable_count; i++) {
    if (canonical->variables[i].uses == 1) strength.variables_used_once++;
  }
  return strength;
}
