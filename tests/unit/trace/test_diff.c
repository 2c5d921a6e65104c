#include "forms.h"
#include "trace/diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A = 0, B = 1 };

#define XMT UINT64_C(0xe1234567deadbeef)
#define ARRIVAL_NS INT64_C(1800000000123456789)

/* The difference of two traces, the first read back from its text as a golden is. */
struct compared {
  struct canonical *expected, *actual;
  struct diff_result result;
};

static struct compared compare_under(const struct trace *x, const struct canonical_head *x_head,
                                     const struct trace *y, const struct canonical_head *y_head) {
  struct compared compared;
  struct err err = {0};
  struct text text = TEXT_INIT(1 << 20);
  print_form(x, x_head, &text);
  enum err_code code =
      canonical_parse("golden.txt", span_of(text_chars(&text), text.len), &compared.expected, &err);
  if (code != ERR_OK) print_error("%s\n", err.text);
  assert_int_equal(code, ERR_OK);
  text_free(&text);
  compared.actual = form_of(y, y_head);
  assert_int_equal(diff_canonical(compared.expected, compared.actual, &compared.result, &err),
                   ERR_OK);
  return compared;
}

static struct compared compare(const struct packets *x, const struct packets *y) {
  struct canonical_head head = head_of_case();
  return compare_under(x->trace, &head, y->trace, &head);
}

static void release(struct compared *compared) {
  diff_free(&compared->result);
  canonical_destroy(compared->expected);
  canonical_destroy(compared->actual);
}

static void assert_told(const struct compared *compared, const char *requirement,
                        const char *expected) {
  struct text text = TEXT_INIT(1 << 16);
  diff_print(&compared->result, compared->expected, compared->actual, requirement, &text);
  assert_string_equal(text_chars(&text), expected);
  text_free(&text);
}

static void add_exchange(struct packets *packets, uint16_t port, ntp_timestamp transmit) {
  struct ntp_message request = ntp_request(transmit);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS + port);
  packets_ntp(packets, at("127.0.0.1", port), NTP_PEER, &request);
  packets_ntp(packets, NTP_PEER, at("127.0.0.1", port), &reply);
}

