/* The tier `capture-shared`: on a loopback that others use, only the packets of one case are taken.
 */
#ifndef SOCKPROOF_RUN_SHARED_CAPTURE_H
#define SOCKPROOF_RUN_SHARED_CAPTURE_H

#include "base/text.h"
#include "proto/endpoint.h"
#include "proto/packet.h"

enum { SHARED_PLACES_MAX = 16, SHARED_FRAGMENTED_MAX = 64 };

/* A port is one case's alone at its address, and for its protocol: the same number may be somebody
 * else's over the other version of IP, at another address, or over the other protocol. */
struct shared_place {
  struct endpoint at;
  uint8_t protocol; /* IP_PROTO_TCP, IP_PROTO_UDP; 0: both */
};

/* A datagram that came in fragments, of which only the first names the ports (RFC 791 section 3.2,
 * RFC 8200 section 4.5: what tells one datagram's fragments from another's). */
struct shared_fragmented {
  struct ip_address source, destination;
  uint32_t identification;
  uint8_t protocol;
};

/* The places that the system gave out for the case, and what was seen to come in fragments from or
 * to them. */
struct shared_places {
  struct shared_place list[SHARED_PLACES_MAX];
  size_t count;
  struct shared_fragmented
      fragmented[SHARED_FRAGMENTED_MAX]; /* the latest in place of the oldest */
  size_t fragmented_count;               /* in all */
};

/* Port 0 is left out, and so is what is there already, or does not fit. */
void shared_places_add(struct shared_places *places, const struct endpoint *at, uint8_t protocol);

/* A pcap filter that lets through what goes to or from ports of these numbers, and all that it
 * cannot look into: quotes in ICMP messages, and fragments. */
void shared_capture_filter(const struct shared_places *places, struct text *filter);

/* False for what is somebody else's: a packet between other places, an ICMP error about one, a
 * fragment of one. Packets must be asked about in the order in which they were captured. */
bool shared_capture_concerns(struct shared_places *places, enum link_type link_type,
                             struct span packet);

#endif
