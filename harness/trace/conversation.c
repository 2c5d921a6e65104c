#include "trace/conversation.h"

#include "proto/icmp.h"
#include "proto/udp.h"
#include "trace/datagram.h"
#include "trace/flow_table.h"
#include "trace/fragments.h"
#include "trace/tcp_flow.h"

#include <stdlib.h>

enum { STREAMS_BYTES_MAX = 256 * 1024 * 1024 };

struct conversation {
  struct arena *arena;
  struct flow_table table;
  struct fragments *fragments; /* only while the trace is read */
};

static enum err_code no_memory(struct err *err) {
  return err_set(err, ERR_LIMIT,
                 "no memory: the streams and joined fragments of a trace may take %d MiB",
                 STREAMS_BYTES_MAX / 1024 / 1024);
}

/* An event that a datagram carries, with the part of its payload that is meant. */
static struct trace_event *add_event(struct conversation *conversation, struct flow_entry *flow,
                                     enum event_kind kind, const struct ip_datagram *datagram,
                                     struct span payload, size_t payload_at) {
  struct trace_event *event = flow_entry_add(flow, kind);
  struct octet_source *sources =
      arena_alloc(conversation->arena, datagram_source_count(datagram) * sizeof *sources);
  if (event == NULL || sources == NULL) return NULL;
  event->time_ns = datagram->time_ns;
  event->packet_index = datagram->packet_index;
  event->payload = payload;
  event->hop_limit = datagram->ip.hop_limit;
  event->sources = sources;
  event->source_count = datagram_sources(datagram, payload_at, payload.len, sources);
  return event;
}

/* The flow between two endpoints, made where there is none yet; *from_initiator says which way a
 * packet from `source` goes. NULL: no memory. */
static struct flow_entry *flow_between(struct conversation *conversation, enum transport transport,
                                       const struct endpoint *source,
                                       const struct endpoint *destination, bool *from_initiator) {
  struct flow_table *table = &conversation->table;
  struct flow_entry *flow = flow_table_find(table, transport, source, destination);
  if (flow == NULL) flow = flow_table_add(table, transport, source, destination);
  if (flow != NULL) *from_initiator = endpoint_equal(&flow->flow.initiator, source);
  return flow;
}

static struct tcp_flow *new_tcp(struct conversation *conversation, struct flow_entry *flow) {
  if (flow != NULL) flow->tcp = arena_alloc(conversation->arena, sizeof *flow->tcp);
  return flow == NULL ? NULL : flow->tcp;
}

/* The ports, which TCP and UDP have at the same place; false where the packet ends before. */
static bool endpoints_of(const struct ip_header *ip, struct span segment, struct endpoint *source,
                         struct endpoint *destination) {
  *source = (struct endpoint){.address = ip->source};
  *destination = (struct endpoint){.address = ip->destination};
  if (ip->protocol != IP_PROTO_UDP && ip->protocol != IP_PROTO_TCP) return false;
  struct reader reader = reader_over(segment);
  source->port = reader_u16(&reader);
  destination->port = reader_u16(&reader);
  return !reader.failed;
}

static enum err_code take_opaque(struct conversation *conversation,
                                 const struct ip_datagram *datagram, const char *why,
                                 struct err *err) {
  struct endpoint source;
  struct endpoint destination;
  bool from_initiator = true;
  struct flow_entry *flow = NULL;
  /* It belongs to a flow that is known already, or to all that is unknown between two addresses. */
  if (endpoints_of(&datagram->ip, datagram->payload, &source, &destination)) {
    enum transport transport =
        datagram->ip.protocol == IP_PROTO_UDP ? TRANSPORT_UDP : TRANSPORT_TCP;
    flow = flow_table_find(&conversation->table, transport, &source, &destination);
    if (flow != NULL) from_initiator = endpoint_equal(&flow->flow.initiator, &source);
  }
  if (flow == NULL) {
    source.port = 0;
    destination.port = 0;
    flow = flow_between(conversation, TRANSPORT_OTHER, &source, &destination, &from_initiator);
  }
  if (flow == NULL) return no_memory(err);
  struct trace_event *event =
      add_event(conversation, flow, EVENT_OPAQUE, datagram, datagram->payload, 0);
  if (event == NULL) return no_memory(err);
  event->from_initiator = from_initiator;
  event->note = why;
  flow->flow.counters.packets += (uint32_t)datagram->source_count;
  return ERR_OK;
}

