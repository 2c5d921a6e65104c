/* Transmission Control Protocol header (RFC 9293 section 3.1). Options are kept as bytes. */
#ifndef SOCKPROOF_PROTO_TCP_H
#define SOCKPROOF_PROTO_TCP_H

#include "proto/ip.h"

enum { TCP_HEADER_LEN_MIN = 20, TCP_CHECKSUM_OFFSET = 16 };

enum tcp_flag {
  TCP_FIN = 0x01,
  TCP_SYN = 0x02,
  TCP_RST = 0x04,
  TCP_PSH = 0x08,
  TCP_ACK = 0x10,
  TCP_URG = 0x20,
  TCP_ECE = 0x40,
  TCP_CWR = 0x80
};

struct tcp_header {
  uint16_t source_port, destination_port;
  uint32_t sequence, acknowledgement;
  uint8_t flags; /* enum tcp_flag, or-ed */
  uint16_t window, checksum, urgent_pointer;
  uint16_t header_len_bytes;
  struct span options; /* a view into the packet */
};

/* False: truncated, or a data offset below 5 words or beyond the segment. */
bool tcp_decode(struct reader *reader, struct tcp_header *header) MUST_USE;

/* Writes header, options (padded to 4) and payload with a full, valid checksum over the addresses
 * of *ip. */
void tcp_encode(struct writer *writer, const struct ip_header *ip, const struct tcp_header *header,
                struct span payload);

/* a - b in sequence space (RFC 9293 section 3.4): negative when a is before b. */
int32_t tcp_sequence_diff(uint32_t a, uint32_t b);

#endif
