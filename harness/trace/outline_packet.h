/* One captured packet as an outline sees it: whose it is, and what of it counts. */
#ifndef SOCKPROOF_TRACE_OUTLINE_PACKET_H
#define SOCKPROOF_TRACE_OUTLINE_PACKET_H

#include "proto/ip.h"
#include "trace/capture_file.h"

/* Both addresses and both ports as they stand in the packet, zero-padded: compared as octets. */
struct packet_key {
  uint8_t source[16], destination[16];
  uint16_t source_port, destination_port;
  uint8_t family, protocol; /* protocol 0: neither TCP nor UDP in one piece */
  uint16_t zero;
};

/* The same for packets of either direction: the lesser end is the source. */
struct packet_key packet_key_of_both_ways(const struct packet_key *key);

enum packet_oddity {
  PACKET_WRONG_CHECKSUM = 1, /* of TCP or UDP */
  PACKET_NO_HOPS = 2,        /* hop limit 0 */
  PACKET_TRAILING = 4,       /* UDP: octets behind its length */
};

struct outline_packet {
  struct packet_key key;
  struct span payload; /* of TCP or UDP; of what is neither: all from the IP header on, or all that
                          was captured */
  uint32_t sequence, acknowledgement;
  uint8_t flags;    /* TCP */
  uint8_t oddities; /* enum packet_oddity, or-ed */
};

/* Never fails: what cannot be decoded further is a packet of protocol 0. */
void outline_packet_of(const struct captured *captured, struct outline_packet *packet);

#endif
