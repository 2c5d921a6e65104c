/* DNS messages: entries and names, every cut, pointers that lead nowhere, and their words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exact.h"
#include "proto/dns.h"

/* www.a.test. is an alias of b.a.test., which has the address 192.0.2.1; EDNS with 1232 octets. */
static const uint8_t REPLY[] = {
    0x12, 0x34, 0x85, 0x80, 0,    1,   0, 2,    0,    0,    0,   1, /* 0: header */
    3,    'w',  'w',  'w',  1,    'a', 4, 't',  'e',  's',  't', 0,
    0,    1,    0,    1, /* 12: question */
    0xc0, 12,   0,    5,    0,    1,   0, 0,    0,    60,   0,   4,
    1,    'b',  0xc0, 16, /* 28: CNAME */
    0xc0, 40,   0,    1,    0,    1,   0, 0,    0x0e, 0x10, 0,   4,
    192,  0,    2,    1,                                        /* 44: A */
    0,    0,    41,   0x04, 0xd0, 0,   0, 0x80, 0,    0,    0}; /* 60: OPT */

static void assert_entry(struct dns_walk *walk, enum dns_section section, const char *expected) {
  struct dns_entry entry;
  struct text text = TEXT_INIT(4096);
  assert_true(dns_next(walk, &entry));
  assert_int_equal(entry.section, section);
  dns_entry_text(walk->reader.source, &entry, &text);
  assert_string_equal(text_chars(&text), expected);
  text_free(&text);
}

static void test_a_reply(void **state) {
  (void)state;
  struct dns_walk walk = dns_walk_over(span_of(REPLY, sizeof REPLY));
  struct dns_entry entry;
  assert_int_equal(walk.header.id, 0x1234);
  assert_int_equal(walk.header.flags, DNS_QR | DNS_AA | DNS_RD | DNS_RA);
  assert_entry(&walk, DNS_QUESTION, "www.a.test. A IN");
  assert_entry(&walk, DNS_ANSWER, "www.a.test.@12 CNAME IN 60 b.a.test.@16");
  assert_entry(&walk, DNS_ANSWER, "b.a.test.@40 A IN 3600 192.0.2.1");
  assert_entry(&walk, DNS_ADDITIONAL, ". OPT udp=1232 rcode=0 version=0 flags=8000");
  assert_false(dns_next(&walk, &entry));
  assert_null(walk.wrong);
  assert_int_equal(dns_walk_rest(&walk).len, 0);
}

static void test_every_cut(void **state) {
  (void)state;
  for (size_t len = 0; len < sizeof REPLY; len++) {
    struct exact exact = exact_copy(REPLY, len);
    struct dns_walk walk = dns_walk_over(exact.bytes);
    struct dns_entry entry;
    while (dns_next(&walk, &entry)) {
    }
    assert_non_null(walk.wrong);
    exact_free(exact);
  }
}

static bool is_told(struct span message) {
  static const char AS_IT_WAS[] =
      "www.a.test. A IN\n"
      "www.a.test.@12 CNAME IN 60 b.a.test.@16\n"
      "b.a.test.@40 A IN 3600 192.0.2.1\n"
      ". OPT udp=1232 rcode=0 version=0 flags=8000\n";
  struct text text = TEXT_INIT(64 * 1024);
  struct dns_walk walk = dns_walk_over(message);
  struct dns_entry entry;
  while (dns_next(&walk, &entry)) {
    dns_entry_text(message, &entry, &text);
    text_append(&text, "\n");
  }
  bool told = walk.wrong != NULL || dns_walk_rest(&walk).len > 0 ||
              strcmp(text_chars(&text), AS_IT_WAS) != 0;
  text_free(&text);
  return told;
}

/* The text tells every bit of the entries: that is what a golden rests on. */
static void test_every_bit(void **state) {
  (void)state;
  assert_false(is_told(span_of(REPLY, sizeof REPLY)));
  for (size_t bit = 8 * (size_t)DNS_HEADER_LEN; bit < 8 * sizeof REPLY; bit++) {
    struct exact exact = exact_copy(REPLY, sizeof REPLY);
    exact.memory[1 + bit / 8] ^= (uint8_t)(1U << bit % 8);
    assert_true(is_told(exact.bytes));
    exact_free(exact);
  }
}

