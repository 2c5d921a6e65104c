/* What the outlines find must be what the whole canonical forms find: for every change of a small
 * capture, and for a few changes of a long one. */
#include "packets.h"
#include "trace/capture_diff.h"
#include "trace/pcap_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_capture_diff.XXXXXX";
static char paths[2][sizeof folder + 16];

static int make_folder(void **state) {
  (void)state;
  if (mkdtemp(folder) == NULL) return -1;
  for (size_t i = 0; i < 2; i++)
    (void)snprintf(paths[i], sizeof paths[i], "%s/%zu.pcap", folder, i);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  for (size_t i = 0; i < 2; i++)
    (void)unlink(paths[i]);
  return rmdir(folder);
}

static void write_trace(size_t side, const struct trace *trace) {
  struct err err = {0};
  if (pcap_file_write(paths[side], trace, &err) != ERR_OK) fail_msg("%s", err.text);
}

static void keep_last(void *context, const struct difference *difference,
                      const struct diff_sides *sides) {
  (void)sides;
  struct difference *last = context;
  *last = *difference;
}

/* Of the two files as they stand. */
static struct capture_diff_outcome by_outline(struct difference *first) {
  struct capture_file *files[2];
  struct err err = {0};
  for (size_t i = 0; i < 2; i++) {
    if (capture_file_open(paths[i], &files[i], &err) != ERR_OK) fail_msg("%s", err.text);
  }
  struct capture_diff_outcome outcome = {0};
  struct capture_diff_hooks hooks = {.differs = keep_last, .context = first};
  if (capture_diff(files[0], files[1], &hooks, &outcome, &err) != ERR_OK) fail_msg("%s", err.text);
  for (size_t i = 0; i < 2; i++)
    capture_file_close(files[i]);
  return outcome;
}

static size_t by_whole_forms(const struct trace *x, const struct trace *y) {
  static const struct canonical_head NO_HEAD = {.case_id = ""};
  const struct trace *traces[2] = {x, y};
  struct canonical *forms[2];
  struct err err = {0};
  struct diff_result result;
  for (size_t i = 0; i < 2; i++)
    assert_int_equal(canonical_of(traces[i], &NO_HEAD, &forms[i], &err), ERR_OK);
  assert_int_equal(diff_canonical(forms[0], forms[1], &result, &err), ERR_OK);
  size_t count = result.count;
  diff_free(&result);
  for (size_t i = 0; i < 2; i++)
    canonical_destroy(forms[i]);
  return count;
}

static bool agree(const struct trace *x, const struct trace *y) {
  struct difference first;
  write_trace(1, y);
  const struct capture_diff_outcome outcome = by_outline(&first);
  return (outcome.totals.count > 0) == (by_whole_forms(x, y) > 0);
}

/* Two connections and two pairs of UDP ports at once, one of them over IPv6; what is volatile comes
 * from `volatile_part`. */
static struct packets exchange(unsigned volatile_part) {
  struct packets packets = packets_create();
  uint16_t ports = (uint16_t)(40000 + volatile_part * 17);
  packets.identification = volatile_part * 1000;
  packets.time_ns += (int64_t)volatile_part * 1000000;
  struct connection one =
      connection_between(&packets, at("127.0.0.1", ports), at("127.0.0.1", 7),
                         1000 + volatile_part * 77777, 5000 + volatile_part * 99999);
  struct connection other = connection_between(&packets, at("::1", (uint16_t)(ports + 1)),
                                               at("::1", 7), UINT32_MAX - 3 + volatile_part, 7);
  connection_open(&one);
  connection_open(&other);
  packets_text(&packets, at("127.0.0.1", (uint16_t)(ports + 2)), at("127.0.0.2", 7), "ask");
  connection_send(&one, 0, "hello");
  connection_receive(&one, 1, true);
  connection_send(&other, 0, "over there");
  packets_text(&packets, at("127.0.0.2", 7), at("127.0.0.1", (uint16_t)(ports + 2)), "answer");
  connection_send(&one, 1, "well, hello");
  connection_receive(&one, 0, false);
  connection_receive(&other, 1, false);
  connection_send(&other, 1, "yes?");
  packets_port_unreachable(&packets, at("127.0.0.1", (uint16_t)(ports + 3)), at("127.0.0.1", 9),
                           span_of_text("nobody"));
  connection_close(&one, 0);
  connection_rst(&other, 1);
  return packets;
}

static void what_is_volatile_is_no_difference(void **state) {
  (void)state;
  struct packets first = exchange(0);
  write_trace(0, first.trace);
  for (unsigned i = 1; i < 20; i++) {
    struct packets other = exchange(i);
    struct difference difference;
    write_trace(1, other.trace);
    assert_int_equal(by_whole_forms(first.trace, other.trace), 0);
    assert_int_equal(by_outline(&difference).totals.count, 0);
    packets_destroy(&other);
  }
  packets_destroy(&first);
}

