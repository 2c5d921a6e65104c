/* IP headers: lengths that agree with each other, and the same header again after encoding it. */
#include "fuzz.h"
#include "proto/ip.h"

static void require_same(const struct ip_header *a, const struct ip_header *b) {
  REQUIRE(a->version == b->version);
  REQUIRE(ip_address_equal(&a->source, &b->source));
  REQUIRE(ip_address_equal(&a->destination, &b->destination));
  REQUIRE(a->traffic_class == b->traffic_class);
  REQUIRE(a->flow_label == b->flow_label);
  REQUIRE(a->hop_limit == b->hop_limit);
  REQUIRE(a->protocol == b->protocol);
  REQUIRE(a->fragmented == b->fragmented);
  REQUIRE(a->more_fragments == b->more_fragments);
  REQUIRE(a->dont_fragment == b->dont_fragment);
  REQUIRE(a->identification == b->identification);
  REQUIRE(a->fragment_offset_bytes == b->fragment_offset_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  struct reader reader = reader_over(span_of(bytes, len));
  struct ip_header header;
  if (ip_decode(&reader, &header) != IP_DECODED) return 0;

  REQUIRE(!reader.failed);
  REQUIRE(reader.offset == header.header_len_bytes);
  REQUIRE(header.header_len_bytes <= header.total_len_bytes);

  uint8_t encoded[64];
  struct writer writer = writer_over(encoded, sizeof encoded);
  size_t payload_len = header.total_len_bytes - header.header_len_bytes;
  ip_encode(&writer, &header, payload_len); /* options and most extension headers are left out */
  REQUIRE(!writer.failed);
  struct reader again = reader_over(writer_written(&writer));
  struct ip_header back;
  REQUIRE(ip_decode(&again, &back) == IP_DECODED);
  REQUIRE(back.header_checksum_valid);
  REQUIRE(back.total_len_bytes - back.header_len_bytes == payload_len);
  require_same(&header, &back);
  return 0;
}
