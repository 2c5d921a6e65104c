/* Whom a client talks to at all, whether the case gave it or not. */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

enum { DNS_PORT = 53, DNS_HEADER_LEN = 12 };

static const struct endpoint *stranger_in(const struct judged_case *judged,
                                          const struct trace_flow *flow) {
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (!check_is_request(event) || check_side(judged, flow, event) != SENT_TO_UNKNOWN) continue;
    return check_destination(flow, event);
  }
  return NULL;
}

void check_only_expected_destinations(const struct check *check, const struct judged_case *judged,
                                      struct finding *finding) {
  (void)check;
  finding_expect(finding, "nothing is sent but to the endpoints that the case gives");
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct endpoint *stranger =
        stranger_in(judged, conversation_flow(judged->conversation, i));
    if (stranger == NULL) continue;
    char to[WORDS_MAX];
    finding_fails(finding, "it sent to %s", words_of_endpoint(stranger, to));
    return;
  }
  finding_holds(finding, "nothing else was sent");
}

static bool is_own_host(const struct ip_address *address) {
  struct ip_address loopback;
  if (address->family == IP_V4) return address->octets[0] == 127;
  return ip_address_parse("::1", &loopback) && ip_address_equal(address, &loopback);
}

/* RFC 6761 section 6.3: `localhost` is this host, also to who asks a resolver for it. */
static bool asks_for_localhost(struct span query) {
  static const char NAME[] = "\x09localhost"; /* with the NUL, which is the root */
  struct span question = span_part(query, DNS_HEADER_LEN, sizeof NAME);
  return span_equal(question, span_of(NAME, sizeof NAME));
}

/* A name that is looked up is a host that is built in: the query itself goes to a resolver that
 * may well be on this host. */
static bool is_for_somebody_else(const struct trace_flow *flow, const struct trace_event *event) {
  const struct endpoint *to = check_destination(flow, event);
  if (!is_own_host(&to->address)) return true;
  return to->port == DNS_PORT && !asks_for_localhost(event->payload);
}

void check_nobody_else_asked(const struct check *check, const struct judged_case *judged,
                             struct finding *finding) {
  (void)check;
  finding_expect(finding, "nothing is sent but to its own host, and no other host is looked up");
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    for (size_t k = 0; k < flow->event_count; k++) {
      const struct trace_event *event = &flow->events[k];
      if (!event->from_initiator || !check_is_request(event)) continue;
      if (!is_for_somebody_else(flow, event)) continue;
      char to[WORDS_MAX];
      char octets[WORDS_MAX];
      finding_fails(finding, "it sent %s to %s", words_of_octets(event->payload, octets),
                    words_of_endpoint(check_destination(flow, event), to));
      return;
    }
  }
  finding_holds(finding, "nobody else was asked");
}

/* Of this host, or one that the case named: an address that can be reached at all. */
static bool is_reachable(const struct judged_case *judged, const struct ip_address *address) {
  const struct network *network = judged->network;
  const struct ip_address *known[] = {&network->subject, &network->subject2, &network->peer,
                                      &network->peer2};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (ip_address_equal(known[i], address)) return true;
  }
  for (size_t i = 0; i < judged->endpoint_count; i++) {
    if (ip_address_equal(&judged->endpoints[i].at.address, address)) return true;
  }
  struct ip_address global;
  if (ip_address_parse(SANDBOX_GLOBAL_IPV4, &global) && ip_address_equal(&global, address))
    return true;
  return is_own_host(address);
}

bool check_asked_outside(const struct judged_case *judged, char words[CHECK_OUTSIDE_MAX]) {
  const size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    const struct endpoint *to = &flow->responder;
    if (is_reachable(judged, &to->address)) continue;
    char whom[WORDS_MAX];
    (void)snprintf(words, CHECK_OUTSIDE_MAX, "%s", words_of_endpoint(to, whom));
    return true;
  }
  return false;
}
