#include "rig.h"

#define STRANGER at("192.0.2.7", 53)

static void say(struct rig *rig, struct endpoint from, struct endpoint to, const char *text) {
  packets_text(&rig->packets, from, to, text);
}

static struct connection connect_to(struct rig *rig, struct endpoint to) {
  struct connection connection = connection_between(&rig->packets, SUBJECT, to, 100, 200);
  connection_open(&connection);
  return connection;
}

static void counts(void **state) {
  struct rig *rig = *state;
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT(NULL, 0, 0)));
  rig_fails(rig, CHECK(CHECK_REQUEST_COUNT("peer", 1, 1)), "0 requests");
  say(rig, SUBJECT, PEER, "a");
  say(rig, PEER, SUBJECT, "a reply is no request");
  say(rig, at("127.0.0.1", 124), SUBJECT, "nor is one from elsewhere");
  say(rig, PEER2, SUBJECT, "nor from another of the case's endpoints");
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT("peer", 1, 1)));
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT(NULL, 1, 1)));
  say(rig, SUBJECT, PEER2, "b");
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT("peer", 1, 1)));
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT("peer2", 1, 1)));
  rig_fails(rig, CHECK(CHECK_REQUEST_COUNT(NULL, 0, 1)), "2 requests");
}

static void connections_count_once(void **state) {
  struct rig *rig = *state;
  struct connection connection = connect_to(rig, PEER);
  connection_send(&connection, 0, "one");
  connection_send(&connection, 0, "two");
  connection_close(&connection, 0);
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT("peer", 1, 1)));
}

static void strangers(void **state) {
  struct rig *rig = *state;
  say(rig, SUBJECT, PEER, "a");
  say(rig, PEER2, SUBJECT, "b");
  rig_holds(rig, CHECK(CHECK_ONLY_EXPECTED_DESTINATIONS));
  say(rig, SUBJECT, STRANGER, "c");
  rig_fails(rig, CHECK(CHECK_ONLY_EXPECTED_DESTINATIONS), "192.0.2.7 port 53");
  rig_fails(rig, CHECK(CHECK_REQUEST_COUNT(NULL, 1, 1)), "2 requests");
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT("peer", 1, 1)));
}

static void gaps(void **state) {
  struct rig *rig = *state;
  say(rig, SUBJECT, PEER, "a");
  rig_holds(rig, CHECK(CHECK_REQUEST_GAP_MS(15000)));
  say(rig, SUBJECT, PEER2, "another address at once is fine");
  rig_holds(rig, CHECK(CHECK_REQUEST_GAP_MS(15000)));
  rig_at(rig, 0, 901);
  say(rig, SUBJECT, PEER, "b");
  rig_holds(rig, CHECK(CHECK_REQUEST_GAP_MS(900)));
  rig_fails(rig, CHECK(CHECK_REQUEST_GAP_MS(901)), "127.0.0.1 port 123 are 900 ms apart");
}

static void each_run_is_a_life_of_its_own(void **state) {
  struct rig *rig = *state;
  rig_set_runs(rig, 2);
  say(rig, SUBJECT, PEER, "a");
  rig_at(rig, 1, 1);
  say(rig, SUBJECT, PEER, "b");
  rig_holds(rig, CHECK(CHECK_REQUEST_GAP_MS(15000)));
}

static void ports(void **state) {
  struct rig *rig = *state;
  rig_fails(rig, CHECK(CHECK_REQUEST_PORT(123)), "no request");
  rig_fails(rig, CHECK(CHECK_SOURCE_PORT_FROM(1024)), "no request");
  say(rig, SUBJECT, PEER, "a");
  rig_holds(rig, CHECK(CHECK_REQUEST_PORT(123)));
  rig_fails(rig, CHECK(CHECK_REQUEST_PORT(1123)), "port 123");
  rig->endpoints[0].canonical_port = 1123; /* a tier without ports of its own */
  rig_holds(rig, CHECK(CHECK_REQUEST_PORT(1123)));
  rig_holds(rig, CHECK(CHECK_SOURCE_PORT_FROM(40000)));
  rig_fails(rig, CHECK(CHECK_SOURCE_PORT_FROM(40001)), "port 40000");
}

static void source_ports(void **state) {
  struct rig *rig = *state;
  rig_fails(rig, CHECK(CHECK_DISTINCT_SOURCE_PORTS(1)), "0 different");
  for (uint16_t i = 0; i < 20; i++) {
    say(rig, at("127.0.0.1", (uint16_t)(40000 + (i < 3 ? 0 : i))), PEER, "a");
  }
  rig_holds(rig, CHECK(CHECK_DISTINCT_SOURCE_PORTS(18)));
  rig_fails(rig, CHECK(CHECK_DISTINCT_SOURCE_PORTS(19)), "18 different");
}

