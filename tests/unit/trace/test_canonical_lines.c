/* Lines in canonical form: cut at LF whatever the segments, with their ends. */
#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_SERVER at("127.0.0.1", 13)
#define FLOW "flow tcp ipv4 subject:$port1 > peer:13\nopen\n"

enum { TURNS_MAX = 8, PAYLOAD_AT = 14 + 20 + 20 };

/* Who says what, one after the other: '>' or '<' and the octets. NULL ends them. */
typedef const char *turns[TURNS_MAX];

static struct canonical_head lines_head(void) {
  struct canonical_head head = {.others = "subject", .endpoint_count = 1};
  head.endpoints[0] = (struct named_endpoint){
      .name = "peer", .at = LINE_SERVER, .canonical_port = 13, .application = APPLICATION_LINES};
  return head;
}

/* Each turn in segments of at most `segment` octets. */
static struct packets said(const turns texts, size_t segment) {
  struct packets packets = packets_create();
  struct connection connection = connection_between(&packets, SUBJECT, LINE_SERVER, 1000, 5000);
  connection_open(&connection);
  for (size_t i = 0; i < TURNS_MAX && texts[i] != NULL; i++) {
    size_t from = texts[i][0] == '>' ? 0 : 1;
    for (const char *at = texts[i] + 1; *at != '\0';) {
      char part[128];
      size_t len = strlen(at) < segment ? strlen(at) : segment;
      memcpy(part, at, len);
      part[len] = '\0';
      connection_send(&connection, from, part);
      at += len;
    }
    connection_receive(&connection, 1 - from, true);
  }
  connection_close(&connection, 1);
  return packets;
}

static void assert_said(const struct canonical_head *head, const turns texts,
                        const char *expected) {
  struct text whole = TEXT_INIT(8192);
  text_appendf(&whole, FLOW "%sclose fin+fin\n", expected);
  static const size_t SEGMENTS[] = {100, 3, 1};
  for (size_t i = 0; i < sizeof SEGMENTS / sizeof SEGMENTS[0]; i++) {
    struct packets packets = said(texts, SEGMENTS[i]);
    assert_flows(packets.trace, head, text_chars(&whole));
    packets_destroy(&packets);
  }
  text_free(&whole);
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

static void every_bit_is_told(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  struct packets packets = said((turns){"<one\r\ntwo\nthree", ">\r\n"}, 5);
  struct canonical *form = form_of(packets.trace, &head);
  size_t compared = 0;
  for (size_t p = 0; p < trace_count(packets.trace); p++) {
    for (size_t octet = PAYLOAD_AT; octet < trace_packet(packets.trace, p)->bytes.len; octet++) {
      assert_int_equal(canonical_octet_cover(form, p, octet), OCTET_EXACT);
      compared++;
      for (unsigned bit = 0; bit < 8; bit++) {
        struct trace *other = trace_with_octet(packets.trace, p, octet, (uint8_t)(1U << bit));
        assert_other_form(packets.trace, other, &head);
        trace_destroy(other);
      }
    }
  }
  assert_int_equal(compared, 16);
  canonical_destroy(form);
  packets_destroy(&packets);
}

static void text_and_back(void **state) {
  (void)state;
  struct canonical_head head = lines_head();
  struct packets packets = said((turns){"<\"one\" \\\r\n~\n\n$x=1"}, 100);
  struct text first = TEXT_INIT(8192), second = TEXT_INIT(8192);
  struct canonical *read = NULL;
  struct err err = {0};
  print_form(packets.trace, &head, &first);
  assert_int_equal(canonical_parse("a golden", span_of(text_chars(&first), first.len), &read, &err),
                   ERR_OK);
  canonical_print(read, &second);
  assert_string_equal(text_chars(&first), text_chars(&second));
  canonical_destroy(read);
  text_free(&first);
  text_free(&second);
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ends_of_lines),     cmocka_unit_test(a_prompt),
      cmocka_unit_test(a_long_line),       cmocka_unit_test(rules),
      cmocka_unit_test(every_bit_is_told), cmocka_unit_test(text_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
