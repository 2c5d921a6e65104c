#include "packets.h"
#include "trace/pcap_file.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_pcap_file.XXXXXX";
static char path[sizeof folder + 16];

static int make_folder(void **state) {
  (void)state;
  if (mkdtemp(folder) == NULL) return -1;
  return snprintf(path, sizeof path, "%s/a.pcap", folder) > 0 ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  (void)unlink(path);
  return rmdir(folder); /* fails where a temporary file was left */
}

static void write_octets(const uint8_t *octets, size_t len) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(octets, 1, len, file), len);
  assert_int_equal(fclose(file), 0);
}

static size_t read_octets(uint8_t *octets, size_t size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t len = fread(octets, 1, size, file);
  assert_int_equal(fclose(file), 0);
  return len;
}

static struct trace *read_back(void) {
  struct trace *trace;
  struct err err = {0};
  enum err_code code = pcap_file_read(path, &trace, &err);
  if (code != ERR_OK) print_error("%s\n", err.text);
  assert_int_equal(code, ERR_OK);
  return trace;
}

static void assert_refused(enum err_code expected, const char *told) {
  struct trace *trace;
  struct err err = {0};
  assert_int_equal(pcap_file_read(path, &trace, &err), expected);
  assert_null(trace);
  assert_non_null(strstr(err.text, path));
  if (strstr(err.text, told) == NULL) fail_msg("'%s' does not say '%s'", err.text, told);
}

static void what_is_written_is_read(void **state) {
  (void)state;
  struct packets packets = packets_create();
  packets_text(&packets, at("127.0.0.1", 1), at("127.0.0.1", 2), "hello");
  packets.time_ns += 123456789;
  packets.cut = 3;
  packets_text(&packets, at("::1", 1), at("::1", 2), "hello");
  struct packet empty = {.time_ns = 5, .wire_len = 0};
  struct err err = {0};
  assert_int_equal(trace_add(packets.trace, &empty, &err), ERR_OK);
  assert_int_equal(pcap_file_write(path, packets.trace, &err), ERR_OK);
  struct trace *trace = read_back();
  assert_int_equal(trace_link_type(trace), LINK_ETHERNET);
  assert_int_equal(trace_count(trace), 3);
  for (size_t i = 0; i < 3; i++) {
    const struct packet *x = trace_packet(packets.trace, i);
    const struct packet *y = trace_packet(trace, i);
    assert_true(x->time_ns == y->time_ns);
    assert_int_equal(x->wire_len, y->wire_len);
    assert_true(span_equal(x->bytes, y->bytes));
  }
  trace_destroy(trace);
  packets_destroy(&packets);
}

/* One packet of 4 octets at 1.000000005 s, or 1.000005 s where the unit is a microsecond. */
static size_t make_file(uint8_t *octets, bool big_endian, uint32_t magic) {
  const uint32_t words[] = {magic, 0x00020004, 0, 0, 65535, 1, 1, 5, 4, 60};
  uint8_t *at_octet = octets;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    uint32_t word = words[i];
    if (i == 1 && !big_endian) word = 0x00040002; /* two numbers of 16 bits */
    for (int octet = 0; octet < 4; octet++) {
      *at_octet++ = (uint8_t)(word >> (big_endian ? 24 - 8 * octet : 8 * octet));
    }
  }
  memcpy(at_octet, "\1\2\3\4", 4);
  return sizeof words + 4;
}

static void both_byte_orders_and_both_units(void **state) {
  (void)state;
  for (int way = 0; way < 4; way++) {
    uint8_t octets[64];
    bool nano = (way & 2) != 0;
    size_t len = make_file(octets, (way & 1) != 0, nano ? 0xa1b23c4d : 0xa1b2c3d4);
    write_octets(octets, len);
    struct trace *trace = read_back();
    assert_int_equal(trace_count(trace), 1);
    assert_true(trace_packet(trace, 0)->time_ns == 1000000000 + (nano ? 5 : 5000));
    assert_int_equal(trace_packet(trace, 0)->wire_len, 60);
    assert_true(span_equal(trace_packet(trace, 0)->bytes, span_of("\1\2\3\4", 4)));
    trace_destroy(trace);
  }
}