static void datagram_is_message(void **state) {
  struct rig *rig = *state;
  rig->judged.message = "hello";
  rig_fails(rig, CHECK(CHECK_SENT_MESSAGE_UDP), "no datagram");
  say(rig, SUBJECT, PEER, "hello");
  say(rig, PEER, SUBJECT, "hello");
  rig_holds(rig, CHECK(CHECK_SENT_MESSAGE_UDP));
  rig->judged.message = "hello\n";
  rig_fails(rig, CHECK(CHECK_SENT_MESSAGE_UDP), "`hello` (5 octets)");
  rig->judged.message = "hello";
  say(rig, SUBJECT, PEER, "hello");
  rig_fails(rig, CHECK(CHECK_SENT_MESSAGE_UDP), "a second datagram");
}

static void empty_message(void **state) {
  struct rig *rig = *state;
  rig->judged.message = "";
  say(rig, SUBJECT, PEER, "");
  rig_holds(rig, CHECK(CHECK_SENT_MESSAGE_UDP));
}

static void stream_is_message(void **state) {
  struct rig *rig = *state;
  rig->judged.message = "hello";
  rig_fails(rig, CHECK(CHECK_SENT_MESSAGE_TCP), "no connection");
  struct connection connection = connect_to(rig, PEER);
  connection_send(&connection, 0, "hel");
  connection_send(&connection, 0, "lo");
  rig_holds(rig, CHECK(CHECK_SENT_MESSAGE_TCP)); /* however it is cut */
  connection_send(&connection, 0, "!");
  rig_fails(rig, CHECK(CHECK_SENT_MESSAGE_TCP), "`hello!`");
}

static void two_streams_are_no_message(void **state) {
  struct rig *rig = *state;
  rig->judged.message = "hello";
  struct connection first = connect_to(rig, PEER);
  connection_send(&first, 0, "hello");
  connect_to(rig, PEER2);
  rig_fails(rig, CHECK(CHECK_SENT_MESSAGE_TCP), "more than one");
}

static void datagrams_are_no_stream(void **state) {
  struct rig *rig = *state;
  rig->judged.message = "hello";
  say(rig, SUBJECT, PEER, "hello");
  rig_fails(rig, CHECK(CHECK_SENT_MESSAGE_TCP), "no connection");
}

/* A subject that sends without end is judged in no time: a busy resend of a minute. */
static void flood(void **state) {
  struct rig *rig = *state;
  for (unsigned i = 0; i < 20000; i++) {
    say(rig, SUBJECT, PEER, "again");
  }
  rig_fails(rig, CHECK(CHECK_REQUEST_COUNT("peer", 1, 1)), "20000 requests");
  rig_fails(rig, CHECK(CHECK_REQUEST_GAP_MS(15000)), "0 ms apart");
}

static void end_after_icmp(void **state) {
  struct rig *rig = *state; /* the run ends 10 ms after its start */
  rig_fails(rig, CHECK(CHECK_ENDED_AFTER_ICMP_MS(1500)), "sent nothing");
  rig_at(rig, 0, 4);
  say(rig, SUBJECT, PEER, "x");
  rig_unjudgeable(rig, CHECK(CHECK_ENDED_AFTER_ICMP_MS(1500)));
  packets_port_unreachable(&rig->packets, SUBJECT, PEER, span_of_text("x"));
  rig_holds(rig, CHECK(CHECK_ENDED_AFTER_ICMP_MS(5)));
  rig_fails(rig, CHECK(CHECK_ENDED_AFTER_ICMP_MS(4)), "5 ms after");
  rig->judged.slowness = 2;
  rig_holds(rig, CHECK(CHECK_ENDED_AFTER_ICMP_MS(4)));
  rig->outcomes[0].timed_out = true;
  rig_fails(rig, CHECK(CHECK_ENDED_AFTER_ICMP_MS(1500)), "killed");
}

/* Who asks again and again hears of the port each time, and first of all the first time. */
static void the_first_icmp_counts(void **state) {
  struct rig *rig = *state;
  rig->outcomes[0].ended_ns = rig->outcomes[0].started_ns + 3000000000;
  for (unsigned ms = 1; ms < 3000; ms += 1000) {
    rig_at(rig, 0, ms);
    say(rig, SUBJECT, PEER, "x");
    packets_port_unreachable(&rig->packets, SUBJECT, PEER, span_of_text("x"));
  }
  rig_fails(rig, CHECK(CHECK_ENDED_AFTER_ICMP_MS(1500)), "2998 ms after");
}

