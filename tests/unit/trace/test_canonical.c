#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A = 0, B = 1 };

/* How one and the same TCP exchange may look on the wire. */
struct luck {
  uint16_t port;
  uint32_t isn[2];
  uint32_t identification;
  int64_t time_ns;
  bool pure_acks, split, retransmit, shuffle, simultaneous_close, early_reset, full_checksums;
};

static const struct luck CALM = {.port = 40000, .isn = {1000, 5000}};

static void say(struct connection *connection, size_t from, const char *text,
                const struct luck *luck) {
  uint32_t start = connection->sequence[from];
  uint32_t ack = connection->received[from];
  size_t len = strlen(text);
  struct span whole = span_of_text(text);
  struct span first = span_part(whole, 0, len / 2);
  struct span second = span_part(whole, len / 2, len);
  uint32_t middle = start + (uint32_t)first.len;
  if (luck->shuffle) {
    connection_segment(connection, from, middle, ack, TCP_ACK, second);
    connection_segment(connection, from, start, ack, TCP_ACK, first);
  } else if (luck->split) {
    connection_segment(connection, from, start, ack, TCP_ACK, first);
    if (luck->pure_acks) {
      connection_segment(connection, 1 - from, connection->sequence[1 - from], middle, TCP_ACK,
                         (struct span){NULL, 0});
    }
    connection_segment(connection, from, middle, ack, TCP_ACK, second);
  } else {
    connection_segment(connection, from, start, ack, TCP_ACK, whole);
  }
  if (luck->retransmit) connection_segment(connection, from, start, ack, TCP_ACK, whole);
  connection->sequence[from] += (uint32_t)len;
  connection_receive(connection, 1 - from, luck->pure_acks);
}

static struct packets echo_exchange(const struct luck *luck) {
  struct packets packets = packets_create();
  packets.identification = luck->identification;
  packets.time_ns += luck->time_ns;
  packets.partial_checksums = !luck->full_checksums;
  struct connection c = connection_between(&packets, at("127.0.0.1", luck->port), ECHO_PEER,
                                           luck->isn[0], luck->isn[1]);
  connection_open(&c);
  if (luck->retransmit) {
    connection_segment(&c, A, luck->isn[0], 0, TCP_SYN, (struct span){NULL, 0});
  }
  say(&c, A, "hello", luck);
  say(&c, B, "HELLO", luck);
  say(&c, A, "good bye", luck);
  say(&c, B, "GOOD BYE", luck);
  if (luck->simultaneous_close) {
    connection_fin(&c, B);
    connection_fin(&c, A);
  } else {
    connection_close(&c, A);
  }
  if (luck->early_reset) connection_rst(&c, A);
  return packets;
}

#define ECHO_FORM                           \
  "flow tcp ipv4 subject:$port1 > echo:7\n" \
  "open\n"                                  \
  "> data \"hello\"\n"                      \
  "< data \"HELLO\"\n"                      \
  "> data \"good bye\"\n"                   \
  "< data \"GOOD BYE\"\n"                   \
  "close fin+fin\n"

static void luck_is_not_told(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  for (unsigned way = 0; way < 256; way++) {
    struct luck luck = {.port = (uint16_t)(40000 + way),
                        .isn = {UINT32_MAX - way / 16, way * 7777777},
                        .identification = way * 13,
                        .time_ns = way * 999,
                        .pure_acks = (way & 1) != 0,
                        .split = (way & 2) != 0,
                        .retransmit = (way & 4) != 0,
                        .shuffle = (way & 8) != 0,
                        .simultaneous_close = (way & 16) != 0,
                        .early_reset = (way & 32) != 0,
                        .full_checksums = (way & 64) != 0};
    struct packets packets = echo_exchange(&luck);
    assert_flows(packets.trace, &head, ECHO_FORM);
    packets_destroy(&packets);
  }
}

static void closing(struct packets *packets, void (*close)(struct connection *),
                    const char *expected) {
  struct canonical_head head = head_of_case();
  struct connection c = connection_between(packets, SUBJECT, ECHO_PEER, 1, 2);
  connection_open(&c);
  close(&c);
  struct text text = TEXT_INIT(4096);
  text_appendf(&text, "flow tcp ipv4 subject:$port1 > echo:7\nopen\n%s\n", expected);
  assert_flows(packets->trace, &head, text_chars(&text));
  text_free(&text);
}

