#include "packets.h"
#include "trace/conversation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SUBJECT at("127.0.0.1", 40000)
#define PEER at("127.0.0.1", 7)

enum { A = 0, B = 1 }; /* the initiator, the responder */

static struct conversation *converse(const struct packets *packets) {
  struct conversation *conversation;
  struct err err = {0};
  enum err_code code = conversation_of(packets->trace, &conversation, &err);
  if (code != ERR_OK) print_error("%s\n", err.text);
  assert_int_equal(code, ERR_OK);
  return conversation;
}

static const char *const KINDS[] = {
    [EVENT_DATAGRAM] = "datagram", [EVENT_OPEN] = "open", [EVENT_DATA] = "data",
    [EVENT_FIN] = "fin",           [EVENT_RST] = "rst",   [EVENT_ICMP_ERROR] = "icmp",
    [EVENT_OPAQUE] = "opaque"};

/* "> open, < open, > data hello, ...": what a flow is, in one line. */
static void assert_flow(const struct conversation *conversation, size_t index,
                        const char *expected) {
  assert_true(index < conversation_flow_count(conversation));
  const struct trace_flow *flow = conversation_flow(conversation, index);
  struct text text = TEXT_INIT(1 << 20);
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (i > 0) text_append(&text, ", ");
    text_appendf(&text, "%c %s", event->from_initiator ? '>' : '<', KINDS[event->kind]);
    if (event->payload.len > 0 && event->kind != EVENT_ICMP_ERROR) {
      text_append(&text, " ");
      text_append_escaped(&text, span_part(event->payload, 0, 40));
    }
    if (event->note != NULL) text_appendf(&text, " (%s)", event->note);
  }
  assert_string_equal(text_chars(&text), expected);
  text_free(&text);
}

static void assert_one_flow(const struct packets *packets, const char *expected) {
  struct conversation *conversation = converse(packets);
  assert_int_equal(conversation_flow_count(conversation), 1);
  assert_flow(conversation, 0, expected);
  conversation_destroy(conversation);
}

