/* What one side put on the wire, held against a pattern: for answers that no two runs have alike.
 */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"
#include "subject/pattern.h"

#include <string.h>

static bool is_server(const struct judged_case *judged, const struct trace_flow *flow) {
  return check_named_peer(judged, &flow->responder) != NULL;
}

struct matching {
  const struct judged_case *judged;
  const struct pattern *pattern;
  bool by_server;
  size_t seen;
  struct finding *finding;
};

static bool fits(struct matching *matching, struct span octets, const char *what) {
  struct pattern_found found;
  struct err err;
  char words[WORDS_MAX];
  matching->seen++;
  if (pattern_search(matching->pattern, octets, &found, &err) != ERR_OK) {
    finding_unjudgeable(matching->finding, "%s", err.text);
    return false;
  }
  if (found.matches > 0) return true;
  finding_fails(matching->finding, "%s is %s", what, words_of_octets(octets, words));
  return false;
}

/* An attempt that was refused, or never answered, is no connection. */
static bool is_connection(const struct trace_flow *flow) {
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (event->kind == EVENT_OPEN && !event->from_initiator) return true;
  }
  return false;
}

static bool flow_fits(struct matching *matching, const struct trace_flow *flow) {
  if (flow->transport == TRANSPORT_TCP) {
    if (!is_connection(flow)) return true;
    const struct conversation *conversation = matching->judged->conversation;
    struct span stream = conversation_stream(conversation, flow, !matching->by_server);
    return fits(matching, stream, "the stream of a connection");
  }
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (event->kind != EVENT_DATAGRAM || event->from_initiator == matching->by_server) continue;
    if (!fits(matching, event->payload, "a datagram")) return false;
  }
  return true;
}

/* Who sends nothing has to say so. */
static void judge_refusal(const struct judged_case *judged, struct finding *finding) {
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    char how[WORDS_MAX];
    if (!run->success && run->outcome->err.total_bytes > 0) continue;
    finding_fails(finding, "it sent nothing, %s, %s", words_of_exit(run, how),
                  run->outcome->err.total_bytes > 0 ? "as if it had what it asked for"
                                                    : "and standard error is empty");
    return;
  }
  finding_holds(finding, "it sent nothing, and said so");
}

void check_sent_pattern(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  const char *side = check->low != 0 ? "server" : "client";
  finding_expect(finding, "on each connection, and in each datagram, the %s sends %s%s", side,
                 check->text, check->index == 0 ? "" : "; or it refuses, and sends nothing");
  struct pattern *pattern = NULL;
  struct err err;
  if (pattern_compile(check->text, false, &pattern, &err) != ERR_OK) {
    finding_unjudgeable(finding, "%s", err.text);
    return;
  }
  struct matching matching = {
      .judged = judged, .pattern = pattern, .by_server = check->low != 0, .finding = finding};
  size_t count = conversation_flow_count(judged->conversation);
  bool fit = true;
  for (size_t i = 0; i < count && fit; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    if (is_server(judged, flow)) fit = flow_fits(&matching, flow);
  }
  pattern_destroy(pattern);
  if (!fit) return;
  if (matching.seen > 0) {
    finding_holds(finding, "it did");
  } else if (check->index == 0) {
    finding_fails(finding, "it sent nothing");
  } else {
    judge_refusal(judged, finding);
  }
}

void check_sends_nothing(const struct check *check, const struct judged_case *judged,
                         struct finding *finding) {
  (void)check;
  finding_expect(finding, "not one packet is sent");
  size_t count = conversation_flow_count(judged->conversation);
  char to[WORDS_MAX];
  if (count == 0) {
    finding_holds(finding, "nothing was sent");
  } else {
    finding_fails(finding, "packets went to %s",
                  words_of_endpoint(&conversation_flow(judged->conversation, 0)->responder, to));
  }
}

/* How many datagrams to this server hold this question: all but the identification, its first two
 * octets, which is new each time. */
static size_t count_asked(const struct judged_case *judged, const struct endpoint *server,
                          struct span question) {
  size_t asked = 0;
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    bool same = endpoint_equal(&flow->responder, server);
    for (size_t k = 0; same && k < flow->event_count; k++) {
      const struct trace_event *event = &flow->events[k];
      if (event->kind != EVENT_DATAGRAM || !event->from_initiator) continue;
      struct span other = event->payload;
      if (other.len == question.len && other.len > 2 &&
          memcmp(other.bytes + 2, question.bytes + 2, other.len - 2) == 0) {
        asked++;
      }
    }
  }
  return asked;
}

void check_asks_once(const struct check *check, const struct judged_case *judged,
                     struct finding *finding) {
  (void)check;
  finding_expect(finding, "no question is asked twice of one server");
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    for (size_t k = 0; k < flow->event_count; k++) {
      const struct trace_event *event = &flow->events[k];
      if (event->kind != EVENT_DATAGRAM || !event->from_initiator) continue;
      size_t asked = count_asked(judged, &flow->responder, event->payload);
      if (asked < 2) continue;
      finding_fails(finding, "a question is asked %zu times", asked);
      return;
    }
  }
  finding_holds(finding, "none is");
}

/* The subject's own end of the n-th connection or exchange that it began. */
static const struct endpoint *own_end(const struct judged_case *judged, unsigned index) {
  unsigned seen = 0;
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    if (is_server(judged, flow) && ++seen == index) return &flow->initiator;
  }
  return NULL;
}

void check_observed_own_end(const struct check *check, const struct judged_case *judged,
                            struct finding *finding) {
  unsigned index = check->index == 0 ? 1 : check->index;
  const struct endpoint *own = own_end(judged, index);
  finding_expect(finding, "`%s` and `%s` are the client's end of connection %u", check->name,
                 check->text, index);
  if (own == NULL) {
    finding_fails(finding, "there is no such connection");
    return;
  }
  char words[WORDS_MAX];
  const struct observation *address = check_observation(judged, 0, check->name, finding);
  if (address == NULL) return;
  const struct observation *port = check_observation(judged, 0, check->text, finding);
  if (port == NULL) return;
  struct ip_address printed;
  bool same = ip_address_parse(address->text, &printed) &&
              ip_address_equal(&printed, &own->address) && port->is_number &&
              port->number == (double)own->port;
  if (same) {
    finding_holds(finding, "they are");
  } else {
    finding_fails(finding, "`%s` `%s` are printed, and it was %s", address->text, port->text,
                  words_of_endpoint(own, words));
  }
}
