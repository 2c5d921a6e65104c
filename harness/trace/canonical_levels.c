/* What is told below the level `stream`: TCP segments, and at the level `packet` the IP headers and
 * the one order of all packets. */
#include "trace/canonical_build.h"
#include "trace/datagram.h"
#include "trace/policies.h"

#include <stdlib.h>
#include <string.h>

enum { FLAGS_TEXT_MAX = 9, OPTIONS_TEXT_MAX = 200 };

static const char *const LEVEL_NAMES[] = {
    [LEVEL_STREAM] = "stream", [LEVEL_TRANSPORT] = "transport", [LEVEL_PACKET] = "packet"};
enum { LEVEL_COUNT = sizeof LEVEL_NAMES / sizeof LEVEL_NAMES[0] };

const char *canonical_level_name(enum canonical_level level) {
  return LEVEL_NAMES[level];
}

bool canonical_level_parse(const char *name, enum canonical_level *level) {
  for (size_t i = 0; i < LEVEL_COUNT; i++) {
    if (strcmp(name, LEVEL_NAMES[i]) != 0) continue;
    *level = (enum canonical_level)i;
    return true;
  }
  return false;
}

/* --- segments --------------------------------------------------------------------------------- */

/* What the sequence numbers of either side are relative to. */
struct initial {
  size_t variables[2];
  uint32_t numbers[2];
  bool known[2];
};

static void add_literal(struct canonical *canonical, struct canonical_event *event,
                        const char *name, const char *text) {
  struct canonical_field *field = canonical_add_field(canonical, event, name, POLICY_EXACT);
  field->value = value_literal(text);
}

static const char *flags_text(struct canonical *canonical, uint8_t flags) {
  static const char LETTERS[] = "FSRPAUEC"; /* from the lowest bit on */
  char text[FLAGS_TEXT_MAX];
  size_t len = 0;
  for (size_t bit = 0; bit < 8; bit++) {
    if ((flags >> bit & 1) != 0) text[len++] = LETTERS[bit];
  }
  if (len == 0) text[len++] = '-';
  text[len] = '\0';
  return canonical_text(canonical, "%s", text);
}

/* The side's first number is a variable; what comes later stands relative to it. */
static void add_number(struct build *build, struct canonical_event *event, const char *name,
                       struct initial *initial, size_t side, uint32_t number) {
  struct canonical *canonical = build->canonical;
  struct canonical_field *field = canonical_add_field(canonical, event, name, POLICY_BIND);
  if (!initial->known[side]) {
    initial->known[side] = true;
    initial->numbers[side] = number;
    initial->variables[side] = canonical_add_variable(canonical, "isn");
  }
  int32_t step = tcp_sequence_diff(number, initial->numbers[side]);
  const char *rest = step == 0 ? "" : canonical_text(canonical, "%+d", (int)step);
  field->value = value_variable(initial->variables[side], rest);
}

/* RFC 9293 section 3.2, by number; a timestamp's value is another in every run. */
static void add_options(struct build *build, struct canonical_event *event, struct span options) {
  enum { END = 0, NO_OPERATION = 1, TIMESTAMPS = 8 };
  struct text text = TEXT_INIT(OPTIONS_TEXT_MAX);
  while (options.len > 0 && options.bytes[0] != END) {
    uint8_t kind = options.bytes[0];
    size_t len = kind == NO_OPERATION || options.len < 2 ? 1 : options.bytes[1];
    if (len == 0 || len > options.len || (len == 1 && kind != NO_OPERATION)) {
      text_append(&text, text.len > 0 ? ",malformed" : "malformed");
      break;
    }
    text_appendf(&text, "%s%u", text.len > 0 ? "," : "", kind);
    if (len > 2 && kind != TIMESTAMPS) {
      text_append(&text, ":");
      text_append_hex(&text, span_part(options, 2, len - 2));
    }
    options = span_part(options, len, options.len);
  }
  add_literal(
      build->canonical, event, "options",
      text.len == 0 ? "none" : canonical_copy(build->canonical, span_of_text(text_chars(&text))));
  text_free(&text);
}

