#include "run/check_common.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What counts as a request: a datagram, or the opening of a connection. */
static bool is_request(const struct trace_event *event) {
  return event->from_initiator && (event->kind == EVENT_DATAGRAM || event->kind == EVENT_OPEN);
}

static bool goes_to(const struct judged_case *judged, const struct trace_flow *flow,
                    const char *name) {
  enum flow_side side = check_flow_side(judged, flow);
  if (name == NULL) return side == FLOW_TO_KNOWN || side == FLOW_TO_UNKNOWN;
  const struct named_endpoint *endpoint = check_named_endpoint(judged, &flow->responder);
  return endpoint != NULL && strcmp(endpoint->name, name) == 0;
}

static size_t requests_in(const struct trace_flow *flow) {
  size_t count = 0;
  for (size_t i = 0; i < flow->event_count; i++) {
    if (is_request(&flow->events[i])) count++;
  }
  return count;
}

/* Calls go through every flow that the subject began towards an endpoint of the case. */
static const struct trace_flow *next_flow(const struct judged_case *judged, size_t *index) {
  size_t count = conversation_flow_count(judged->conversation);
  while (*index < count) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, (*index)++);
    if (check_flow_side(judged, flow) == FLOW_TO_KNOWN && requests_in(flow) > 0) return flow;
  }
  return NULL;
}

void check_request_count(const struct check *check, const struct judged_case *judged,
                         struct finding *finding) {
  const char *where = check->name == NULL ? "anywhere" : check->name;
  if (check->low == check->high) {
    finding_expect(finding, "%" PRId64 " requests go to %s", check->low, where);
  } else {
    finding_expect(finding, "%" PRId64 " to %" PRId64 " requests go to %s", check->low, check->high,
                   where);
  }
  int64_t sent = 0;
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    if (goes_to(judged, flow, check->name)) sent += (int64_t)requests_in(flow);
  }
  if (sent >= check->low && sent <= check->high) {
    finding_holds(finding, "%" PRId64 " requests", sent);
  } else {
    finding_fails(finding, "%" PRId64 " requests", sent);
  }
}

/* The request before this one in the same run and to the same address, or NULL. */
static const struct walked *request_before(const struct walk *requests, size_t index) {
  const struct walked *later = &requests->list[index];
  for (size_t i = index; i-- > 0;) {
    const struct walked *earlier = &requests->list[i];
    if (earlier->run != later->run) return NULL; /* each run of the subject is a life of its own */
    if (ip_address_equal(&earlier->flow->responder.address, &later->flow->responder.address)) {
      return earlier;
    }
  }
  return NULL;
}

/* Packets are in the order of capture; the times of concurrent senders may cross by microseconds,
 * to which no bound of this check is near. */
void check_request_gap(const struct check *check, const struct judged_case *judged,
                       struct finding *finding) {
  finding_expect(finding, "requests to one address are at least %" PRId64 " ms apart", check->low);
  struct walk requests;
  check_walk(judged, WALK_REQUESTS, &requests);
  for (size_t i = 0; i < requests.count; i++) {
    const struct walked *earlier = request_before(&requests, i);
    if (earlier == NULL) continue;
    const struct walked *later = &requests.list[i];
    int64_t gap_ms = (later->event->time_ns - earlier->event->time_ns) / 1000000;
    if (gap_ms >= check->low) continue;
    char to[WORDS_MAX];
    finding_fails(finding, "two requests to %s are %" PRId64 " ms apart",
                  words_of_endpoint(&later->flow->responder, to), gap_ms);
    return;
  }
  finding_holds(finding, "no two requests are closer");
}

void check_request_port(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  finding_expect(finding, "every request goes to port %" PRId64, check->low);
  size_t index = 0;
  size_t seen = 0;
  const struct trace_flow *flow;
  while ((flow = next_flow(judged, &index)) != NULL) {
    const struct named_endpoint *endpoint = check_named_endpoint(judged, &flow->responder);
    uint16_t port = endpoint->canonical_port != 0 ? endpoint->canonical_port : flow->responder.port;
    seen++;
    if (port == check->low) continue;
    finding_fails(finding, "a request goes to port %u", (unsigned)port);
    return;
  }
  if (seen == 0) {
    finding_fails(finding, "no request was sent to an endpoint of the case");
  } else {
    finding_holds(finding, "every request went there");
  }
}

