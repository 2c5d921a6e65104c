/* UDP: the first octet chooses the version of IP; what is decoded encodes to a valid segment. */
#include "fuzz.h"
#include "proto/udp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  static uint8_t encoded[1 << 16];
  if (len == 0) return 0;
  enum ip_family version = bytes[0] % 2 == 0 ? IP_V4 : IP_V6;
  struct ip_header ip = {.version = version,
                         .source = {version, {127, 0, 0, 1}},
                         .destination = {version, {127, 0, 0, 2}},
                         .protocol = IP_PROTO_UDP};
  struct span segment = span_of(bytes + 1, len - 1);
  enum ip_checksum_verdict verdict = ip_checksum_judge(&ip, segment, UDP_CHECKSUM_OFFSET);
  REQUIRE(verdict != IP_CHECKSUM_ABSENT || version == IP_V4);

  struct reader reader = reader_over(segment);
  struct udp_header header;
  if (!udp_decode(&reader, &header)) return 0;
  REQUIRE(header.len_bytes >= UDP_HEADER_LEN);
  struct span payload = reader_rest(&reader);
  REQUIRE(payload.len == segment.len - UDP_HEADER_LEN);

  struct writer writer = writer_over(encoded, sizeof encoded);
  udp_encode(&writer, &ip, header.source_port, header.destination_port, payload);
  if (writer.failed) return 0; /* longer than UDP can say */
  REQUIRE(ip_checksum_judge(&ip, writer_written(&writer), UDP_CHECKSUM_OFFSET) ==
          IP_CHECKSUM_VALID);
  struct reader again = reader_over(writer_written(&writer));
  struct udp_header back;
  REQUIRE(udp_decode(&again, &back));
  REQUIRE(back.source_port == header.source_port);
  REQUIRE(back.destination_port == header.destination_port);
  REQUIRE(span_equal(reader_rest(&again), payload));
  return 0;
}
