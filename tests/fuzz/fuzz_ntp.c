/* NTP: the same octets again after decoding, a trailer's walk that ends, times that come back. */
#include "fuzz.h"
#include "proto/ntp.h"

/* Every element but the malformed rest is 4 octets at least, and every step leaves less. */
static void walk_trailer(struct span trailer) {
  for (;;) {
    size_t before = trailer.len;
    struct ntp_trailer_element element = ntp_trailer_next(&trailer);
    if (element.kind == NTP_TRAILER_END) {
      REQUIRE(before == 0 && trailer.len == 0);
      return;
    }
    REQUIRE(trailer.len < before);
    REQUIRE(element.value.len <= before);
    REQUIRE(element.kind == NTP_TRAILER_EXTENSION || trailer.len == 0);
  }
}

/* A nanosecond is 4.3 units: there and back moves a timestamp by 3 of them at most. */
static void check_time(ntp_timestamp timestamp, ntp_timestamp near) {
  int64_t near_ns = (int64_t)near;
  int64_t unix_ns = ntp_to_unix_ns(timestamp, near_ns);
  if (unix_ns == INT64_MIN || unix_ns == INT64_MAX) return; /* beyond what nanoseconds can say */
  int64_t moved = ntp_difference(ntp_from_unix_ns(unix_ns), timestamp);
  REQUIRE(moved >= -3 && moved <= 3);
  REQUIRE(ntp_to_unix_ns(ntp_from_unix_ns(near_ns), near_ns) == near_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  static uint8_t encoded[1 << 16];
  struct ntp_message message;
  struct span datagram = span_of(bytes, len);
  bool decoded = ntp_decode(datagram, &message);
  REQUIRE(decoded == (len >= NTP_HEADER_LEN));
  if (!decoded) {
    walk_trailer(datagram); /* any octets will do */
    return 0;
  }
  struct writer writer = writer_over(encoded, sizeof encoded);
  ntp_encode(&writer, &message);
  REQUIRE(writer.failed == (len > sizeof encoded));
  if (!writer.failed) REQUIRE(span_equal(writer_written(&writer), datagram));

  struct ntp_message copy = {.trailer = message.trailer};
  for (int field = 0; field < NTP_FIELD_COUNT; field++) {
    ntp_field_set(&copy, (enum ntp_field)field, ntp_field_get(&message, (enum ntp_field)field));
  }
  struct writer again = writer_over(encoded, sizeof encoded);
  ntp_encode(&again, &copy);
  if (!again.failed) REQUIRE(span_equal(writer_written(&again), datagram));

  check_time(message.transmit, message.receive);
  walk_trailer(message.trailer);
  return 0;
}