static void a_file_cut_anywhere_is_refused_but_between_packets(void **state) {
  (void)state;
  uint8_t octets[64];
  size_t len = make_file(octets, false, 0xa1b23c4d);
  for (size_t cut = 0; cut < len; cut++) {
    write_octets(octets, cut);
    if (cut == 24) {
      struct trace *trace = read_back();
      assert_int_equal(trace_count(trace), 0);
      trace_destroy(trace);
    } else {
      assert_refused(ERR_INPUT, cut == 0   ? "offset 0: the file is empty"
                                : cut < 24 ? "ends within its header"
                                : cut < 40 ? "offset 24: packet 1: the file ends after"
                                           : "offset 40: packet 1: 4 octets captured");
    }
  }
}

static void what_is_no_capture_is_said(void **state) {
  (void)state;
  uint8_t octets[64];
  size_t len = make_file(octets, true, 0xa1b2c3d4);
  uint8_t changed[64];
  memcpy(changed, octets, len);
  changed[0] = 0x7f;
  write_octets(changed, len);
  assert_refused(ERR_INPUT, "offset 0: not a capture file");
  memcpy(changed, "\x0a\x0d\x0d\x0a", 4);
  write_octets(changed, len);
  assert_refused(ERR_INPUT, "without its byte-order magic");
  memcpy(changed, octets, len);
  changed[5] = 3;
  write_octets(changed, len);
  assert_refused(ERR_INPUT, "offset 4: version 3.4");
  memcpy(changed, octets, len);
  changed[23] = 147;
  write_octets(changed, len);
  assert_refused(ERR_INPUT, "offset 20: link type 147 is not known");
  memcpy(changed, octets, len);
  changed[24 + 8] = 0x01;
  write_octets(changed, len);
  assert_refused(ERR_INPUT, "offset 32: packet 1: 16777220 octets captured, more than");
  (void)unlink(path);
  assert_refused(ERR_SYSTEM, "No such file");
}

static size_t files_in_folder(void) {
  DIR *directory = opendir(folder);
  assert_non_null(directory);
  size_t count = 0;
  for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] != '.') count++;
  }
  (void)closedir(directory);
  return count;
}

static void a_failed_write_leaves_the_old_file(void **state) {
  (void)state;
  write_octets((const uint8_t *)"old", 3);
  struct trace *trace = trace_create(LINK_RAW);
  uint8_t *octets = calloc(1, 300000);
  assert_non_null(octets);
  struct packet packet = {.wire_len = 300000, .bytes = span_of(octets, 300000)};
  struct err err = {0};
  assert_int_equal(trace_add(trace, &packet, &err), ERR_OK);
  free(octets);
  assert_int_equal(pcap_file_write(path, trace, &err), ERR_LIMIT);
  uint8_t kept[8];
  assert_int_equal(read_octets(kept, sizeof kept), 3);
  assert_memory_equal(kept, "old", 3);
  assert_int_equal(files_in_folder(), 1);
  assert_int_equal(pcap_file_write("/nonexistent/a.pcap", trace, &err), ERR_SYSTEM);
  assert_non_null(strstr(err.text, "/nonexistent/a.pcap"));
  trace_destroy(trace);
}

static void a_trace_is_bounded(void **state) {
  (void)state;
  struct trace *trace = trace_create(LINK_RAW);
  size_t len = 64 * 1024 * 1024;
  uint8_t *octets = calloc(1, len);
  assert_non_null(octets);
  struct packet packet = {.wire_len = (uint32_t)len, .bytes = span_of(octets, len)};
  struct err err = {0};
  for (int i = 0; i < 4; i++) {
    assert_int_equal(trace_add(trace, &packet, &err), ERR_OK);
  }
  packet.bytes.len = 1;
  assert_int_equal(trace_add(trace, &packet, &err), ERR_LIMIT);
  assert_non_null(strstr(err.text, "256 MiB"));
  assert_int_equal(trace_count(trace), 4);
  free(octets);
  trace_destroy(trace);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_written_is_read),
      cmocka_unit_test(both_byte_orders_and_both_units),
      cmocka_unit_test(a_file_cut_anywhere_is_refused_but_between_packets),
      cmocka_unit_test(what_is_no_capture_is_said),
      cmocka_unit_test(a_failed_write_leaves_the_old_file),
      cmocka_unit_test(a_trace_is_bounded),
  };
  return cmocka_run_group_tests_name("pcap_file", tests, make_folder, remove_folder);
}