static void close_fin_a(struct connection *c) {
  connection_fin(c, A);
}
static void close_fin_b(struct connection *c) {
  connection_fin(c, B);
}
static void close_rst_a(struct connection *c) {
  connection_fin(c, B);
  connection_rst(c, A);
}
static void close_rst_b(struct connection *c) {
  connection_rst(c, B);
}
static void close_none(struct connection *c) {
  connection_receive(c, A, true);
}

static void the_ways_to_end_are_told(void **state) {
  (void)state;
  static const struct {
    void (*close)(struct connection *);
    const char *told;
  } WAYS[] = {{close_fin_a, "close fin by >"},
              {close_fin_b, "close fin by <"},
              {close_rst_a, "close rst by >"},
              {close_rst_b, "close rst by <"},
              {close_none, "close none"}};
  for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++) {
    struct packets packets = packets_create();
    closing(&packets, WAYS[i].close, WAYS[i].told);
    packets_destroy(&packets);
  }
}

/* The server ends first, and the client speaks on to a socket that is gone: whether the client's
 * FIN or the server's reset comes first is luck. */
static void a_reset_that_refuses_octets_is_told(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  for (int way = 0; way < 2; way++) {
    struct packets packets = packets_create();
    struct connection c = connection_between(&packets, SUBJECT, ECHO_PEER, 1, 2);
    connection_open(&c);
    connection_fin(&c, B);
    connection_receive(&c, A, true);
    connection_send(&c, A, "hello");
    if (way == 0) connection_fin(&c, A);
    connection_rst(&c, B);
    assert_flows(packets.trace, &head,
                 "flow tcp ipv4 subject:$port1 > echo:7\nopen\n> data \"hello\"\nclose rst by <\n");
    packets_destroy(&packets);
  }
}

static void a_refused_and_an_unanswered_connection(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  struct connection c = connection_between(&packets, SUBJECT, ECHO_PEER, 1000, 0);
  connection_segment(&c, A, 1000, 0, TCP_SYN, (struct span){NULL, 0});
  connection_segment(&c, A, 1000, 0, TCP_SYN, (struct span){NULL, 0});
  assert_flows(packets.trace, &head, "flow tcp ipv4 subject:$port1 > echo:7\nunanswered\n");
  connection_segment(&c, B, 0, 1001, TCP_RST | TCP_ACK, (struct span){NULL, 0});
  assert_flows(packets.trace, &head, "flow tcp ipv4 subject:$port1 > echo:7\nrefused\n");
  packets_destroy(&packets);
}

static void half_close_is_told_where_asked_for(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets before = packets_create();
  struct packets after = packets_create();
  for (int way = 0; way < 2; way++) {
    struct connection c = connection_between(way == 0 ? &before : &after, SUBJECT, ECHO_PEER, 1, 2);
    connection_open(&c);
    connection_send(&c, A, "question");
    if (way == 0) connection_fin(&c, A);
    connection_receive(&c, B, true);
    connection_send(&c, B, "answer");
    connection_receive(&c, A, true);
    if (way == 1) connection_fin(&c, A);
    connection_receive(&c, B, false);
    connection_fin(&c, B);
  }
  assert_same_form(before.trace, after.trace, &head);
  head_add_rule(&head, "tcp.half_close", POLICY_EXACT, NULL);
  assert_flows(before.trace, &head,
               "flow tcp ipv4 subject:$port1 > echo:7\nopen\n> data \"question\"\n< data "
               "\"answer\"\nclose fin+fin half_close=>\n");
  assert_flows(after.trace, &head,
               "flow tcp ipv4 subject:$port1 > echo:7\nopen\n> data \"question\"\n< data "
               "\"answer\"\nclose fin+fin half_close=none\n");
  packets_destroy(&before);
  packets_destroy(&after);
}

