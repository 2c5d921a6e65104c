#include "trace/tcp_flow.h"

static size_t side(bool from_initiator) {
  return from_initiator ? TCP_INITIATOR : TCP_RESPONDER;
}

void tcp_flow_free(struct tcp_flow *tcp) {
  tcp_half_free(&tcp->halves[TCP_INITIATOR]);
  tcp_half_free(&tcp->halves[TCP_RESPONDER]);
}

bool tcp_flow_is_over_for(const struct tcp_flow *tcp, const struct tcp_header *header,
                          bool from_initiator) {
  if ((header->flags & TCP_SYN) == 0 || (header->flags & TCP_ACK) != 0) return false;
  const struct tcp_half *half = &tcp->halves[side(from_initiator)];
  if (tcp->syn_seen[side(from_initiator)]) return half->base != header->sequence + 1;
  /* A first SYN from the other side while nobody answered: a simultaneous open (RFC 9293 section
   * 3.5), the same connection. */
  bool unanswered = tcp->syn_seen[side(!from_initiator)] && !tcp->syn_ack_seen && !half->started &&
                    !tcp->reset_seen;
  return !unanswered;
}

/* An event of this segment that carries no stream octets. */
static struct trace_event *mark(struct flow_entry *flow, const struct tcp_segment *segment,
                                struct arena *arena, enum event_kind kind) {
  struct trace_event *event = flow_entry_add(flow, kind);
  struct octet_source *source = arena_alloc(arena, sizeof *source);
  if (event == NULL || source == NULL) return NULL;
  (void)datagram_sources(segment->datagram, 0, 0, source);
  event->from_initiator = segment->from_initiator;
  event->time_ns = segment->datagram->time_ns;
  event->packet_index = segment->datagram->packet_index;
  event->checksum = segment->checksum;
  event->hop_limit = segment->datagram->ip.hop_limit;
  event->sources = source;
  event->source_count = 1;
  return event;
}

static enum err_code mark_only(struct flow_entry *flow, const struct tcp_segment *segment,
                               struct arena *arena, enum event_kind kind, struct err *err) {
  if (mark(flow, segment, arena, kind) != NULL) return ERR_OK;
  return err_set(err, ERR_LIMIT, "no memory for the events of a trace");
}

/* A segment that is told as it stands, with its payload. */
static enum err_code mark_opaque(struct flow_entry *flow, const struct tcp_segment *segment,
                                 struct arena *arena, const char *why, struct err *err) {
  struct trace_event *event = mark(flow, segment, arena, EVENT_OPAQUE);
  size_t count = datagram_source_count(segment->datagram);
  struct octet_source *sources = arena_alloc(arena, count * sizeof *sources);
  if (event == NULL || sources == NULL) {
    return err_set(err, ERR_LIMIT, "no memory for the events of a trace");
  }
  event->note = why;
  event->payload = segment->payload;
  event->source_count =
      datagram_sources(segment->datagram, segment->octet_offset, segment->payload.len, sources);
  event->sources = sources;
  return ERR_OK;
}

static enum err_code take_syn(struct flow_entry *flow, const struct tcp_segment *segment,
                              struct arena *arena, struct err *err) {
  struct tcp_flow *tcp = flow->tcp;
  size_t from = side(segment->from_initiator);
  struct tcp_half *half = &tcp->halves[from];
  uint32_t base = segment->header.sequence + 1;
  bool again = half->started && half->base == base;
  if (half->started && !again) {
    return mark_opaque(flow, segment, arena, "SYN with another sequence number", err);
  }
  if (again) flow->flow.counters.syn_retransmissions++;
  tcp_half_start(half, base);
  tcp->syn_seen[from] = true;
  if ((segment->header.flags & TCP_ACK) != 0) tcp->syn_ack_seen = true;
  return again ? ERR_OK : mark_only(flow, segment, arena, EVENT_OPEN, err);
}

static enum err_code take_rst(struct flow_entry *flow, const struct tcp_segment *segment,
                              struct arena *arena, struct err *err) {
  struct tcp_flow *tcp = flow->tcp;
  size_t from = side(segment->from_initiator);
  /* Both sides had ended, and nothing was lost. A reset that refuses octets is told all the same:
   * whether the other side's FIN overtakes it is luck. */
  bool closed = tcp->halves[TCP_INITIATOR].fin_seen && tcp->halves[TCP_RESPONDER].fin_seen &&
                tcp->acknowledged[from] >= tcp->halves[1 - from].highest;
  if (closed || tcp->reset_seen) {
    flow->flow.counters.late_resets++;
    return ERR_OK;
  }
  tcp->reset_seen = true;
  return mark_only(flow, segment, arena, EVENT_RST, err);
}

/* How much of the other direction the sender had received: 0 where the segment does not say. */
static uint64_t acknowledged(const struct tcp_half *other, const struct tcp_header *header) {
  if ((header->flags & TCP_ACK) == 0 || !other->started) return 0;
  int64_t offset = tcp_half_offset(other, header->acknowledgement);
  return offset < 0 ? 0 : (uint64_t)offset;
}

