#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A = 0, B = 1 };

static enum err_code parse(const char *text, size_t len, struct canonical **canonical,
                           struct err *err) {
  *err = (struct err){0};
  return canonical_parse("golden.txt", span_of(text, len), canonical, err);
}

/* Everything that a form can hold. */
static struct packets rich_trace(void) {
  struct packets packets = packets_create();
  struct ntp_message request = ntp_request(UINT64_C(0xe1234567deadbeef));
  struct ntp_message reply = ntp_reply(&request, INT64_C(1800000000123456789));
  uint8_t trailer[28] = {0x01, 0x04, 0, 28};
  reply.trailer = span_of(trailer, sizeof trailer);
  reply.origin ^= 3;
  packets_ntp(&packets, SUBJECT, NTP_PEER, &request);
  packets_ntp(&packets, NTP_PEER, SUBJECT, &reply);
  packets_ntp(&packets, at("127.0.0.1", 5555), SUBJECT, &reply);
  packets_text(&packets, at("::1", 999), at("::1", 123), "quote \" and \\ and \x7f $x1 a=b");
  packets_port_unreachable(&packets, at("::1", 999), at("::1", 123), span_of_text("x"));
  packets_port_unreachable(&packets, at("10.0.0.1", 1), at("10.0.0.2", 2), span_of_text("x"));
  uint8_t octets[2000] = {0};
  packets_udp_fragments(&packets, SUBJECT, ECHO_PEER, span_of(octets, sizeof octets), 1500);
  struct connection c = connection_between(&packets, SUBJECT, ECHO_PEER, 1, 2);
  connection_open(&c);
  connection_send(&c, A, "hello = $port1");
  connection_receive(&c, B, true);
  connection_fin(&c, A);
  connection_rst(&c, B);
  struct connection refused = connection_between(&packets, SUBJECT, at("127.0.0.1", 9), 1, 2);
  connection_segment(&refused, A, 1, 0, TCP_SYN, (struct span){NULL, 0});
  connection_rst(&refused, B);
  struct packet rubbish = {.wire_len = 20, .bytes = span_of(octets, 20)};
  struct err err;
  assert_int_equal(trace_add(packets.trace, &rubbish, &err), ERR_OK);
  return packets;
}

static struct canonical_head rich_head(void) {
  struct canonical_head head = head_of_case();
  head.endpoints[0].canonical_port = 1123;
  head_add_rule(&head, "ntp.transmit", POLICY_BIND, "ntp.receive");
  head_add_rule(&head, "ntp.leap", POLICY_IGNORE, NULL);
  head_add_rule(&head, "tcp.half_close", POLICY_EXACT, NULL);
  head_add_rule(&head, "udp.checksum", POLICY_VERIFY, NULL);
  return head;
}

static void what_is_printed_is_read_back(void **state) {
  (void)state;
  struct packets packets = rich_trace();
  struct canonical_head heads[] = {rich_head(), {.case_id = ""}};
  for (size_t i = 0; i < 2; i++) {
    struct canonical *built = form_of(packets.trace, &heads[i]);
    struct text first = TEXT_INIT(1 << 20);
    canonical_print(built, &first);
    struct canonical *read;
    struct err err;
    enum err_code code = parse(text_chars(&first), first.len, &read, &err);
    if (code != ERR_OK) print_error("%s\n%s", err.text, text_chars(&first));
    assert_int_equal(code, ERR_OK);
    struct text second = TEXT_INIT(1 << 20);
    canonical_print(read, &second);
    assert_string_equal(text_chars(&first), text_chars(&second));
    struct canonical_strength x = canonical_strength(built);
    struct canonical_strength y = canonical_strength(read);
    assert_int_equal(x.fields, y.fields);
    assert_int_equal(x.ignored_fields, y.ignored_fields);
    assert_int_equal(x.variables_used_once, y.variables_used_once);
    text_free(&first);
    text_free(&second);
    canonical_destroy(read);
    canonical_destroy(built);
  }
  packets_destroy(&packets);
}

static void cut_anywhere_it_is_refused_or_shorter(void **state) {
  (void)state;
  struct packets packets = rich_trace();
  struct canonical_head head = rich_head();
  struct text text = TEXT_INIT(1 << 20);
  print_form(packets.trace, &head, &text);
  for (size_t len = 0; len < text.len; len++) {
    char *cut = malloc(len + 1); /* of its own, so that a read behind its end is seen */
    assert_non_null(cut);
    memcpy(cut, text_chars(&text), len);
    struct canonical *canonical;
    struct err err;
    enum err_code code = parse(cut, len, &canonical, &err);
    bool at_line_end = len > 0 && cut[len - 1] == '\n';
    if (!at_line_end) assert_int_equal(code, ERR_INPUT);
    if (code != ERR_OK) {
      assert_true(strncmp(err.text, "golden.txt:", 11) == 0);
      assert_null(canonical);
    }
    canonical_destroy(canonical);
    free(cut);
  }
  text_free(&text);
  packets_destroy(&packets);
}

#define HEAD "sockproof-golden 1\nlevel stream\n"
#define FLOW HEAD "\nflow udp ipv4 subject:$port1 > peer:123\n"