static void turns_can_be_ignored(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  head_add_rule(&head, "tcp.turns", POLICY_IGNORE, NULL);
  struct packets packets = echo_exchange(&CALM);
  assert_flows(packets.trace, &head,
               "flow tcp ipv4 subject:$port1 > echo:7\nopen\n> data \"hellogood bye\"\n< data "
               "\"HELLOGOOD BYE\"\nclose fin+fin\n");
  head_add_rule(&head, "tcp.payload", POLICY_IGNORE, NULL);
  head_add_rule(&head, "tcp.close", POLICY_IGNORE, NULL);
  assert_flows(packets.trace, &head,
               "flow tcp ipv4 subject:$port1 > echo:7\nopen\n> data ~\n< data ~\nclose ~\n");
  packets_destroy(&packets);

  packets = packets_create();
  head_add_rule(&head, "udp.turns", POLICY_IGNORE, NULL);
  packets_text(&packets, SUBJECT, ECHO_PEER, "1");
  packets_text(&packets, ECHO_PEER, SUBJECT, "one");
  packets_text(&packets, SUBJECT, ECHO_PEER, "2");
  assert_flows(packets.trace, &head,
               "flow udp ipv4 subject:$port1 > echo:7\n> data \"1\" checksum=valid\n> data \"2\" "
               "checksum=valid\n< data \"one\" checksum=valid\n");
  packets_destroy(&packets);
}

static void the_order_of_flows_is_not_told(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets forth = packets_create();
  struct packets back = packets_create();
  for (int i = 0; i < 20; i++) {
    static const char *const WORDS[] = {"one", "two", "same"};
    for (int way = 0; way < 2; way++) {
      struct packets *packets = way == 0 ? &forth : &back;
      int number = way == 0 ? i : 19 - i;
      struct endpoint subject = at("127.0.0.1", (uint16_t)(41000 + 7 * number + way));
      packets_text(packets, subject, ECHO_PEER, WORDS[number % 3]);
      packets_text(packets, ECHO_PEER, subject, WORDS[number % 3]);
      /* Two flows that say the same are told apart by who else speaks to them. */
      if (number == 5) packets_text(packets, at("127.0.0.1", 50000), subject, "foreign");
    }
  }
  assert_same_form(forth.trace, back.trace, &head);
  packets_destroy(&forth);
  packets_destroy(&back);
}

static void equal_ephemeral_ports_of_two_flows_are_chance(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets equal = packets_create();
  struct packets different = packets_create();
  packets_text(&equal, SUBJECT, ECHO_PEER, "x");
  packets_text(&equal, SUBJECT, at("127.0.0.1", 8), "x");
  packets_text(&different, SUBJECT, ECHO_PEER, "x");
  packets_text(&different, at("127.0.0.1", 40001), at("127.0.0.1", 8), "x");
  assert_same_form(equal.trace, different.trace, &head);
  packets_destroy(&equal);
  packets_destroy(&different);
}

static void long_payload_is_a_length_and_a_digest(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  uint8_t octets[3000];
  memset(octets, 'a', sizeof octets);
  struct packets packets = packets_create();
  packets_udp(&packets, SUBJECT, ECHO_PEER, span_of(octets, 64));
  packets_udp_fragments(&packets, SUBJECT, ECHO_PEER, span_of(octets, sizeof octets), 1500);
  packets_text(&packets, SUBJECT, ECHO_PEER, "a \"quote\" \\ and\r\n\x01");
  packets_text(&packets, SUBJECT, ECHO_PEER, "");
  assert_flows(packets.trace, &head,
               "flow udp ipv4 subject:$port1 > echo:7\n"
               "> data \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" "
               "checksum=valid\n"
               "> data octets=3000 xxh3=7694fa54c238da31591e187195fc0002 checksum=valid\n"
               "> data \"a \\\"quote\\\" \\\\ and\\r\\n\\x01\" checksum=valid\n"
               "> data \"\" checksum=valid\n");
  packets_destroy(&packets);
}

