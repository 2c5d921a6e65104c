/* HTTP in canonical form: messages whatever their segments and turns, fields as they are written,
 * bodies, and what is no message. */
#include "talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WEB_SERVER at("127.0.0.1", 80)
#define FLOW "flow tcp ipv4 subject:$port1 > peer:80\nopen\n"
#define GET_ "GET / HTTP/1.1\r\n"
#define GET_LINE "> http method=GET target=\"/\" version=1.1"
#define OK_ "HTTP/1.1 200 OK\r\n"
#define OK_LINE "< http version=1.1 status=200 reason=\"OK\""

static struct canonical_head http_head(void) {
  struct canonical_head head = {.others = "subject", .endpoint_count = 1};
  head.endpoints[0] = (struct named_endpoint){
      .name = "peer", .at = WEB_SERVER, .canonical_port = 80, .application = APPLICATION_HTTP};
  return head;
}

static struct packets said(const turns texts, size_t segment) {
  return talk_packets(WEB_SERVER, texts, segment);
}

static void assert_said_under(const struct canonical_head *head, const turns texts,
                              const char *expected) {
  assert_talk(head, texts, FLOW, expected, (size_t[]){500, 7, 1});
}

static void assert_said(const turns texts, const char *expected) {
  struct canonical_head head = http_head();
  assert_said_under(&head, texts, expected);
}

static void a_request_and_its_response(void **state) {
  (void)state;
  assert_said((turns){">GET /file.txt HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n",
                      "<HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nIt works.\n"},
              "> http method=GET target=\"/file.txt\" version=1.0 host=\"127.0.0.1\"\n"
              "< http version=1.0 status=200 reason=\"OK\" content_length=\"10\" "
              "body=\"It works.\\n\"\n");
}

static void several_messages_in_a_turn(void **state) {
  (void)state;
  assert_said((turns){">" GET_ "\r\n" GET_ "A: b\r\n\r\n",
                      "<" OK_ "Content-Length: 1\r\n\r\na" OK_ "\r\nto the end"},
              GET_LINE "\n" GET_LINE " a=\"b\"\n" OK_LINE
                       " content_length=\"1\" body=\"a\"\n" OK_LINE " body=\"to the end\"\n");
}

/* It is told where it begins. */
static void a_message_over_several_turns(void **state) {
  (void)state;
  assert_said((turns){">POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n",
                      "<HTTP/1.1 100 Continue\r\n\r\n", ">body", "<" OK_ "\r\n"},
              "> http method=POST target=\"/\" version=1.1 expect=\"100-continue\" "
              "content_length=\"4\" body=\"body\"\n"
              "< http version=1.1 status=100 reason=\"Continue\"\n" OK_LINE "\n");
}

static void no_body_for_head(void **state) {
  (void)state;
  assert_said((turns){">HEAD / HTTP/1.1\r\n\r\n" GET_ "\r\n",
                      "<" OK_ "Content-Length: 3\r\n\r\n" OK_ "Content-Length: 3\r\n\r\nabc"},
              "> http method=HEAD target=\"/\" version=1.1\n" GET_LINE "\n" OK_LINE
              " content_length=\"3\"\n" OK_LINE " content_length=\"3\" body=\"abc\"\n");
}

