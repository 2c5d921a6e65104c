#include "rig.h"

#define RANDOM_1 UINT64_C(0x0123456789abcdef)
#define RANDOM_2 UINT64_C(0xfedcba9876543210)

static void send_message(struct rig *rig, const struct ntp_message *message) {
  packets_ntp(&rig->packets, SUBJECT, PEER, message);
}

static void nothing_is_no_request(void **state) {
  struct rig *rig = *state;
  rig_fails(rig, CHECK(CHECK_REQUEST_IS(NTP_LEAP, 0)), "no request");
  rig_fails(rig, CHECK(CHECK_REQUEST_LENGTH(48, 48)), "no request");
  rig_fails(rig, CHECK(CHECK_REQUEST_TRAILER_WELL_FORMED), "no request");
  rig_fails(rig, CHECK(CHECK_TRANSMIT_FRESH), "no request");
  rig_fails(rig, CHECK(CHECK_TRANSMIT_UNPREDICTABLE), "no request");
}

static void fields(void **state) {
  struct rig *rig = *state;
  send_message(rig, &(struct ntp_message){.version = 4, .mode = 3, .precision = 0x20});
  rig_holds(rig, CHECK(CHECK_REQUEST_IS(NTP_MODE, 3)));
  rig_fails(rig, CHECK(CHECK_REQUEST_IS(NTP_MODE, 1)), "`mode` of request 1 is 3");
  rig_holds(rig, CHECK(CHECK_REQUEST_BETWEEN(NTP_VERSION, 1, 4)));
  rig_fails(rig, CHECK(CHECK_REQUEST_BETWEEN(NTP_VERSION, 1, 3)), "is 4");
  rig_holds(rig, CHECK(CHECK_REQUEST_ONE_OF(NTP_PRECISION, 0, 0x20)));
  rig_fails(rig, CHECK(CHECK_REQUEST_ONE_OF(NTP_PRECISION, 0, 0x21)), "is 32");
  send_message(rig, &(struct ntp_message){.version = 0, .mode = 3});
  rig_fails(rig, CHECK(CHECK_REQUEST_BETWEEN(NTP_VERSION, 1, 4)), "request 2 is 0");
}

static void timestamps_are_numbers_without_sign(void **state) {
  struct rig *rig = *state;
  send_message(rig, &(struct ntp_message){.origin = UINT64_MAX});
  rig_fails(rig, CHECK(CHECK_REQUEST_IS(NTP_ORIGIN, 0)), "18446744073709551615");
}

static void lengths(void **state) {
  struct rig *rig = *state;
  rig_request(rig, SUBJECT, PEER, 1);
  rig_holds(rig, CHECK(CHECK_REQUEST_LENGTH(48, 48)));
  rig_fails(rig, CHECK(CHECK_REQUEST_LENGTH(49, 60)), "48 octets");
  packets_text(&rig->packets, SUBJECT, PEER, "short");
  rig_fails(rig, CHECK(CHECK_REQUEST_LENGTH(48, 48)), "request 2 has 5 octets");
  rig_fails(rig, CHECK(CHECK_REQUEST_IS(NTP_LEAP, 0)), "too few");
  rig_fails(rig, CHECK(CHECK_TRANSMIT_FRESH), "too few");
}

static void trailers(void **state) {
  struct rig *rig = *state;
  static const uint8_t mac[20] = {0, 0, 0, 1};
  struct ntp_message message = {.version = 4, .mode = 3, .trailer = {mac, sizeof mac}};
  rig_request(rig, SUBJECT, PEER, 1);
  send_message(rig, &message);
  rig_holds(rig, CHECK(CHECK_REQUEST_TRAILER_WELL_FORMED));
  message.trailer.len = 3;
  send_message(rig, &message);
  rig_fails(rig, CHECK(CHECK_REQUEST_TRAILER_WELL_FORMED), "request 3 goes on with");
}

static void fresh(void **state) {
  struct rig *rig = *state;
  rig_request(rig, SUBJECT, PEER, RANDOM_1);
  rig_request(rig, SUBJECT, PEER2, RANDOM_2);
  rig_holds(rig, CHECK(CHECK_TRANSMIT_FRESH));
  rig_request(rig, SUBJECT, PEER2, RANDOM_1);
  rig_fails(rig, CHECK(CHECK_TRANSMIT_FRESH), "0123456789abcdef");
}