static void the_same_conversation(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  add_exchange(&x, 40000, XMT);
  packets_text(&x, at("127.0.0.1", 40001), ECHO_PEER, "x");
  packets_text(&y, at("127.0.0.1", 50001), ECHO_PEER, "x");
  add_exchange(&y, 50000, XMT + 12345);
  struct compared compared = compare(&x, &y);
  assert_int_equal(compared.result.count, 0);
  assert_told(&compared, "S01", "no difference\n");
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void a_changed_field_is_pointed_at(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  add_exchange(&x, 40000, XMT);
  struct ntp_message request = ntp_request(XMT);
  struct ntp_message reply = ntp_reply(&request, ARRIVAL_NS);
  reply.origin ^= 1;
  reply.leap = 3;
  packets_ntp(&y, SUBJECT, NTP_PEER, &request);
  packets_ntp(&y, NTP_PEER, SUBJECT, &reply);
  struct compared compared = compare(&x, &y);
  assert_int_equal(compared.result.count, 1);
  assert_int_equal(compared.result.listed, 2);
  const struct difference *difference = &compared.result.list[1];
  assert_string_equal(difference->flow, "flow udp ipv4 subject:$port1 > peer:123");
  assert_int_equal(difference->event, 2);
  assert_string_equal(difference->field, "origin");
  assert_string_equal(difference->expected, "$ntp.xmt1");
  assert_string_equal(difference->actual, "$ntp.xmt1^0000000000000001");
  assert_int_equal(difference->packet_index, 1);
  assert_int_equal(difference->octet_offset, 14 + 20 + 8 + 24);
  assert_told(&compared, "S31: the origin timestamp must be the request's transmit timestamp",
              "1 difference\n"
              "\n"
              "flow udp ipv4 subject:$port1 > peer:123\n"
              "      > ntp leap=0 version=4 mode=client stratum=0 poll=0 precision=0 "
              "root_delay=00000000 root_dispersion=000000...\n"
              "    ! < ntp leap=0 version=4 mode=server stratum=2 poll=0 precision=-20 "
              "root_delay=00000400 root_dispersion=0000...\n"
              "  event 2, field leap, packet 2, octet 42\n"
              "      expected  0\n"
              "      actual    3\n"
              "                ^\n"
              "  event 2, field origin, packet 2, octet 66\n"
              "      expected  $ntp.xmt1\n"
              "      actual    $ntp.xmt1^0000000000000001\n"
              "                         ^\n"
              "\n"
              "requirement: S31: the origin timestamp must be the request's transmit timestamp\n");
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void fill_talk(struct packets *packets, int left_out, const char *fifth) {
  for (int i = 0; i < 9; i++) {
    char text[16];
    (void)snprintf(text, sizeof text, "message %d", i);
    if (i == left_out) continue;
    packets_text(packets, SUBJECT, ECHO_PEER, i == 5 ? fifth : text);
  }
}

static void one_deleted_packet_is_one_hunk(void **state) {
  (void)state;
  struct packets whole = packets_create();
  fill_talk(&whole, -1, "message 5");
  for (int left_out = 0; left_out < 9; left_out++) {
    struct packets less = packets_create();
    fill_talk(&less, left_out, "message 5");
    struct compared missing = compare(&whole, &less);
    assert_int_equal(missing.result.count, 1);
    assert_int_equal(missing.result.list[0].event, left_out + 1);
    assert_string_equal(missing.result.list[0].field, "");
    assert_string_equal(missing.result.list[0].actual, "");
    release(&missing);
    struct compared added = compare(&less, &whole);
    assert_int_equal(added.result.count, 1);
    assert_int_equal(added.result.list[0].event, left_out + 1);
    assert_int_equal(added.result.list[0].packet_index, left_out);
    assert_string_equal(added.result.list[0].expected, "");
    release(&added);
    packets_destroy(&less);
  }
  struct packets less = packets_create();
  fill_talk(&less, 4, "message 5");
  struct compared missing = compare(&whole, &less);
  assert_told(&missing, NULL,
              "1 difference\n"
              "\n"
              "flow udp ipv4 subject:$port1 > echo:7\n"
              "  event 5 is missing\n"
              "      > data \"message 3\" checksum=valid\n"
              "    - > data \"message 4\" checksum=valid\n"
              "      > data \"message 5\" checksum=valid\n");
  release(&missing);
  struct compared added = compare(&less, &whole);
  assert_told(&added, NULL,
              "1 difference\n"
              "\n"
              "flow udp ipv4 subject:$port1 > echo:7\n"
              "  event 5 is not expected, packet 5\n"
              "    + > data \"message 4\" checksum=valid\n");
  release(&added);
  packets_destroy(&less);
  packets_destroy(&whole);
}

static void changed_payload_is_pointed_at_to_the_octet(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  fill_talk(&x, 2, "a \"b\" \x01 c");
  fill_talk(&y, 3, "a \"b\" \x01 d");
  struct compared compared = compare(&x, &y);
  /* One changed, one missing, one too many: two of them next to each other are one that changed. */
  assert_int_equal(compared.result.count, 2);
  const struct difference *difference = &compared.result.list[1];
  assert_string_equal(difference->field, "payload");
  assert_string_equal(difference->expected, "\"a \\\"b\\\" \\x01 c\"");
  assert_int_equal(difference->event, 5);
  assert_int_equal(difference->octet_offset, 14 + 28 + 8);
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

/* What differs came in the second of two segments: that is the packet to look at. */
static void changed_payload_is_pointed_at_in_its_own_packet(void **state) {
  (void)state;
  struct packets sides[2];
  for (size_t i = 0; i < 2; i++) {
    sides[i] = packets_create();
    struct connection c = connection_between(&sides[i], SUBJECT, ECHO_PEER, 1000, 5000);
    connection_open(&c);
    connection_send(&c, 0, "hel");
    connection_send(&c, 0, i == 0 ? "lo" : "lp");
    connection_receive(&c, 1, true);
    connection_close(&c, 0);
  }
  struct compared compared = compare(&sides[0], &sides[1]);
  assert_int_equal(compared.result.count, 1);
  assert_string_equal(compared.result.list[0].actual, "\"hellp\"");
  assert_int_equal(compared.result.list[0].packet_index, 4);
  assert_int_equal(compared.result.list[0].octet_offset, 14 + 20 + 20 + 1);
  release(&compared);
  packets_destroy(&sides[0]);
  packets_destroy(&sides[1]);
}

static void a_variable_that_is_another_is_told(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  for (int way = 0; way < 2; way++) {
    struct packets *packets = way == 0 ? &x : &y;
    struct ntp_message first = ntp_request(XMT);
    struct ntp_message second = ntp_request(~XMT);
    struct ntp_message reply = ntp_reply(way == 0 ? &second : &first, ARRIVAL_NS);
    packets_ntp(packets, SUBJECT, NTP_PEER, &first);
    packets_ntp(packets, SUBJECT, NTP_PEER, &second);
    packets_ntp(packets, NTP_PEER, SUBJECT, &reply);
  }
  struct compared compared = compare(&x, &y);
  assert_int_equal(compared.result.count, 1);
  assert_int_equal(compared.result.listed, 1);
  assert_string_equal(compared.result.list[0].field, "origin");
  assert_string_equal(compared.result.list[0].expected, "$ntp.xmt2");
  assert_string_equal(compared.result.list[0].actual, "$ntp.xmt1");
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void a_flow_too_many_and_a_flow_too_few(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  for (uint16_t i = 0; i < 20; i++) {
    add_exchange(&x, (uint16_t)(40000 + i), XMT + i);
    if (i != 7) add_exchange(&y, (uint16_t)(40000 + i), XMT + i);
  }
  struct compared missing = compare(&x, &y);
  assert_int_equal(missing.result.count, 1);
  assert_int_equal(missing.result.list[0].event, 0);
  assert_string_equal(missing.result.list[0].expected, "a flow of 2 events");
  release(&missing);
  struct compared added = compare(&y, &x);
  assert_int_equal(added.result.count, 1);
  assert_string_equal(added.result.list[0].actual, "a flow of 2 events");
  release(&added);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void other_ends_are_told(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  packets_text(&x, SUBJECT, ECHO_PEER, "hello");
  packets_text(&y, SUBJECT, at("127.0.0.1", 8), "hello");
  struct compared compared = compare(&x, &y);
  assert_int_equal(compared.result.count, 1);
  assert_string_equal(compared.result.list[0].field, "responder");
  assert_string_equal(compared.result.list[0].expected, "echo:7");
  assert_string_equal(compared.result.list[0].actual, "subject:$port2");
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void heads(void **state) {
  (void)state;
  struct packets x = packets_create();
  packets_text(&x, SUBJECT, ECHO_PEER, "hello");
  struct canonical_head head = head_of_case();
  struct canonical_head other = head_of_case();
  /* Another case, and the peer on another port that stands for the same. */
  (void)snprintf(other.case_id, sizeof other.case_id, "another/case");
  other.endpoints[0].at.port = 31123;
  struct compared compared = compare_under(x.trace, &head, x.trace, &other);
  assert_int_equal(compared.result.count, 0);
  release(&compared);

  head_add_rule(&other, "ntp.leap", POLICY_IGNORE, NULL);
  other.endpoints[1].application = APPLICATION_NTP;
  (void)snprintf(other.others, sizeof other.others, "client");
  compared = compare_under(x.trace, &head, x.trace, &other);
  assert_int_equal(compared.result.count, 4);
  assert_string_equal(compared.result.list[0].field, "others");
  assert_string_equal(compared.result.list[1].field, "endpoint");
  assert_string_equal(compared.result.list[2].field, "policy");
  assert_string_equal(compared.result.list[2].actual, "policy ntp.leap ignore  -- luck");
  assert_string_equal(compared.result.list[3].field, "initiator");
  release(&compared);
  packets_destroy(&x);
}

static void a_changed_ending_is_one_hunk(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  for (int way = 0; way < 2; way++) {
    struct connection c = connection_between(way == 0 ? &x : &y, SUBJECT, ECHO_PEER, 1, 2);
    connection_open(&c);
    connection_send(&c, A, "hello");
    connection_receive(&c, B, true);
    if (way == 0) connection_close(&c, A);
    if (way == 1) connection_rst(&c, B);
  }
  struct compared compared = compare(&x, &y);
  assert_int_equal(compared.result.count, 1);
  assert_told(&compared, NULL,
              "1 difference\n"
              "\n"
              "flow tcp ipv4 subject:$port1 > echo:7\n"
              "      > data \"hello\"\n"
              "    ! close fin+fin\n"
              "  event 3, field how, packet 6\n"
              "      expected  fin+fin\n"
              "      actual    rst by <\n"
              "                ^\n");
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void what_is_too_much_is_bounded(void **state) {
  (void)state;
  struct packets x = packets_create();
  struct packets y = packets_create();
  for (int i = 0; i < 3000; i++) {
    packets_text(&x, SUBJECT, ECHO_PEER, "ping");
    packets_text(&y, SUBJECT, ECHO_PEER, "pong");
  }
  packets_text(&y, SUBJECT, ECHO_PEER, "one more");
  struct compared compared = compare(&x, &y);
  assert_int_equal(compared.result.count, 3001);
  assert_int_equal(compared.result.listed, 64);
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

static struct packets one_request(const char *text) {
  struct packets packets = packets_create();
  struct connection connection =
      connection_between(&packets, SUBJECT, at("127.0.0.1", 80), 1000, 5000);
  connection_open(&connection);
  connection_send(&connection, 0, text);
  connection_receive(&connection, 1, true);
  connection_close(&connection, 0);
  return packets;
}

/* Header fields have an order, which is told where nothing else is to be told. */
static void header_fields_in_another_order(void **state) {
  (void)state;
  static const char *const REQUESTS[] = {"GET / HTTP/1.0\r\nHost: a\r\nAccept: b\r\n\r\n",
                                         "GET / HTTP/1.0\r\nAccept: b\r\nHost: a\r\n\r\n",
                                         "GET / HTTP/1.0\r\nHost: a\r\nAccept: c\r\n\r\n"};
  static const char *const FIELDS[] = {"order of fields", "accept"};
  static const char *const EXPECTED[] = {"method target version host accept", "\"b\""};
  static const char *const ACTUAL[] = {"method target version accept host", "\"c\""};
  struct canonical_head head = {.others = "subject"};
  struct packets x = one_request(REQUESTS[0]);
  for (size_t i = 0; i < 2; i++) {
    struct packets y = one_request(REQUESTS[i + 1]);
    struct compared compared = compare_under(x.trace, &head, y.trace, &head);
    assert_int_equal(compared.result.count, 1);
    assert_int_equal(compared.result.listed, 1);
    assert_string_equal(compared.result.list[0].field, FIELDS[i]);
    assert_string_equal(compared.result.list[0].expected, EXPECTED[i]);
    assert_string_equal(compared.result.list[0].actual, ACTUAL[i]);
    assert_int_equal(compared.result.list[0].packet_index, 3);
    release(&compared);
    packets_destroy(&y);
  }
  packets_destroy(&x);
}

/* Datagrams of one flow that say these letters, in this order. */
static struct packets saying(const char *letters) {
  struct packets packets = packets_create();
  for (; *letters != '\0'; letters++) {
    char text[2] = {*letters, '\0'};
    packets_text(&packets, at("127.0.0.1", 4000), at("127.0.0.1", 9), text);
  }
  return packets;
}

static size_t differences_between(const char *expected, const char *actual, const char *field) {
  struct packets x = saying(expected), y = saying(actual);
  struct compared compared = compare(&x, &y);
  size_t count = compared.result.count;
  if (field != NULL) {
    assert_true(count > 0);
    assert_string_equal(compared.result.list[0].field, field);
  }
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
  return count;
}

static void what_moved_is_one_difference(void **state) {
  (void)state;
  assert_int_equal(differences_between("abcd", "abdc", "order"), 1);
  assert_int_equal(differences_between("abcdefg", "bcdefga", "order"), 1);
  assert_int_equal(differences_between("abcdefg", "gabcdef", "order"), 1);
  assert_int_equal(differences_between("abcdef", "badcfe", "order"), 3);
  assert_int_equal(differences_between("abcd", "abxd", "payload"), 1);
  assert_int_equal(differences_between("abcd", "abcxd", ""), 1);
  assert_int_equal(differences_between("abcd", "acd", ""), 1);
  assert_int_equal(differences_between("abcd", "xbca", NULL), 3); /* a moved, x is new, d is gone */
}

static void what_cannot_be_aligned_is_said(void **state) {
  (void)state;
  enum { MANY = 2500 };
  char one[MANY + 1], other[MANY + 1];
  for (size_t i = 0; i < MANY; i++) {
    one[i] = (char)('a' + i % 13);
    other[i] = (char)('n' + i % 12);
  }
  one[MANY] = other[MANY] = '\0';
  struct packets x = saying(one), y = saying(other);
  struct compared compared = compare(&x, &y);
  assert_int_equal(compared.result.gave_up, 1);
  struct text text = TEXT_INIT(1 << 20);
  diff_print(&compared.result, compared.expected, compared.actual, NULL, &text);
  assert_non_null(strstr(text_chars(&text), "too much differs to be aligned"));
  text_free(&text);
  release(&compared);
  packets_destroy(&x);
  packets_destroy(&y);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_conversation),
      cmocka_unit_test(a_changed_field_is_pointed_at),
      cmocka_unit_test(one_deleted_packet_is_one_hunk),
      cmocka_unit_test(changed_payload_is_pointed_at_to_the_octet),
      cmocka_unit_test(changed_payload_is_pointed_at_in_its_own_packet),
      cmocka_unit_test(a_variable_that_is_another_is_told),
      cmocka_unit_test(a_flow_too_many_and_a_flow_too_few),
      cmocka_unit_test(other_ends_are_told),
      cmocka_unit_test(heads),
      cmocka_unit_test(a_changed_ending_is_one_hunk),
      cmocka_unit_test(what_is_too_much_is_bounded),
      cmocka_unit_test(header_fields_in_another_order),
      cmocka_unit_test(what_moved_is_one_difference),
      cmocka_unit_test(what_cannot_be_aligned_is_said),
  };
  return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