static void add_segment(struct build *build, struct canonical_flow *flow, struct initial *initial,
                        const struct trace_segment *segment) {
  struct canonical *canonical = build->canonical;
  size_t side = segment->from_initiator ? 0 : 1;
  struct canonical_event *event =
      canonical_add_event(canonical, flow, segment->from_initiator ? '>' : '<', "segment");
  event->packet_index = segment->packet_index;
  struct canonical_field *flags = canonical_add_field(canonical, event, "flags", POLICY_EXACT);
  flags->positional = true;
  flags->value = value_literal(flags_text(canonical, segment->header.flags));
  add_number(build, event, "seq", initial, side, segment->header.sequence);
  if ((segment->header.flags & TCP_ACK) != 0) {
    add_number(build, event, "ack", initial, 1 - side, segment->header.acknowledgement);
  }
  if (segment->payload.len > 0) {
    size_t first = event->count;
    add_packet_payload(canonical, event, segment->payload,
                       policy_for(&canonical->head, "tcp.payload", POLICY_EXACT), POLICY_EXACT);
    for (size_t i = first; i < event->count; i++)
      event->fields[i].positional = false;
  }
  struct canonical_field *checksum =
      canonical_add_field(canonical, event, "checksum", POLICY_VERIFY);
  checksum->value = value_literal(segment->checksum == IP_CHECKSUM_WRONG ? "wrong" : "valid");
  if (canonical->head.level != LEVEL_PACKET) return;
  add_literal(canonical, event, "window", canonical_text(canonical, "%u", segment->header.window));
  if (segment->header.urgent_pointer != 0) {
    add_literal(canonical, event, "urgent",
                canonical_text(canonical, "%u", segment->header.urgent_pointer));
  }
  add_options(build, event, segment->header.options);
  level_add_ip_fields(build, event);
}

/* ICMP errors about the flow stand among its segments. */
void segments_add_events(struct build *build, struct canonical_flow *flow, size_t flow_index) {
  const struct trace_flow *from = conversation_flow(build->conversation, flow_index);
  struct initial initial = {{0}, {0}, {false}};
  size_t next = 0;
  for (size_t e = 0; e <= from->event_count; e++) {
    const struct trace_event *event = e < from->event_count ? &from->events[e] : NULL;
    if (event != NULL && event->kind != EVENT_ICMP_ERROR) continue;
    size_t until = event == NULL ? SIZE_MAX : event->packet_index;
    for (; next < from->segment_count && from->segments[next].packet_index < until; next++)
      add_segment(build, flow, &initial, &from->segments[next]);
    if (event == NULL) break;
    add_icmp_event(build, flow, from->family, event);
    level_add_ip_fields(build, &flow->events[flow->count - 1]);
  }
}

/* --- the level `packet` ----------------------------------------------------------------------- */

void level_add_ip_fields(struct build *build, struct canonical_event *event) {
  struct canonical *canonical = build->canonical;
  if (canonical->head.level != LEVEL_PACKET || event->packet_index == SIZE_MAX) return;
  struct ip_datagram datagram;
  datagram_of(build->trace, event->packet_index, &datagram);
  if (datagram.ip.version == IP_NONE) return;
  add_literal(canonical, event, "ttl", canonical_text(canonical, "%u", datagram.ip.hop_limit));
  add_literal(canonical, event, "tos",
              canonical_text(canonical, "%02x", datagram.ip.traffic_class));
  if (datagram.ip.version == IP_V4) {
    add_literal(canonical, event, "df", datagram.ip.dont_fragment ? "1" : "0");
  }
}

struct placed_event {
  struct canonical_event event;
  size_t flow, order; /* before merging */
};

static int by_packet(const void *a, const void *b) {
  const struct placed_event *x = a, *y = b;
  if (x->event.packet_index != y->event.packet_index) {
    return x->event.packet_index < y->event.packet_index ? -1 : 1;
  }
  return x->order < y->order ? -1 : 1;
}

/* The event's flow as its first field. */
static void name_flow(struct canonical *canonical, struct canonical_event *event, size_t flow) {
  add_literal(canonical, event, "flow", canonical_text(canonical, "%zu", flow + 1));
  if (canonical->failed) return;
  struct canonical_field named = event->fields[event->count - 1];
  size_t first = event->count > 1 && event->fields[0].positional ? 1 : 0;
  memmove(&event->fields[first + 1], &event->fields[first],
          (event->count - 1 - first) * sizeof named);
  event->fields[first] = named;
}

/* The flows keep their lines, in the order of capture, and lose their events to one flow of all. */
void level_merge_flows(struct build *build) {
  struct canonical *canonical = build->canonical;
  size_t count = 0, flow_count = canonical->count;
  for (size_t i = 0; i < flow_count; i++)
    count += canonical->flows[i].count;
  struct placed_event *all = calloc(count + 1, sizeof *all);
  if (all == NULL) canonical->failed = true;
  if (all == NULL || canonical->failed) {
    free(all);
    return;
  }
  size_t at = 0;
  for (size_t i = 0; i < flow_count; i++) {
    for (size_t e = 0; e < canonical->flows[i].count; e++, at++)
      all[at] = (struct placed_event){canonical->flows[i].events[e], i, at};
    canonical->flows[i].count = 0;
  }
  qsort(all, count, sizeof *all, by_packet);
  struct canonical_flow *merged = canonical_add_flow(canonical);
  merged->transport = "packets";
  merged->family = "none";
  merged->ends[0].host = merged->ends[1].host = value_literal("-");
  merged->first_packet = flow_count;
  for (size_t i = 0; i < count && !canonical->failed; i++) {
    struct canonical_event *event = canonical_add_event(canonical, merged, 0, "");
    *event = all[i].event;
    name_flow(canonical, event, all[i].flow);
  }
  free(all);
}
