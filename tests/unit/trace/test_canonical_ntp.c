#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define XMT UINT64_C(0xe1234567deadbeef)
#define ARRIVAL_NS INT64_C(1800000000123456789)

#define REQUEST_LINE                                                                     \
  "> ntp leap=0 version=4 mode=client stratum=0 poll=0 precision=0 root_delay=00000000 " \
  "root_dispersion=00000000 reference_id=00000000 reference=0 origin=0 receive=0 "       \
  "transmit=$ntp.xmt1 length=48 checksum=valid\n"
#define REPLY_START                                                                        \
  "< ntp leap=0 version=4 mode=server stratum=2 poll=0 precision=-20 root_delay=00000400 " \
  "root_dispersion=00000400 reference_id=c0000201 "

static struct packets exchange(const struct ntp_message *request, const struct ntp_message *reply) {
  struct packets packets = packets_create();
  packets_ntp(&packets, SUBJECT, NTP_PEER, request);
  if (reply != NULL) packets_ntp(&packets, NTP_PEER, SUBJECT, reply);
  return packets;
}

static void assert_reply(const struct canonical_head *head, const struct ntp_message *reply,
                         const char *expected_fields) {
  struct ntp_message request = ntp_request(XMT);
  struct packets packets = exchange(&request, reply);
  struct text expected = TEXT_INIT(4096);
  text_append(&expected, "flow udp ipv4 subject:$port1 > peer:123\n" REQUEST_LINE);
  text_append(&expected, expected_fields);
  assert_flows(packets.trace, head, text_chars(&expected));
  text_free(&expected);
  packets_destroy(&packets);
}

static void an_honest_exchange(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  assert_reply(&head, &reply,
               REPLY_START
               "reference=$ntp.ref1 origin=$ntp.xmt1 receive=$ntp.rec1 "
               "transmit=$ntp.xmt2 length=48 checksum=valid\n");
}

static void timestamps_relative_to_each_other(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  head_add_rule(&head, "ntp.transmit", POLICY_BIND, "ntp.receive");
  head_add_rule(&head, "ntp.reference", POLICY_BIND, "ntp.receive");
  struct ntp_message request = ntp_request(XMT);
  /* Whatever the time was: the rounding of both timestamps to 2^-32 s is not told. */
  for (int64_t ns = 0; ns < 20; ns++) {
    struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS + ns * 777777777);
    assert_reply(&head, &reply,
                 REPLY_START
                 "reference=$ntp.rec1-16.000000000 origin=$ntp.xmt1 "
                 "receive=$ntp.rec1 transmit=$ntp.rec1+0.250000000 length=48 "
                 "checksum=valid\n");
  }
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  reply.transmit = ntp_from_unix_ns(ARRIVAL_NS + 1);
  assert_reply(&head, &reply,
               REPLY_START
               "reference=$ntp.rec1-16.000000000 origin=$ntp.xmt1 receive=$ntp.rec1 "
               "transmit=$ntp.rec1+0.000000001 length=48 checksum=valid\n");
  reply.transmit = reply.receive ^ 1; /* no reading of a clock of nanoseconds */
  reply.reference = reply.receive;
  assert_reply(&head, &reply,
               REPLY_START
               "reference=$ntp.rec1+0.000000000 origin=$ntp.xmt1 receive=$ntp.rec1 "
               "transmit=$ntp.rec1+0xffffffffffffffff length=48 checksum=valid\n");
}

static void no_bit_of_a_relative_timestamp_is_lost(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  head_add_rule(&head, "ntp.transmit", POLICY_BIND, "ntp.receive");
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message honest = ntp_reply(&request, ARRIVAL_NS);
  struct packets expected = exchange(&request, &honest);
  for (unsigned bit = 0; bit < 64; bit++) {
    struct ntp_message reply = honest;
    reply.transmit ^= UINT64_C(1) << bit;
    struct packets actual = exchange(&request, &reply);
    assert_other_form(expected.trace, actual.trace, &head);
    packets_destroy(&actual);
  }
  packets_destroy(&expected);
}

