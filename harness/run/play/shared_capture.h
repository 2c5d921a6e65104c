/* The tier `capture-shared`: on a loopback that others use, only the packets of one case are taken.
 */
#ifndef SOCKPROOF_RUN_SHARED_CAPTURE_H
#define SOCKPROOF_RUN_SHARED_CAPTURE_H

#include "base/text.h"
#include "proto/endpoint.h"
#include "proto/packet.h"

enum { SHARED_PORTS_MAX = 8, SHARED_FRAGMENTED_MAX = 64 };

/* The ports that are the case's alone on this host, because the system gave them out for it; and
 * the datagrams to and from them that came in fragments, of which only the first names the ports.
 */
struct shared_ports {
  uint16_t list[SHARED_PORTS_MAX];
  size_t count;
  uint32_t
      fragmented[SHARED_FRAGMENTED_MAX]; /* identifications, the latest in place of the oldest */
  size_t fragmented_count;               /* in all */
};

void shared_ports_add(struct shared_ports *ports,
                      uint16_t port); /* 0 and what is there already are left out */

/* A pcap filter that lets through what goes to or from the ports, and all that it cannot look into:
 * quotes in ICMP messages, and fragments. */
void shared_capture_filter(const struct shared_ports *ports, struct text *filter);

/* False for an ICMP error about somebody else's packet, and for somebody else's fragment. Packets
 * must be asked about in the order in which they were captured. */
bool shared_capture_concerns(struct shared_ports *ports, enum link_type link_type,
                             struct span packet);

#endif
