#include "run/check/check_common.h"
#include "run/check/check_packets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool goes_to(const struct judged_case *judged, const struct trace_flow *flow,
                    const struct trace_event *event, const char *name) {
  enum sent_side side = check_side(judged, flow, event);
  if (name == NULL) return side == SENT_TO_KNOWN || side == SENT_TO_UNKNOWN;
  if (side != SENT_TO_KNOWN && side != SENT_TO_NAME_SERVER) return false;
  const struct endpoint *to = check_destination(flow, event);
  return strcmp(check_named_endpoint(judged, to)->name, name) == 0;
}

/* Requests of the flow to a named endpoint, or with NULL to anybody. */
static size_t requests_in(const struct judged_case *judged, const struct trace_flow *flow,
                          const char *name) {
  size_t count = 0;
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (check_is_request(event) && goes_to(judged, flow, event, name)) count++;
  }
  return count;
}

/* The two ends of a flow in which the subject asked an endpoint of the case. */
struct asking {
  const struct trace_flow *flow;
  const struct endpoint *socket;
  const struct named_endpoint *asked;
};

/* Calls go through all of them. */
static bool next_asking(const struct judged_case *judged, size_t *index, struct asking *asking) {
  size_t count = conversation_flow_count(judged->conversation);
  while (*index < count) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, (*index)++);
    bool forward = check_named_peer(judged, &flow->responder) != NULL;
    const struct endpoint *to = forward ? &flow->responder : &flow->initiator;
    asking->flow = flow;
    asking->socket = forward ? &flow->initiator : &flow->responder;
    asking->asked = check_named_peer(judged, to);
    if (asking->asked != NULL && requests_in(judged, flow, asking->asked->name) > 0) return true;
  }
  return false;
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
    sent += (int64_t)requests_in(judged, flow, check->name);
  }
  if (sent >= check->low && sent <= check->high) {
    finding_holds(finding, "%" PRId64 " requests", sent);
  } else {
    finding_fails(finding, "%" PRId64 " requests", sent);
  }
}

void check_endpoint_asked(const struct check *check, const struct judged_case *judged,
                          struct finding *finding) {
  finding_expect(finding, "%s is asked, so that there is something to judge", check->name);
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    if (requests_in(judged, conversation_flow(judged->conversation, i), check->name) == 0) continue;
    finding_holds(finding, "%s is asked", check->name);
    return;
  }
  finding_unobservable(finding, "the client never asked %s, so this cannot be observed",
                       check->name);
}

/* The request before this one in the same run and to the same address, or NULL. */
static const struct walked *request_before(const struct walk *requests, size_t index) {
  const struct walked *later = &requests->list[index];
  for (size_t i = index; i-- > 0;) {
    const struct walked *earlier = &requests->list[i];
    if (earlier->run != later->run) return NULL; /* each run of the subject is a life of its own */
    const struct endpoint *to = check_destination(later->flow, later->event);
    const struct endpoint *earlier_to = check_destination(earlier->flow, earlier->event);
    if (ip_address_equal(&earlier_to->address, &to->address)) return earlier;
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
                  words_of_endpoint(check_destination(later->flow, later->event), to), gap_ms);
    return;
  }
  finding_holds(finding, "no two requests are closer");
}

void check_request_port(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  finding_expect(finding, "every request goes to port %" PRId64, check->low);
  size_t index = 0;
  size_t seen = 0;
  struct asking asking;
  while (next_asking(judged, &index, &asking)) {
    const struct named_endpoint *asked = asking.asked;
    uint16_t port = asked->canonical_port != 0 ? asked->canonical_port : asked->at.port;
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
  uint16_t ports[PORTS_MAX] = {0};
  size_t count = 0;
  size_t index = 0;
  struct asking asking;
  while (count < PORTS_MAX && next_asking(judged, &index, &asking)) {
    ports[count++] = asking.socket->port;
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
  struct asking asking;
  while (next_asking(judged, &index, &asking)) {
    seen++;
    if (asking.socket->port >= check->low) continue;
    finding_fails(finding, "a request comes from port %u", (unsigned)asking.socket->port);
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
  struct asking asking, another;
  if (!next_asking(judged, &index, &asking) || asking.flow->transport != TRANSPORT_TCP) {
    finding_fails(finding, "no connection was opened");
    return;
  }
  struct span sent = conversation_stream(judged->conversation, asking.flow, true);
  if (next_asking(judged, &index, &another)) {
    finding_fails(finding, "more than one connection was opened");
  } else if (!span_equal(sent, message)) {
    finding_fails(finding, "%s was sent", words_of_octets(sent, words));
  } else {
    finding_holds(finding, "exactly the message was sent");
  }
}
