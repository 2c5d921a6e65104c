/* Every bit that is said to be compared is changed in turn, and each change must be told. */
#include "forms.h"

#include "trace/diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A = 0, B = 1 };

struct tally {
  size_t compared, skipped; /* bits */
};

/* Whether both the text and the differ tell the change. */
static bool is_told(const struct canonical *before, const char *before_text,
                    const struct trace *changed, const struct canonical_head *head) {
  struct canonical *after = form_of(changed, head);
  struct text text = TEXT_INIT(1 << 20);
  canonical_print(after, &text);
  struct diff_result result;
  struct err err;
  assert_int_equal(diff_canonical(before, after, &result, &err), ERR_OK);
  bool told = strcmp(before_text, text_chars(&text)) != 0 && result.count > 0;
  diff_free(&result);
  text_free(&text);
  canonical_destroy(after);
  return told;
}

static struct tally change_every_bit(const struct trace *trace, const struct canonical_head *head) {
  struct tally tally = {0, 0};
  struct canonical *form = form_of(trace, head);
  struct text before = TEXT_INIT(1 << 20);
  canonical_print(form, &before);
  for (size_t p = 0; p < trace_count(trace); p++) {
    for (size_t o = 0; o < trace_packet(trace, p)->bytes.len; o++) {
      uint8_t bits = canonical_octet_bits(form, p, o);
      enum octet_cover cover = canonical_octet_cover(form, p, o);
      assert_true((bits != 0) == (cover <= OCTET_BOUND));
      for (unsigned bit = 0; bit < 8; bit++) {
        if ((bits & 1U << bit) == 0) {
          tally.skipped++;
          continue;
        }
        /* Of an octet that is compared whole, one bit speaks for all: this must be done in time
         * under Valgrind too. */
        if (bits == 0xff && bit != o % 8) continue;
        struct trace *changed = trace_with_octet(trace, p, o, (uint8_t)(1U << bit));
        if (!is_told(form, text_chars(&before), changed, head)) {
          fail_msg("packet %zu, octet %zu, bit %u: the change is not told", p, o, bit);
        }
        trace_destroy(changed);
        tally.compared++;
      }
    }
  }
  text_free(&before);
  canonical_destroy(form);
  return tally;
}

static void add_ntp_exchange(struct packets *packets, struct endpoint subject,
                             struct endpoint peer) {
  struct ntp_message request = ntp_request(UINT64_C(0xe1234567deadbeef));
  struct ntp_message reply = ntp_reply(&request, INT64_C(1800000000123456789));
  packets_ntp(packets, subject, peer, &request);
  packets_ntp(packets, peer, subject, &reply);
}

static void ntp_over_both_versions(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  head_add_rule(&head, "ntp.transmit", POLICY_BIND, "ntp.receive");
  head_add_rule(&head, "ntp.reference", POLICY_BIND, "ntp.receive");
  head_add_rule(&head, "ntp.leap", POLICY_IGNORE, NULL);
  for (int full = 0; full < 2; full++) {
    struct packets packets = packets_create();
    packets.partial_checksums = full == 0;
    add_ntp_exchange(&packets, SUBJECT, NTP_PEER);
    struct tally tally = change_every_bit(packets.trace, &head);
    /* Not compared: the link's addresses, and the two bits that a rule ignores. */
    assert_int_equal(tally.skipped, 2 * (12 * 8 + 2));
    packets_destroy(&packets);

    packets = packets_create();
    packets.partial_checksums = full == 0;
    add_ntp_exchange(&packets, at("::1", 40000), at("::1", 123));
    tally = change_every_bit(packets.trace, &head);
    /* And traffic class, flow label and hop limit. */
    assert_int_equal(tally.skipped, 2 * (12 * 8 + 2 + 28 + 8));
    packets_destroy(&packets);
  }
}

static void a_lone_request_leaves_its_port_and_timestamp_free(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  struct ntp_message request = ntp_request(UINT64_C(0xe1234567deadbeef));
  packets_ntp(&packets, SUBJECT, NTP_PEER, &request);
  struct canonical *form = form_of(packets.trace, &head);
  assert_int_equal(canonical_octet_cover(form, 0, 0), OCTET_COUNTED);
  assert_int_equal(canonical_octet_cover(form, 0, 14 + 20), OCTET_IGNORED);
  assert_int_equal(canonical_octet_cover(form, 0, 14 + 20 + 2), OCTET_EXACT);
  assert_int_equal(canonical_octet_cover(form, 0, 14 + 28), OCTET_EXACT);
  assert_int_equal(canonical_octet_cover(form, 0, 14 + 28 + 40), OCTET_IGNORED);
  assert_int_equal(canonical_octet_cover(form, 0, 5000), OCTET_COUNTED);
  assert_int_equal(canonical_octet_cover(form, 77, 0), OCTET_COUNTED);
  canonical_destroy(form);
  (void)change_every_bit(packets.trace, &head);
  packets_destroy(&packets);
}