static int compare_ports(const void *a, const void *b) {
  uint16_t x = *(const uint16_t *)a;
  uint16_t y = *(const uint16_t *)b;
  return (x > y) - (x < y);
}

static size_t distinct_ports(uint16_t *ports, size_t count) {
  qsort(ports, count, sizeof ports[0], compare_ports);
  size_t distinct = count > 0 ? 1 : 0;
  for (size_t i = 1; i < count; i++) {
    if (ports[i] != ports[i - 1]) distinct++;
  }
  return distinct;
}

void check_distinct_source_ports(const struct check *check, const struct judged_case *judged,
                                 struct finding *finding) {
  enum { PORTS_MAX = 256 };
  finding_expect(finding, "at least %" PRId64 " different source ports in %zu runs", check->low,
                 judged->run_count);
  uint16_t ports[PORTS_MAX];
  size_t count = 0;
  size_t index = 0;
  const struct trace_flow *flow;
  while (count < PORTS_MAX && (flow = next_flow(judged, &index)) != NULL) {
    ports[count++] = flow->initiator.port;
  }
  size_t distinct = distinct_ports(ports, count);
  if (distinct >= (size_t)check->low) {
    finding_holds(finding, "%zu different source ports", distinct);
  } else {
    finding_fails(finding, "%zu different source ports", distinct);
  }
}

void check_source_port_above(const struct check *check, const struct judged_case *judged,
                             struct finding *finding) {
  finding_expect(finding, "no request comes from a port below %" PRId64, check->low);
  size_t index = 0;
  size_t seen = 0;
  const struct trace_flow *flow;
  while ((flow = next_flow(judged, &index)) != NULL) {
    seen++;
    if (flow->initiator.port >= check->low) continue;
    finding_fails(finding, "a request comes from port %u", (unsigned)flow->initiator.port);
    return;
  }
  if (seen == 0) {
    finding_fails(finding, "no request was sent to an endpoint of the case");
  } else {
    finding_holds(finding, "every source port is high enough");
  }
}

void check_request_is_message(const struct check *check, const struct judged_case *judged,
                              struct finding *finding) {
  (void)check;
  struct span message = span_of_text(judged->message == NULL ? "" : judged->message);
  char words[WORDS_MAX];
  finding_expect(finding, "one datagram is sent: the message %s", words_of_octets(message, words));
  struct walk requests;
  check_walk(judged, WALK_REQUESTS, &requests);
  if (requests.count == 0) {
    finding_fails(finding, "no datagram was sent");
    return;
  }
  struct span first = requests.list[0].event->payload;
  if (!span_equal(first, message)) {
    finding_fails(finding, "a datagram %s was sent", words_of_octets(first, words));
  } else if (requests.count > 1) {
    finding_fails(finding, "a second datagram %s was sent",
                  words_of_octets(requests.list[1].event->payload, words));
  } else {
    finding_holds(finding, "the message was sent, once");
  }
}

void check_stream_is_message(const struct check *check, const struct judged_case *judged,
                             struct finding *finding) {
  (void)check;
  struct span message = span_of_text(judged->message == NULL ? "" : judged->message);
  char words[WORDS_MAX];
  finding_expect(finding, "the octets of the one connection are the message %s",
                 words_of_octets(message, words));
  size_t index = 0;
  const struct trace_flow *flow = next_flow(judged, &index);
  if (flow == NULL || flow->transport != TRANSPORT_TCP) {
    finding_fails(finding, "no connection was opened");
    return;
  }
  struct span sent = conversation_stream(judged->conversation, flow, true);
  if (next_flow(judged, &index) != NULL) {
    finding_fails(finding, "more than one connection was opened");
  } else if (!span_equal(sent, message)) {
    finding_fails(finding, "%s was sent", words_of_octets(sent, words));
  } else {
    finding_holds(finding, "exactly the message was sent");
  }
}

void check_only_expected_destinations(const struct check *check, const struct judged_case *judged,
                                      struct finding *finding) {
  (void)check;
  finding_expect(finding, "nothing is sent but to the endpoints that the case gives");
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    if (check_flow_side(judged, flow) != FLOW_TO_UNKNOWN || requests_in(flow) == 0) continue;
    char to[WORDS_MAX];
    finding_fails(finding, "it sent to %s", words_of_endpoint(&flow->responder, to));
    return;
  }
  finding_holds(finding, "nothing else was sent");
}
