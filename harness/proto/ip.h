/* Internet Protocol headers, version 4 (RFC 791) and version 6 (RFC 8200), and addresses of both.
 */
#ifndef SOCKPROOF_PROTO_IP_H
#define SOCKPROOF_PROTO_IP_H

#include "base/text.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum ip_family { IP_NONE = 0, IP_V4 = 4, IP_V6 = 6 };

enum ip_protocol {
  IP_PROTO_ICMP = 1,
  IP_PROTO_TCP = 6,
  IP_PROTO_UDP = 17,
  IP_PROTO_FRAGMENT = 44,
  IP_PROTO_ICMPV6 = 58
};

enum { IP_ADDRESS_TEXT_MAX = 46 }; /* with the NUL; INET6_ADDRSTRLEN */

struct ip_address {
  enum ip_family family;
  uint8_t octets[16]; /* the first 4 for IPv4; the rest is zero */
};

bool ip_address_equal(const struct ip_address *a, const struct ip_address *b);
bool ip_address_parse(const char *text,
                      struct ip_address *address) MUST_USE; /* numeric forms only */
/* RFC 5952 form ("none" for IP_NONE); returns `buffer`. */
const char *ip_address_text(const struct ip_address *address,
                            char buffer[static IP_ADDRESS_TEXT_MAX]);

/* One header of either version; a field that a version does not have is 0. */
struct ip_header {
  enum ip_family version;
  struct ip_address source, destination;
  uint8_t traffic_class;     /* DSCP and ECN; "type of service" in version 4 */
  uint32_t flow_label;       /* version 6 */
  uint8_t hop_limit;         /* "time to live" in version 4 */
  uint8_t protocol;          /* of the payload, behind any extension headers */
  uint16_t header_len_bytes; /* with options, or extension headers */
  uint32_t total_len_bytes;  /* header and payload as the header states it */
  bool fragmented;           /* a fragment header is there, or (version 4) MF or an offset */
  bool more_fragments, dont_fragment;
  uint32_t identification; /* 16 bits in version 4, 32 bits in a version 6 fragment header */
  uint32_t fragment_offset_bytes;
  uint16_t header_checksum;   /* version 4 */
  bool header_checksum_valid; /* version 4; true for version 6, which has none */
};

enum ip_decoded {
  IP_DECODED,
  IP_TRUNCATED, /* fewer bytes captured than the headers need */
  IP_MALFORMED, /* version, header length or total length contradict each other */
};

/* Reads the header (and version 6 extension headers: hop-by-hop, routing, destination, fragment);
 * the reader then stands at the payload. The payload's length is total_len_bytes -
 * header_len_bytes; bytes beyond it are link padding. */
enum ip_decoded ip_decode(struct reader *reader, struct ip_header *header) MUST_USE;

/* Writes a header without options for a payload of `payload_len` bytes: version, addresses,
 * protocol, hop_limit, traffic_class, identification and the fragment fields are taken from *header
 * (version 6: a fragment header where `fragmented`), lengths and checksum are computed. The writer
 * fails where the payload is longer than the length field can say, or the version is IP_NONE. */
void ip_encode(struct writer *writer, const struct ip_header *header, size_t payload_len);

/* The one's-complement sum of RFC 1071, to be carried on: start with 0, finish with
 * ~ip_checksum_fold(sum). Only the last part may have an odd length. */
uint32_t ip_checksum_add(uint32_t sum, struct span bytes);
uint16_t ip_checksum_fold(uint32_t sum);
/* The sum over the pseudo-header of RFC 793 section 3.1 / RFC 8200 section 8.1. */
uint32_t ip_checksum_pseudo(const struct ip_address *source, const struct ip_address *destination,
                            uint8_t protocol, uint32_t payload_len);

/* What a transport checksum turned out to be. On Linux loopback the field holds only the
 * pseudo-header's partial sum, because the checksum is left to a device that does not exist. */
enum ip_checksum_verdict {
  IP_CHECKSUM_VALID,
  IP_CHECKSUM_PARTIAL,
  IP_CHECKSUM_ABSENT,
  IP_CHECKSUM_WRONG
};

/* Judges the checksum at `checksum_offset` of a whole (not fragmented, not cut) UDP, TCP, ICMP or
 * ICMPv6 segment, without link padding. ABSENT: UDP over IPv4 with zero. */
enum ip_checksum_verdict ip_checksum_judge(const struct ip_header *header, struct span segment,
                                           size_t checksum_offset);

#endif
