/* Addresses as text, held against the system's own inet_pton and inet_ntop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "base/random.h"
#include "proto/ip.h"

static const char *const GOOD[] = {
    "127.0.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "1::",
    "fe80::1",
    "2001:db8::8:800:200C:417A",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1::3:4:5:6:7:8",
    "::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33",
    "1:2:3:4:5:6:1.2.3.4",
    "0001:0::0a",
};

static const char *const BAD[] = {
    "",
    "127.1",
    "127.0.0",
    "127.0.0.1.",
    "127.0.0.1 ",
    " 127.0.0.1",
    "127.0.0.256",
    "127.0.0.01",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "127..0.1",
    "1.2.3.4.5",
    "1.2.3.-4",
    "localhost",
    ":",
    ":::",
    ":1",
    "1:",
    "1:2",
    "1::2::3",
    "::1::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "12345::",
    "g::",
    "::1%lo",
    "::1/128",
    "[::1]",
    "::1.2.3",
    "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::256.2.3.4",
    "1:2:3:4:5:6:7:8:1.2.3.4",
};

static int system_parse(const char *text, uint8_t octets[16]) {
  memset(octets, 0, 16);
  if (inet_pton(AF_INET, text, octets) == 1) return IP_V4;
  return inet_pton(AF_INET6, text, octets) == 1 ? IP_V6 : IP_NONE;
}

static void test_good_ones(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
    struct ip_address address = {0};
    uint8_t octets[16];
    if (!ip_address_parse(GOOD[i], &address)) fail_msg("'%s' was refused", GOOD[i]);
    assert_int_equal(address.family, system_parse(GOOD[i], octets));
    assert_memory_equal(address.octets, octets, 16);
  }
}

static void test_bad_ones_change_nothing(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    struct ip_address address = {.family = IP_V4, .octets = {9, 9, 9, 9}};
    uint8_t octets[16];
    if (ip_address_parse(BAD[i], &address)) fail_msg("'%s' was taken", BAD[i]);
    assert_int_equal(system_parse(BAD[i], octets), IP_NONE);
    assert_int_equal(address.octets[3], 9);
  }
}

static void expect_text(const char *in, const char *out) {
  struct ip_address address;
  char buffer[IP_ADDRESS_TEXT_MAX];
  assert_true(ip_address_parse(in, &address));
  assert_string_equal(ip_address_text(&address, buffer), out);
}

static void test_text_is_that_of_rfc_5952(void **state) {
  (void)state;
  expect_text("127.0.0.1", "127.0.0.1");
  expect_text("::", "::");
  expect_text("0:0:0:0:0:0:0:1", "::1");
  expect_text("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1");    /* the first of equal runs */
  expect_text("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");          /* the longest */
  expect_text("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* never a single group */
  expect_text("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::");
  expect_text("::ffff:192.0.2.1", "::ffff:192.0.2.1");
  expect_text("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  struct ip_address none = {0};
  char buffer[IP_ADDRESS_TEXT_MAX];
  assert_string_equal(ip_address_text(&none, buffer), "none");
}

/* Groups are mostly zero, so that every place and length of a run comes up. */
static void test_any_address_as_the_system_writes_it(void **state) {
  (void)state;
  struct random random = random_seeded(1);
  for (int round = 0; round < 20000; round++) {
    struct ip_address address = {.family = IP_V6};
    random_fill(&random, address.octets, 16);
    uint64_t zero = random_next(&random);
    address.octets[1] |= 1; /* ::1.2.3.4, which RFC 5952 does not have, is none of them */
    for (size_t i = 1; i < 8; i++) {
      if ((zero >> (2 * i) & 3) != 0) memset(address.octets + 2 * i, 0, 2);
    }
    char ours[IP_ADDRESS_TEXT_MAX];
    char theirs[INET6_ADDRSTRLEN];
    assert_non_null(inet_ntop(AF_INET6, address.octets, theirs, sizeof theirs));
    assert_string_equal(ip_address_text(&address, ours), theirs);
    struct ip_address back;
    assert_true(ip_address_parse(ours, &back));
    assert_true(ip_address_equal(&back, &address));
  }
}

static void test_equal_looks_at_what_the_family_has(void **state) {
  (void)state;
  struct ip_address a = {.family = IP_V4, .octets = {127, 0, 0, 1}};
  struct ip_address b = {.family = IP_V4, .octets = {127, 0, 0, 1}};
  assert_true(ip_address_equal(&a, &b));
  b.octets[3] = 2;
  assert_false(ip_address_equal(&a, &b));
  struct ip_address c = {.family = IP_V6, .octets = {127, 0, 0, 1}};
  assert_false(ip_address_equal(&a, &c));
  struct ip_address d = c;
  d.octets[15] = 1;
  assert_false(ip_address_equal(&c, &d));
  struct ip_address none = {0};
  assert_true(ip_address_equal(&none, &none));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_ones),
      cmocka_unit_test(test_bad_ones_change_nothing),
      cmocka_unit_test(test_text_is_that_of_rfc_5952),
      cmocka_unit_test(test_any_address_as_the_system_writes_it),
      cmocka_unit_test(test_equal_looks_at_what_the_family_has),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