static enum err_code take_udp(struct conversation *conversation, const struct ip_datagram *datagram,
                              struct err *err) {
  struct reader reader = reader_over(datagram->payload);
  struct udp_header udp;
  if (!udp_decode(&reader, &udp) || udp.len_bytes > datagram->payload.len) {
    return take_opaque(conversation, datagram, "malformed UDP header", err);
  }
  struct endpoint source = {datagram->ip.source, udp.source_port};
  struct endpoint destination = {datagram->ip.destination, udp.destination_port};
  bool from_initiator = true;
  struct flow_entry *flow =
      flow_between(conversation, TRANSPORT_UDP, &source, &destination, &from_initiator);
  if (flow == NULL) return no_memory(err);

  struct span segment = span_part(datagram->payload, 0, udp.len_bytes);
  size_t payload_len = (size_t)udp.len_bytes - UDP_HEADER_LEN;
  struct span payload = span_part(segment, UDP_HEADER_LEN, payload_len);
  struct trace_event *event =
      add_event(conversation, flow, EVENT_DATAGRAM, datagram, payload, UDP_HEADER_LEN);
  if (event == NULL) return no_memory(err);
  event->from_initiator = from_initiator;
  event->checksum = ip_checksum_judge(&datagram->ip, segment, UDP_CHECKSUM_OFFSET);
  if (udp.len_bytes < datagram->payload.len) event->note = "octets behind the UDP length";
  flow->flow.counters.packets += (uint32_t)datagram->source_count;
  return ERR_OK;
}

static enum err_code take_tcp(struct conversation *conversation, const struct ip_datagram *datagram,
                              struct err *err) {
  struct reader reader = reader_over(datagram->payload);
  struct tcp_segment segment = {.datagram = datagram};
  if (!tcp_decode(&reader, &segment.header)) {
    return take_opaque(conversation, datagram, "malformed TCP header", err);
  }
  segment.octet_offset = reader.offset;
  segment.payload = reader_rest(&reader);
  segment.checksum = ip_checksum_judge(&datagram->ip, datagram->payload, TCP_CHECKSUM_OFFSET);

  struct endpoint source = {datagram->ip.source, segment.header.source_port};
  struct endpoint destination = {datagram->ip.destination, segment.header.destination_port};
  struct flow_entry *flow =
      flow_between(conversation, TRANSPORT_TCP, &source, &destination, &segment.from_initiator);
  if (flow == NULL) return no_memory(err);
  if (flow->tcp == NULL && new_tcp(conversation, flow) == NULL) return no_memory(err);
  if (tcp_flow_is_over_for(flow->tcp, &segment.header, segment.from_initiator) &&
      segment.checksum != IP_CHECKSUM_WRONG && flow->flow.counters.packets > 0) {
    flow = flow_table_add(&conversation->table, TRANSPORT_TCP, &source, &destination);
    if (new_tcp(conversation, flow) == NULL) return no_memory(err);
    segment.from_initiator = true;
  }
  flow->flow.counters.packets += (uint32_t)datagram->source_count;
  struct trace_segment *noted = flow_entry_add_segment(flow);
  if (noted == NULL) return no_memory(err);
  *noted = (struct trace_segment){.packet_index = datagram->packet_index,
                                  .from_initiator = segment.from_initiator,
                                  .checksum = segment.checksum,
                                  .header = segment.header,
                                  .payload = segment.payload};
  return tcp_flow_add(flow, conversation->arena, &segment, err);
}

/* The flow of the packet that an ICMP error quotes; NULL where none is known. */
static struct flow_entry *quoted_flow(const struct conversation *conversation, struct span quote,
                                      bool *quotes_initiator) {
  struct reader reader = reader_over(quote);
  struct ip_header ip;
  struct endpoint source;
  struct endpoint destination;
  if (ip_decode(&reader, &ip) != IP_DECODED || ip.fragment_offset_bytes != 0) return NULL;
  if (!endpoints_of(&ip, reader_rest(&reader), &source, &destination)) return NULL;
  enum transport transport = ip.protocol == IP_PROTO_UDP ? TRANSPORT_UDP : TRANSPORT_TCP;
  struct flow_entry *flow = flow_table_find(&conversation->table, transport, &source, &destination);
  if (flow != NULL) *quotes_initiator = endpoint_equal(&flow->flow.initiator, &source);
  return flow;
}

static enum err_code take_icmp(struct conversation *conversation,
                               const struct ip_datagram *datagram, struct err *err) {
  struct reader reader = reader_over(datagram->payload);
  struct icmp_message icmp;
  if (!icmp_decode(&reader, datagram->ip.version, &icmp)) {
    return take_opaque(conversation, datagram, "malformed ICMP header", err);
  }
  enum ip_checksum_verdict checksum =
      ip_checksum_judge(&datagram->ip, datagram->payload, ICMP_CHECKSUM_OFFSET);
  bool quotes_initiator = true;
  bool from_initiator = true;
  struct flow_entry *flow = NULL;
  if (icmp.is_error) flow = quoted_flow(conversation, icmp.quote, &quotes_initiator);
  if (flow != NULL && !quotes_initiator && checksum != IP_CHECKSUM_WRONG) {
    flow->flow.counters.late_icmp_errors++;
    return ERR_OK;
  }
  if (flow != NULL) {
    from_initiator = !quotes_initiator;
  } else {
    struct endpoint source = {.address = datagram->ip.source};
    struct endpoint destination = {.address = datagram->ip.destination};
    flow = flow_between(conversation, TRANSPORT_ICMP, &source, &destination, &from_initiator);
    if (flow == NULL) return no_memory(err);
  }
  enum event_kind kind = icmp.is_error ? EVENT_ICMP_ERROR : EVENT_DATAGRAM;
  struct trace_event *event =
      add_event(conversation, flow, kind, datagram, icmp.quote, ICMP_HEADER_LEN);
  if (event == NULL) return no_memory(err);
  event->from_initiator = from_initiator;
  event->checksum = checksum;
  event->icmp_type = icmp.type;
  event->icmp_code = icmp.code;
  flow->flow.counters.packets++;
  return ERR_OK;
}