static void zero_is_not_fresh(void **state) {
  struct rig *rig = *state;
  rig_request(rig, SUBJECT, PEER, 0);
  rig_fails(rig, CHECK(CHECK_TRANSMIT_FRESH), "request 1 is 0");
}

static void unpredictable(void **state) {
  struct rig *rig = *state;
  rig_request(rig, SUBJECT, PEER, RANDOM_1);
  rig_request(rig, SUBJECT, PEER, RANDOM_2);
  rig_holds(rig, CHECK(CHECK_TRANSMIT_UNPREDICTABLE));
  rig_request(rig, SUBJECT, PEER, RANDOM_1 + (UINT64_C(9) << 32));
  rig_fails(rig, CHECK(CHECK_TRANSMIT_UNPREDICTABLE), "end with 89abcdef");
}

/* RFC 4330 section 5 recommends the time; what follows it is what a forger has to guess. */
static void the_time_may_be_told(void **state) {
  struct rig *rig = *state;
  rig_request(rig, SUBJECT, PEER, RANDOM_1);
  rig_request(rig, SUBJECT, PEER, RANDOM_1 + 1);
  rig_holds(rig, CHECK(CHECK_TRANSMIT_UNPREDICTABLE));
}

/* As of a clock in doubles: its lowest bits are never anything. */
static void the_same_end_is_predictable(void **state) {
  struct rig *rig = *state;
  rig_request(rig, SUBJECT, PEER, RANDOM_1 << 8);
  rig_request(rig, SUBJECT, PEER, RANDOM_2 << 8);
  rig_fails(rig, CHECK(CHECK_TRANSMIT_UNPREDICTABLE), "ends with 00");
}

/* Nanoseconds as fractions, cut, to the nearest or up, however different they are. */
static void clock_times_are_predictable(void **state) {
  struct rig *rig = *state;
  static const uint64_t roundings[] = {0, 500000000, 999999999};
  for (size_t i = 0; i < 3; i++) {
    struct rig fresh;
    rig_create(&fresh);
    for (uint64_t k = 1; k <= 20; k++) {
      uint64_t fraction = ((k * 47000007 << 32) + roundings[i]) / 1000000000;
      rig_request(&fresh, SUBJECT, PEER, (UINT64_C(0xe0000000) + k) << 32 | fraction);
    }
    rig_fails(&fresh, CHECK(CHECK_TRANSMIT_UNPREDICTABLE), "whole nanoseconds");
    rig_request(&fresh, SUBJECT, PEER, UINT64_C(0xe000001680000001)); /* half a second, and a bit */
    rig_request(&fresh, SUBJECT, PEER, UINT64_C(0xe000001680000002));
    rig_holds(&fresh, CHECK(CHECK_TRANSMIT_UNPREDICTABLE));
    rig_destroy(&fresh);
  }
  rig_fails(rig, CHECK(CHECK_TRANSMIT_UNPREDICTABLE), "no request");
}

static void without_a_transmit_timestamp_nothing_is_told(void **state) {
  struct rig *rig = *state;
  rig_fails(rig, CHECK(CHECK_SENDS_TRANSMIT_TIMESTAMP), "no request");
  rig_request(rig, SUBJECT, PEER, RANDOM_1);
  rig_holds(rig, CHECK(CHECK_SENDS_TRANSMIT_TIMESTAMP));
  rig_request(rig, SUBJECT, PEER2, 0);
  rig_unobservable(rig, CHECK(CHECK_SENDS_TRANSMIT_TIMESTAMP));
  packets_text(&rig->packets, SUBJECT, PEER, "short");
  rig_fails(rig, CHECK(CHECK_SENDS_TRANSMIT_TIMESTAMP), "too few");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(nothing_is_no_request),
      RIG_TEST(fields),
      RIG_TEST(timestamps_are_numbers_without_sign),
      RIG_TEST(lengths),
      RIG_TEST(trailers),
      RIG_TEST(fresh),
      RIG_TEST(zero_is_not_fresh),
      RIG_TEST(unpredictable),
      RIG_TEST(the_time_may_be_told),
      RIG_TEST(the_same_end_is_predictable),
      RIG_TEST(clock_times_are_predictable),
      RIG_TEST(without_a_transmit_timestamp_nothing_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
