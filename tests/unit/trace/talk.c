#include "talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { PAYLOAD_AT = 14 + 20 + 20 };

struct packets talk_packets(struct endpoint server, const turns texts, size_t segment) {
  struct packets packets = packets_create();
  struct connection connection = connection_between(&packets, SUBJECT, server, 1000, 5000);
  connection_open(&connection);
  for (size_t i = 0; i < TALK_TURNS_MAX && texts[i] != NULL; i++) {
    size_t from = texts[i][0] == '>' ? 0 : 1;
    for (const char *at = texts[i] + 1; *at != '\0';) {
      char part[TALK_SEGMENT_MAX];
      size_t len = strlen(at) < segment ? strlen(at) : segment;
      assert_true(len < sizeof part);
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

void assert_talk(const struct canonical_head *head, const turns texts, const char *flow,
                 const char *expected, const size_t segments[3]) {
  struct text whole = TEXT_INIT(8192);
  text_appendf(&whole, "%s%sclose fin+fin\n", flow, expected);
  for (size_t i = 0; i < 3; i++) {
    struct packets packets = talk_packets(head->endpoints[0].at, texts, segments[i]);
    assert_flows(packets.trace, head, text_chars(&whole));
    packets_destroy(&packets);
  }
  text_free(&whole);
}

static void assert_bits_told(const struct trace *trace, const struct canonical_head *head,
                             size_t packet, size_t octet) {
  for (unsigned bit = 0; bit < 8; bit++) {
    struct trace *other = trace_with_octet(trace, packet, octet, (uint8_t)(1U << bit));
    assert_other_form(trace, other, head);
    trace_destroy(other);
  }
}

void assert_every_bit_told(const struct packets *packets, const struct canonical_head *head,
                           size_t octets) {
  const struct trace *trace = packets->trace;
  struct canonical *form = form_of(trace, head);
  size_t compared = 0;
  for (size_t p = 0; p < trace_count(trace); p++) {
    for (size_t octet = PAYLOAD_AT; octet < trace_packet(trace, p)->bytes.len; octet++) {
      assert_int_equal(canonical_octet_cover(form, p, octet), OCTET_EXACT);
      assert_bits_told(trace, head, p, octet);
      compared++;
    }
  }
  assert_int_equal(compared, octets);
  canonical_destroy(form);
}