static const char *wrong_name(const uint8_t *octets, size_t len, size_t at) {
  struct exact exact = exact_copy(octets, len);
  struct reader reader = reader_over(exact.bytes);
  struct dns_name name;
  reader.offset = at;
  const char *wrong = dns_read_name(&reader, &name);
  exact_free(exact);
  return wrong;
}

static void test_pointers(void **state) {
  (void)state;
  static const uint8_t SELF[] = {0xc0, 0};
  static const uint8_t EACH_OTHER[] = {0xc0, 2, 0xc0, 0};
  static const uint8_t FORWARDS[] = {0xc0, 2, 0};
  static const uint8_t BEHIND_THE_END[] = {0, 0xc0, 9};
  static const uint8_t LABELS_AGAIN[] = {1, 'a', 0xc0, 0};
  static const uint8_t UNKNOWN_KIND[] = {0x41, 'a', 0};
  static const uint8_t GOOD[] = {1, 'a', 0, 0xc0, 0, 1, 'b', 0xc0, 3};
  assert_non_null(wrong_name(SELF, sizeof SELF, 0));
  assert_non_null(wrong_name(EACH_OTHER, sizeof EACH_OTHER, 0));
  assert_non_null(wrong_name(EACH_OTHER, sizeof EACH_OTHER, 2));
  assert_non_null(wrong_name(FORWARDS, sizeof FORWARDS, 0));
  assert_non_null(wrong_name(BEHIND_THE_END, sizeof BEHIND_THE_END, 1));
  assert_non_null(wrong_name(LABELS_AGAIN, sizeof LABELS_AGAIN, 0));
  assert_non_null(wrong_name(UNKNOWN_KIND, sizeof UNKNOWN_KIND, 0));
  assert_null(wrong_name(GOOD, sizeof GOOD, 5)); /* a pointer to a pointer */
}

/* 127 labels of one octet are 255 octets with the root; one more is too long, also by a pointer. */
static void test_longest_name(void **state) {
  (void)state;
  uint8_t octets[300];
  size_t len = 0;
  while (len < 254) {
    octets[len++] = 1;
    octets[len++] = 'a';
  }
  octets[len++] = 0;
  assert_null(wrong_name(octets, len, 0));
  size_t at = len;
  octets[len++] = 1;
  octets[len++] = 'b';
  octets[len++] = 0xc0;
  octets[len++] = 0;
  assert_non_null(wrong_name(octets, len, at));
}

static void test_names_of_text(void **state) {
  (void)state;
  struct dns_name name, other;
  struct text text = TEXT_INIT(2048);
  char label[66];
  memset(label, 'a', sizeof label);
  label[63] = '\0';
  assert_true(dns_name_of_text(label, &name));
  label[63] = 'a';
  label[64] = '\0';
  assert_false(dns_name_of_text(label, &name));
  assert_false(dns_name_of_text("", &name));
  assert_false(dns_name_of_text("a..b", &name));
  assert_false(dns_name_of_text(".a", &name));
  assert_false(dns_name_of_text("a..", &name));
  assert_true(dns_name_of_text(".", &name));
  assert_int_equal(name.len, 1);
  assert_true(dns_name_of_text("A.test", &name));
  assert_true(dns_name_of_text("a.TEST.", &other));
  assert_true(dns_name_equal(&name, &other));
  assert_true(dns_name_of_text("b.test", &other));
  assert_false(dns_name_equal(&name, &other));

  static const uint8_t ODD[] = {6, '.', '"', '\\', 27, ' ', 0xff, 0};
  struct reader reader = reader_over(span_of(ODD, sizeof ODD));
  assert_null(dns_read_name(&reader, &name));
  dns_name_text(&name, &text);
  assert_string_equal(text_chars(&text), "\\.\\\"\\\\\\x1b \\xff.");
  text_free(&text);
}

static void assert_reverse(const uint8_t *octets, size_t len, const char *expected) {
  struct dns_name name;
  struct text text = TEXT_INIT(256);
  dns_name_of_address(octets, len, &name);
  dns_name_text(&name, &text);
  assert_string_equal(text_chars(&text), expected);
  text_free(&text);
}

static void test_reverse_names(void **state) {
  (void)state;
  static const uint8_t V4[] = {192, 0, 2, 10};
  static const uint8_t V6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a};
  assert_reverse(V4, sizeof V4, "10.2.0.192.in-addr.arpa.");
  assert_reverse(V6, sizeof V6,
                 "a.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.");
}

