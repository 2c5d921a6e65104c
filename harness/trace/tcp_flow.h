/* One TCP connection as it is captured: both directions, and what happened besides their octets. */
#ifndef SOCKPROOF_TRACE_TCP_FLOW_H
#define SOCKPROOF_TRACE_TCP_FLOW_H

#include "base/arena.h"
#include "trace/datagram.h"
#include "trace/flow_table.h"
#include "trace/tcp_half.h"

enum { TCP_INITIATOR = 0, TCP_RESPONDER = 1 };

struct tcp_flow {
  struct tcp_half halves[2]; /* by sender */
  bool syn_seen[2];
  bool syn_ack_seen;
  bool reset_seen;
  uint64_t acknowledged[2]; /* by sender: octets of the other side that it has acknowledged */
  struct span streams[2];   /* filled by tcp_flow_finish */
};

/* A segment of the flow, decoded. */
struct tcp_segment {
  const struct ip_datagram *datagram;
  struct tcp_header header;
  struct span payload;
  size_t octet_offset; /* of the payload in the IP payload */
  enum ip_checksum_verdict checksum;
  bool from_initiator;
};

/* True where a SYN begins another connection on the same pair of endpoints. */
bool tcp_flow_is_over_for(const struct tcp_flow *tcp, const struct tcp_header *header,
                          bool from_initiator);

/* Takes the segment; adds to the flow's events what is neither a stream octet nor a counter. */
enum err_code tcp_flow_add(struct flow_entry *flow, struct arena *arena,
                           const struct tcp_segment *segment, struct err *err) MUST_USE;

/* When all segments are in: puts the streams together in `arena` and cuts them at the turns; the
 * flow's events are then complete and in order. */
enum err_code tcp_flow_finish(struct flow_entry *flow, struct arena *arena,
                              struct err *err) MUST_USE;
void tcp_flow_free(struct tcp_flow *tcp); /* what is not in the arena */

#endif
