/* DNS in canonical form: over UDP and TCP, ids that are bound, names as they are compressed, and
 * what makes no sense. */
#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAME_SERVER at("127.0.0.1", 53)
#define QUERY "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x04host\x04test\0\0\x01\0\x01"
#define QUERY_AAAA "\x43\x21\x01\x00\0\x01\0\0\0\0\0\0\x04host\x04test\0\0\x1c\0\x01"
#define REPLY_HEAD "\x85\x80\0\x01\0\x01\0\0\0\0\x04host\x04test\0\0\x01\0\x01"
#define ADDRESS "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01"
#define LITERAL(text) span_of(text, sizeof(text) - 1)

#define QUERY_LINE                                                                 \
  "> dns id=$dns.id1 qr=query opcode=query flags=rd rcode=noerror counts=1/0/0/0 " \
  "question=\"host.test. A IN\" length=27 checksum=valid\n"
#define REPLY_REST                                                                     \
  "qr=response opcode=query flags=aa,rd,ra rcode=noerror counts=1/1/0/0 "              \
  "question=\"host.test. A IN\" answer=\"host.test.@12 A IN 60 127.0.0.1\" length=43 " \
  "checksum=valid\n"

static struct canonical_head dns_head(void) {
  struct canonical_head head = {.others = "subject", .endpoint_count = 1};
  head.endpoints[0] = (struct named_endpoint){
      .name = "dns", .at = NAME_SERVER, .canonical_port = 53, .application = APPLICATION_DNS};
  return head;
}

static struct packets exchange(struct span query, struct span reply) {
  struct packets packets = packets_create();
  packets_udp(&packets, SUBJECT, NAME_SERVER, query);
  if (reply.len > 0) packets_udp(&packets, NAME_SERVER, SUBJECT, reply);
  return packets;
}

static void assert_exchange(struct span query, struct span reply, const char *expected) {
  struct canonical_head head = dns_head();
  struct packets packets = exchange(query, reply);
  struct text whole = TEXT_INIT(8192);
  text_append(&whole, "flow udp ipv4 subject:$port1 > dns:53\n");
  text_append(&whole, expected);
  assert_flows(packets.trace, &head, text_chars(&whole));
  text_free(&whole);
  packets_destroy(&packets);
}

static void a_query_and_its_reply(void **state) {
  (void)state;
  assert_exchange(LITERAL(QUERY), LITERAL("\x12\x34" REPLY_HEAD ADDRESS),
                  QUERY_LINE "< dns id=$dns.id1 " REPLY_REST);
}

/* A golden that was made on another network has another address for the name server's own. */
static void an_address_is_told_as_the_goldens_network_has_it(void **state) {
  (void)state;
  static const char wire[] = "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xcb\0\x71\x01";
  static const char longer[] = "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xcb\0\x71\x0b";
  struct canonical_head head = dns_head();
  snprintf(head.hosts[0].seen, sizeof head.hosts[0].seen, "203.0.113.1");
  snprintf(head.hosts[0].told, sizeof head.hosts[0].told, "127.0.0.1");
  struct text reply = TEXT_INIT(256);
  text_append_span(&reply, LITERAL("\x12\x34" REPLY_HEAD));
  text_append_span(&reply, LITERAL(wire));
  struct packets packets = exchange(LITERAL(QUERY), span_of(text_chars(&reply), reply.len));
  assert_flows(packets.trace, &head,
               "flow udp ipv4 subject:$port1 > dns:53\n" QUERY_LINE
               "< dns id=$dns.id1 " REPLY_REST);
  packets_destroy(&packets);
  text_clear(&reply);
  text_append_span(&reply, LITERAL("\x12\x34" REPLY_HEAD));
  text_append_span(&reply, LITERAL(longer)); /* 203.0.113.11 */
  packets = exchange(LITERAL(QUERY), span_of(text_chars(&reply), reply.len));
  assert_flows(packets.trace, &head,
               "flow udp ipv4 subject:$port1 > dns:53\n" QUERY_LINE
               "< dns id=$dns.id1 qr=response opcode=query flags=aa,rd,ra rcode=noerror "
               "counts=1/1/0/0 question=\"host.test. A IN\" "
               "answer=\"host.test.@12 A IN 60 203.0.113.11\" length=43 checksum=valid\n");
  packets_destroy(&packets);
  text_free(&reply);
}

static void a_reply_of_another_id(void **state) {
  (void)state;
  assert_exchange(LITERAL(QUERY), LITERAL("\x12\x35" REPLY_HEAD ADDRESS),
                  QUERY_LINE "< dns id=$dns.id1^0001 " REPLY_REST);
  assert_exchange(LITERAL(QUERY), LITERAL("\xed\x34" REPLY_HEAD ADDRESS),
                  QUERY_LINE "< dns id=$dns.id1^ff00 " REPLY_REST);
}

