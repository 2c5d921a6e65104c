/* TCP: the first octet chooses the version of IP; what is decoded encodes to a valid segment. */
#include "fuzz.h"
#include "proto/tcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  static uint8_t encoded[1 << 17];
  if (len == 0) return 0;
  enum ip_family version = bytes[0] % 2 == 0 ? IP_V4 : IP_V6;
  struct ip_header ip = {.version = version,
                         .source = {version, {127, 0, 0, 1}},
                         .destination = {version, {127, 0, 0, 2}},
                         .protocol = IP_PROTO_TCP};
  struct span segment = span_of(bytes + 1, len - 1);
  REQUIRE(ip_checksum_judge(&ip, segment, TCP_CHECKSUM_OFFSET) != IP_CHECKSUM_ABSENT);

  struct reader reader = reader_over(segment);
  struct tcp_header header;
  if (!tcp_decode(&reader, &header)) return 0;
  REQUIRE(header.header_len_bytes >= TCP_HEADER_LEN_MIN);
  REQUIRE(header.options.len + TCP_HEADER_LEN_MIN == header.header_len_bytes);
  struct span payload = reader_rest(&reader);
  REQUIRE(payload.len == segment.len - header.header_len_bytes);

  struct writer writer = writer_over(encoded, sizeof encoded);
  tcp_encode(&writer, &ip, &header, payload);
  REQUIRE(writer.failed == (segment.len > sizeof encoded));
  if (writer.failed) return 0;
  struct span whole = writer_written(&writer);
  REQUIRE(ip_checksum_judge(&ip, whole, TCP_CHECKSUM_OFFSET) == IP_CHECKSUM_VALID);
  struct reader again = reader_over(whole);
  struct tcp_header back;
  REQUIRE(tcp_decode(&again, &back));
  REQUIRE(back.sequence == header.sequence && back.acknowledgement == header.acknowledgement);
  REQUIRE(back.flags == header.flags && back.window == header.window);
  REQUIRE(span_equal(back.options, header.options));
  REQUIRE(span_equal(reader_rest(&again), payload));
  return 0;
}