static void test_records_that_are_none(void **state) {
  (void)state;
  static const struct {
    uint8_t octets[40];
    size_t len;
    const char *expected;
  } table[] = {
      {{0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 3, 1, 2, 3}, 14, ". A IN 0 \\# 3 010203"},
      {{0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}, 11, ". A IN 0 \\# 0"},
      {{0, 0, 5, 0, 1, 0, 0, 0, 0, 0, 3, 1, 'a', 0}, 14, ". CNAME IN 0 a."},
      {{0, 0, 5, 0, 1, 0, 0, 0, 0, 0, 4, 1, 'a', 0, 9}, 15, ". CNAME IN 0 \\# 4 01610009"},
      {{0, 0, 5, 0, 1, 0, 0, 0, 0, 0, 2, 1, 'a'}, 13, ". CNAME IN 0 \\# 2 0161"},
      {{0, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0, 0, 0, 0, 1,
        0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0,  4, 0, 0, 0, 5},
       33,
       ". SOA IN 0 . . 1 2 3 4 5"},
      {{0, 0x01, 0x01, 0, 3, 0, 0, 0, 0, 0, 0}, 11, ". TYPE257 CH 0 \\# 0"},
      {{0, 0, 28, 0, 9, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
       27,
       ". AAAA CLASS9 0 ::1"},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    uint8_t message[DNS_HEADER_LEN + 40] = {[7] = 1};
    memcpy(message + DNS_HEADER_LEN, table[i].octets, table[i].len);
    struct exact exact = exact_copy(message, DNS_HEADER_LEN + table[i].len);
    struct dns_walk walk = dns_walk_over(exact.bytes);
    assert_entry(&walk, DNS_ANSWER, table[i].expected);
    exact_free(exact);
  }
}

static void test_words(void **state) {
  (void)state;
  char buffer[DNS_WORD_MAX];
  uint16_t type;
  struct text text = TEXT_INIT(64);
  assert_string_equal(dns_rcode_text(3, buffer), "nxdomain");
  assert_string_equal(dns_rcode_text(11, buffer), "rcode11");
  assert_string_equal(dns_opcode_text(0, buffer), "query");
  assert_string_equal(dns_opcode_text(15, buffer), "opcode15");
  assert_true(dns_type_of_text("AAAA", &type));
  assert_int_equal(type, DNS_TYPE_AAAA);
  assert_false(dns_type_of_text("TYPE28", &type));
  dns_flags_text(DNS_AA | DNS_TC | DNS_RD | DNS_RA | DNS_Z | DNS_AD | DNS_CD, &text);
  assert_string_equal(text_chars(&text), "aa,tc,rd,ra,z,ad,cd");
  text_clear(&text);
  dns_flags_text(DNS_QR, &text);
  assert_string_equal(text_chars(&text), "none");
  text_free(&text);
}

static void test_writing(void **state) {
  (void)state;
  uint8_t buffer[64];
  struct writer writer = writer_over(buffer, sizeof buffer);
  struct dns_header header = {.id = 0x1234, .flags = DNS_RD, .counts = {1, 2, 3, 4}};
  struct dns_name name;
  assert_true(dns_name_of_text("a.test", &name));
  dns_write_header(&writer, &header);
  dns_write_name(&writer, &name);
  dns_write_pointer(&writer, DNS_HEADER_LEN);
  static const uint8_t EXPECTED[] = {0x12, 0x34, 1,   0, 0,   1,   0,   2,   0, 3,    0,
                                     4,    1,    'a', 4, 't', 'e', 's', 't', 0, 0xc0, 12};
  assert_int_equal(writer.len, sizeof EXPECTED);
  assert_memory_equal(buffer, EXPECTED, sizeof EXPECTED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_reply),       cmocka_unit_test(test_every_cut),
      cmocka_unit_test(test_every_bit),     cmocka_unit_test(test_pointers),
      cmocka_unit_test(test_longest_name),  cmocka_unit_test(test_names_of_text),
      cmocka_unit_test(test_reverse_names), cmocka_unit_test(test_records_that_are_none),
      cmocka_unit_test(test_words),         cmocka_unit_test(test_writing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