static void a_message_that_makes_no_sense(void **state) {
  (void)state;
  assert_exchange(LITERAL(QUERY), LITERAL("\x12\x34\x81\x80"),
                  QUERY_LINE
                  "< dns id=$dns.id1 malformed=\"the header is cut short\" "
                  "payload=\"\\x81\\x80\" length=4 checksum=valid\n");
  assert_exchange(
      LITERAL(QUERY),
      LITERAL("\x12\x34" REPLY_HEAD "\xc0\x1b\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01"),
      QUERY_LINE
      "< dns id=$dns.id1 malformed=\"a name points to itself or forwards\" "
      "payload="
      "\"\\x85\\x80\\x00\\x01\\x00\\x01\\x00\\x00\\x00\\x00\\x04host\\x04test\\x00\\x00\\x01"
      "\\x00\\x01\\xc0\\x1b\\x00\\x01\\x00\\x01\\x00\\x00\\x00<\\x00\\x04\\x7f\\x00\\x00\\x01\" "
      "length=43 checksum=valid\n");
  assert_exchange(LITERAL("a"), LITERAL(""), "> data \"a\" checksum=valid\n"); /* not even an id */
}

static void octets_behind_the_records(void **state) {
  (void)state;
  assert_exchange(LITERAL(QUERY "xy"), LITERAL(""),
                  "> dns id=$dns.id1 qr=query opcode=query flags=rd rcode=noerror counts=1/0/0/0 "
                  "question=\"host.test. A IN\" rest=7879 length=29 checksum=valid\n");
}

static void several_records(void **state) {
  (void)state;
  assert_exchange(LITERAL(QUERY),
                  LITERAL("\x12\x34\x81\x80\0\0\0\x02\0\x01\0\x01"
                          "\0\0\x01\0\x01\0\0\0\0\0\x04\x7f\0\0\x01"
                          "\0\0\x01\0\x01\0\0\0\0\0\x04\x7f\0\0\x02"
                          "\0\0\x02\0\x01\0\0\0\0\0\x01\0"
                          "\0\0\x29\x04\xd0\0\0\0\0\0\0"),
                  QUERY_LINE
                  "< dns id=$dns.id1 qr=response opcode=query flags=rd,ra rcode=noerror "
                  "counts=0/2/1/1 answer=\". A IN 0 127.0.0.1\" answer2=\". A IN 0 127.0.0.2\" "
                  "authority=\". NS IN 0 .\" "
                  "additional=\". OPT udp=1232 rcode=0 version=0 flags=0000\" length=65 "
                  "checksum=valid\n");
}

/* Two questions from one socket, answered in the other order. */
static void two_queries_on_one_socket(void **state) {
  (void)state;
  struct canonical_head head = dns_head();
  struct packets packets = packets_create();
  packets_udp(&packets, SUBJECT, NAME_SERVER, LITERAL(QUERY));
  packets_udp(&packets, SUBJECT, NAME_SERVER, LITERAL(QUERY_AAAA));
  packets_udp(&packets, NAME_SERVER, SUBJECT,
              LITERAL("\x43\x21\x81\x80\0\x01\0\0\0\0\0\0\x04host\x04test\0\0\x1c\0\x01"));
  packets_udp(&packets, NAME_SERVER, SUBJECT, LITERAL("\x12\x34" REPLY_HEAD ADDRESS));
  assert_flows(packets.trace, &head,
               "flow udp ipv4 subject:$port1 > dns:53\n" QUERY_LINE
               "> dns id=$dns.id2 qr=query opcode=query flags=rd rcode=noerror counts=1/0/0/0 "
               "question=\"host.test. AAAA IN\" length=27 checksum=valid\n"
               "< dns id=$dns.id2 qr=response opcode=query flags=rd,ra rcode=noerror "
               "counts=1/0/0/0 question=\"host.test. AAAA IN\" length=27 checksum=valid\n"
               "< dns id=$dns.id1 " REPLY_REST);
  packets_destroy(&packets);
}

static void send_octets(struct connection *connection, size_t from, struct span octets) {
  connection_segment(connection, from, connection->sequence[from], connection->received[from],
                     TCP_ACK | TCP_PSH, octets);
  connection->sequence[from] += (uint32_t)octets.len;
}

