/* What each level tells, and what it leaves out. */
#include "forms.h"
#include "trace/diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A = 0, B = 1 };

/* What may differ between two runs, of which each level tells another part. */
struct variant {
  uint16_t port;
  uint32_t isn;
  bool retransmits;
  bool pure_ack;
  uint8_t hop_limit;
  bool udp_first;
};

static struct packets exchange(const struct variant *variant) {
  struct packets packets = packets_create();
  packets.hop_limit = variant->hop_limit;
  struct connection c = connection_between(&packets, at("127.0.0.1", variant->port),
                                           at("127.0.0.1", 7), variant->isn, 2 * variant->isn);
  connection_open(&c);
  struct endpoint asker = at("127.0.0.1", (uint16_t)(variant->port + 1));
  if (variant->udp_first) packets_text(&packets, asker, at("127.0.0.1", 9), "ask");
  uint32_t start = c.sequence[A];
  connection_send(&c, A, "hello");
  if (variant->retransmits) {
    connection_segment(&c, A, start, c.received[A], TCP_ACK, span_of_text("hello"));
  }
  if (!variant->udp_first) packets_text(&packets, asker, at("127.0.0.1", 9), "ask");
  connection_receive(&c, B, variant->pure_ack);
  connection_send(&c, B, "hi");
  connection_receive(&c, A, false);
  connection_close(&c, A);
  return packets;
}

static const struct variant PLAIN = {.port = 4000, .isn = 100, .hop_limit = 64, .pure_ack = true};

static size_t differences(enum canonical_level level, const struct variant *other) {
  struct canonical_head head = {.level = level};
  struct packets x = exchange(&PLAIN), y = exchange(other);
  struct canonical *forms[2] = {form_of(x.trace, &head), form_of(y.trace, &head)};
  struct diff_result result;
  struct err err = {0};
  assert_int_equal(diff_canonical(forms[0], forms[1], &result, &err), ERR_OK);
  size_t count = result.count;
  diff_free(&result);
  for (size_t i = 0; i < 2; i++)
    canonical_destroy(forms[i]);
  packets_destroy(&x);
  packets_destroy(&y);
  return count;
}

static void assert_told(struct variant other, size_t stream, size_t transport, size_t packet) {
  assert_int_equal(differences(LEVEL_STREAM, &other), stream);
  assert_int_equal(differences(LEVEL_TRANSPORT, &other), transport);
  assert_int_equal(differences(LEVEL_PACKET, &other), packet);
}

static void each_level_tells_its_own(void **state) {
  (void)state;
  struct variant other = PLAIN;
  other.port = 5000;
  other.isn = 777777;
  assert_told(other, 0, 0, 0);
  other = PLAIN;
  other.retransmits = true;
  assert_told(other, 0, 1, 1);
  other = PLAIN;
  other.pure_ack = false;
  assert_told(other, 0, 1, 1);
  other = PLAIN;
  other.udp_first = true;
  assert_told(other, 0, 0, 1); /* one packet stands elsewhere */
  other = PLAIN;
  other.hop_limit = 32;
  assert_int_equal(differences(LEVEL_STREAM, &other), 0);
  assert_int_equal(differences(LEVEL_TRANSPORT, &other), 0);
  assert_true(differences(LEVEL_PACKET, &other) > 0);
}

static void assert_form(enum canonical_level level, const char *expected) {
  struct canonical_head head = {.level = level};
  struct packets packets = exchange(&PLAIN);
  struct text text = TEXT_INIT(1 << 16);
  print_form(packets.trace, &head, &text);
  assert_non_null(strstr(text_chars(&text), expected));
  /* What is printed is read back, and says the same. */
  struct canonical *read = NULL;
  struct err err = {0};
  enum err_code code =
      canonical_parse("form.txt", span_of(text_chars(&text), text.len), &read, &err);
  if (code != ERR_OK) fail_msg("%s", err.text);
  struct text again = TEXT_INIT(1 << 16);
  canonical_print(read, &again);
  assert_string_equal(text_chars(&again), text_chars(&text));
  canonical_destroy(read);
  text_free(&again);
  text_free(&text);
  packets_destroy(&packets);
}

static void segments_are_told_by_relative_numbers(void **state) {
  (void)state;
  assert_form(LEVEL_TRANSPORT,
              "> segment S seq=$isn1 checksum=valid\n"
              "< segment SA seq=$isn2 ack=$isn1+1 checksum=valid\n"
              "> segment A seq=$isn1+1 ack=$isn2+1 checksum=valid\n");
  assert_form(LEVEL_TRANSPORT, " seq=$isn1+1 ack=$isn2+1 payload=\"hello\" checksum=valid\n");
}

static void packets_stand_in_their_order(void **state) {
  (void)state;
  assert_form(LEVEL_PACKET, "flow packets none - > -\n> segment S flow=1 seq=$isn1 ");
  assert_form(LEVEL_PACKET, "options=none ttl=64 tos=00 df=");
  assert_form(LEVEL_PACKET, "> data \"ask\" flow=2 checksum=valid ttl=64");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_level_tells_its_own),
      cmocka_unit_test(segments_are_told_by_relative_numbers),
      cmocka_unit_test(packets_stand_in_their_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
