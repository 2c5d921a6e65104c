/* Link headers: the first octet chooses the type, the rest is the packet. */
#include "fuzz.h"
#include "proto/link.h"

static const enum link_type TYPES[] = {LINK_NULL,      LINK_ETHERNET, LINK_RAW,  LINK_LOOP,
                                       LINK_LINUX_SLL, LINK_IPV4,     LINK_IPV6, LINK_LINUX_SLL2};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  if (len == 0) return 0;
  struct span packet = span_of(bytes + 1, len - 1);
  struct reader reader = reader_over(packet);
  struct link_header header;
  if (!link_decode(&reader, TYPES[bytes[0] % (sizeof TYPES / sizeof TYPES[0])], &header)) return 0;

  REQUIRE(header.header_len_bytes <= packet.len);
  REQUIRE(reader_left(&reader) == packet.len - header.header_len_bytes);
  REQUIRE(header.version != IP_V4 || header.ethertype == LINK_ETHERTYPE_IPV4);
  REQUIRE(header.version != IP_V6 || header.ethertype == LINK_ETHERTYPE_IPV6);
  return 0;
}
