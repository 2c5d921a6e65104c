#include "repair.h"

#include "proto/icmp.h"
#include "proto/link.h"
#include "proto/tcp.h"
#include "proto/udp.h"

enum { V4_CHECKSUM_OFFSET = 10 };

static void write_sum(uint8_t *at, uint32_t sum_of_rest, bool never_zero) {
  uint16_t checksum = (uint16_t)~ip_checksum_fold(sum_of_rest);
  if (checksum == 0 && never_zero) checksum = UINT16_MAX; /* RFC 768 */
  at[0] = (uint8_t)(checksum >> 8);
  at[1] = (uint8_t)checksum;
}

static size_t checksum_offset(const struct ip_header *ip) {
  switch (ip->protocol) {
    case IP_PROTO_UDP:
      return UDP_CHECKSUM_OFFSET;
    case IP_PROTO_TCP:
      return TCP_CHECKSUM_OFFSET;
    case IP_PROTO_ICMP:
    case IP_PROTO_ICMPV6:
      return ICMP_CHECKSUM_OFFSET;
    default:
      return 0;
  }
}

static void repair_transport(const struct ip_header *ip, uint8_t *segment, size_t len) {
  size_t offset = checksum_offset(ip);
  if (offset == 0 || ip->fragmented || len < offset + 2) return;
  segment[offset] = 0;
  segment[offset + 1] = 0;
  uint32_t sum = 0;
  if (ip->protocol != IP_PROTO_ICMP) {
    sum = ip_checksum_pseudo(&ip->source, &ip->destination, ip->protocol, (uint32_t)len);
  }
  sum = ip_checksum_add(sum, span_of(segment, len));
  write_sum(segment + offset, sum, ip->protocol == IP_PROTO_UDP);
}

bool repair_checksums(enum link_type link_type, uint8_t *octets, size_t len) {
  struct reader reader = reader_over(span_of(octets, len));
  struct link_header link;
  struct ip_header ip;
  if (!link_decode(&reader, link_type, &link)) return false;
  uint8_t *header = octets + link.header_len_bytes;
  if (ip_decode(&reader, &ip) != IP_DECODED) return false;
  if (ip.version == IP_V4) {
    header[V4_CHECKSUM_OFFSET] = 0;
    header[V4_CHECKSUM_OFFSET + 1] = 0;
    uint32_t sum = ip_checksum_add(0, span_of(header, ip.header_len_bytes));
    write_sum(header + V4_CHECKSUM_OFFSET, sum, false);
  }
  size_t stated = (size_t)ip.total_len_bytes - ip.header_len_bytes;
  if (reader_left(&reader) < stated) return true;
  repair_transport(&ip, header + ip.header_len_bytes, stated);
  return true;
}