static enum err_code take_datagram(struct conversation *conversation,
                                   const struct ip_datagram *datagram, struct err *err) {
  if (datagram->opaque != NULL) {
    return take_opaque(conversation, datagram, datagram->opaque, err);
  }
  switch (datagram->ip.protocol) {
    case IP_PROTO_UDP:
      return take_udp(conversation, datagram, err);
    case IP_PROTO_TCP:
      return take_tcp(conversation, datagram, err);
    case IP_PROTO_ICMP:
    case IP_PROTO_ICMPV6:
      return take_icmp(conversation, datagram, err);
    default:
      break;
  }
  const char *why = arena_format(conversation->arena, "IP protocol %u", datagram->ip.protocol);
  if (why == NULL) return no_memory(err);
  return take_opaque(conversation, datagram, why, err);
}

static enum err_code take_packet(struct conversation *conversation, const struct trace *trace,
                                 size_t packet_index, struct err *err) {
  struct ip_datagram datagram;
  datagram_of(trace, packet_index, &datagram);
  bool alone = datagram.ip.fragment_offset_bytes == 0 && !datagram.ip.more_fragments;
  if (datagram.opaque != NULL || alone) return take_datagram(conversation, &datagram, err);

  struct ip_datagram whole;
  bool done = false;
  enum err_code code = fragments_add(conversation->fragments, &datagram, &whole, &done, err);
  if (code != ERR_OK || !done) return code;
  return take_datagram(conversation, &whole, err);
}

static enum err_code read_trace(struct conversation *conversation, const struct trace *trace,
                                struct err *err) {
  for (size_t i = 0; i < trace_count(trace); i++) {
    enum err_code code = take_packet(conversation, trace, i, err);
    if (code != ERR_OK) return code;
  }
  for (bool done = true; done;) {
    struct ip_datagram rest;
    enum err_code code = fragments_leftover(conversation->fragments, &rest, &done, err);
    if (code == ERR_OK && done) code = take_datagram(conversation, &rest, err);
    if (code != ERR_OK) return code;
  }
  for (size_t i = 0; i < conversation->table.count; i++) {
    struct flow_entry *flow = conversation->table.entries[i];
    enum err_code code =
        flow->tcp != NULL ? tcp_flow_finish(flow, conversation->arena, err) : ERR_OK;
    if (code != ERR_OK) return code;
    flow->flow.events = flow->events;
  }
  return ERR_OK;
}

enum err_code conversation_of(const struct trace *trace, struct conversation **conversation,
                              struct err *err) {
  *conversation = NULL;
  struct conversation *made = calloc(1, sizeof *made);
  if (made == NULL) return no_memory(err);
  made->arena = arena_create(STREAMS_BYTES_MAX);
  made->table.arena = made->arena;
  if (made->arena != NULL) made->fragments = fragments_create(made->arena);
  enum err_code code = made->fragments == NULL ? no_memory(err) : read_trace(made, trace, err);
  fragments_destroy(made->fragments);
  made->fragments = NULL;
  if (code != ERR_OK) {
    conversation_destroy(made);
    return code;
  }
  *conversation = made;
  return ERR_OK;
}

void conversation_destroy(struct conversation *conversation) {
  if (conversation == NULL) return;
  flow_table_free(&conversation->table);
  arena_destroy(conversation->arena);
  free(conversation);
}

size_t conversation_flow_count(const struct conversation *conversation) {
  return conversation->table.count;
}

const struct trace_flow *conversation_flow(const struct conversation *conversation, size_t index) {
  return &conversation->table.entries[index]->flow;
}

struct span conversation_stream(const struct conversation *conversation,
                                const struct trace_flow *flow, bool from_initiator) {
  for (size_t i = 0; i < conversation->table.count; i++) {
    const struct flow_entry *entry = conversation->table.entries[i];
    if (&entry->flow != flow || entry->tcp == NULL) continue;
    return entry->tcp->streams[from_initiator ? TCP_INITIATOR : TCP_RESPONDER];
  }
  return (struct span){NULL, 0};
}