static void every_change_is_found_as_by_whole_forms(void **state) {
  (void)state;
  struct packets base = exchange(0);
  write_trace(0, base.trace);
  for (size_t i = 0; i < trace_count(base.trace); i++) {
    struct trace *shorter = trace_without(base.trace, i);
    if (!agree(base.trace, shorter)) fail_msg("packet %zu left out", i + 1);
    trace_destroy(shorter);
    size_t len = trace_packet(base.trace, i)->bytes.len;
    for (size_t octet = 0; octet < len; octet++) {
      uint8_t bit = (uint8_t)(1U << (octet + i) % 8);
      struct trace *changed = trace_with_octet(base.trace, i, octet, bit);
      if (!agree(base.trace, changed)) fail_msg("packet %zu octet %zu", i + 1, octet);
      trace_destroy(changed);
    }
  }
  packets_destroy(&base);
}

/* Datagrams to and fro; the one with the number `altered` says something else. */
static struct packets long_exchange(unsigned messages, unsigned altered, uint32_t isn) {
  struct packets packets = packets_create();
  for (unsigned i = 0; i < messages; i++) {
    char text[64];
    (void)snprintf(text, sizeof text, "message %u%s", i, i == altered ? "!" : ".");
    struct endpoint ends[2] = {at("127.0.0.1", (uint16_t)isn), at("127.0.0.1", 7)};
    packets_text(&packets, ends[i % 2], ends[1 - i % 2], text);
  }
  return packets;
}

static void one_change_of_a_long_flow_is_one_small_part(void **state) {
  (void)state;
  enum { MESSAGES = 20000, ALTERED = 12345 };
  struct packets whole = long_exchange(MESSAGES, MESSAGES, 4000);
  write_trace(0, whole.trace);
  struct difference first;

  struct packets altered = long_exchange(MESSAGES, ALTERED, 5000);
  write_trace(1, altered.trace);
  struct capture_diff_outcome outcome = by_outline(&first);
  assert_int_equal(outcome.totals.count, 1);
  assert_int_equal(outcome.parts, 1);
  assert_int_equal(first.packet_index, ALTERED);
  assert_int_equal(first.expected_packet, ALTERED);
  assert_true(first.of_excerpt);
  assert_non_null(strstr(first.ends[0], "127.0.0.1:4000")); /* either end may begin an excerpt */
  packets_destroy(&altered);

  struct trace *shorter = trace_without(whole.trace, ALTERED);
  write_trace(1, shorter);
  outcome = by_outline(&first);
  assert_int_equal(outcome.totals.count, 1);
  assert_int_equal(outcome.parts, 1);
  assert_non_null(strstr(first.expected, "message 12345."));
  assert_int_equal(first.expected_packet, ALTERED);
  assert_int_equal(first.packet_index, SIZE_MAX);
  trace_destroy(shorter);

  /* Without its first packet, the other end seems to have begun the flow. */
  shorter = trace_without(whole.trace, 0);
  write_trace(1, shorter);
  outcome = by_outline(&first);
  assert_int_equal(outcome.totals.count, 1);
  assert_int_equal(outcome.parts, 1);
  assert_int_equal(first.expected_packet, 0);
  trace_destroy(shorter);
  packets_destroy(&whole);
}

/* Datagrams that are all alike end no block by their contents. */
static void what_recurs_for_ever_is_compared_too(void **state) {
  (void)state;
  struct packets packets = packets_create();
  for (unsigned i = 0; i < 30000; i++)
    packets_text(&packets, at("127.0.0.1", 4000), at("127.0.0.1", 7), "again");
  write_trace(0, packets.trace);
  write_trace(1, packets.trace);
  struct difference first;
  assert_int_equal(by_outline(&first).totals.count, 0);
  struct trace *shorter = trace_without(packets.trace, 15000);
  write_trace(1, shorter);
  assert_int_equal(by_outline(&first).totals.count, 1);
  trace_destroy(shorter);
  packets_destroy(&packets);
}

/* A datagram from each of many hosts; that of `altered` says something else. */
static struct packets many_hosts(unsigned hosts, unsigned altered) {
  struct packets packets = packets_create();
  for (unsigned i = 0; i < hosts; i++) {
    char address[32];
    (void)snprintf(address, sizeof address, "10.1.%u.%u", i / 256, i % 256);
    packets_text(&packets, at(address, 4000), at("10.0.0.1", 7), i == altered ? "no" : "yes");
  }
  return packets;
}

static void each_of_many_hosts_is_itself(void **state) {
  (void)state;
  enum { HOSTS = 5000, ALTERED = 3210 };
  struct packets whole = many_hosts(HOSTS, HOSTS), altered = many_hosts(HOSTS, ALTERED);
  write_trace(0, whole.trace);
  write_trace(1, altered.trace);
  struct difference first;
  struct capture_diff_outcome outcome = by_outline(&first);
  assert_int_equal(outcome.flows[0], HOSTS);
  assert_int_equal(outcome.totals.count, 1);
  assert_string_equal(first.ends[1], "10.1.12.138:4000 > 10.0.0.1:7");
  packets_destroy(&altered);
  packets_destroy(&whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_volatile_is_no_difference),
      cmocka_unit_test(every_change_is_found_as_by_whole_forms),
      cmocka_unit_test(one_change_of_a_long_flow_is_one_small_part),
      cmocka_unit_test(what_recurs_for_ever_is_compared_too),
      cmocka_unit_test(each_of_many_hosts_is_itself),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