static void what_is_wrong_is_said(void **state) {
  (void)state;
  static const struct {
    const char *text, *told;
  } CASES[] = {
      {"", "golden.txt:1: not a golden; the first line must be 'sockproof-golden 1'"},
      {"{}\n", "golden.txt:1: not a golden; the first line must be 'sockproof-golden 1'"},
      {"sockproof-golden 1\n", "golden.txt:1: the head does not say its level"},
      {"sockproof-golden 1\nlevel octet\n",
       "golden.txt:2: a level is 'stream', 'transport' or 'packet'"},
      {"sockproof-golden 1\nlevel stream now\n", "golden.txt:2: 'now' is too much here"},
      {"sockproof-golden 1\nlabel x\n", "golden.txt:2: 'label' is not known in a head; known are"},
      {HEAD "endpoint peer 127.0.0.1 ntp\n", "golden.txt:3: this is not 'endpoint NAME"},
      {HEAD "endpoint peer 127.0.0.1:70000 ntp\n", "golden.txt:3: this is not 'endpoint NAME"},
      {HEAD "endpoint peer ::1:7 ntp\n", "golden.txt:3: this is not 'endpoint NAME"},
      {HEAD "endpoint peer 127.0.0.1:7 chargen\n", "golden.txt:3: this is not 'endpoint NAME"},
      {HEAD "endpoint peer 127.0.0.1:7 ntp as x\n", "golden.txt:3: 'as' wants a port"},
      {HEAD "endpoint a-name-that-is-too-long 127.0.0.1:7 ntp\n", "at most 15 characters"},
      {HEAD "others\n", "golden.txt:3: 'others' wants a name"},
      {HEAD "case\n", "golden.txt:3: 'case' wants the id"},
      {HEAD "policy ntp.leap\n", "golden.txt:3: this is not 'policy FIELD"},
      {HEAD "policy ntp.leap guess\n", "golden.txt:3: this is not 'policy FIELD"},
      {HEAD "policy ntp.leap ignore\n", "golden.txt:3: 'ntp.leap' is ignored without a reason"},
      {HEAD "policy ntp.leap bind\n", "'ntp.leap' cannot be 'bind'; it can be exact, ignore"},
      {HEAD "policy tcp.colour exact\n", "no field 'tcp.colour' can have a rule; known are"},
      {HEAD "policy ntp.receive bind ntp.leap\n", "cannot be told relative to 'ntp.leap'"},
      {HEAD "\n> data \"x\"\n", "golden.txt:4: an event before the first 'flow' line"},
      {HEAD "\nflow sctp ipv4 a:1 > b:2\n", "golden.txt:4: this is not 'flow udp|tcp"},
      {HEAD "\nflow udp ipv4 a:1 b:2\n", "golden.txt:4: this is not 'flow udp|tcp"},
      {HEAD "\nflow udp ipv4 a:1 > b:99999\n", "golden.txt:4: 'b:99999' does not end with a port"},
      {HEAD "\nflow udp ipv4 a:$port > b:2\n", "golden.txt:4: '$port' is not a variable"},
      {FLOW "data \"x\"\n", "golden.txt:5: 'data \"x\"' does not begin an event"},
      {FLOW "> open\n", "golden.txt:5: '> open' does not begin an event"},
      {FLOW "> shout\n", "golden.txt:5: '> shout' does not begin an event"},
      {FLOW "> data \"x\n", "golden.txt:5: the quoted text has no end"},
      {FLOW "> data \"x\"y=1\n", "golden.txt:5: the quoted text has no end"},
      {FLOW "> ntp leap\n", "golden.txt:5: ' leap' is not a field"},
      {FLOW "> ntp leap=0 leap=1\n", "golden.txt:5: the field 'leap' stands there twice"},
      {FLOW "> ntp leap=\n", "golden.txt:5: ' leap=' is not a field"},
      {FLOW "> ntp  leap=0\n", "is not a field: NAME=VALUE, after one blank"},
      {FLOW "> ntp origin=$ntp.xmt0\n", "golden.txt:5: '$ntp.xmt0' is not a variable"},
      {FLOW "> ntp origin=$ntp.xmt1x\n", "golden.txt:5: '$ntp.xmt1x' is not a variable"},
      {FLOW "> data \"a\tb\"\n",
       "golden.txt:5: octet 10 of the line is a control character (0x09)"},
      {FLOW "> data \"x\"", "golden.txt:5: the file ends within this line"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    struct canonical *canonical;
    struct err err;
    enum err_code code = parse(CASES[i].text, strlen(CASES[i].text), &canonical, &err);
    if (code != ERR_INPUT || strstr(err.text, CASES[i].told) == NULL) {
      fail_msg("%s: told '%s', not '%s'", CASES[i].text, err.text, CASES[i].told);
    }
    assert_null(canonical);
  }
}

static void any_octet_changed_is_no_crash(void **state) {
  (void)state;
  struct packets packets = rich_trace();
  struct canonical_head head = rich_head();
  struct text text = TEXT_INIT(1 << 20);
  print_form(packets.trace, &head, &text);
  static const char OTHERS[] = "\n \"=$:>~\\0\xff";
  for (size_t at_octet = 0; at_octet < text.len; at_octet++) {
    char kept = text.chars[at_octet];
    text.chars[at_octet] = OTHERS[at_octet % (sizeof OTHERS - 1)];
    struct canonical *canonical;
    struct err err;
    enum err_code code = parse(text.chars, text.len, &canonical, &err);
    assert_true(code == ERR_OK || code == ERR_INPUT);
    canonical_destroy(canonical);
    text.chars[at_octet] = kept;
  }
  text_free(&text);
  packets_destroy(&packets);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_printed_is_read_back),
      cmocka_unit_test(cut_anywhere_it_is_refused_or_shorter),
      cmocka_unit_test(what_is_wrong_is_said),
      cmocka_unit_test(any_octet_changed_is_no_crash),
  };
  return cmocka_run_group_tests_name("golden_text", tests, NULL, NULL);
}