static void ask_resolver(struct rig *rig, const char *question, size_t len) {
  uint8_t query[64] = {0x12, 0x34, 1, 0, 0, 1};
  memcpy(query + 12, question, len);
  packets_udp(&rig->packets, SUBJECT, at("127.0.0.1", 53), span_of(query, 12 + len + 4));
}

static void nobody_else_asked(void **state) {
  struct rig *rig = *state;
  rig_holds(rig, CHECK(CHECK_NOBODY_ELSE_ASKED));
  say(rig, SUBJECT, PEER, "this host");
  say(rig, at("::1", 40000), at("::1", 123), "this host");
  connect_to(rig, at("127.0.0.1", 13));
  ask_resolver(rig, "\x09localhost", 11);
  rig_holds(rig, CHECK(CHECK_NOBODY_ELSE_ASKED));
  ask_resolver(rig, "\x04pool\x03ntp\x03org", 14);
  rig_fails(rig, CHECK(CHECK_NOBODY_ELSE_ASKED), "to 127.0.0.1 port 53");
}

static void somebody_else_asked(void **state) {
  struct rig *rig = *state;
  say(rig, at("10.0.0.1", 40000), at("192.0.2.1", 123), "far away");
  rig_fails(rig, CHECK(CHECK_NOBODY_ELSE_ASKED), "`far away` (8 octets) to 192.0.2.1 port 123");
}

/* A look-up is no request of the protocol at hand, and a name server is no peer. */
static void name_server_is_no_peer(void **state) {
  struct rig *rig = *state;
  struct endpoint server = at("127.0.0.1", 53);
  rig->endpoints[1] = (struct named_endpoint){
      .name = "dns", .at = server, .canonical_port = 53, .application = APPLICATION_DNS};
  say(rig, SUBJECT, server, "a question");
  say(rig, server, SUBJECT, "its answer");
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT(NULL, 0, 0)));
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT("dns", 1, 1)));
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT("peer", 0, 0)));
  rig_holds(rig, CHECK(CHECK_ONLY_EXPECTED_DESTINATIONS));
  rig_fails(rig, CHECK(CHECK_REQUEST_PORT(123)), "no request");
  rig_fails(rig, CHECK(CHECK_SOURCE_PORT_FROM(1024)), "no request");
  say(rig, SUBJECT, PEER, "a");
  say(rig, SUBJECT, server, "another question at once is fine");
  rig_holds(rig, CHECK(CHECK_REQUEST_COUNT(NULL, 1, 1)));
  rig_holds(rig, CHECK(CHECK_REQUEST_GAP_MS(15000)));
  rig_holds(rig, CHECK(CHECK_REQUEST_PORT(123)));
  say(rig, PEER, SUBJECT, "b");
  rig_holds(rig, CHECK(CHECK_SERVER_SENT("^b$")));
  rig_fails(rig, CHECK(CHECK_CLIENT_SENT("question")), "`a` (1 octets)");
}

/* That a name was looked up is told all the same: it was built in. */
static void look_up_is_told(void **state) {
  struct rig *rig = *state;
  struct endpoint server = at("127.0.0.1", 53);
  rig->endpoints[1] = (struct named_endpoint){
      .name = "dns", .at = server, .canonical_port = 53, .application = APPLICATION_DNS};
  say(rig, SUBJECT, server, "pool.ntp.example");
  rig_fails(rig, CHECK(CHECK_NOBODY_ELSE_ASKED), "127.0.0.1 port 53");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(counts),
      RIG_TEST(connections_count_once),
      RIG_TEST(strangers),
      RIG_TEST(gaps),
      RIG_TEST(each_run_is_a_life_of_its_own),
      RIG_TEST(ports),
      RIG_TEST(source_ports),
      RIG_TEST(datagram_is_message),
      RIG_TEST(empty_message),
      RIG_TEST(stream_is_message),
      RIG_TEST(two_streams_are_no_message),
      RIG_TEST(datagrams_are_no_stream),
      RIG_TEST(flood),
      RIG_TEST(end_after_icmp),
      RIG_TEST(the_first_icmp_counts),
      RIG_TEST(nobody_else_asked),
      RIG_TEST(somebody_else_asked),
      RIG_TEST(name_server_is_no_peer),
      RIG_TEST(look_up_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
