/* A capture read once, in bounded memory: what each flow is worth as a digest, so that the parts of
 * two large captures that differ can be found, and only these be looked at closely.
 *
 * Two flows with one digest are the same at level `stream`: the digest covers, packet by packet,
 * direction, flags, payload and the sequence numbers relative to the packet before, and whether
 * checksums hold; it leaves out what is volatile there (ports, initial sequence numbers, windows,
 * options, identifications, times). Two flows with different digests may still be the same: cut
 * into other segments, for example. Then the close look says so.
 *
 * A long flow also has the digests of its blocks, which end where the contents say so, so that one
 * packet more or less changes the block it is in and no other. */
#ifndef SOCKPROOF_TRACE_OUTLINE_H
#define SOCKPROOF_TRACE_OUTLINE_H

#include "proto/endpoint.h"
#include "trace/capture_file.h"
#include "trace/conversation.h"
#include "trace/outline_hosts.h"
#include "trace/outline_packet.h"

struct outline_block {
  uint64_t digest;
  uint64_t mark;         /* of its last packet: the block ends at `bits` because this begins with so
                            many zero bits */
  uint64_t offset;       /* of its first packet in the file */
  uint64_t first_packet; /* its number in the file, from 0 */
  uint32_t packets;      /* of the flow, in this block */
};

struct outline_digest {
  uint64_t low, high;
};

struct outline_flow {
  enum transport transport; /* TRANSPORT_OTHER: all between two addresses that is neither TCP nor
                               UDP in one piece: fragments, ICMP, what cannot be decoded */
  enum ip_family family;
  uint32_t addresses[2]; /* of initiator and responder: indices of outline.hosts */
  uint16_t ports[2];
  struct outline_digest digest;
  uint64_t packets, octets; /* captured */
  uint64_t first_offset, last_offset, first_packet;
  struct outline_block *blocks; /* NULL: it is short, and all of it is one block */
  size_t block_count, block_capacity;
  unsigned block_bits; /* a block has some 2^bits packets */
};

struct outline {
  struct outline_flow *flows; /* in the order of their first packets */
  size_t count, capacity;
  struct outline_hosts hosts; /* in the order of their first packets */
  uint64_t packets, octets;
};

/* Reads the whole file. ERR_INPUT as capture_file_next; ERR_LIMIT: no memory for its flows. The
 * caller frees *outline. */
enum err_code outline_of(struct capture_file *file, struct outline **outline,
                         struct err *err) MUST_USE;
/* The key that the flow's first packet had. */
struct packet_key outline_flow_key(const struct outline *outline, const struct outline_flow *flow);
/* Joins blocks until the flow has those that it would have had with so many bits from the start. */
void outline_coarsen(struct outline_flow *flow, unsigned bits);

void outline_destroy(struct outline *outline); /* NULL is fine */

#endif
