/* What a flow speaks, and which of its ends serves. */
#include "trace/canonical_build.h"

#include "proto/dns.h"
#include "proto/http.h"
#include "proto/time.h"

bool flow_has_ports(const struct trace_flow *flow) {
  return flow->transport == TRANSPORT_UDP || flow->transport == TRANSPORT_TCP;
}

const struct named_endpoint *flow_end_name(const struct canonical_head *head,
                                           const struct endpoint *endpoint, bool with_port) {
  for (size_t i = 0; i < head->endpoint_count; i++) {
    const struct named_endpoint *named = &head->endpoints[i];
    if (!ip_address_equal(&named->at.address, &endpoint->address)) continue;
    if (!with_port || named->at.port == endpoint->port) return named;
  }
  return NULL;
}

const struct endpoint *flow_end(const struct trace_flow *flow, size_t side) {
  return side == FLOW_INITIATOR ? &flow->initiator : &flow->responder;
}

/* --- who serves what -------------------------------------------------------------------------- */

enum { DAYTIME_PORT = 13 }; /* RFC 867 */

/* Where nothing has a name, the ports that a protocol has for itself. */
static enum application application_of_port(uint16_t port) {
  static const struct {
    uint16_t port;
    enum application application;
  } PORTS[] = {
      {NTP_PORT, APPLICATION_NTP},         {DNS_PORT, APPLICATION_DNS},
      {TIME_PORT, APPLICATION_TIME},       {HTTP_PORT, APPLICATION_HTTP},
      {HTTP_PORT_OTHER, APPLICATION_HTTP}, {DAYTIME_PORT, APPLICATION_LINES},
  };
  for (size_t i = 0; i < sizeof PORTS / sizeof PORTS[0]; i++) {
    if (PORTS[i].port == port) return PORTS[i].application;
  }
  return APPLICATION_PLAIN;
}

static enum application served_at(const struct canonical_head *head,
                                  const struct endpoint *endpoint) {
  if (head->endpoint_count == 0) return application_of_port(endpoint->port);
  const struct named_endpoint *named = flow_end_name(head, endpoint, true);
  return named == NULL ? APPLICATION_PLAIN : named->application;
}

/* Who is spoken to serves; a reply from a port that nobody asked comes from a server as well. */
static struct flow_speech named_speech(const struct canonical_head *head,
                                       const struct trace_flow *flow) {
  struct flow_speech speech = {served_at(head, &flow->responder), FLOW_RESPONDER};
  if (speech.application != APPLICATION_PLAIN) return speech;
  speech.application = served_at(head, &flow->initiator);
  if (speech.application != APPLICATION_PLAIN) speech.server = FLOW_INITIATOR;
  return speech;
}

/* A reply from a port that nobody asked goes to a socket that speaks NTP all the same. */
static bool shares_end_with_ntp(const struct build *build, const struct trace_flow *flow,
                                size_t flow_count) {
  for (size_t i = 0; i < flow_count; i++) {
    const struct trace_flow *other = conversation_flow(build->conversation, i);
    if (other->transport != TRANSPORT_UDP ||
        named_speech(&build->canonical->head, other).application != APPLICATION_NTP) {
      continue;
    }
    if (endpoint_equal(&other->initiator, &flow->responder) ||
        endpoint_equal(&other->initiator, &flow->initiator)) {
      return true;
    }
  }
  return false;
}

static bool goes_over(enum application application, enum transport transport) {
  switch (application) {
    case APPLICATION_NTP:
      return transport == TRANSPORT_UDP;
    case APPLICATION_HTTP:
    case APPLICATION_LINES:
      return transport == TRANSPORT_TCP;
    case APPLICATION_DNS:
    case APPLICATION_TIME:
    case APPLICATION_PLAIN:
      return true;
  }
  return false;
}

static struct flow_speech speech_of(const struct build *build, const struct trace_flow *flow,
                                    size_t flow_count) {
  struct flow_speech plain = {APPLICATION_PLAIN, FLOW_RESPONDER};
  if (!flow_has_ports(flow)) return plain;
  struct flow_speech speech = named_speech(&build->canonical->head, flow);
  if (!goes_over(speech.application, flow->transport)) return plain;
  if (speech.application == APPLICATION_PLAIN && flow->transport == TRANSPORT_UDP &&
      shares_end_with_ntp(build, flow, flow_count)) {
    speech.application = APPLICATION_NTP;
  }
  return speech;
}

/* --- what is asked ---------------------------------------------------------------------------- */

bool speech_is(const struct build *build, size_t flow_index, enum application application) {
  return build->speeches[flow_index].application == application;
}

bool speech_is_time_of_day(const struct build *build, size_t flow_index,
                           const struct trace_event *event) {
  const struct trace_flow *flow = conversation_flow(build->conversation, flow_index);
  return flow->responder.port == DAYTIME_PORT && !event->from_initiator;
}

bool speech_is_served(const struct build *build, size_t flow_index, const struct trace_event *event,
                      enum application application) {
  bool by_server = event->from_initiator == (build->speeches[flow_index].server == FLOW_INITIATOR);
  return speech_is(build, flow_index, application) && by_server;
}

bool speech_is_datagram(const struct build *build, size_t flow_index,
                        const struct trace_event *event, enum application application) {
  size_t shortest = application == APPLICATION_NTP ? NTP_HEADER_LEN : sizeof(uint16_t);
  return speech_is(build, flow_index, application) && event->kind == EVENT_DATAGRAM &&
         event->payload.len >= shortest;
}

/* --- first pass ------------------------------------------------------------------------------- */

static void bind_event(struct build *build, size_t flow_index, const struct trace_event *event) {
  if (speech_is_datagram(build, flow_index, event, APPLICATION_NTP)) {
    ntp_bind(build, event);
  } else if (speech_is_datagram(build, flow_index, event, APPLICATION_DNS)) {
    dns_bind(build, flow_index, event, false);
  } else if (speech_is(build, flow_index, APPLICATION_DNS) && event->kind == EVENT_DATA) {
    dns_bind(build, flow_index, event, true);
  }
}

void speech_find(struct build *build) {
  size_t count = conversation_flow_count(build->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(build->conversation, i);
    build->speeches[i] = speech_of(build, flow, count);
    if (speech_is(build, i, APPLICATION_PLAIN)) continue;
    for (size_t e = 0; e < flow->event_count; e++) {
      bind_event(build, i, &flow->events[e]);
    }
  }
}