static void rules_exact_and_ignore(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  head_add_rule(&head, "ntp.transmit", POLICY_EXACT, NULL);
  head_add_rule(&head, "ntp.receive", POLICY_IGNORE, NULL);
  head_add_rule(&head, "ntp.root_delay", POLICY_IGNORE, NULL);
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  reply.transmit = 0x83aa7e8000000001;
  struct packets packets = exchange(&request, &reply);
  assert_flows(
      packets.trace, &head,
      "flow udp ipv4 subject:$port1 > peer:123\n"
      "> ntp leap=0 version=4 mode=client stratum=0 poll=0 precision=0 root_delay=~ "
      "root_dispersion=00000000 reference_id=00000000 reference=0 origin=0 receive=~ "
      "transmit=$ntp.xmt1 length=48 checksum=valid\n"
      "< ntp leap=0 version=4 mode=server stratum=2 poll=0 precision=-20 root_delay=~ "
      "root_dispersion=00000400 reference_id=c0000201 reference=$ntp.ref1 origin=$ntp.xmt1 "
      "receive=~ transmit=83aa7e8000000001 length=48 checksum=valid\n");
  struct canonical *form = form_of(packets.trace, &head);
  struct canonical_strength strength = canonical_strength(form);
  assert_int_equal(strength.fields, 30);
  assert_int_equal(strength.ignored_fields, 4);
  assert_int_equal(strength.variables_used_once, 1); /* the reference timestamp */
  canonical_destroy(form);
  packets_destroy(&packets);
}

static void origins_that_are_not_the_requests(void **state) {
  (void)state;
  static const struct {
    ntp_timestamp origin;
    const char *told;
  } CASES[] = {{XMT ^ 1, "$ntp.xmt1^0000000000000001"},
               {XMT ^ UINT64_C(0x8000000000000100), "$ntp.xmt1^8000000000000100"},
               {XMT ^ 7, "e1234567deadbee8"},
               {0, "0"}};
  struct canonical_head head = head_of_case();
  struct ntp_message request = ntp_request(XMT);
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
    reply.origin = CASES[i].origin;
    struct text expected = TEXT_INIT(4096);
    text_appendf(&expected,
                 REPLY_START
                 "reference=$ntp.ref1 origin=%s receive=$ntp.rec1 transmit=$ntp.xmt2 "
                 "length=48 checksum=valid\n",
                 CASES[i].told);
    assert_reply(&head, &reply, text_chars(&expected));
    text_free(&expected);
  }
}

static void a_kiss_of_death_repeats_the_request(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  reply.leap = 3;
  reply.stratum = 0;
  reply.reference_id = 0x52415445; /* RATE */
  reply.reference = 0;
  reply.receive = reply.transmit = XMT;
  assert_reply(&head, &reply,
               "< ntp leap=3 version=4 mode=server stratum=0 poll=0 precision=-20 "
               "root_delay=00000400 root_dispersion=00000400 reference_id=\"RATE\" reference=0 "
               "origin=$ntp.xmt1 receive=$ntp.xmt1 transmit=$ntp.xmt1 length=48 checksum=valid\n");
}

static void two_readings_of_one_clock_may_be_equal(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  struct packets different = exchange(&request, &reply);
  reply.transmit = reply.receive;
  struct packets equal = exchange(&request, &reply);
  assert_same_form(different.trace, equal.trace, &head);
  packets_destroy(&different);
  packets_destroy(&equal);
}

/* Both are told relative to the arrival, however long each was held. */
static void replies_to_one_request_share_its_arrival(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  head_add_rule(&head, "ntp.transmit", POLICY_BIND, "ntp.receive");
  head_add_rule(&head, "ntp.reference", POLICY_BIND, "ntp.receive");
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  reply.transmit = reply.receive;
  struct packets packets = exchange(&request, &reply);
  packets_ntp(&packets, NTP_PEER, SUBJECT, &reply);
  reply.transmit = ntp_from_unix_ns(ARRIVAL_NS + 5);
  packets_ntp(&packets, NTP_PEER, SUBJECT, &reply);
  static const char START[] = REPLY_START "reference=$ntp.rec1-16.000000000 origin=$ntp.xmt1 ";
  static const char END[] = " length=48 checksum=valid\n";
  struct text expected = TEXT_INIT(4096);
  text_append(&expected, "flow udp ipv4 subject:$port1 > peer:123\n" REQUEST_LINE);
  text_appendf(&expected, "%sreceive=$ntp.rec1 transmit=$ntp.rec1+0.000000000%s", START, END);
  text_appendf(&expected, "%sreceive=$ntp.rec1+0.000000000 transmit=$ntp.rec1+0.000000000%s", START,
               END);
  text_appendf(&expected, "%sreceive=$ntp.rec1+0.000000000 transmit=$ntp.rec1+0.000000005%s", START,
               END);
  assert_flows(packets.trace, &head, text_chars(&expected));
  text_free(&expected);
  packets_destroy(&packets);
}

