/* The common packet (an IP header without options or extensions, TCP or UDP, nothing fragmented or
 * cut) is decoded here with few steps, as millions of them are to be; all others are taken whole.
 */
#include "trace/outline_packet.h"

#include "proto/link.h"
#include "proto/tcp.h"
#include "proto/udp.h"

#include <string.h>

enum { V4_HEADER_LEN = 20, V6_HEADER_LEN = 40, V4_FRAGMENT_MASK = 0x3fff };

static uint16_t u16_at(const uint8_t *octets) {
  return (uint16_t)(octets[0] << 8 | octets[1]);
}

static uint32_t u32_at(const uint8_t *octets) {
  return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
         octets[3];
}

/* span_part without a call: the bounds are the caller's to know. */
static struct span part(struct span whole, size_t offset, size_t len) {
  return (struct span){whole.bytes + offset, len};
}

static uint64_t add_with_carry(uint64_t sum, uint64_t word) {
  sum += word;
  return sum + (sum < word);
}

/* RFC 1071 in words of this machine: the order of octets within them is the folded sum's too. */
static uint64_t sum_add(uint64_t sum, const uint8_t *octets, size_t len) {
  uint64_t word;
  for (; len >= sizeof word; octets += sizeof word, len -= sizeof word) {
    memcpy(&word, octets, sizeof word);
    sum = add_with_carry(sum, word);
  }
  if (len == 0) return sum;
  word = 0;
  memcpy(&word, octets, len);
  return add_with_carry(sum, word);
}

