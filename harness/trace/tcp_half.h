/* One direction of a TCP connection: its octets, put in order by sequence number. */
#ifndef SOCKPROOF_TRACE_TCP_HALF_H
#define SOCKPROOF_TRACE_TCP_HALF_H

#include "trace/conversation.h"

/* A run of stream octets as it was first captured. Pieces of a half never overlap. */
struct tcp_piece {
  uint64_t offset; /* within the direction's stream */
  struct span bytes;
  uint64_t acknowledged; /* octets of the other direction that the sender had received by then */
  size_t packet_index, octet_offset;
  int64_t time_ns;
  uint8_t hop_limit;
  enum ip_checksum_verdict checksum;
  bool contradicted; /* a retransmission of it had other octets */
  bool missing;      /* it was sent, and not captured: `bytes` has its length and no octets */
};

struct tcp_half {
  bool started;             /* `base` is known */
  uint32_t base;            /* the sequence number of stream octet 0: that of the SYN, plus one */
  uint64_t highest;         /* the offset behind the highest octet seen */
  struct tcp_piece *pieces; /* by offset */
  size_t count, capacity;
  bool fin_seen;
  uint64_t fin_offset; /* the length of the stream, as the FIN says */
};

void tcp_half_start(struct tcp_half *half, uint32_t base);
void tcp_half_free(struct tcp_half *half);

/* The stream offset that a sequence or acknowledgement number means: 32 bits are enough to tell it
 * near the highest octet seen (RFC 9293 section 3.4). Negative: before the stream. */
int64_t tcp_half_offset(const struct tcp_half *half, uint32_t sequence);

/* Puts a missing piece where octets lie between two pieces, or before the FIN, that were not
 * captured. `other` says when the other side had received them. False: no memory. */
bool tcp_half_fill_holes(struct tcp_half *half, const struct tcp_half *other) MUST_USE;

enum tcp_taken { TCP_TAKEN_NEXT, TCP_TAKEN_OUT_OF_ORDER, TCP_TAKEN_NOTHING };

/* Keeps what is new of `piece`; of what was there already, the first octets seen stay. ERR_LIMIT:
 * no memory. */
enum err_code tcp_half_take(struct tcp_half *half, const struct tcp_piece *piece,
                            enum tcp_taken *taken, struct err *err) MUST_USE;

#endif
