/* A trace as conversations: flows of events, TCP streams put together by sequence number, IP
 * fragments joined.
 *
 * A UDP flow is what two endpoints exchange. A TCP flow begins with a SYN: a pair of ports that is
 * used again after it was closed is another flow. Bytes of a TCP direction are cut into EVENT_DATA
 * where the conversation turns: where, by the acknowledgement numbers, everything sent so far had
 * been received when the next byte was sent. What two sides send at the same time is not in any
 * order: it is told as one event of each, the side that spoke last first.
 *
 * An ICMP error about a packet that the initiator sent is an event of its flow. One about a packet
 * of the responder tells only that the initiator had closed its socket already, which is luck: it
 * is counted.
 *
 * This is what assertions look at. Nothing here depends on how the bytes were cut into segments,
 * acknowledged or retransmitted; that is kept as counters. */
#ifndef SOCKPROOF_TRACE_CONVERSATION_H
#define SOCKPROOF_TRACE_CONVERSATION_H

#include "proto/endpoint.h"
#include "proto/tcp.h"
#include "trace/trace.h"

enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_ICMP, TRANSPORT_OTHER };

enum event_kind {
  EVENT_DATAGRAM,   /* UDP: one whole datagram, fragments joined */
  EVENT_OPEN,       /* TCP: SYN seen (from_initiator) or SYN-ACK seen (not from_initiator) */
  EVENT_DATA,       /* TCP: bytes of one direction, up to the next turn of the conversation */
  EVENT_FIN,        /* TCP: this side sends no more */
  EVENT_RST,        /* TCP: this side aborts, or refuses */
  EVENT_ICMP_ERROR, /* an ICMP error about a packet of this flow; from_initiator: sent by the
                       initiator's side */
  EVENT_OPAQUE,     /* a packet that could not be decoded further; `note` says why */
};

/* Where a run of payload octets was captured. */
struct octet_source {
  size_t payload_offset; /* of the first of them */
  size_t packet_index, octet_offset, len;
};

struct trace_event {
  enum event_kind kind;
  bool from_initiator;
  int64_t time_ns;     /* of the (first) packet that carried it */
  size_t packet_index; /* of that packet in the trace */
  struct span
      payload; /* datagram payload or stream bytes, without gaps; owned by the conversation */
  uint64_t stream_offset; /* EVENT_DATA: of payload[0] within its direction */
  enum ip_checksum_verdict checksum;
  uint8_t hop_limit;
  uint8_t icmp_type, icmp_code; /* EVENT_ICMP_ERROR */
  bool
      peer_went_on; /* EVENT_FIN: the other side sent stream bytes after it had received this FIN */
  const struct octet_source *sources; /* of the payload, in its order; one of length 0 where the
                                         payload is empty; owned by the conversation */
  size_t source_count;
  const char
      *note; /* NULL, or what is odd: "hole of 100 octets", "truncated capture", "odd length" ... */
};

struct flow_counters {
  uint32_t packets, pure_acks, retransmissions, out_of_order, keep_alives, late_icmp_errors;
  uint32_t syn_retransmissions;
  uint32_t late_resets; /* after both FINs with all octets acknowledged, or after another RST: the
                           closing is over */
};

/* A TCP segment as it was captured, for levels that tell segments. */
struct trace_segment {
  size_t packet_index; /* of its first fragment */
  bool from_initiator;
  enum ip_checksum_verdict checksum;
  struct tcp_header header; /* a view into the packet */
  struct span payload;
};

struct trace_flow {
  enum transport transport;
  enum ip_family family;
  struct endpoint initiator,
      responder; /* initiator: who sent the first packet (TCP: the first SYN without ACK) */
  const struct trace_event *events;
  size_t event_count;
  const struct trace_segment *segments; /* TCP: in the order of capture */
  size_t segment_count;
  struct flow_counters counters;
};

struct conversation;

/* The conversation owns all that it points to, apart from the trace, which must outlive it. */
enum err_code conversation_of(const struct trace *trace, struct conversation **conversation,
                              struct err *err) MUST_USE;
void conversation_destroy(struct conversation *conversation); /* NULL is fine */

size_t conversation_flow_count(const struct conversation *conversation);
const struct trace_flow *conversation_flow(const struct conversation *conversation,
                                           size_t index); /* by first packet */

/* All bytes of one direction of a TCP flow, in order. */
struct span conversation_stream(const struct conversation *conversation,
                                const struct trace_flow *flow, bool from_initiator);

#endif