static uint16_t sum_fold(uint64_t sum) {
  sum = (sum & UINT32_MAX) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* What stands before the IP header; false: not IP, or cut. */
static bool find_ip(const struct captured *captured, struct span *ip) {
  struct span bytes = captured->packet.bytes;
  if (captured->link_type == LINK_ETHERNET && bytes.len > LINK_ETHERNET_HEADER_LEN) {
    uint16_t ethertype = u16_at(bytes.bytes + 12);
    if (ethertype == LINK_ETHERTYPE_IPV4 || ethertype == LINK_ETHERTYPE_IPV6) {
      *ip = part(bytes, LINK_ETHERNET_HEADER_LEN, bytes.len - LINK_ETHERNET_HEADER_LEN);
      return (ip->bytes[0] >> 4 == IP_V6) == (ethertype == LINK_ETHERTYPE_IPV6);
    }
  }
  struct reader reader = reader_over(bytes);
  struct link_header link;
  if (!link_decode(&reader, captured->link_type, &link) || link.version == IP_NONE) return false;
  *ip = reader_rest(&reader);
  return ip->len > 0 && ip->bytes[0] >> 4 == (unsigned)link.version;
}

/* What is neither TCP nor UDP in one piece: between its addresses, if it has any. */
static void take_whole(struct outline_packet *packet, struct span octets, bool is_ip) {
  memset(&packet->key, 0, sizeof packet->key);
  packet->payload = octets;
  packet->sequence = packet->acknowledgement = 0;
  packet->flags = packet->oddities = 0;
  if (!is_ip) return;
  struct reader reader = reader_over(octets);
  struct ip_header ip;
  if (ip_decode(&reader, &ip) != IP_DECODED) return;
  packet->key.family = (uint8_t)ip.version;
  memcpy(packet->key.source, ip.source.octets, sizeof packet->key.source);
  memcpy(packet->key.destination, ip.destination.octets, sizeof packet->key.destination);
}

/* The pseudo-header's part of the sum, in this machine's words. */
static uint64_t pseudo_sum(const struct packet_key *key, size_t len) {
  size_t address_len = key->family == IP_V4 ? 4 : 16;
  const uint8_t rest[4] = {0, key->protocol, (uint8_t)(len >> 8), (uint8_t)len};
  uint64_t sum = sum_add(0, key->source, address_len);
  sum = sum_add(sum, key->destination, address_len);
  return sum_add(sum, rest, sizeof rest);
}

/* Valid in full, or the partial sum that Linux's loopback leaves. */
static bool checksum_holds(const struct packet_key *key, struct span segment, size_t checksum_at) {
  uint16_t stored;
  memcpy(&stored, segment.bytes + checksum_at, sizeof stored);
  if (key->protocol == IP_PROTO_UDP && stored == 0) return key->family == IP_V4;
  uint64_t pseudo = pseudo_sum(key, segment.len);
  if (sum_fold(sum_add(pseudo, segment.bytes, segment.len)) == 0xffff) return true;
  return sum_fold(pseudo) == stored;
}

static bool take_tcp(struct outline_packet *packet, struct span segment) {
  if (segment.len < TCP_HEADER_LEN_MIN) return false;
  const uint8_t *tcp = segment.bytes;
  size_t header_len = (size_t)(tcp[12] >> 4) * 4;
  if (header_len < TCP_HEADER_LEN_MIN || header_len > segment.len) return false;
  packet->sequence = u32_at(tcp + 4);
  packet->acknowledgement = u32_at(tcp + 8);
  packet->flags = tcp[13];
  packet->payload = part(segment, header_len, segment.len - header_len);
  if (!checksum_holds(&packet->key, segment, TCP_CHECKSUM_OFFSET)) {
    packet->oddities |= PACKET_WRONG_CHECKSUM;
  }
  return true;
}

static bool take_udp(struct outline_packet *packet, struct span segment) {
  if (segment.len < UDP_HEADER_LEN) return false;
  size_t len = u16_at(segment.bytes + 4);
  if (len < UDP_HEADER_LEN || len > segment.len) return false;
  if (len < segment.len) packet->oddities |= PACKET_TRAILING;
  struct span datagram = part(segment, 0, len);
  packet->sequence = packet->acknowledgement = 0;
  packet->flags = 0;
  packet->payload = part(datagram, UDP_HEADER_LEN, len - UDP_HEADER_LEN);
  if (!checksum_holds(&packet->key, datagram, UDP_CHECKSUM_OFFSET)) {
    packet->oddities |= PACKET_WRONG_CHECKSUM;
  }
  return true;
}

/* The segment behind a plain IP header; false: this is no common packet. */
static bool take_ip(struct outline_packet *packet, struct span ip, struct span *segment) {
  const uint8_t *octets = ip.bytes;
  struct packet_key *key = &packet->key;
  size_t header_len, total_len, address_len;
  if (octets[0] == (IP_V4 << 4 | V4_HEADER_LEN / 4)) {
    if (ip.len < V4_HEADER_LEN || (u16_at(octets + 6) & V4_FRAGMENT_MASK) != 0) return false;
    if (sum_fold(sum_add(0, octets, V4_HEADER_LEN)) != 0xffff) return false;
    header_len = V4_HEADER_LEN;
    total_len = u16_at(octets + 2);
    address_len = 4;
    key->family = IP_V4;
    key->protocol = octets[9];
    if (octets[8] == 0) packet->oddities |= PACKET_NO_HOPS;
  } else {
    if (octets[0] >> 4 != IP_V6 || ip.len < V6_HEADER_LEN) return false;
    header_len = V6_HEADER_LEN;
    total_len = (size_t)V6_HEADER_LEN + u16_at(octets + 4);
    address_len = 16;
    key->family = IP_V6;
    key->protocol = octets[6];
    if (octets[7] == 0) packet->oddities |= PACKET_NO_HOPS;
  }
  if (key->protocol != IP_PROTO_TCP && key->protocol != IP_PROTO_UDP) return false;
  if (total_len < header_len + 4 || total_len > ip.len) return false;
  memcpy(key->source, octets + header_len - 2 * address_len, address_len);
  memcpy(key->destination, octets + header_len - address_len, address_len);
  key->source_port = u16_at(octets + header_len);
  key->destination_port = u16_at(octets + header_len + 2);
  *segment = part(ip, header_len, total_len - header_len);
  return true;
}

void outline_packet_of(const struct captured *captured, struct outline_packet *packet) {
  struct span ip = captured->packet.bytes;
  struct span segment;
  bool is_ip = find_ip(captured, &ip);
  memset(&packet->key, 0, sizeof packet->key);
  packet->oddities = 0;
  if (is_ip && captured->packet.bytes.len >= captured->packet.wire_len &&
      take_ip(packet, ip, &segment)) {
    bool taken = packet->key.protocol == IP_PROTO_TCP ? take_tcp(packet, segment)
                                                      : take_udp(packet, segment);
    if (taken) return;
  }
  take_whole(packet, is_ip ? ip : captured->packet.bytes, is_ip);
}

struct packet_key packet_key_of_both_ways(const struct packet_key *key) {
  int order = memcmp(key->source, key->destination, sizeof key->source);
  if (order == 0) order = (int)key->source_port - (int)key->destination_port;
  if (order <= 0) return *key;
  struct packet_key turned = *key;
  memcpy(turned.source, key->destination, sizeof turned.source);
  memcpy(turned.destination, key->source, sizeof turned.destination);
  turned.source_port = key->destination_port;
  turned.destination_port = key->source_port;
  return turned;
}