/* The question that was asked over UDP before is the same query. */
static void over_tcp(void **state) {
  (void)state;
  struct canonical_head head = dns_head();
  struct packets packets = exchange(
      LITERAL(QUERY), LITERAL("\x12\x34\x83\x80\0\x01\0\0\0\0\0\0\x04host\x04test\0\0\x01\0\x01"));
  struct connection connection =
      connection_between(&packets, at("127.0.0.1", 40001), NAME_SERVER, 1000, 5000);
  connection_open(&connection);
  send_octets(&connection, 0, LITERAL("\0\x1b" QUERY));
  connection_receive(&connection, 1, true);
  send_octets(&connection, 1, LITERAL("\0\x2b\x12\x34" REPLY_HEAD ADDRESS "\0\x05\x12"));
  connection_receive(&connection, 0, true);
  connection_close(&connection, 0);
  assert_flows(packets.trace, &head,
               "flow tcp ipv4 subject:$port1 > dns:53\n"
               "open\n"
               "> dns id=$dns.id1 qr=query opcode=query flags=rd rcode=noerror counts=1/0/0/0 "
               "question=\"host.test. A IN\" length=27\n"
               "< dns id=$dns.id1 qr=response opcode=query flags=aa,rd,ra rcode=noerror "
               "counts=1/1/0/0 question=\"host.test. A IN\" "
               "answer=\"host.test.@12 A IN 60 127.0.0.1\" length=43\n"
               "< dns malformed=\"a message is not as long as its length says\" "
               "payload=\"\\x00\\x05\\x12\"\n"
               "close fin+fin\n"
               "\n"
               "flow udp ipv4 subject:$port2 > dns:53\n" QUERY_LINE
               "< dns id=$dns.id1 qr=response opcode=query flags=tc,rd,ra rcode=noerror "
               "counts=1/0/0/0 question=\"host.test. A IN\" length=27 checksum=valid\n");
  packets_destroy(&packets);
}

static void rules_ignore(void **state) {
  (void)state;
  struct canonical_head head = dns_head();
  static const char *const FIELDS[] = {"dns.id",     "dns.flags",     "dns.question",  "dns.answer",
                                       "dns.length", "dns.authority", "dns.additional"};
  for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
    head_add_rule(&head, FIELDS[i], POLICY_IGNORE, NULL);
  }
  struct packets packets = exchange(LITERAL(QUERY), LITERAL("\x12\x34" REPLY_HEAD ADDRESS));
  assert_flows(packets.trace, &head,
               "flow udp ipv4 subject:$port1 > dns:53\n"
               "> dns id=~ qr=query opcode=query flags=~ rcode=noerror counts=1/0/0/0 question=~ "
               "length=~ checksum=valid\n"
               "< dns id=~ qr=response opcode=query flags=~ rcode=noerror counts=1/1/0/0 "
               "question=~ answer=~ length=~ checksum=valid\n");
  packets_destroy(&packets);
}

/* Every octet of both messages is compared, and every change of one of its bits is another form. */
static void every_bit_is_told(void **state) {
  (void)state;
  enum { HEADERS_LEN = 14 + 20 + 8 };
  struct canonical_head head = dns_head();
  struct packets packets = exchange(LITERAL(QUERY), LITERAL("\x12\x34" REPLY_HEAD ADDRESS));
  struct canonical *form = form_of(packets.trace, &head);
  for (size_t p = 0; p < 2; p++) {
    for (size_t octet = HEADERS_LEN; octet < trace_packet(packets.trace, p)->bytes.len; octet++) {
      assert_int_equal(canonical_octet_bits(form, p, octet), 0xff);
      for (unsigned bit = 0; bit < 8; bit++) {
        struct trace *other = trace_with_octet(packets.trace, p, octet, (uint8_t)(1U << bit));
        struct canonical_head unchecked = head;
        head_add_rule(&unchecked, "udp.checksum", POLICY_IGNORE, NULL);
        assert_other_form(packets.trace, other, &unchecked);
        trace_destroy(other);
      }
    }
  }
  canonical_destroy(form);
  packets_destroy(&packets);
}

static void text_and_back(void **state) {
  (void)state;
  struct canonical_head head = dns_head();
  struct packets packets =
      exchange(LITERAL("\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x05\".\\ \x1b\0\0\x01\0\x01"),
               LITERAL("\x12\x34" REPLY_HEAD ADDRESS));
  assert_reads_back(packets.trace, &head, "question=\"\\\"\\.\\\\ \\x1b. A IN\"");
  packets_destroy(&packets);
}

/* Without a head, port 53 is taken for what it is. */
static void a_capture_without_a_head(void **state) {
  (void)state;
  struct canonical_head head = {.others = "subject"};
  struct packets packets = exchange(LITERAL(QUERY), LITERAL(""));
  assert_flows(packets.trace, &head, "flow udp ipv4 subject:$port1 > subject:$port2\n" QUERY_LINE);
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_query_and_its_reply),
      cmocka_unit_test(an_address_is_told_as_the_goldens_network_has_it),
      cmocka_unit_test(a_reply_of_another_id),
      cmocka_unit_test(a_message_that_makes_no_sense),
      cmocka_unit_test(octets_behind_the_records),
      cmocka_unit_test(several_records),
      cmocka_unit_test(two_queries_on_one_socket),
      cmocka_unit_test(over_tcp),
      cmocka_unit_test(rules_ignore),
      cmocka_unit_test(every_bit_is_told),
      cmocka_unit_test(text_and_back),
      cmocka_unit_test(a_capture_without_a_head),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