static void a_foreign_reply_names_the_socket_that_asked(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  struct packets packets = exchange(&request, NULL);
  packets_ntp(&packets, at("127.0.0.1", 50123), SUBJECT, &reply);
  struct canonical *form = form_of(packets.trace, &head);
  struct text text = TEXT_INIT(1 << 16);
  canonical_print(form, &text);
  /* The flows are sorted: "peer" comes before "subject". */
  assert_non_null(strstr(text_chars(&text), "flow udp ipv4 subject:$port1 > peer:123\n"));
  assert_non_null(
      strstr(text_chars(&text), "flow udp ipv4 subject:$port2 > subject:$port1\n> ntp"));
  assert_non_null(strstr(text_chars(&text), "origin=$ntp.xmt1"));
  text_free(&text);
  canonical_destroy(form);
  packets_destroy(&packets);
}

static void extension_fields_and_mac(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  uint8_t trailer[28 + 20] = {0x01, 0x04, 0, 28, 0xaa};
  trailer[28 + 3] = 9;
  trailer[28 + 4] = 0xdd;
  reply.trailer = span_of(trailer, sizeof trailer);
  assert_reply(&head, &reply,
               REPLY_START
               "reference=$ntp.ref1 origin=$ntp.xmt1 receive=$ntp.rec1 transmit=$ntp.xmt2 "
               "ext1.type=0104 ext1.len=28 "
               "ext1.value=aa0000000000000000000000000000000000000000000000 mac.key=00000009 "
               "mac.digest=dd000000000000000000000000000000 length=96 checksum=valid\n");
  reply.trailer.len = 3;
  assert_reply(&head, &reply,
               REPLY_START
               "reference=$ntp.ref1 origin=$ntp.xmt1 receive=$ntp.rec1 "
               "transmit=$ntp.xmt2 trailer=010400 length=51 checksum=valid\n");
  head_add_rule(&head, "ntp.trailer", POLICY_IGNORE, NULL);
  assert_reply(&head, &reply,
               REPLY_START
               "reference=$ntp.ref1 origin=$ntp.xmt1 receive=$ntp.rec1 "
               "transmit=$ntp.xmt2 trailer=~ length=51 checksum=valid\n");
}

static void a_short_datagram_is_data(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  uint8_t octets[47] = {0x1c};
  packets_udp(&packets, NTP_PEER, SUBJECT, span_of(octets, 2));
  assert_flows(packets.trace, &head,
               "flow udp ipv4 peer:123 > subject:$port1\n> data \"\\x1c\\x00\" checksum=valid\n");
  head_add_rule(&head, "udp.payload", POLICY_IGNORE, NULL);
  assert_flows(packets.trace, &head,
               "flow udp ipv4 peer:123 > subject:$port1\n> data ~ octets=2 checksum=valid\n");
  packets_destroy(&packets);
}

static void without_names_the_port_tells_ntp(void **state) {
  (void)state;
  struct canonical_head head = {0};
  struct ntp_message request = ntp_request(XMT);
  struct packets packets = exchange(&request, NULL);
  assert_flows(packets.trace, &head, "flow udp ipv4 $addr1:$port1 > $addr1:$port2\n" REQUEST_LINE);
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_honest_exchange),
      cmocka_unit_test(timestamps_relative_to_each_other),
      cmocka_unit_test(no_bit_of_a_relative_timestamp_is_lost),
      cmocka_unit_test(rules_exact_and_ignore),
      cmocka_unit_test(origins_that_are_not_the_requests),
      cmocka_unit_test(a_kiss_of_death_repeats_the_request),
      cmocka_unit_test(two_readings_of_one_clock_may_be_equal),
      cmocka_unit_test(replies_to_one_request_share_its_arrival),
      cmocka_unit_test(a_foreign_reply_names_the_socket_that_asked),
      cmocka_unit_test(extension_fields_and_mac),
      cmocka_unit_test(a_short_datagram_is_data),
      cmocka_unit_test(without_names_the_port_tells_ntp),
  };
  return cmocka_run_group_tests_name("canonical_ntp", tests, NULL, NULL);
}
