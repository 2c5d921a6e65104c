/* The Internet checksum of proto/ip.h (RFC 1071) and what loopback makes of it. */
#include "proto/ip.h"
#include "proto/udp.h"

uint32_t ip_checksum_add(uint32_t sum, struct span bytes) {
  uint64_t total = sum;
  for (size_t i = 0; i + 1 < bytes.len; i += 2) {
    total += (uint32_t)bytes.bytes[i] << 8 | bytes.bytes[i + 1];
  }
  if (bytes.len % 2 == 1) total += (uint32_t)bytes.bytes[bytes.len - 1] << 8;

  while (total >> 16 != 0) { /* carries go round (RFC 1071 section 1), so none is ever lost */
    total = (total & 0xffff) + (total >> 16);
  }
  return (uint32_t)total;
}

uint16_t ip_checksum_fold(uint32_t sum) {
  while (sum >> 16 != 0) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return (uint16_t)sum;
}

uint32_t ip_checksum_pseudo(const struct ip_address *source, const struct ip_address *destination,
                            uint8_t protocol, uint32_t payload_len) {
  size_t len = source->family == IP_V4 ? 4 : 16;
  uint32_t sum = ip_checksum_add(0, span_of(source->octets, len));
  sum = ip_checksum_add(sum, span_of(destination->octets, len));
  return sum + protocol + (payload_len >> 16) + (payload_len & 0xffff);
}

enum ip_checksum_verdict ip_checksum_judge(const struct ip_header *header, struct span segment,
                                           size_t checksum_offset) {
  struct span field = span_part(segment, checksum_offset, 2);
  if (field.len < 2) return IP_CHECKSUM_WRONG;
  uint16_t stated = (uint16_t)(field.bytes[0] << 8 | field.bytes[1]);

  /* RFC 768: zero means that none was made. RFC 8200 section 8.1 forbids that over version 6. */
  bool may_be_absent = header->version == IP_V4 && header->protocol == IP_PROTO_UDP;
  if (stated == 0 && may_be_absent) return IP_CHECKSUM_ABSENT;
  if (stated == 0 && header->protocol == IP_PROTO_UDP) return IP_CHECKSUM_WRONG;

  /* RFC 792: the checksum of ICMP for version 4 covers the message alone. */
  bool has_pseudo = !(header->version == IP_V4 && header->protocol == IP_PROTO_ICMP);
  uint32_t pseudo = has_pseudo ? ip_checksum_pseudo(&header->source, &header->destination,
                                                    header->protocol, (uint32_t)segment.len)
                               : 0;
  if (ip_checksum_fold(ip_checksum_add(pseudo, segment)) == 0xffff) return IP_CHECKSUM_VALID;
  if (has_pseudo && stated == ip_checksum_fold(pseudo)) return IP_CHECKSUM_PARTIAL;
  return IP_CHECKSUM_WRONG;
}