static void icmp_errors(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  packets_text(&packets, SUBJECT, ECHO_PEER, "x");
  packets_port_unreachable(&packets, SUBJECT, ECHO_PEER, span_of_text("x"));
  assert_flows(packets.trace, &head,
               "flow udp ipv4 subject:$port1 > echo:7\n> data \"x\" checksum=valid\n< icmp "
               "port-unreachable checksum=valid\n");
  /* A datagram to a socket that is closed already: told or not, the form is the same. */
  packets_text(&packets, ECHO_PEER, SUBJECT, "late");
  struct packets told = packets_create();
  for (size_t i = 0; i < trace_count(packets.trace); i++) {
    struct err err;
    assert_int_equal(trace_add(told.trace, trace_packet(packets.trace, i), &err), ERR_OK);
  }
  packets_port_unreachable(&told, ECHO_PEER, SUBJECT, span_of_text("late"));
  assert_same_form(packets.trace, told.trace, &head);
  packets_destroy(&told);
  packets_destroy(&packets);
}

static void hop_limit_and_checksum_are_verified(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  packets.hop_limit = 255;
  packets_text(&packets, SUBJECT, ECHO_PEER, "x");
  packets.hop_limit = 0;
  packets.partial_checksums = false;
  packets_text(&packets, SUBJECT, ECHO_PEER, "x");
  packets.hop_limit = 1;
  size_t last = trace_count(packets.trace);
  packets_text(&packets, SUBJECT, ECHO_PEER, "x");
  struct trace *wrong = trace_with_octet(packets.trace, last, 14 + 20 + 7, 1);
  assert_flows(wrong, &head,
               "flow udp ipv4 subject:$port1 > echo:7\n> data \"x\" checksum=valid\n"
               "> data \"x\" checksum=valid hop_limit=0\n> data \"x\" checksum=wrong\n");
  head_add_rule(&head, "udp.checksum", POLICY_IGNORE, NULL);
  head_add_rule(&head, "ip.hop_limit", POLICY_IGNORE, NULL);
  assert_flows(wrong, &head,
               "flow udp ipv4 subject:$port1 > echo:7\n> data \"x\" checksum=~\n"
               "> data \"x\" checksum=~\n> data \"x\" checksum=~\n");
  trace_destroy(wrong);
  packets_destroy(&packets);
}

static void a_head_with_a_bad_rule_is_refused(void **state) {
  (void)state;
  static const struct policy_rule RULES[] = {
      {.field = "ntp.colour", .policy = POLICY_EXACT},
      {.field = "http.Date", .policy = POLICY_EXACT},
      {.field = "http.", .policy = POLICY_EXACT},
      {.field = "http.date", .policy = POLICY_BIND},
      {.field = "ntp.leap", .policy = POLICY_BIND},
      {.field = "ntp.leap", .policy = POLICY_IGNORE},
      {.field = "ntp.receive", .policy = POLICY_BIND, .relative_to = "ntp.receive"},
      {.field = "ntp.receive", .policy = POLICY_BIND, .relative_to = "ntp.leap"},
      {.field = "ntp.receive", .policy = POLICY_EXACT, .relative_to = "ntp.transmit"},
  };
  struct packets packets = packets_create();
  for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
    struct canonical_head head = head_of_case();
    head.rules[head.rule_count++] = RULES[i];
    struct canonical *canonical;
    struct err err = {0};
    assert_int_equal(canonical_of(packets.trace, &head, &canonical, &err), ERR_USAGE);
    assert_null(canonical);
    assert_non_null(strstr(err.text, RULES[i].field));
  }
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(luck_is_not_told),
      cmocka_unit_test(the_ways_to_end_are_told),
      cmocka_unit_test(a_reset_that_refuses_octets_is_told),
      cmocka_unit_test(a_refused_and_an_unanswered_connection),
      cmocka_unit_test(half_close_is_told_where_asked_for),
      cmocka_unit_test(turns_can_be_ignored),
      cmocka_unit_test(the_order_of_flows_is_not_told),
      cmocka_unit_test(equal_ephemeral_ports_of_two_flows_are_chance),
      cmocka_unit_test(long_payload_is_a_length_and_a_digest),
      cmocka_unit_test(icmp_errors),
      cmocka_unit_test(hop_limit_and_checksum_are_verified),
      cmocka_unit_test(a_head_with_a_bad_rule_is_refused),
  };
  return cmocka_run_group_tests_name("canonical", tests, NULL, NULL);
}
