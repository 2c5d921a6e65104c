/* TCP flows as events: how the connection began, its octets between turns, how it ended. */
#include "trace/canonical_build.h"
#include "trace/policies.h"

#include <stdlib.h>
#include <string.h>

enum { INITIATOR = FLOW_INITIATOR, RESPONDER = FLOW_RESPONDER };

/* What opened and closed the connection, from its events. */
struct ends {
  const struct trace_event *open[2], *fin[2];
  const struct trace_event *rst;
};

static size_t side_of(const struct trace_event *event) {
  return event->from_initiator ? INITIATOR : RESPONDER;
}

static struct ends ends_of(const struct trace_flow *flow) {
  struct ends ends = {{NULL, NULL}, {NULL, NULL}, NULL};
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (event->kind == EVENT_OPEN) ends.open[side_of(event)] = event;
    if (event->kind == EVENT_FIN) ends.fin[side_of(event)] = event;
    if (event->kind == EVENT_RST && ends.rst == NULL) ends.rst = event;
  }
  return ends;
}

static bool is_refused(const struct ends *ends) {
  return ends->open[INITIATOR] != NULL && ends->open[RESPONDER] == NULL && ends->rst != NULL &&
         side_of(ends->rst) == RESPONDER;
}

static void add_opening(struct canonical *canonical, struct canonical_flow *flow,
                        const struct ends *ends) {
  const struct trace_event *first = ends->open[INITIATOR];
  if (first == NULL) return; /* an opaque event has told that no SYN was captured */
  const char *kind = "open";
  if (ends->open[RESPONDER] == NULL) kind = is_refused(ends) ? "refused" : "unanswered";
  struct canonical_event *event = canonical_add_event(canonical, flow, 0, kind);
  add_oddities(canonical, event, first);
}

static const char *closing_text(const struct ends *ends) {
  if (ends->rst != NULL) return side_of(ends->rst) == INITIATOR ? "rst by >" : "rst by <";
  if (ends->fin[INITIATOR] != NULL && ends->fin[RESPONDER] != NULL) return "fin+fin";
  if (ends->fin[INITIATOR] != NULL) return "fin by >";
  return ends->fin[RESPONDER] != NULL ? "fin by <" : "none";
}

/* Whose FIN came while the other side still had something to send. */
static const char *half_close_text(const struct ends *ends) {
  bool used[2];
  for (size_t i = 0; i < 2; i++) {
    used[i] = ends->fin[i] != NULL && ends->fin[i]->peer_went_on;
  }
  if (used[INITIATOR]) return used[RESPONDER] ? "both" : ">";
  return used[RESPONDER] ? "<" : "none";
}

static void add_closing(struct canonical *canonical, struct canonical_flow *flow,
                        const struct ends *ends) {
  if (is_refused(ends)) return;
  bool unanswered = ends->open[INITIATOR] != NULL && ends->open[RESPONDER] == NULL;
  if (unanswered && ends->rst == NULL) return;
  const struct canonical_head *head = &canonical->head;
  struct canonical_event *event = canonical_add_event(canonical, flow, 0, "close");
  struct canonical_field *how =
      canonical_add_field(canonical, event, "how", policy_for(head, "tcp.close", POLICY_EXACT));
  how->positional = true;
  if (how->policy != POLICY_IGNORE) how->value = value_literal(closing_text(ends));
  /* By default not told: whether an answer overtakes a FIN is luck, where nobody waits for it. */
  if (policy_for(head, "tcp.half_close", POLICY_IGNORE) == POLICY_EXACT) {
    struct canonical_field *half =
        canonical_add_field(canonical, event, "half_close", POLICY_EXACT);
    half->value = value_literal(half_close_text(ends));
  }
  const struct trace_event *initiator = ends->fin[INITIATOR];
  const struct trace_event *responder = ends->fin[RESPONDER];
  if (initiator != NULL) add_note(canonical, event, "initiator_note", initiator->note);
  if (responder != NULL) add_note(canonical, event, "responder_note", responder->note);
  const struct trace_event *last = ends->rst != NULL   ? ends->rst
                                   : responder != NULL ? responder
                                                       : initiator;
  if (last != NULL) event->packet_index = last->packet_index;
}

void tcp_add_plain(struct build *build, struct canonical_flow *flow, const struct trace_event *from,
                   const char *malformed) {
  struct canonical *canonical = build->canonical;
  struct canonical_event *event = canonical_add_event(canonical, flow, direction_of(from), "data");
  add_payload(canonical, event, from->payload,
              policy_for(&canonical->head, "tcp.payload", POLICY_EXACT));
  add_note(canonical, event, "malformed", malformed);
  add_oddities(canonical, event, from);
  cover_fields(canonical, event, from->sources, from->source_count);
}

