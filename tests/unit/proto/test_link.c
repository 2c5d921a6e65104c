/* Link headers of every type: the version of IP behind them, and every cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "proto/link.h"

struct link_case {
  const char *what;
  enum link_type type;
  const char *octets;
  size_t len, header_len;
  enum ip_family version;
  uint16_t ethertype, vlan_count;
};

#define ZEROS_12 "\0\0\0\0\0\0\0\0\0\0\0\0"
#define OCTETS(text) (text), sizeof(text) - 1

static const struct link_case CASES[] = {
    {"ethernet v4", LINK_ETHERNET, OCTETS(ZEROS_12 "\x08\x00\x45"), 14, IP_V4, 0x0800, 0},
    {"ethernet v6", LINK_ETHERNET, OCTETS(ZEROS_12 "\x86\xdd\x60"), 14, IP_V6, 0x86dd, 0},
    {"ethernet arp", LINK_ETHERNET, OCTETS(ZEROS_12 "\x08\x06"), 14, IP_NONE, 0x0806, 0},
    {"ethernet 802.3", LINK_ETHERNET, OCTETS(ZEROS_12 "\x00\x26"), 14, IP_NONE, 0x0026, 0},
    {"one tag", LINK_ETHERNET, OCTETS(ZEROS_12 "\x81\x00\x00\x05\x08\x00"), 18, IP_V4, 0x0800, 1},
    {"two tags", LINK_ETHERNET, OCTETS(ZEROS_12 "\x88\xa8\x00\x05\x81\x00\x00\x06\x86\xdd"), 22,
     IP_V6, 0x86dd, 2},
    {"cooked", LINK_LINUX_SLL, OCTETS(ZEROS_12 "\0\0\x08\x00\x45"), 16, IP_V4, 0x0800, 0},
    {"cooked 2", LINK_LINUX_SLL2,
     OCTETS("\x86\xdd\0\0\0\0\0\1\3\4\0\6"
            "\0\0\0\0\0\0\0\0"),
     20, IP_V6, 0x86dd, 0},
    {"null, little", LINK_NULL, OCTETS("\x02\0\0\0"), 4, IP_V4, 0x0800, 0},
    {"null, big", LINK_NULL, OCTETS("\0\0\0\x02"), 4, IP_V4, 0x0800, 0},
    {"null v6, linux", LINK_NULL, OCTETS("\x0a\0\0\0"), 4, IP_V6, 0x86dd, 0},
    {"null v6, netbsd", LINK_NULL, OCTETS("\x18\0\0\0"), 4, IP_V6, 0x86dd, 0},
    {"null v6, freebsd", LINK_NULL, OCTETS("\x1c\0\0\0"), 4, IP_V6, 0x86dd, 0},
    {"null v6, macos", LINK_NULL, OCTETS("\x1e\0\0\0"), 4, IP_V6, 0x86dd, 0},
    {"null v6, netbsd, big", LINK_NULL, OCTETS("\0\0\0\x18"), 4, IP_V6, 0x86dd, 0},
    {"null v6, freebsd, big", LINK_NULL, OCTETS("\0\0\0\x1c"), 4, IP_V6, 0x86dd, 0},
    {"null v6, macos, big", LINK_NULL, OCTETS("\0\0\0\x1e"), 4, IP_V6, 0x86dd, 0},
    {"null, other", LINK_NULL, OCTETS("\x07\0\0\0"), 4, IP_NONE, 0, 0},
    {"loop", LINK_LOOP, OCTETS("\0\0\0\x02"), 4, IP_V4, 0x0800, 0},
    {"loop v6", LINK_LOOP, OCTETS("\0\0\0\x18"), 4, IP_V6, 0x86dd, 0},
    {"loop v6, freebsd", LINK_LOOP, OCTETS("\0\0\0\x1c"), 4, IP_V6, 0x86dd, 0},
    {"loop v6, macos", LINK_LOOP, OCTETS("\0\0\0\x1e"), 4, IP_V6, 0x86dd, 0},
    {"loop, other", LINK_LOOP, OCTETS("\0\0\0\x07"), 4, IP_NONE, 0, 0},
    {"raw v4", LINK_RAW, OCTETS("\x45"), 0, IP_V4, 0x0800, 0},
    {"raw v6", LINK_RAW, OCTETS("\x60"), 0, IP_V6, 0x86dd, 0},
    {"raw, neither", LINK_RAW, OCTETS("\x50"), 0, IP_NONE, 0, 0},
    {"raw, empty", LINK_RAW, OCTETS(""), 0, IP_NONE, 0, 0},
    {"ipv4", LINK_IPV4, OCTETS("\x45"), 0, IP_V4, 0x0800, 0},
    {"ipv6", LINK_IPV6, OCTETS("\x60"), 0, IP_V6, 0x86dd, 0},
};

static void test_every_type(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    const struct link_case *wanted = &CASES[i];
    struct exact exact = exact_copy(wanted->octets, wanted->len);
    struct reader reader = reader_over(exact.bytes);
    struct link_header header;
    if (!link_decode(&reader, wanted->type, &header)) fail_msg("%s was refused", wanted->what);
    if (header.version != wanted->version || header.ethertype != wanted->ethertype ||
        header.vlan_count != wanted->vlan_count || header.header_len_bytes != wanted->header_len) {
      fail_msg("%s: version %d, ethertype %04x, %u tags, %zu octets", wanted->what,
               (int)header.version, header.ethertype, header.vlan_count, header.header_len_bytes);
    }
    assert_int_equal(reader_left(&reader), wanted->len - wanted->header_len);
    exact_free(exact);
  }
}

static void test_every_cut(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    for (size_t len = 0; len < CASES[i].header_len; len++) {
      struct exact exact = exact_copy(CASES[i].octets, len);
      struct reader reader = reader_over(exact.bytes);
      struct link_header header;
      assert_false(link_decode(&reader, CASES[i].type, &header));
      exact_free(exact);
    }
  }
}

static void test_a_header_in_the_middle_of_a_file(void **state) {
  (void)state;
  struct reader reader = reader_over(span_of("xxxx\0\0\0\x02", 8));
  reader_skip(&reader, 4);
  struct link_header header;
  assert_true(link_decode(&reader, LINK_LOOP, &header));
  assert_int_equal(header.header_len_bytes, 4);
}

static void test_unknown_types(void **state) {
  (void)state;
  static const uint8_t ZEROS[32] = {0};
  for (uint32_t type = 0; type < 400; type++) {
    struct reader reader = reader_over(span_of(ZEROS, sizeof ZEROS));
    struct link_header header;
    bool decoded = link_decode(&reader, (enum link_type)type, &header);
    assert_int_equal(decoded, link_is_known(type));
  }
  assert_true(link_is_known(LINK_ETHERNET));
  assert_false(link_is_known(105)); /* 802.11 */
  assert_false(link_is_known(UINT32_MAX));
}

static void test_round_trip(void **state) {
  (void)state;
  uint8_t bytes[LINK_ETHERNET_HEADER_LEN];
  struct writer writer = writer_over(bytes, sizeof bytes);
  link_encode_ethernet(&writer, LINK_ETHERTYPE_IPV6);
  assert_false(writer.failed);
  struct reader reader = reader_over(writer_written(&writer));
  struct link_header header;
  assert_true(link_decode(&reader, LINK_ETHERNET, &header));
  assert_int_equal(header.version, IP_V6);
  assert_int_equal(reader_left(&reader), 0);
  struct writer small = writer_over(bytes, sizeof bytes - 1);
  link_encode_ethernet(&small, LINK_ETHERTYPE_IPV6);
  assert_true(small.failed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_type),
      cmocka_unit_test(test_every_cut),
      cmocka_unit_test(test_a_header_in_the_middle_of_a_file),
      cmocka_unit_test(test_unknown_types),
      cmocka_unit_test(test_round_trip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
