/* What a person is told of two captures: one screen whatever differs, the octets themselves, and
 * the packets and endpoints of both. */
#include "forms.h"
#include "trace/diff_screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SCREEN_MAX = 48, SHOWN_MAX = 64 * 1024 };

struct showing {
  struct diff_screen *screen;
  const struct diff_sides *sides;
  struct difference last;
  size_t taken;
};

static void take(void *context, const struct difference *difference) {
  struct showing *showing = context;
  diff_screen_take(showing->screen, difference, showing->sides);
  showing->last = *difference;
  showing->taken++;
}

/* The screen as text; *last is the last difference. */
static struct text shown(const struct packets *x, const struct packets *y,
                         struct difference *last) {
  static const struct canonical_head NO_HEAD = {.case_id = ""};
  struct canonical *forms[2];
  struct err err = {0};
  assert_int_equal(canonical_of(x->trace, &NO_HEAD, &forms[0], &err), ERR_OK);
  assert_int_equal(canonical_of(y->trace, &NO_HEAD, &forms[1], &err), ERR_OK);
  const struct diff_sides sides = {forms[0], forms[1], x->trace, y->trace};
  struct showing showing = {.screen = diff_screen_create(), .sides = &sides};
  assert_non_null(showing.screen);
  struct diff_totals totals;
  assert_int_equal(diff_each(&sides, take, &showing, &totals, &err), ERR_OK);
  assert_true(showing.taken >= totals.count);
  struct text text = TEXT_INIT(SHOWN_MAX);
  diff_screen_print(showing.screen, &totals, &text);
  diff_screen_destroy(showing.screen);
  *last = showing.last;
  for (size_t i = 0; i < 2; i++)
    canonical_destroy(forms[i]);
  return text;
}

static size_t lines_of(const struct text *text) {
  size_t lines = 0;
  for (const char *at = text_chars(text); *at != '\0'; at++)
    lines += *at == '\n';
  return lines;
}

static void assert_shown(const struct text *text, const char *part) {
  if (strstr(text_chars(text), part) == NULL) fail_msg("no '%s' in\n%s", part, text_chars(text));
}

/* `count` datagrams; those from `altered` on say something else. */
static struct packets datagrams(unsigned count, unsigned altered) {
  struct packets packets = packets_create();
  for (unsigned i = 0; i < count; i++) {
    char text[64];
    (void)snprintf(text, sizeof text, "message %u%s", i, i >= altered ? "!" : ".");
    packets_text(&packets, at("127.0.0.1", 4000), at("127.0.0.1", 7), text);
  }
  return packets;
}

