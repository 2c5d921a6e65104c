/* Flows: who speaks to whom under which name, and the events of UDP and ICMP. */
#include "trace/canonical_build.h"
#include "trace/policies.h"

#include "proto/icmp.h"

char direction_of(const struct trace_event *event) {
  return event->from_initiator ? '>' : '<';
}

/* --- variables of endpoints ------------------------------------------------------------------- */

/* The same address is the same variable in every flow. */
static size_t address_variable(struct build *build, const struct ip_address *address) {
  struct canonical *canonical = build->canonical;
  for (size_t i = canonical->count; i-- > 0;) {
    const struct trace_flow *flow = conversation_flow(build->conversation, i);
    for (size_t side = 0; side < 2; side++) {
      const struct canonical_value *host = &canonical->flows[i].ends[side].host;
      if (host->variable != NO_VARIABLE &&
          ip_address_equal(&flow_end(flow, side)->address, address)) {
        return host->variable;
      }
    }
  }
  return canonical_add_variable(canonical, "addr");
}

/* That an endpoint begins two flows from one port can be chance, so each names a variable. What is
 * sent to a port that had begun a flow is meant for that one. */
static size_t port_variable(struct build *build, const struct trace_flow *flow, size_t side) {
  struct canonical *canonical = build->canonical;
  for (size_t i = canonical->count - 1; side == 1 && i-- > 0;) {
    const struct trace_flow *earlier = conversation_flow(build->conversation, i);
    const struct canonical_value *port = &canonical->flows[i].ends[0].port;
    if (earlier->transport == flow->transport && port->variable != NO_VARIABLE &&
        endpoint_equal(&earlier->initiator, &flow->responder)) {
      return port->variable;
    }
  }
  return canonical_add_variable(canonical, "port");
}

static void fill_end(struct build *build, struct canonical_flow *out, const struct trace_flow *flow,
                     size_t side) {
  struct canonical *canonical = build->canonical;
  const struct canonical_head *head = &canonical->head;
  const struct endpoint *endpoint = flow_end(flow, side);
  struct canonical_end *end = &out->ends[side];
  end->has_port = flow_has_ports(flow);
  if (flow->family == IP_NONE) {
    end->host = value_literal("-");
    return;
  }
  const struct named_endpoint *named = flow_end_name(head, endpoint, end->has_port);
  if (named != NULL) {
    end->host = value_literal(canonical_text(canonical, "%s", named->name));
    end->port = value_literal(canonical_text(canonical, "%u", named->canonical_port));
    return;
  }
  end->host = head->others[0] != '\0'
                  ? value_literal(canonical_text(canonical, "%s", head->others))
                  : value_variable(address_variable(build, &endpoint->address), "");
  if (end->has_port) end->port = value_variable(port_variable(build, flow, side), "");
}

/* --- events ----------------------------------------------------------------------------------- */

void add_opaque_event(struct build *build, struct canonical_flow *flow,
                      const struct trace_event *from) {
  struct canonical *canonical = build->canonical;
  struct canonical_event *event =
      canonical_add_event(canonical, flow, direction_of(from), "opaque");
  struct canonical_field *why = canonical_add_field(canonical, event, "why", POLICY_EXACT);
  why->positional = true;
  why->value = value_literal(canonical_text(canonical, "\"%s\"", from->note));
  size_t first = event->count;
  if (from->payload.len > 0) add_payload(canonical, event, from->payload, POLICY_EXACT);
  for (size_t i = first; i < event->count; i++) {
    event->fields[i].positional = false;
  }
  event->packet_index = from->packet_index;
  cover_fields(canonical, event, from->sources, from->source_count);
}

void add_icmp_event(struct build *build, struct canonical_flow *flow, enum ip_family family,
                    const struct trace_event *from) {
  struct canonical *canonical = build->canonical;
  struct canonical_event *event = canonical_add_event(canonical, flow, direction_of(from), "icmp");
  struct canonical_field *message = canonical_add_field(canonical, event, "message", POLICY_EXACT);
  const char *name = icmp_name(family, from->icmp_type, from->icmp_code);
  message->positional = true;
  message->value = value_literal(name != NULL ? name
                                              : canonical_text(canonical, "type-%u-code-%u",
                                                               from->icmp_type, from->icmp_code));
  size_t first = event->count;
  if (from->kind == EVENT_DATAGRAM) add_payload(canonical, event, from->payload, POLICY_EXACT);
  for (size_t i = first; i < event->count; i++) {
    event->fields[i].positional = false;
  }
  struct canonical_field *checksum =
      canonical_add_field(canonical, event, "checksum", POLICY_VERIFY);
  checksum->value = value_literal(from->checksum == IP_CHECKSUM_WRONG ? "wrong" : "valid");
  add_oddities(canonical, event, from);
  cover_fields(canonical, event, from->sources, from->source_count);
}

