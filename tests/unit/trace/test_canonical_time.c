/* RFC 868 in canonical form: over UDP and TCP, what is no time, and whose four octets are one. */
#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TIME_SERVER at("127.0.0.1", 37)
#define OF_1970 "\x83\xaa\x7e\x80"
#define LITERAL(text) span_of(text, sizeof(text) - 1)
#define UDP_FLOW "flow udp ipv4 subject:$port1 > peer:37\n"

static struct canonical_head time_head(void) {
  struct canonical_head head = {.others = "subject", .endpoint_count = 1};
  head.endpoints[0] = (struct named_endpoint){
      .name = "peer", .at = TIME_SERVER, .canonical_port = 37, .application = APPLICATION_TIME};
  return head;
}

static struct packets asked(struct span question, struct span answer) {
  struct packets packets = packets_create();
  packets_udp(&packets, SUBJECT, TIME_SERVER, question);
  packets_udp(&packets, TIME_SERVER, SUBJECT, answer);
  return packets;
}

static void assert_asked(const struct canonical_head *head, struct span question,
                         struct span answer, const char *expected) {
  struct packets packets = asked(question, answer);
  assert_flows(packets.trace, head, expected);
  packets_destroy(&packets);
}

static void over_udp(void **state) {
  (void)state;
  struct canonical_head head = time_head();
  assert_asked(&head, LITERAL(""), LITERAL(OF_1970),
               UDP_FLOW
               "> data \"\" checksum=valid\n"
               "< time seconds=2208988800 checksum=valid\n");
}

static void no_time(void **state) {
  (void)state;
  struct canonical_head head = time_head();
  assert_asked(&head, LITERAL(""), LITERAL("\x83\xaa\x7e"),
               UDP_FLOW
               "> data \"\" checksum=valid\n"
               "< data \"\\x83\\xaa~\" malformed=\"a time is 4 octets\" checksum=valid\n");
  assert_asked(&head, LITERAL(""), LITERAL(""),
               UDP_FLOW
               "> data \"\" checksum=valid\n"
               "< data \"\" malformed=\"a time is 4 octets\" checksum=valid\n");
}

/* What a client sends is no time, whatever its length. */
static void a_question_of_four_octets(void **state) {
  (void)state;
  struct canonical_head head = time_head();
  assert_asked(&head, LITERAL("time"), LITERAL(OF_1970),
               UDP_FLOW
               "> data \"time\" checksum=valid\n"
               "< time seconds=2208988800 checksum=valid\n");
}

static void a_server_that_speaks_first(void **state) {
  (void)state;
  struct canonical_head head = time_head();
  struct packets packets = packets_create();
  packets_udp(&packets, TIME_SERVER, SUBJECT, LITERAL(OF_1970));
  assert_flows(packets.trace, &head,
               "flow udp ipv4 peer:37 > subject:$port1\n"
               "> time seconds=2208988800 checksum=valid\n");
  packets_destroy(&packets);
}

static struct packets told(const char *before, const char *answer) {
  struct packets packets = packets_create();
  struct connection connection = connection_between(&packets, SUBJECT, TIME_SERVER, 1000, 5000);
  connection_open(&connection);
  if (before[0] != '\0') {
    connection_send(&connection, 0, before);
    connection_receive(&connection, 1, true);
  }
  for (size_t i = 0; answer[i] != '\0'; i++) {
    char octet[2] = {answer[i], '\0'};
    connection_send(&connection, 1, octet);
  }
  connection_receive(&connection, 0, true);
  connection_close(&connection, 1);
  return packets;
}

static void assert_told(const char *before, const char *answer, const char *expected) {
  struct canonical_head head = time_head();
  struct packets packets = told(before, answer);
  struct text whole = TEXT_INIT(4096);
  text_appendf(&whole, "flow tcp ipv4 subject:$port1 > peer:37\nopen\n%sclose fin+fin\n", expected);
  assert_flows(packets.trace, &head, text_chars(&whole));
  text_free(&whole);
  packets_destroy(&packets);
}

/* Segments are the network's business. */
static void over_tcp(void **state) {
  (void)state;
  assert_told("", OF_1970, "< time seconds=2208988800\n");
  assert_told("late", OF_1970, "> data \"late\"\n< time seconds=2208988800\n");
  assert_told("", "\x83\xaa", "< data \"\\x83\\xaa\" malformed=\"a time is 4 octets\"\n");
  assert_told("", OF_1970 "!", "< data \"\\x83\\xaa~\\x80!\" malformed=\"a time is 4 octets\"\n");
}

/* The value is luck, but that it is one is not. */
static void the_value_ignored(void **state) {
  (void)state;
  struct canonical_head head = time_head();
  head_add_rule(&head, "time.seconds", POLICY_IGNORE, NULL);
  assert_asked(&head, LITERAL("?"), LITERAL(OF_1970),
               UDP_FLOW
               "> data \"?\" checksum=valid\n"
               "< time seconds=~ checksum=valid\n");
  assert_asked(&head, LITERAL("?"), LITERAL("12345"),
               UDP_FLOW
               "> data \"?\" checksum=valid\n"
               "< data \"12345\" malformed=\"a time is 4 octets\" checksum=valid\n");
}

static void every_bit_is_told(void **state) {
  (void)state;
  struct canonical_head head = time_head();
  struct packets packets = asked(LITERAL("ask"), LITERAL(OF_1970));
  struct canonical *form = form_of(packets.trace, &head);
  head_add_rule(&head, "udp.checksum", POLICY_IGNORE, NULL);
  for (size_t octet = 0; octet < 4; octet++) {
    size_t at = 14 + 20 + 8 + octet;
    assert_int_equal(canonical_octet_cover(form, 1, at), OCTET_EXACT);
    for (unsigned bit = 0; bit < 8; bit++) {
      struct trace *other = trace_with_octet(packets.trace, 1, at, (uint8_t)(1U << bit));
      assert_other_form(packets.trace, other, &head);
      trace_destroy(other);
    }
  }
  canonical_destroy(form);
  packets_destroy(&packets);
}

static void text_and_back(void **state) {
  (void)state;
  struct canonical_head head = time_head();
  struct packets packets = asked(LITERAL(""), LITERAL(OF_1970));
  assert_reads_back(packets.trace, &head, NULL);
  packets_destroy(&packets);
}

/* Without a head, port 37 is taken for what it is. */
static void a_capture_without_a_head(void **state) {
  (void)state;
  struct canonical_head head = {.others = "subject"};
  assert_asked(&head, LITERAL(""), LITERAL(OF_1970),
               "flow udp ipv4 subject:$port1 > subject:$port2\n"
               "> data \"\" checksum=valid\n"
               "< time seconds=2208988800 checksum=valid\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(over_udp),
      cmocka_unit_test(no_time),
      cmocka_unit_test(a_question_of_four_octets),
      cmocka_unit_test(a_server_that_speaks_first),
      cmocka_unit_test(over_tcp),
      cmocka_unit_test(the_value_ignored),
      cmocka_unit_test(every_bit_is_told),
      cmocka_unit_test(text_and_back),
      cmocka_unit_test(a_capture_without_a_head),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