static void add_data(struct build *build, struct canonical_flow *flow, size_t flow_index,
                     struct http_dialogue *http, const struct trace_event *from) {
  if (speech_is(build, flow_index, APPLICATION_DNS)) {
    dns_add_stream(build, flow, flow_index, from);
    return;
  }
  if (http != NULL) {
    http_add_turn(http, flow, from);
    return;
  }
  bool ignored = policy_for(&build->canonical->head, "tcp.payload", POLICY_EXACT) == POLICY_IGNORE;
  if (speech_is(build, flow_index, APPLICATION_LINES) && !ignored && from->payload.len > 0) {
    lines_add_turn(build, flow, from);
    return;
  }
  const char *malformed = NULL;
  if (speech_is_served(build, flow_index, from, APPLICATION_TIME)) {
    malformed = time_add_event(build, flow, from);
    if (malformed == NULL) return;
  }
  tcp_add_plain(build, flow, from, malformed);
}

static bool is_data_of(const struct trace_event *event, bool from_initiator) {
  return event->kind == EVENT_DATA && event->from_initiator == from_initiator;
}

void tcp_direction(struct build *build, size_t flow_index, bool from_initiator,
                   struct trace_event *whole) {
  const struct trace_flow *from = conversation_flow(build->conversation, flow_index);
  *whole = (struct trace_event){.kind = EVENT_DATA, .from_initiator = from_initiator};
  size_t source_count = 0;
  for (size_t i = 0; i < from->event_count; i++) {
    const struct trace_event *event = &from->events[i];
    if (!is_data_of(event, from_initiator)) continue;
    const char *note = whole->note != NULL ? whole->note : event->note;
    if (source_count == 0) *whole = *event;
    whole->note = note;
    source_count += event->source_count;
  }
  whole->source_count = 0;
  if (source_count == 0) return;
  struct octet_source *sources =
      arena_alloc(build->canonical->arena, source_count * sizeof *sources);
  if (sources == NULL) {
    build->canonical->failed = true;
    return;
  }
  whole->payload = conversation_stream(build->conversation, from, from_initiator);
  whole->sources = sources;
  whole->source_count = source_count;
  size_t octets = 0;
  for (size_t i = 0; i < from->event_count; i++) {
    const struct trace_event *event = &from->events[i];
    if (!is_data_of(event, from_initiator)) continue;
    for (size_t s = 0; s < event->source_count; s++) {
      *sources = event->sources[s];
      (sources++)->payload_offset += octets;
    }
    octets += event->payload.len;
  }
}

/* For streams whose interleaving is luck. */
static void add_directions(struct build *build, struct canonical_flow *flow, size_t flow_index,
                           struct http_dialogue *http) {
  for (size_t side = 0; side < 2; side++) {
    struct trace_event whole;
    tcp_direction(build, flow_index, side == FLOW_INITIATOR, &whole);
    if (whole.source_count > 0) add_data(build, flow, flow_index, http, &whole);
  }
}

/* Where a rule ignores all octets, there are no messages to find. */
static struct http_dialogue *http_of(struct build *build, size_t flow_index) {
  bool ignored = policy_for(&build->canonical->head, "tcp.payload", POLICY_EXACT) == POLICY_IGNORE;
  if (ignored || !speech_is(build, flow_index, APPLICATION_HTTP)) return NULL;
  return http_dialogue_of(build, flow_index);
}

void tcp_add_events(struct build *build, struct canonical_flow *flow, size_t flow_index) {
  const struct trace_flow *from = conversation_flow(build->conversation, flow_index);
  struct canonical *canonical = build->canonical;
  struct ends ends = ends_of(from);
  bool turns = policy_for(&canonical->head, "tcp.turns", POLICY_EXACT) != POLICY_IGNORE;
  add_opening(canonical, flow, &ends);
  struct http_dialogue *http = http_of(build, flow_index);
  if (!turns) add_directions(build, flow, flow_index, http);
  for (size_t i = 0; i < from->event_count; i++) {
    const struct trace_event *event = &from->events[i];
    if (event->kind == EVENT_DATA && turns) add_data(build, flow, flow_index, http, event);
    if (event->kind == EVENT_OPAQUE) add_opaque_event(build, flow, event);
    if (event->kind == EVENT_ICMP_ERROR) add_icmp_event(build, flow, from->family, event);
  }
  add_closing(canonical, flow, &ends);
}
