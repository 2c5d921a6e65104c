/* User Datagram Protocol (RFC 768).
 *
 *   0      7 8     15 16    23 24    31
 *  +--------+--------+--------+--------+
 *  |   Source Port   | Destination Port|
 *  +--------+--------+--------+--------+
 *  |     Length      |    Checksum     |
 *  +--------+--------+--------+--------+ */
#ifndef SOCKPROOF_PROTO_UDP_H
#define SOCKPROOF_PROTO_UDP_H

#include "proto/ip.h"

enum { UDP_HEADER_LEN = 8, UDP_CHECKSUM_OFFSET = 6, UDP_PAYLOAD_MAX = 65507 };

struct udp_header {
  uint16_t source_port, destination_port;
  uint16_t len_bytes; /* header and payload */
  uint16_t checksum;
};

/* False: truncated, or a length below the header's own 8 octets. A length beyond what was captured
 * is left for the caller to see. The reader then stands at the payload. */
bool udp_decode(struct reader *reader, struct udp_header *header) MUST_USE;

/* Writes header and payload with a full, valid checksum over the addresses of *ip. */
void udp_encode(struct writer *writer, const struct ip_header *ip, uint16_t source_port,
                uint16_t destination_port, struct span payload);

#endif
