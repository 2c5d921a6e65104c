/* ICMP: the first octet chooses the version; what is decoded encodes to a valid message. */
#include "fuzz.h"
#include "proto/icmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  static uint8_t encoded[1 << 17];
  if (len == 0) return 0;
  enum ip_family version = bytes[0] % 2 == 0 ? IP_V4 : IP_V6;
  struct ip_header ip = {.version = version,
                         .source = {version, {127, 0, 0, 1}},
                         .destination = {version, {127, 0, 0, 2}},
                         .protocol = version == IP_V4 ? IP_PROTO_ICMP : IP_PROTO_ICMPV6};
  struct reader reader = reader_over(span_of(bytes + 1, len - 1));
  struct icmp_message message;
  if (!icmp_decode(&reader, version, &message)) return 0;
  REQUIRE(message.quote.len + ICMP_HEADER_LEN == len - 1);
  const char *name = icmp_name(version, message.type, message.code);
  REQUIRE(name == NULL || name[0] != '\0');

  struct ip_header quoted; /* an error's quote is a packet that anybody may have made up */
  struct reader quote = reader_over(message.quote);
  (void)!ip_decode(&quote, &quoted);

  struct writer writer = writer_over(encoded, sizeof encoded);
  icmp_encode_error(&writer, &ip, message.type, message.code, message.rest, message.quote);
  REQUIRE(writer.failed == (len - 1 > sizeof encoded));
  if (writer.failed) return 0;
  struct span whole = writer_written(&writer);
  REQUIRE(ip_checksum_judge(&ip, whole, ICMP_CHECKSUM_OFFSET) == IP_CHECKSUM_VALID);
  struct reader again = reader_over(whole);
  struct icmp_message back;
  REQUIRE(icmp_decode(&again, version, &back));
  REQUIRE(back.type == message.type && back.code == message.code && back.rest == message.rest);
  REQUIRE(span_equal(back.quote, message.quote));
  return 0;
}
