/* A packet as an outline sees it: its payload lies within it, and it is what the decoders read. The
 * first octet chooses the link type, the second how many octets were not captured. */
#include "fuzz.h"
#include "proto/link.h"
#include "proto/udp.h"
#include "trace/outline_packet.h"

static const enum link_type TYPES[] = {LINK_NULL, LINK_ETHERNET, LINK_RAW,       LINK_LOOP,
                                       LINK_IPV4, LINK_IPV6,     LINK_LINUX_SLL, LINK_LINUX_SLL2};

static bool lies_within(struct span part, struct span whole) {
  if (part.len == 0) return true;
  return part.bytes >= whole.bytes && part.bytes + part.len <= whole.bytes + whole.len;
}

/* The decoders' view of a packet that the outline took for TCP or UDP. */
static void check_common(const struct captured *captured, const struct outline_packet *packet) {
  struct reader reader = reader_over(captured->packet.bytes);
  struct link_header link;
  struct ip_header ip;
  REQUIRE(link_decode(&reader, captured->link_type, &link));
  REQUIRE(ip_decode(&reader, &ip) == IP_DECODED && ip.version == link.version);
  REQUIRE(packet->key.family == (uint8_t)ip.version && packet->key.protocol == ip.protocol);
  REQUIRE(ip.header_checksum_valid && !ip.more_fragments && ip.fragment_offset_bytes == 0);
  struct span segment =
      span_part(reader_rest(&reader), 0, (size_t)ip.total_len_bytes - ip.header_len_bytes);
  size_t checksum_at = ip.protocol == IP_PROTO_TCP ? (size_t)16 : (size_t)UDP_CHECKSUM_OFFSET;
  if (ip.protocol == IP_PROTO_UDP) {
    struct reader datagram = reader_over(segment);
    struct udp_header udp;
    REQUIRE(udp_decode(&datagram, &udp) && udp.len_bytes <= segment.len);
    segment = span_part(segment, 0, udp.len_bytes);
    REQUIRE(udp.source_port == packet->key.source_port);
  }
  bool wrong = ip_checksum_judge(&ip, segment, checksum_at) == IP_CHECKSUM_WRONG;
  REQUIRE(wrong == ((packet->oddities & PACKET_WRONG_CHECKSUM) != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  if (len < 2) return 0;
  struct captured captured = {.link_type = TYPES[bytes[0] % (sizeof TYPES / sizeof TYPES[0])]};
  captured.packet.bytes = span_of(bytes + 2, len - 2);
  captured.packet.wire_len = (uint32_t)(len - 2) + bytes[1];
  struct outline_packet packet;
  outline_packet_of(&captured, &packet);
  REQUIRE(lies_within(packet.payload, captured.packet.bytes));
  if (packet.key.protocol != 0) {
    REQUIRE(bytes[1] == 0);
    check_common(&captured, &packet);
  }
  return 0;
}