static void any_number_is_one_screen(void **state) {
  (void)state;
  struct packets x = datagrams(500, 500), y = datagrams(500, 0);
  for (unsigned i = 0; i < 40; i++)
    packets_text(&y, at("127.0.0.1", (uint16_t)(5000 + i)), at("127.0.0.2", 9), "new");
  struct difference last;
  struct text text = shown(&x, &y, &last);
  assert_true(lines_of(&text) <= SCREEN_MAX);
  assert_shown(&text, "\n540 differences, of which these are not shown");
  assert_shown(&text, "  data: payload differs\n");
  assert_shown(&text, "  udp flow not expected\n");
  /* What somebody said stands first. */
  const char *field = strstr(text_chars(&text), "field payload");
  const char *flow = strstr(text_chars(&text), "the flow is not expected");
  assert_non_null(field);
  assert_non_null(flow);
  assert_true(field < flow);
  assert_int_equal(last.hunk, 540);
  text_free(&text);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void few_are_all_shown(void **state) {
  (void)state;
  struct packets x = datagrams(5, 5), y = datagrams(5, 3);
  struct difference last;
  struct text text = shown(&x, &y, &last);
  assert_shown(&text, "udp ipv4 127.0.0.1:4000 > 127.0.0.1:7\n");
  assert_shown(&text, "field payload, packet 4, octet 51 (expected: packet 4)\n");
  assert_shown(&text, "field payload, packet 5, octet 51 (expected: packet 5)\n");
  assert_shown(&text, "\n2 differences\n");
  assert_null(strstr(text_chars(&text), "not shown"));
  text_free(&text);
  packets_destroy(&x);
  packets_destroy(&y);
}

static void long_payload_is_shown_where_it_differs(void **state) {
  (void)state;
  char said[2001];
  memset(said, 'a', sizeof said - 1);
  said[sizeof said - 1] = '\0';
  struct packets x = packets_create(), y = packets_create();
  packets_udp_fragments(&x, at("127.0.0.1", 4000), at("127.0.0.1", 7), span_of_text(said), 576);
  said[1500] = 'b';
  packets_text(&y, at("127.0.0.1", 6000), at("127.0.0.1", 9), "first");
  packets_udp_fragments(&y, at("127.0.0.1", 5000), at("127.0.0.1", 7), span_of_text(said), 576);
  packets_text(&x, at("127.0.0.1", 6000), at("127.0.0.1", 9), "first");
  struct difference last;
  struct text text = shown(&x, &y, &last);
  assert_string_equal(last.field, "payload");
  assert_string_equal(last.actual, "...\"aaaaaaaaaaaaaaaabaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"...");
  /* 552 octets a fragment, the first 8 of which are UDP's header. */
  assert_int_equal(last.expected_packet, (1500 + 8) / 552);
  assert_int_equal(last.packet_index, 1 + (1500 + 8) / 552);
  assert_int_equal(last.octet_offset, 14 + 20 + (1500 + 8) % 552);
  assert_shown(&text, "127.0.0.1:4000 > 127.0.0.1:7 (actual: 127.0.0.1:5000 > 127.0.0.1:7)");
  text_free(&text);
  packets_destroy(&x);
  packets_destroy(&y);
}

/* Told by its text in one, by its digest in the other: still one payload. */
static void payload_of_another_length_is_one_field(void **state) {
  (void)state;
  char said[101];
  memset(said, 'a', sizeof said - 1);
  said[sizeof said - 1] = '\0';
  struct packets x = packets_create(), y = packets_create();
  packets_text(&x, at("127.0.0.1", 4000), at("127.0.0.1", 7), said);
  said[40] = '\0';
  packets_text(&y, at("127.0.0.1", 4000), at("127.0.0.1", 7), said);
  struct difference last;
  struct text text = shown(&x, &y, &last);
  assert_string_equal(last.field, "payload");
  assert_null(strstr(text_chars(&text), "field octets"));
  assert_shown(&text, "\n1 difference\n");
  text_free(&text);
  packets_destroy(&x);
  packets_destroy(&y);
}

/* Of flows that say the same, the one that stands elsewhere is not taken for it. */
static void the_flow_that_changed_is_told(void **state) {
  (void)state;
  static const char *const SAID[2][3] = {{"client 1", "client 2", "client 3"},
                                         {"client 3", "client 2", "client 3"}};
  struct packets sides[2] = {packets_create(), packets_create()};
  for (size_t side = 0; side < 2; side++) {
    for (size_t i = 0; i < 3; i++)
      packets_text(&sides[side], at("127.0.0.1", (uint16_t)(4000 + i)), at("127.0.0.1", 7),
                   SAID[side][i]);
  }
  struct difference last;
  struct text text = shown(&sides[0], &sides[1], &last);
  assert_int_equal(last.packet_index, 0);
  assert_int_equal(last.expected_packet, 0);
  text_free(&text);
  for (size_t side = 0; side < 2; side++)
    packets_destroy(&sides[side]);
}

/* Datagrams to and fro, of which the first ones may be missing. */
static struct packets to_and_fro(unsigned from, unsigned to) {
  struct packets packets = packets_create();
  const struct endpoint ends[2] = {at("127.0.0.1", 4000), at("127.0.0.2", 7)};
  for (unsigned i = from; i < to; i++) {
    char text[64];
    (void)snprintf(text, sizeof text, "message %u", i);
    packets_text(&packets, ends[i % 2], ends[(i + 1) % 2], text);
  }
  return packets;
}

/* Who was captured first does not turn the conversation round. */
static void a_first_packet_less_is_one_difference(void **state) {
  (void)state;
  struct packets x = to_and_fro(0, 10), shorter = to_and_fro(1, 10);
  struct difference last;
  struct text text = shown(&x, &shorter, &last);
  assert_int_equal(last.hunk, 1);
  assert_int_equal(last.event, 1);
  assert_shown(&text, "event 1 is missing, expected packet 1\n");
  text_free(&text);
  text = shown(&shorter, &x, &last);
  assert_int_equal(last.hunk, 1);
  assert_shown(&text, "event 1 is not expected, packet 1\n");
  text_free(&text);
  packets_destroy(&shorter);
  packets_destroy(&x);
}

/* One exchange of each protocol that says the time, at `now_s`. */
static struct packets times_told(int64_t now_s, const char *date, const char *said) {
  struct packets packets = packets_create();
  packets.time_ns = now_s * INT64_C(1000000000);
  struct connection web =
      connection_between(&packets, at("127.0.0.1", 4000), at("127.0.0.1", 80), 1, 2);
  connection_open(&web);
  connection_send(&web, 0, "GET / HTTP/1.0\r\n\r\n");
  connection_receive(&web, 1, true);
  char answer[128];
  (void)snprintf(answer, sizeof answer, "HTTP/1.0 200 OK\r\nDate: %s\r\nContent-Length: 0\r\n\r\n",
                 date);
  connection_send(&web, 1, answer);
  connection_close(&web, 1);
  uint32_t since_1900 = (uint32_t)(now_s + INT64_C(2208988800));
  const uint8_t seconds[] = {(uint8_t)(since_1900 >> 24), (uint8_t)(since_1900 >> 16),
                             (uint8_t)(since_1900 >> 8), (uint8_t)since_1900};
  packets_text(&packets, at("127.0.0.1", 4001), at("127.0.0.1", 37), "");
  packets_udp(&packets, at("127.0.0.1", 37), at("127.0.0.1", 4001),
              span_of(seconds, sizeof seconds));
  packets_text(&packets, at("127.0.0.1", 4002), at("127.0.0.1", 13), "");
  packets_text(&packets, at("127.0.0.1", 13), at("127.0.0.1", 4002), said);
  struct connection day =
      connection_between(&packets, at("127.0.0.1", 4003), at("127.0.0.1", 13), 1, 2);
  connection_open(&day);
  connection_send(&day, 1, said);
  connection_close(&day, 1);
  return packets;
}

static size_t differences_of_times(const struct packets *x, const struct packets *y) {
  struct difference last = {.hunk = 0};
  struct text text = shown(x, y, &last);
  text_free(&text);
  return last.hunk;
}

/* Two captures of one exchange are made at two times; what is no date, and a server whose clock is
 * wrong by days, are told all the same. */
static void what_says_the_time_is_no_difference(void **state) {
  (void)state;
  enum { MORNING = 1795226400, EVENING = MORNING + 9 * 3600 };
  struct packets x =
      times_told(MORNING, "Sat, 21 Nov 2026 02:00:00 GMT", "Sat Nov 21 02:00:00 2026\r\n");
  struct packets y =
      times_told(EVENING, "Sat, 21 Nov 2026 11:00:00 GMT", "Sat Nov 21 11:00:00 2026\r\n");
  struct packets z =
      times_told(EVENING, "Mon, 21 Nov 2026 11:00:00 GMT", "Sat Nov 21 11:00:00 2026\r\n");
  assert_int_equal(differences_of_times(&x, &y), 0);
  assert_int_equal(differences_of_times(&x, &z), 1);
  packets_destroy(&z);
  z = times_told(EVENING, "Sat, 21 Nov 2026 11:00:00 GMT", "Sat Nov 21 11:00:00 2026\r\n");
  struct packets late = packets_create();
  late.time_ns = (MORNING + INT64_C(10) * 86400) * INT64_C(1000000000);
  for (size_t i = 0; i < trace_count(z.trace); i++) {
    struct packet packet = *trace_packet(z.trace, i);
    packet.time_ns = late.time_ns;
    struct err err = {0};
    assert_int_equal(trace_add(late.trace, &packet, &err), ERR_OK);
  }
  assert_int_equal(differences_of_times(&x, &late), 1);
  packets_destroy(&late);
  packets_destroy(&z);
  packets_destroy(&y);
  packets_destroy(&x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_number_is_one_screen),
      cmocka_unit_test(few_are_all_shown),
      cmocka_unit_test(long_payload_is_shown_where_it_differs),
      cmocka_unit_test(payload_of_another_length_is_one_field),
      cmocka_unit_test(the_flow_that_changed_is_told),
      cmocka_unit_test(a_first_packet_less_is_one_difference),
      cmocka_unit_test(what_says_the_time_is_no_difference),
  };
  return cmocka_run_group_tests_name("diff_screen", tests, NULL, NULL);
}