static void a_udp_flow_is_a_pair_of_endpoints(void **state) {
  (void)state;
  struct packets packets = packets_create();
  packets_text(&packets, SUBJECT, PEER, "one");
  packets_text(&packets, at("127.0.0.1", 40001), PEER, "other");
  packets_text(&packets, PEER, SUBJECT, "two");
  packets_text(&packets, SUBJECT, PEER, "");
  struct conversation *conversation = converse(&packets);
  assert_int_equal(conversation_flow_count(conversation), 2);
  assert_flow(conversation, 0, "> datagram one, < datagram two, > datagram");
  assert_flow(conversation, 1, "> datagram other");
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_int_equal(flow->initiator.port, 40000);
  assert_int_equal(flow->events[1].packet_index, 2);
  assert_int_equal(flow->events[1].checksum, IP_CHECKSUM_PARTIAL);
  assert_int_equal(flow->events[1].hop_limit, 64);
  assert_int_equal(flow->events[1].sources[0].octet_offset, 14 + 20 + 8);
  assert_int_equal(flow->events[1].sources[0].len, 3);
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static void largest_datagram(const char *from, const char *to, size_t fragments) {
  struct packets packets = packets_create();
  uint8_t *octets = malloc(65507);
  assert_non_null(octets);
  for (size_t i = 0; i < 65507; i++) {
    octets[i] = (uint8_t)(i * 31 + i / 256);
  }
  packets_udp_fragments(&packets, at(from, 40000), at(to, 7), span_of(octets, 65507), 1500);
  assert_int_equal(trace_count(packets.trace), fragments);
  struct conversation *conversation = converse(&packets);
  assert_int_equal(conversation_flow_count(conversation), 1);
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_int_equal(flow->event_count, 1);
  assert_true(span_equal(flow->events[0].payload, span_of(octets, 65507)));
  assert_int_equal(flow->events[0].source_count, fragments);
  assert_int_equal(flow->events[0].checksum, IP_CHECKSUM_PARTIAL);
  conversation_destroy(conversation);
  packets_destroy(&packets);
  free(octets);
}

static void fragments_are_joined(void **state) {
  (void)state;
  largest_datagram("127.0.0.1", "127.0.0.1", 45);
  largest_datagram("::1", "::1", 46);
}

static void fragments_in_any_order_are_joined(void **state) {
  (void)state;
  struct packets packets = packets_create();
  packets_udp_fragments(&packets, SUBJECT, PEER, span_of_text("0123456789abcdef0123456789"), 36);
  struct packets shuffled = packets_create();
  size_t count = trace_count(packets.trace);
  assert_int_equal(count, 3);
  static const size_t ORDER[] = {2, 0, 0, 1};
  for (size_t i = 0; i < 4; i++) {
    struct err err;
    assert_int_equal(trace_add(shuffled.trace, trace_packet(packets.trace, ORDER[i]), &err),
                     ERR_OK);
  }
  assert_one_flow(&shuffled, "> datagram 0123456789abcdef0123456789");
  packets_destroy(&shuffled);
  packets_destroy(&packets);
}

/* As many octets as are due, but one piece lies behind the last one, which came after it. */
static void a_fragment_behind_the_last_is_told(void **state) {
  (void)state;
  enum { OFFSET_PLACE = 14 + 40 + 2 }; /* in the fragment header, behind Ethernet's and IPv6's */
  struct packets packets = packets_create();
  packets_udp_fragments(&packets, at("::1", 40000), at("::1", 7),
                        span_of_text("0123456789abcdef0123456789"), 64);
  assert_int_equal(trace_count(packets.trace), 3);
  struct packets moved = packets_create();
  for (size_t i = 0; i < 3; i++) {
    uint8_t octets[128];
    struct packet packet = *trace_packet(packets.trace, i);
    assert_true(packet.bytes.len <= sizeof octets);
    memcpy(octets, packet.bytes.bytes, packet.bytes.len);
    if (i == 1) octets[OFFSET_PLACE] = 0x20;
    packet.bytes = span_of(octets, packet.bytes.len);
    struct err err;
    assert_int_equal(trace_add(moved.trace, &packet, &err), ERR_OK);
  }
  struct conversation *conversation = converse(&moved);
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_int_equal(flow->events[0].kind, EVENT_OPAQUE);
  assert_string_equal(flow->events[0].note, "a fragment lies behind the last one");
  conversation_destroy(conversation);
  packets_destroy(&moved);
  packets_destroy(&packets);
}

static void a_missing_fragment_is_told(void **state) {
  (void)state;
  struct packets packets = packets_create();
  packets_udp_fragments(&packets, SUBJECT, PEER, span_of_text("0123456789abcdef0123456789"), 36);
  struct trace *cut = trace_without(packets.trace, 1);
  struct packets less = {.trace = cut};
  struct conversation *conversation = converse(&less);
  assert_int_equal(conversation_flow_count(conversation), 1);
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_int_equal(flow->event_count, 1);
  assert_int_equal(flow->events[0].kind, EVENT_OPAQUE);
  assert_string_equal(flow->events[0].note, "fragments are missing");
  conversation_destroy(conversation);
  packets_destroy(&less);
  packets_destroy(&packets);
}

static void unfinished_fragments_are_bounded(void **state) {
  (void)state;
  struct packets packets = packets_create();
  for (int i = 0; i < 200; i++) {
    size_t before = trace_count(packets.trace);
    packets_udp_fragments(&packets, SUBJECT, PEER, span_of_text("0123456789abcdef0123"), 36);
    struct trace *less = trace_without(packets.trace, before);
    trace_destroy(packets.trace);
    packets.trace = less;
  }
  struct conversation *conversation = converse(&packets);
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_int_equal(conversation_flow_count(conversation), 1);
  assert_int_equal(flow->event_count, 200);
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static void an_icmp_error_about_the_initiator_is_told(void **state) {
  (void)state;
  static const char *const ADDRESSES[] = {"127.0.0.1", "::1"};
  for (size_t i = 0; i < 2; i++) {
    struct packets packets = packets_create();
    struct endpoint subject = at(ADDRESSES[i], 40000);
    struct endpoint peer = at(ADDRESSES[i], 7);
    packets_text(&packets, subject, peer, "x");
    packets_port_unreachable(&packets, subject, peer, span_of_text("x"));
    packets_text(&packets, peer, subject, "y");
    packets_port_unreachable(&packets, peer, subject, span_of_text("y"));
    struct conversation *conversation = converse(&packets);
    assert_int_equal(conversation_flow_count(conversation), 1);
    assert_flow(conversation, 0, "> datagram x, < icmp, < datagram y");
    const struct trace_flow *flow = conversation_flow(conversation, 0);
    assert_int_equal(flow->counters.late_icmp_errors, 1);
    assert_int_equal(flow->events[1].checksum, IP_CHECKSUM_VALID);
    conversation_destroy(conversation);
    packets_destroy(&packets);
  }
}

static void an_icmp_error_about_nothing_known_is_told(void **state) {
  (void)state;
  struct packets packets = packets_create();
  packets_port_unreachable(&packets, SUBJECT, PEER, span_of_text("x"));
  struct conversation *conversation = converse(&packets);
  assert_int_equal(conversation_flow_count(conversation), 1);
  assert_int_equal(conversation_flow(conversation, 0)->transport, TRANSPORT_ICMP);
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static void what_cannot_be_decoded_is_told(void **state) {
  (void)state;
  struct packets packets = packets_create();
  uint8_t rubbish[64] = {0};
  rubbish[12] = 0x08;
  rubbish[13] = 0x06;
  struct packet packet = {.wire_len = sizeof rubbish, .bytes = span_of(rubbish, sizeof rubbish)};
  struct err err;
  assert_int_equal(trace_add(packets.trace, &packet, &err), ERR_OK);
  packet.bytes.len = 3;
  assert_int_equal(trace_add(packets.trace, &packet, &err), ERR_OK);
  packet.bytes.len = 0; /* raw IP tells its version by an octet that is not there */
  assert_int_equal(trace_add_of(packets.trace, LINK_RAW, &packet, &err), ERR_OK);
  struct conversation *conversation = converse(&packets);
  assert_int_equal(conversation_flow_count(conversation), 1);
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_int_equal(flow->event_count, 3);
  assert_string_equal(flow->events[0].note, "not an IP packet");
  assert_string_equal(flow->events[1].note, "captured only in part");
  assert_string_equal(flow->events[2].note, "captured only in part");
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static struct connection open_connection(struct packets *packets) {
  struct connection connection = connection_between(packets, SUBJECT, PEER, 1000, 9000);
  connection_open(&connection);
  return connection;
}

static void a_lock_step_exchange_is_cut_at_its_turns(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  connection_send(&c, A, "hel");
  connection_send(&c, A, "lo");
  connection_receive(&c, B, true);
  connection_send(&c, B, "HELLO");
  connection_receive(&c, A, true);
  connection_send(&c, A, "bye");
  connection_receive(&c, B, false);
  connection_send(&c, B, "B");
  connection_send(&c, B, "YE");
  connection_receive(&c, A, false);
  connection_close(&c, A);
  assert_one_flow(&packets,
                  "> open, < open, > data hello, < data HELLO, > data bye, < data BYE, > fin, < "
                  "fin");
  packets_destroy(&packets);
}

/* An echo that begins before the message is all there: whether it does is luck, and not told. */
static void an_early_echo_is_no_turn(void **state) {
  (void)state;
  for (int lead = A; lead <= B; lead++) {
    size_t first = (size_t)lead;
    size_t second = 1 - first;
    struct packets packets = packets_create();
    struct connection c = open_connection(&packets);
    connection_send(&c, first, "hel");
    connection_receive(&c, second, true);
    connection_send(&c, first, "lo");
    connection_send(&c, second, "HEL");
    connection_receive(&c, second, true);
    connection_send(&c, second, "LO");
    connection_receive(&c, first, true);
    connection_send(&c, first, "bye");
    connection_receive(&c, second, true);
    connection_send(&c, second, "BYE");
    assert_one_flow(&packets,
                    lead == A ? "> open, < open, > data hello, < data HELLO, > data bye, < data BYE"
                              : "> open, < open, < data hello, > data HELLO, < data bye, > data "
                                "BYE");
    packets_destroy(&packets);
  }
}

/* The answer is sent when only a part of the segment had arrived: it is an answer all the same. */
static void what_had_been_received_in_part_comes_first(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  connection_send(&c, A, "x");
  connection_receive(&c, B, true);
  uint32_t start = c.sequence[B];
  connection_send(&c, B, "hello");
  connection_segment(&c, A, c.sequence[A], start + 3, TCP_ACK, span_of_text("ok"));
  connection_send(&c, B, "bye");
  assert_one_flow(&packets, "> open, < open, > data x, < data hellobye, > data ok");
  packets_destroy(&packets);
}

static void segments_may_be_repeated_overlap_and_come_out_of_order(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = connection_between(&packets, SUBJECT, PEER, 0xfffffffaU, 0xfffffff0U);
  connection_open(&c); /* and the numbers wrap around within the stream */
  uint32_t start = c.sequence[A];
  uint32_t ack = c.received[A];
  connection_segment(&c, A, start + 4, ack, TCP_ACK, span_of_text("efgh"));
  connection_segment(&c, A, start, ack, TCP_ACK, span_of_text("abcd"));
  connection_segment(&c, A, start + 2, ack, TCP_ACK, span_of_text("cdefghij"));
  connection_segment(&c, A, start, ack, TCP_ACK, span_of_text("abcd"));
  connection_segment(&c, A, start + 9, ack, TCP_ACK, (struct span){NULL, 0}); /* keep-alive */
  struct conversation *conversation = converse(&packets);
  assert_flow(conversation, 0, "> open, < open, > data abcdefghij");
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_int_equal(flow->counters.retransmissions, 1);
  assert_int_equal(flow->counters.out_of_order, 2);
  assert_int_equal(flow->counters.keep_alives, 1);
  assert_int_equal(flow->counters.pure_acks, 1);
  assert_true(
      span_equal(conversation_stream(conversation, flow, true), span_of_text("abcdefghij")));
  assert_int_equal(conversation_stream(conversation, flow, false).len, 0);
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static void a_hole_and_a_contradiction_are_told(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  uint32_t start = c.sequence[A];
  connection_segment(&c, A, start, c.received[A], TCP_ACK, span_of_text("abcd"));
  connection_segment(&c, A, start + 10, c.received[A], TCP_ACK, span_of_text("xyz"));
  connection_segment(&c, B, c.sequence[B], start, TCP_ACK, span_of_text("good"));
  connection_segment(&c, B, c.sequence[B], start, TCP_ACK, span_of_text("evil"));
  connection_segment(&c, B, c.sequence[B] + 5, start, TCP_ACK | TCP_FIN, (struct span){NULL, 0});
  assert_one_flow(&packets,
                  "> open, < open, > data abcdxyz (hole of 6 octets before octet 10 of the "
                  "stream), < data good (hole of 1 octets before octet 5 of the stream, "
                  "retransmitted with other octets), < fin");
  packets_destroy(&packets);
}

/* The turns of the others stay as they were: what is missing has its own place among them. */
static void a_message_that_was_not_captured_leaves_its_place(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  connection_send(&c, A, "one");
  connection_receive(&c, B, false);
  connection_send(&c, B, "yes, one");
  connection_receive(&c, A, false);
  c.sequence[A] += 3; /* "two" */
  connection_receive(&c, B, false);
  connection_send(&c, B, "yes, two");
  connection_receive(&c, A, false);
  connection_send(&c, A, "three");
  assert_one_flow(&packets,
                  "> open, < open, > data one, < data yes, one, > data (hole of 3 octets before "
                  "octet 6 of the stream), < data yes, two, > data three");
  packets_destroy(&packets);
}

static void a_port_pair_used_again_is_another_flow(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  connection_send(&c, A, "one");
  connection_receive(&c, B, true);
  connection_close(&c, A);
  struct connection d = connection_between(&packets, SUBJECT, PEER, 5000, 6000);
  connection_segment(&d, A, 5000, 0, TCP_SYN, (struct span){NULL, 0});
  connection_open(&d); /* the SYN again: a retransmission */
  connection_send(&d, A, "two");
  connection_rst(&d, B);
  connection_rst(&d, B);
  struct conversation *conversation = converse(&packets);
  assert_int_equal(conversation_flow_count(conversation), 2);
  assert_flow(conversation, 0, "> open, < open, > data one, > fin, < fin");
  assert_flow(conversation, 1, "> open, < open, > data two, < rst");
  assert_int_equal(conversation_flow(conversation, 1)->counters.syn_retransmissions, 1);
  assert_int_equal(conversation_flow(conversation, 1)->counters.late_resets, 1);
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static void a_reset_behind_both_fins_is_counted(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  connection_fin(&c, A);
  connection_fin(&c, B); /* at the same time */
  connection_rst(&c, A);
  struct conversation *conversation = converse(&packets);
  assert_flow(conversation, 0, "> open, < open, > fin, < fin");
  assert_int_equal(conversation_flow(conversation, 0)->counters.late_resets, 1);
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static void a_refused_connection_is_a_syn_and_a_reset(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = connection_between(&packets, SUBJECT, PEER, 1000, 0);
  connection_segment(&c, A, 1000, 0, TCP_SYN, (struct span){NULL, 0});
  connection_segment(&c, B, 0, 1001, TCP_RST | TCP_ACK, (struct span){NULL, 0});
  assert_one_flow(&packets, "> open, < rst");
  packets_destroy(&packets);
}

static void a_half_close_that_is_used_is_told(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  connection_send(&c, A, "question");
  connection_fin(&c, A);
  connection_receive(&c, B, true);
  connection_send(&c, B, "answer");
  connection_fin(&c, B);
  struct conversation *conversation = converse(&packets);
  assert_flow(conversation, 0, "> open, < open, > data question, > fin, < data answer, < fin");
  const struct trace_flow *flow = conversation_flow(conversation, 0);
  assert_true(flow->events[3].peer_went_on);
  assert_false(flow->events[5].peer_went_on);
  conversation_destroy(conversation);
  packets_destroy(&packets);
}

static void a_wrong_checksum_is_told(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = open_connection(&packets);
  connection_send(&c, A, "data");
  size_t last = trace_count(packets.trace) - 1;
  struct packets changed = {.trace = trace_with_octet(packets.trace, last, 14 + 20 + 16, 1)};
  assert_one_flow(&changed, "> open, < open, > opaque data (wrong TCP checksum)");
  packets_destroy(&changed);
  changed.trace = trace_with_octet(packets.trace, last, 14 + 4, 1); /* identification */
  assert_one_flow(&changed,
                  "> open, < open, > opaque \\x9c@\\x00\\x07\\x00\\x00\\x03\\xe9\\x00\\x00#)P"
                  "\\x18\\xff\\xff\\xfe \\x00\\x00data (wrong IPv4 header checksum)");
  packets_destroy(&changed);
  packets_destroy(&packets);
}

static void a_connection_without_its_syn_is_told(void **state) {
  (void)state;
  struct packets packets = packets_create();
  struct connection c = connection_between(&packets, SUBJECT, PEER, 1000, 2000);
  connection_send(&c, A, "mid");
  connection_receive(&c, B, false);
  connection_send(&c, B, "MID");
  assert_one_flow(&packets,
                  "> data mid, > opaque (no SYN was captured before it), < data MID, < opaque (no "
                  "SYN was captured before it)");
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_udp_flow_is_a_pair_of_endpoints),
      cmocka_unit_test(fragments_are_joined),
      cmocka_unit_test(fragments_in_any_order_are_joined),
      cmocka_unit_test(a_fragment_behind_the_last_is_told),
      cmocka_unit_test(a_missing_fragment_is_told),
      cmocka_unit_test(unfinished_fragments_are_bounded),
      cmocka_unit_test(an_icmp_error_about_the_initiator_is_told),
      cmocka_unit_test(an_icmp_error_about_nothing_known_is_told),
      cmocka_unit_test(what_cannot_be_decoded_is_told),
      cmocka_unit_test(a_lock_step_exchange_is_cut_at_its_turns),
      cmocka_unit_test(an_early_echo_is_no_turn),
      cmocka_unit_test(what_had_been_received_in_part_comes_first),
      cmocka_unit_test(segments_may_be_repeated_overlap_and_come_out_of_order),
      cmocka_unit_test(a_hole_and_a_contradiction_are_told),
      cmocka_unit_test(a_message_that_was_not_captured_leaves_its_place),
      cmocka_unit_test(a_port_pair_used_again_is_another_flow),
      cmocka_unit_test(a_reset_behind_both_fins_is_counted),
      cmocka_unit_test(a_refused_connection_is_a_syn_and_a_reset),
      cmocka_unit_test(a_half_close_that_is_used_is_told),
      cmocka_unit_test(a_wrong_checksum_is_told),
      cmocka_unit_test(a_connection_without_its_syn_is_told),
  };
  return cmocka_run_group_tests_name("conversation", tests, NULL, NULL);
}
