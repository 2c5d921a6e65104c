#include "run/check/check_packets.h"

#include <stdlib.h>
#include <string.h>

static bool is_any_address(const struct ip_address *address) {
  static const uint8_t ZEROS[16];
  return memcmp(address->octets, ZEROS, sizeof ZEROS) == 0;
}

/* A server that listens on the any-address is meant by every address. */
static bool endpoint_is(const struct named_endpoint *named, const struct endpoint *at) {
  if (endpoint_equal(&named->at, at)) return true;
  return named->at.port == at->port && is_any_address(&named->at.address);
}

const struct named_endpoint *check_named_endpoint(const struct judged_case *judged,
                                                  const struct endpoint *at) {
  if (judged->endpoints == NULL) return NULL;
  for (size_t i = 0; i < judged->endpoint_count; i++) {
    if (endpoint_is(&judged->endpoints[i], at)) return &judged->endpoints[i];
  }
  return NULL;
}

const struct named_endpoint *check_named_peer(const struct judged_case *judged,
                                              const struct endpoint *at) {
  const struct named_endpoint *named = check_named_endpoint(judged, at);
  return named != NULL && named->application == APPLICATION_DNS ? NULL : named;
}

static bool is_name_server(const struct judged_case *judged, const struct endpoint *at) {
  return check_named_endpoint(judged, at) != check_named_peer(judged, at);
}

const struct named_endpoint *check_endpoint_by_name(const struct judged_case *judged,
                                                    const char *name) {
  for (size_t i = 0; i < judged->endpoint_count; i++) {
    if (strcmp(judged->endpoints[i].name, name) == 0) return &judged->endpoints[i];
  }
  return NULL;
}

/* Whether the two ends of a flow are this socket and an endpoint with a name. */
static bool joins_to_named(const struct judged_case *judged, const struct trace_flow *flow,
                           const struct endpoint *socket) {
  if (endpoint_equal(&flow->initiator, socket)) {
    return check_named_peer(judged, &flow->responder) != NULL;
  }
  return endpoint_equal(&flow->responder, socket) &&
         check_named_peer(judged, &flow->initiator) != NULL;
}

/* Whether this socket spoke with a named endpoint: then what comes to it unasked is a fixture's. */
static bool is_clients_socket(const struct judged_case *judged, const struct endpoint *socket) {
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    if (joins_to_named(judged, conversation_flow(judged->conversation, i), socket)) return true;
  }
  return false;
}

bool check_is_request(const struct trace_event *event) {
  return event->kind == EVENT_DATAGRAM || (event->kind == EVENT_OPEN && event->from_initiator);
}

const struct endpoint *check_destination(const struct trace_flow *flow,
                                         const struct trace_event *event) {
  return event->from_initiator ? &flow->responder : &flow->initiator;
}

enum sent_side check_side(const struct judged_case *judged, const struct trace_flow *flow,
                          const struct trace_event *event) {
  const struct endpoint *to = check_destination(flow, event);
  const struct endpoint *from = event->from_initiator ? &flow->initiator : &flow->responder;
  if (is_name_server(judged, to)) return SENT_TO_NAME_SERVER;
  if (is_name_server(judged, from)) return SENT_BY_NAME_SERVER;
  if (check_named_endpoint(judged, to) != NULL) return SENT_TO_KNOWN;
  if (check_named_endpoint(judged, from) != NULL) return SENT_BY_FIXTURE;
  if (!event->from_initiator) return SENT_BY_UNKNOWN;
  return is_clients_socket(judged, to) ? SENT_BY_FIXTURE : SENT_TO_UNKNOWN;
}

/* The last run that had begun by then: nothing of a run is on the wire before it begins. */
static size_t run_at(const struct judged_case *judged, int64_t time_ns) {
  size_t run = 0;
  for (size_t i = 1; i < judged->run_count; i++) {
    if (judged->runs[i].outcome->started_ns <= time_ns) run = i;
  }
  return run;
}

static void walk_flow(const struct judged_case *judged, enum walk_kind kind,
                      const struct trace_flow *flow, struct walk *walk) {
  enum sent_side wanted = kind == WALK_REQUESTS ? SENT_TO_KNOWN : SENT_BY_FIXTURE;
  for (size_t i = 0; i < flow->event_count && walk->count < WALK_MAX; i++) {
    const struct trace_event *event = &flow->events[i];
    if (event->kind != EVENT_DATAGRAM || check_side(judged, flow, event) != wanted) continue;
    walk->list[walk->count++] =
        (struct walked){.flow = flow, .event = event, .run = run_at(judged, event->time_ns)};
  }
}

static int compare_walked(const void *a, const void *b) {
  size_t x = ((const struct walked *)a)->event->packet_index;
  size_t y = ((const struct walked *)b)->event->packet_index;
  return (x > y) - (x < y);
}

void check_walk(const struct judged_case *judged, enum walk_kind kind, struct walk *walk) {
  walk->count = 0;
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count && walk->count < WALK_MAX; i++) {
    walk_flow(judged, kind, conversation_flow(judged->conversation, i), walk);
  }
  qsort(walk->list, walk->count, sizeof walk->list[0], compare_walked);
}

int64_t check_asked_ns(const struct judged_case *judged, const struct walked *reply) {
  struct walk requests;
  check_walk(judged, WALK_REQUESTS, &requests);
  int64_t asked = reply->event->time_ns;
  for (size_t i = 0; i < requests.count; i++) {
    const struct walked *request = &requests.list[i];
    if (request->flow == reply->flow && request->event->time_ns <= reply->event->time_ns)
      asked = request->event->time_ns;
  }
  return asked;
}