static void a_tcp_connection(void **state) {
  (void)state;
  static const char *const ADDRESSES[] = {"127.0.0.1", "::1"};
  struct canonical_head head = head_of_case();
  for (size_t i = 0; i < 2; i++) {
    struct packets packets = packets_create();
    packets.partial_checksums = i == 0;
    struct connection c =
        connection_between(&packets, at(ADDRESSES[i], 40000), at(ADDRESSES[i], 7), 1000, 5000);
    connection_open(&c);
    connection_send(&c, A, "hel");
    connection_send(&c, A, "lo");
    connection_receive(&c, B, true);
    connection_send(&c, B, "H");
    connection_send(&c, B, "ELLO");
    connection_receive(&c, A, true);
    connection_close(&c, A);
    (void)change_every_bit(packets.trace, &head);
    packets_destroy(&packets);
  }
}

static void a_refused_connection(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  struct connection c = connection_between(&packets, SUBJECT, ECHO_PEER, 1000, 0);
  connection_segment(&c, A, 1000, 0, TCP_SYN, (struct span){NULL, 0});
  connection_segment(&c, B, 0, 1001, TCP_RST | TCP_ACK, (struct span){NULL, 0});
  (void)change_every_bit(packets.trace, &head);
  packets_destroy(&packets);
}

/* A FIN and the reset behind it: each bit of them is told, or by a rule none. */
static void a_reset_whose_closing_is_ignored(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  struct connection c = connection_between(&packets, SUBJECT, ECHO_PEER, 1000, 5000);
  connection_open(&c);
  connection_send(&c, B, "not read");
  connection_receive(&c, A, true);
  connection_fin(&c, B);
  connection_receive(&c, A, false);
  connection_rst(&c, A);
  (void)change_every_bit(packets.trace, &head);
  head_add_rule(&head, "tcp.close", POLICY_IGNORE, NULL);
  (void)change_every_bit(packets.trace, &head);
  packets_destroy(&packets);
}

static void fragments_and_icmp(void **state) {
  (void)state;
  static const char *const ADDRESSES[] = {"127.0.0.1", "::1"};
  struct canonical_head head = head_of_case();
  for (size_t i = 0; i < 2; i++) {
    struct packets packets = packets_create();
    struct endpoint subject = at(ADDRESSES[i], 40000);
    struct endpoint peer = at(ADDRESSES[i], 7);
    packets_udp_fragments(&packets, subject, peer,
                          span_of_text("a datagram that is longer than a packet may be, and so "
                                       "goes in three"),
                          i == 0 ? 52 : 80);
    packets_port_unreachable(&packets, subject, peer, span_of_text("a datagram"));
    (void)change_every_bit(packets.trace, &head);
    packets_destroy(&packets);
  }
}

/* Where the partial and the full sum differ in one octet, the one can become the other. */
static void a_checksum_that_can_become_another_right_one(void **state) {
  (void)state;
  enum { CHECKSUM_AT = 14 + 20 + 6 };
  struct canonical_head head = head_of_case();
  size_t found = 0;
  for (unsigned value = 0; value < 0x10000 && found == 0; value++) {
    uint8_t payload[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    struct packets packets = packets_create();
    packets_udp(&packets, SUBJECT, ECHO_PEER, span_of(payload, 2));
    packets.partial_checksums = false;
    packets_udp(&packets, SUBJECT, ECHO_PEER, span_of(payload, 2));
    const uint8_t *partial = trace_packet(packets.trace, 0)->bytes.bytes + CHECKSUM_AT;
    const uint8_t *full = trace_packet(packets.trace, 1)->bytes.bytes + CHECKSUM_AT;
    if (partial[0] == full[0] && partial[1] != full[1]) {
      struct canonical *form = form_of(packets.trace, &head);
      assert_int_equal(canonical_octet_bits(form, 0, CHECKSUM_AT), 0xff);
      assert_int_equal(canonical_octet_bits(form, 0, CHECKSUM_AT + 1), 0);
      assert_int_equal(canonical_octet_cover(form, 1, CHECKSUM_AT + 1), OCTET_COUNTED);
      canonical_destroy(form);
      struct trace *changed =
          trace_with_octet(packets.trace, 0, CHECKSUM_AT + 1, partial[1] ^ full[1]);
      assert_same_form(packets.trace, changed, &head);
      trace_destroy(changed);
      found++;
    }
    packets_destroy(&packets);
  }
  assert_int_equal(found, 1);
}

static void what_cannot_be_decoded(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  uint8_t octets[40] = {0};
  octets[12] = 0x08;
  octets[13] = 0x06;
  struct packet packet = {.wire_len = sizeof octets, .bytes = span_of(octets, sizeof octets)};
  struct err err;
  assert_int_equal(trace_add(packets.trace, &packet, &err), ERR_OK);
  struct tally tally = change_every_bit(packets.trace, &head);
  assert_int_equal(tally.skipped, 0);
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ntp_over_both_versions),
      cmocka_unit_test(a_lone_request_leaves_its_port_and_timestamp_free),
      cmocka_unit_test(a_tcp_connection),
      cmocka_unit_test(a_refused_connection),
      cmocka_unit_test(a_reset_whose_closing_is_ignored),
      cmocka_unit_test(fragments_and_icmp),
      cmocka_unit_test(a_checksum_that_can_become_another_right_one),
      cmocka_unit_test(what_cannot_be_decoded),
  };
  return cmocka_run_group_tests_name("canonical_cover", tests, NULL, NULL);
}
