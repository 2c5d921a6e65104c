/* Lines in canonical form: cut at LF whatever the segments, with their ends. */
#include "talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_SERVER at("127.0.0.1", 13)
#define FLOW "flow tcp ipv4 subject:$port1 > peer:13\nopen\n"

static struct canonical_head lines_head(void) {
  struct canonical_head head = {.others = "subject", .endpoint_count = 1};
  head.endpoints[0] = (struct named_endpoint){
      .name = "peer", .at = LINE_SERVER, .canonical_port = 13, .application = APPLICATION_LINES};
  return head;
}

static struct packets said(const turns texts, size_t segment) {
  return talk_packets(LINE_SERVER, texts, segment);
}

static void assert_said(const struct canonical_head *head, const turns texts,
                        const char *expected) {
  assert_talk(head, texts, FLOW, expected, (size_t[]){100, 3, 1});
}

static void ends_of_lines(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  assert_said(&head, (turns){"<one\r\ntwo\n\n\r\r\n\"quoted\" and\tmore\nno end\r"},
              "< line \"one\" end=crlf\n"
              "< line \"two\" end=lf\n"
              "< line \"\" end=lf\n"
              "< line \"\\r\" end=crlf\n"
              "< line \"\\\"quoted\\\" and\\tmore\" end=lf\n"
              "< line \"no end\\r\" end=none\n");
}

/* A prompt has no end, and what answers it comes behind it. */
static void a_prompt(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  assert_said(&head, (turns){"<Who? ", ">me\n", "<Hello me\r\n"},
              "< line \"Who? \" end=none\n"
              "> line \"me\" end=lf\n"
              "< line \"Hello me\" end=crlf\n");
}

static void a_long_line(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  assert_said(&head,
              (turns){"<0123456789012345678901234567890123456789012345678901234567890123456789\n"},
              "< line octets=70 xxh3=e12144e63bd106c886c838ed78d49a76 end=lf\n");
}

/* The text is luck, but that it is a line is not. */
static void rules(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  head_add_rule(&head, "line.text", POLICY_IGNORE, NULL);
  assert_said(&head, (turns){"<Sat Mar 14\r\ncut"}, "< line ~ end=crlf\n< line ~ end=none\n");
  head_add_rule(&head, "tcp.payload", POLICY_IGNORE, NULL);
  assert_said(&head, (turns){"<Sat Mar 14\r\ncut"}, "< data ~\n");
}

static void assert_datagram_told(const struct canonical_head *head, const char *line,
                                 const char *expected) {
  struct packets packets = packets_create();
  packets_udp(&packets, SUBJECT, LINE_SERVER, span_of("", 0));
  packets_udp(&packets, LINE_SERVER, SUBJECT, span_of(line, strlen(line)));
  assert_flows(packets.trace, head, expected);
  packets_destroy(&packets);
}

/* Of a line with the date the length is luck, too: it is another on another day. */
static void a_date_in_a_datagram(void **state) {
  (void)state;
  static const char *const DAYS[] = {"Saturday, May 9", "Sunday, May 10"};
  struct canonical_head head = lines_head(), nothing_named = {.others = "host"};
  head_add_rule(&head, "udp.payload", POLICY_IGNORE, NULL);
  assert_datagram_told(&head, DAYS[0],
                       "flow udp ipv4 subject:$port1 > peer:13\n"
                       "> data ~ octets=0 checksum=valid\n"
                       "< data ~ octets=15 checksum=valid\n");
  head_add_rule(&head, "udp.length", POLICY_IGNORE, NULL);
  for (size_t i = 0; i < sizeof DAYS / sizeof DAYS[0]; i++) {
    assert_datagram_told(&head, DAYS[i],
                         "flow udp ipv4 subject:$port1 > peer:13\n"
                         "> data ~ octets=~ checksum=valid\n"
                         "< data ~ octets=~ checksum=valid\n");
    assert_datagram_told(&nothing_named, DAYS[i],
                         "flow udp ipv4 host:$port1 > host:$port2\n"
                         "> data \"\" checksum=valid\n"
                         "< data ~ octets=~ checksum=valid\n");
  }
}

static void every_bit_is_told(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  struct packets packets = said((turns){"<one\r\ntwo\nthree", ">\r\n"}, 5);
  assert_every_bit_told(&packets, &head, 16);
  packets_destroy(&packets);
}

static void text_and_back(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  struct packets packets = said((turns){"<\"one\" \\\r\n~\n\n$x=1"}, 100);
  assert_reads_back(packets.trace, &head, NULL);
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ends_of_lines),        cmocka_unit_test(a_prompt),
      cmocka_unit_test(a_long_line),          cmocka_unit_test(rules),
      cmocka_unit_test(a_date_in_a_datagram), cmocka_unit_test(every_bit_is_told),
      cmocka_unit_test(text_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