static void add_datagram(struct build *build, struct canonical_flow *flow, size_t flow_index,
                         const struct trace_event *from) {
  struct canonical *canonical = build->canonical;
  const char *malformed = NULL;
  if (speech_is_served(build, flow_index, from, APPLICATION_TIME)) {
    malformed = time_add_event(build, flow, from);
    if (malformed == NULL) return;
  }
  struct canonical_event *event = canonical_add_event(canonical, flow, direction_of(from), "data");
  const struct canonical_head *head = &canonical->head;
  enum field_policy policy = policy_for(head, "udp.payload", POLICY_EXACT);
  enum field_policy length = policy_for(head, "udp.length", POLICY_EXACT);
  if (speech_is_time_of_day(build, flow_index, from)) {
    policy = policy_for_time(head, "udp.payload", POLICY_IGNORE);
    length = policy_for_time(head, "udp.length", POLICY_IGNORE);
  }
  add_packet_payload(canonical, event, from->payload, policy, length);
  add_note(canonical, event, "malformed", malformed);
  add_checksum(canonical, event, from);
  add_oddities(canonical, event, from);
  cover_fields(canonical, event, from->sources, from->source_count);
}

static void add_event(struct build *build, struct canonical_flow *out, size_t flow_index,
                      const struct trace_event *event) {
  const struct trace_flow *flow = conversation_flow(build->conversation, flow_index);
  if (event->kind == EVENT_OPAQUE) {
    add_opaque_event(build, out, event);
  } else if (event->kind == EVENT_ICMP_ERROR || flow->transport == TRANSPORT_ICMP) {
    add_icmp_event(build, out, flow->family, event);
  } else if (speech_is_datagram(build, flow_index, event, APPLICATION_NTP)) {
    ntp_add_event(build, out, event);
  } else if (speech_is_datagram(build, flow_index, event, APPLICATION_DNS)) {
    dns_add_event(build, out, flow_index, event);
  } else {
    add_datagram(build, out, flow_index, event);
  }
  level_add_ip_fields(build, &out->events[out->count - 1]);
}

static void add_events(struct build *build, struct canonical_flow *out, size_t flow_index) {
  const struct trace_flow *flow = conversation_flow(build->conversation, flow_index);
  enum field_policy turns = policy_for(&build->canonical->head, "udp.turns", POLICY_EXACT);
  bool by_direction = turns == POLICY_IGNORE && flow->transport == TRANSPORT_UDP;
  for (int pass = 0; pass < (by_direction ? 2 : 1); pass++) {
    for (size_t e = 0; e < flow->event_count; e++) {
      const struct trace_event *event = &flow->events[e];
      if (by_direction && event->from_initiator != (pass == 0)) continue;
      add_event(build, out, flow_index, event);
    }
  }
}

void add_flows(struct build *build) {
  static const char *const TRANSPORTS[] = {[TRANSPORT_UDP] = "udp",
                                           [TRANSPORT_TCP] = "tcp",
                                           [TRANSPORT_ICMP] = "icmp",
                                           [TRANSPORT_OTHER] = "other"};
  size_t count = conversation_flow_count(build->conversation);
  speech_find(build);
  for (size_t i = 0; i < count && !build->canonical->failed; i++) {
    const struct trace_flow *flow = conversation_flow(build->conversation, i);
    struct canonical_flow *out = canonical_add_flow(build->canonical);
    out->transport = TRANSPORTS[flow->transport];
    out->family = flow->family == IP_V4 ? "ipv4" : flow->family == IP_V6 ? "ipv6" : "none";
    out->first_packet = i;
    fill_end(build, out, flow, 0);
    fill_end(build, out, flow, 1);
    if (flow->transport == TRANSPORT_TCP && build->canonical->head.level != LEVEL_STREAM) {
      segments_add_events(build, out, i);
    } else if (flow->transport == TRANSPORT_TCP) {
      tcp_add_events(build, out, i);
    } else {
      add_events(build, out, i);
    }
  }
}