static void chunks(void **state) {
  (void)state;
  assert_said((turns){"<" OK_ "Transfer-Encoding: chunked\r\n\r\n"
                      "5;x\r\nfirst\r\n4\r\nlast\r\n0\r\nA: b\r\n\r\n" OK_
                      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
              OK_LINE
              " transfer_encoding=\"chunked\" chunks=\"5;x\\r\\n4\\r\\n0\\r\\n\" "
              "trailers=\"A: b\\r\\n\" body=\"firstlast\"\n" OK_LINE
              " transfer_encoding=\"chunked\" chunks=\"0\\r\\n\" body=\"\"\n");
}

static void a_body_cut_short(void **state) {
  (void)state;
  assert_said((turns){"<" OK_ "Content-Length: 5\r\n\r\nabc"},
              OK_LINE " content_length=\"5\" body=\"abc\" malformed=\"the body is cut short\"\n");
  assert_said((turns){"<" OK_ "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"}, OK_LINE
              " transfer_encoding=\"chunked\" body=\"5\\r\\nabc\" "
              "malformed=\"the body is cut short\"\n");
}

static void a_long_body(void **state) {
  (void)state;
  assert_said((turns){"<" OK_ "\r\n"
                      "0123456789012345678901234567890123456789012345678901234567890123456789"},
              OK_LINE " body=70:xxh3:e12144e63bd106c886c838ed78d49a76\n");
}

/* Fields that nearly all write so are told by their values, others by their lines. */
static void fields_as_they_are_written(void **state) {
  (void)state;
  assert_said((turns){">" GET_ "Host: a\r\nhost: b\r\nX-Y_Z: c\r\nAccept:d\r\nTe:  e\r\nEmpty: \r\n"
                      "From: from:f\r\nVersion: 2\r\nBody: \"g\"\r\nHost: host: h\r\n\r\n"},
              GET_LINE
              " host=\"a\" host.2=\"host: b\" x_y_z=\"X-Y_Z: c\" accept=\"Accept:d\" "
              "te=\"Te:  e\" empty=\"\" from=\"From: from:f\" version.2=\"2\" "
              "body.2=\"\\\"g\\\"\" host.3=\"Host: host: h\"\n");
}

static void what_is_no_message(void **state) {
  (void)state;
  assert_said((turns){">nonsense\r\n", "<HTTP/1.0 400 \r\n\r\nWhat?", ">" GET_ "\r\n"},
              "> data \"nonsense\\r\\n\" malformed=\"no start line of HTTP/1\"\n"
              "< http version=1.0 status=400 reason=\"\" body=\"What?\"\n" GET_LINE "\n");
  assert_said((turns){"<" OK_ "Content-Length: 2\r\n\r\nabcd"}, OK_LINE
              " content_length=\"2\" body=\"ab\"\n"
              "< data \"cd\" malformed=\"a head without an end\"\n");
}

/* A stream with a hole has no messages that are sure. */
static void a_hole(void **state) {
  (void)state;
  struct canonical_head head = http_head();
  struct packets packets =
      said((turns){">" GET_ "\r\n", "<" OK_ "Content-Length: 2\r\n\r\nab"}, 20);
  struct trace *other = trace_without(packets.trace, 3);
  struct text text = TEXT_INIT(8192);
  print_form(other, &head, &text);
  assert_non_null(strstr(text_chars(&text), "\n> data \""));
  assert_non_null(strstr(text_chars(&text), "note=\"hole of 18 octets"));
  assert_non_null(strstr(text_chars(&text), "\n" OK_LINE " content_length=\"2\" body=\"ab\"\n"));
  text_free(&text);
  trace_destroy(other);
  packets_destroy(&packets);
}

static void rules(void **state) {
  (void)state;
  turns texts = {"<" OK_ "Date: Sat, 21 Nov 2026 02:30:00 GMT\r\n\r\nbody"};
  struct canonical_head head = http_head();
  head_add_rule(&head, "http.date", POLICY_IGNORE, NULL);
  assert_said_under(&head, texts, OK_LINE " date=~ body=\"body\"\n");
  head_add_rule(&head, "http.body", POLICY_IGNORE, NULL);
  assert_said_under(&head, texts, OK_LINE " date=~ body=~\n");
  head_add_rule(&head, "tcp.payload", POLICY_IGNORE, NULL);
  assert_said_under(&head, texts, "< data ~\n");
  struct canonical_head turned = http_head();
  head_add_rule(&turned, "tcp.turns", POLICY_IGNORE, NULL);
  assert_said_under(&turned, (turns){"<" OK_ "Content-Length: 0\r\n\r\n", ">" GET_ "\r\n"},
                    GET_LINE "\n" OK_LINE " content_length=\"0\"\n");
}

/* Every octet of all messages is compared, and every change of one of its bits is another form. */
static void every_bit_is_told(void **state) {
  (void)state;
  struct canonical_head head = http_head();
  struct packets packets =
      said((turns){">GET / HTTP/1.0\r\nHost: a\r\nAccept:b\r\n\r\n",
                   "<" OK_ "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nA: b\r\n\r\n" OK_
                   "Content-Length: 1\r\n\r\nc\n"},
           500);
  assert_every_bit_told(&packets, &head, 142);
  packets_destroy(&packets);
}

static void text_and_back(void **state) {
  (void)state;
  struct canonical_head head = http_head();
  head_add_rule(&head, "http.date", POLICY_IGNORE, NULL);
  struct packets packets = said((turns){">$~\"x /\" HTTP/1.0\r\nHost: \"a b\" \\\r\n\r\n",
                                        ">$~ /\" HTTP/1.0\r\nHost: \"a b\" \\\r\nDate: 1\r\n\r\n",
                                        "<" OK_ "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
                                500);
  assert_reads_back(packets.trace, &head, NULL);
  packets_destroy(&packets);
}

/* Without a head, port 80 is taken for what it is. */
static void a_capture_without_a_head(void **state) {
  (void)state;
  struct canonical_head head = {.others = "subject"};
  struct packets packets = said((turns){">" GET_ "\r\n"}, 500);
  assert_flows(packets.trace, &head,
               "flow tcp ipv4 subject:$port1 > subject:$port2\nopen\n" GET_LINE
               "\nclose fin+fin\n");
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_request_and_its_response),
      cmocka_unit_test(several_messages_in_a_turn),
      cmocka_unit_test(a_message_over_several_turns),
      cmocka_unit_test(no_body_for_head),
      cmocka_unit_test(chunks),
      cmocka_unit_test(a_body_cut_short),
      cmocka_unit_test(a_long_body),
      cmocka_unit_test(fields_as_they_are_written),
      cmocka_unit_test(what_is_no_message),
      cmocka_unit_test(a_hole),
      cmocka_unit_test(rules),
      cmocka_unit_test(every_bit_is_told),
      cmocka_unit_test(text_and_back),
      cmocka_unit_test(a_capture_without_a_head),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