/* The payload in pieces, one for each IP fragment that carried it. */
static enum err_code take_octets(struct flow_entry *flow, const struct tcp_segment *segment,
                                 struct arena *arena, uint64_t offset, struct err *err) {
  const struct ip_datagram *datagram = segment->datagram;
  struct tcp_half *half = &flow->tcp->halves[side(segment->from_initiator)];
  const struct tcp_half *other = &flow->tcp->halves[side(!segment->from_initiator)];
  struct octet_source *sources =
      arena_alloc(arena, datagram_source_count(datagram) * sizeof *sources);
  if (sources == NULL) return err_set(err, ERR_LIMIT, "no memory for the events of a trace");
  size_t count = datagram_sources(datagram, segment->octet_offset, segment->payload.len, sources);
  bool found_new = false;
  bool out_of_order = false;
  for (size_t i = 0; i < count; i++) {
    struct tcp_piece piece = {
        .offset = offset + sources[i].payload_offset,
        .bytes = span_part(segment->payload, sources[i].payload_offset, sources[i].len),
        .acknowledged = acknowledged(other, &segment->header),
        .packet_index = sources[i].packet_index,
        .octet_offset = sources[i].octet_offset,
        .time_ns = datagram->time_ns,
        .hop_limit = datagram->ip.hop_limit,
        .checksum = segment->checksum,
    };
    enum tcp_taken taken;
    enum err_code code = tcp_half_take(half, &piece, &taken, err);
    if (code != ERR_OK) return code;
    if (taken != TCP_TAKEN_NOTHING) found_new = true;
    if (taken == TCP_TAKEN_OUT_OF_ORDER) out_of_order = true;
  }
  if (!found_new) flow->flow.counters.retransmissions++;
  if (out_of_order) flow->flow.counters.out_of_order++;
  return ERR_OK;
}

static enum err_code take_fin(struct flow_entry *flow, const struct tcp_segment *segment,
                              struct arena *arena, uint64_t offset, struct err *err) {
  struct tcp_half *half = &flow->tcp->halves[side(segment->from_initiator)];
  if (half->fin_seen && half->fin_offset == offset) {
    flow->flow.counters.retransmissions++;
    return ERR_OK;
  }
  if (half->fin_seen) return mark_opaque(flow, segment, arena, "second FIN at another place", err);
  half->fin_seen = true;
  half->fin_offset = offset;
  return mark_only(flow, segment, arena, EVENT_FIN, err);
}

/* A keep-alive asks for the octet before the next one again, with that octet or without (RFC 9293
 * section 3.8.4); the octet may be any. */
static bool is_keep_alive(const struct tcp_half *half, const struct tcp_segment *segment,
                          int64_t offset) {
  return segment->payload.len <= 1 && offset == (int64_t)half->highest - 1 &&
         (segment->header.flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0;
}

static enum err_code take_place(struct flow_entry *flow, const struct tcp_segment *segment,
                                struct arena *arena, struct err *err) {
  struct tcp_half *half = &flow->tcp->halves[side(segment->from_initiator)];
  bool syn = (segment->header.flags & TCP_SYN) != 0;
  bool fin = (segment->header.flags & TCP_FIN) != 0;
  /* A SYN takes the sequence number before its data. */
  int64_t offset = tcp_half_offset(half, segment->header.sequence + (syn ? 1 : 0));
  if (is_keep_alive(half, segment, offset)) {
    flow->flow.counters.keep_alives++;
    return ERR_OK;
  }
  if (offset < 0 && (fin || segment->payload.len > 0)) {
    return mark_opaque(flow, segment, arena, "segment before the stream's first octet", err);
  }
  if (segment->payload.len == 0 && !fin) {
    if (!syn) flow->flow.counters.pure_acks++;
    return ERR_OK;
  }
  enum err_code code = ERR_OK;
  if (segment->payload.len > 0) code = take_octets(flow, segment, arena, (uint64_t)offset, err);
  if (code != ERR_OK || !fin) return code;
  return take_fin(flow, segment, arena, (uint64_t)offset + segment->payload.len, err);
}

enum err_code tcp_flow_add(struct flow_entry *flow, struct arena *arena,
                           const struct tcp_segment *segment, struct err *err) {
  struct tcp_flow *tcp = flow->tcp;
  struct tcp_half *half = &tcp->halves[side(segment->from_initiator)];
  if (segment->checksum == IP_CHECKSUM_WRONG) {
    /* Its receiver drops it (RFC 9293 section 3.1): nothing in it happened. */
    return mark_opaque(flow, segment, arena, "wrong TCP checksum", err);
  }
  enum err_code code = ERR_OK;
  if ((segment->header.flags & TCP_RST) != 0) return take_rst(flow, segment, arena, err);
  if ((segment->header.flags & TCP_SYN) != 0) {
    code = take_syn(flow, segment, arena, err);
  } else if (!half->started) {
    tcp_half_start(half, segment->header.sequence);
    struct trace_event *event = mark(flow, segment, arena, EVENT_OPAQUE);
    if (event == NULL) return err_set(err, ERR_LIMIT, "no memory for the events of a trace");
    event->note = "no SYN was captured before it";
  }
  if (code != ERR_OK) return code;
  size_t from = side(segment->from_initiator);
  uint64_t known = acknowledged(&tcp->halves[1 - from], &segment->header);
  if (known > tcp->acknowledged[from]) tcp->acknowledged[from] = known;
  return take_place(flow, segment, arena, err);
}
