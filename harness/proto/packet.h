/* One captured packet, and the link types that captures come in. */
#ifndef SOCKPROOF_PROTO_PACKET_H
#define SOCKPROOF_PROTO_PACKET_H

#include "base/span.h"

/* Values of the LINKTYPE_ registry that pcap files use. */
enum link_type {
  LINK_NULL = 0,
  LINK_ETHERNET = 1,
  LINK_RAW = 101,
  LINK_LOOP = 108,
  LINK_LINUX_SLL = 113,
  LINK_IPV4 = 228,
  LINK_IPV6 = 229,
  LINK_LINUX_SLL2 = 276,
};

struct packet {
  int64_t time_ns;   /* since 1970, from the capture; not monotonic with concurrent senders: never
                        sort by it */
  uint32_t wire_len; /* octets on the wire */
  struct span bytes; /* what was captured of them, from the link header on */
};

#endif
