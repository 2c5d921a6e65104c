/* Link headers of the captures that the harness reads and writes: where the network packet begins,
 * and which version of IP it is.
 *
 *   ETHERNET   destination (6) source (6) ethertype (2), any number of VLAN tags before the
 *              ethertype (IEEE 802.1Q: tag type (2), tag (2))
 *   LINUX_SLL  packet type (2) device type (2) address length (2) address (8) ethertype (2)
 *   LINUX_SLL2 ethertype (2) reserved (2) interface (4) device type (2) packet type (1)
 *              address length (1) address (8)
 *   NULL       address family (4), in the byte order of the machine that captured
 *   LOOP       address family (4), in network byte order
 *   RAW, IPV4, IPV6: nothing; RAW tells the versions apart by the first four bits */
#ifndef SOCKPROOF_PROTO_LINK_H
#define SOCKPROOF_PROTO_LINK_H

#include "proto/ip.h"
#include "proto/packet.h"

enum link_ethertype {
  LINK_ETHERTYPE_IPV4 = 0x0800,
  LINK_ETHERTYPE_ARP = 0x0806,
  LINK_ETHERTYPE_VLAN = 0x8100, /* IEEE 802.1Q */
  LINK_ETHERTYPE_IPV6 = 0x86dd,
  LINK_ETHERTYPE_VLAN_SERVICE = 0x88a8, /* IEEE 802.1ad, the outer of two */
};

enum { LINK_ETHERNET_HEADER_LEN = 14 };

struct link_header {
  enum ip_family version; /* IP_NONE: not an IP packet */
  uint16_t ethertype;     /* behind VLAN tags; below 1536 it is an IEEE 802.3 length; 0: the link
                             type has none and the packet is not IP */
  uint16_t vlan_count;
  size_t header_len_bytes;
};

/* Reads the link header; the reader then stands at the network packet. False: truncated, or a link
 * type that is none of enum link_type. */
bool link_decode(struct reader *reader, enum link_type type, struct link_header *header) MUST_USE;

/* True where link_decode knows the type: what a capture file claims is any number. */
bool link_is_known(uint32_t type);

/* Writes an Ethernet header as the loopback's is: both addresses zero. */
void link_encode_ethernet(struct writer *writer, uint16_t ethertype);

#endif
