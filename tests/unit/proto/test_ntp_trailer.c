/* What follows the NTP header: extension fields, MACs, rubbish, and that every walk ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "exact.h"
#include "proto/ntp.h"

/* An extension field of `len` octets that states `stated`. */
static void add_extension(struct writer *writer, uint16_t type, size_t len, uint16_t stated) {
  writer_u16(writer, type);
  writer_u16(writer, stated);
  writer_zeros(writer, len - 4);
}

static enum ntp_trailer_kind kind_of(const uint8_t *bytes, size_t len) {
  struct exact exact = exact_copy(bytes, len);
  struct span trailer = exact.bytes;
  enum ntp_trailer_kind kind = ntp_trailer_next(&trailer).kind;
  exact_free(exact);
  return kind;
}

static void test_nothing(void **state) {
  (void)state;
  struct span trailer = {NULL, 0};
  assert_int_equal(ntp_trailer_next(&trailer).kind, NTP_TRAILER_END);
  assert_int_equal(ntp_trailer_next(&trailer).kind, NTP_TRAILER_END);
}

/* RFC 5905 section 7.3: a MAC is a key identifier and 128 bits; 160 with SHA-1; alone it is a
 * crypto-NAK. */
static void test_lengths_of_a_mac(void **state) {
  (void)state;
  uint8_t bytes[24] = {0, 0, 0, 16}; /* would be an extension field's header too */
  for (size_t len = 1; len <= sizeof bytes; len++) {
    bool mac = len == 4 || len == 20 || len == 24;
    assert_int_equal(kind_of(bytes, len), mac ? NTP_TRAILER_MAC : NTP_TRAILER_MALFORMED);
  }
  struct span trailer = span_of(bytes, 24);
  struct ntp_trailer_element element = ntp_trailer_next(&trailer);
  assert_int_equal(element.key_id, 16);
  assert_ptr_equal(element.value.bytes, bytes + 4);
  assert_int_equal(element.value.len, 20);
  assert_int_equal(trailer.len, 0);
  trailer = span_of(bytes, 4);
  assert_int_equal(ntp_trailer_next(&trailer).value.len, 0);
}

static void test_fields_and_then_a_mac(void **state) {
  (void)state;
  uint8_t bytes[16 + 32 + 20];
  struct writer writer = writer_over(bytes, sizeof bytes);
  add_extension(&writer, 0x0204, 16, 16);
  add_extension(&writer, 0xffff, 32, 32);
  writer_u32(&writer, 0x01020304);
  writer_zeros(&writer, 16);
  struct span trailer = writer_written(&writer);

  struct ntp_trailer_element element = ntp_trailer_next(&trailer);
  assert_int_equal(element.kind, NTP_TRAILER_EXTENSION);
  assert_int_equal(element.type, 0x0204);
  assert_int_equal(element.value.len, 12);
  assert_ptr_equal(element.value.bytes, bytes + 4);
  element = ntp_trailer_next(&trailer);
  assert_int_equal(element.kind, NTP_TRAILER_EXTENSION);
  assert_int_equal(element.type, 0xffff);
  assert_int_equal(element.value.len, 28);
  element = ntp_trailer_next(&trailer);
  assert_int_equal(element.kind, NTP_TRAILER_MAC);
  assert_int_equal(element.key_id, 0x01020304);
  assert_int_equal(ntp_trailer_next(&trailer).kind, NTP_TRAILER_END);
}

static void test_a_field_without_a_mac(void **state) {
  (void)state;
  uint8_t bytes[28];
  struct writer writer = writer_over(bytes, sizeof bytes);
  add_extension(&writer, 1, 28, 28); /* the least that RFC 7822 gives the last one */
  struct span trailer = writer_written(&writer);
  assert_int_equal(ntp_trailer_next(&trailer).kind, NTP_TRAILER_EXTENSION);
  assert_int_equal(ntp_trailer_next(&trailer).kind, NTP_TRAILER_END);
}

static void test_every_stated_length(void **state) {
  (void)state;
  for (uint32_t stated = 0; stated <= UINT16_MAX; stated++) {
    uint8_t bytes[64];
    struct writer writer = writer_over(bytes, sizeof bytes);
    add_extension(&writer, 1, 64, (uint16_t)stated);
    struct span trailer = writer_written(&writer);
    struct ntp_trailer_element element = ntp_trailer_next(&trailer);
    bool good = stated >= 16 && stated <= 64 && stated % 4 == 0;
    assert_int_equal(element.kind, good ? NTP_TRAILER_EXTENSION : NTP_TRAILER_MALFORMED);
    assert_int_equal(trailer.len, good ? 64 - stated : 0);
    assert_int_equal(element.value.len, good ? stated - 4 : 64);
  }
}

static void test_every_walk_ends(void **state) {
  (void)state;
  struct random random = random_seeded(4);
  for (int round = 0; round < 20000; round++) {
    uint8_t bytes[200];
    random_fill(&random, bytes, sizeof bytes);
    for (size_t i = 2; i < sizeof bytes; i += 4) { /* lengths that lead somewhere */
      if (bytes[i] % 2 == 0) bytes[i] = 0;
    }
    size_t len = (size_t)(random_next(&random) % sizeof bytes);
    struct exact exact = exact_copy(bytes, len);
    struct span trailer = exact.bytes;
    size_t before = len + 1;
    while (ntp_trailer_next(&trailer).kind != NTP_TRAILER_END) {
      assert_true(trailer.len < before);
      before = trailer.len;
      if (before == 0) break;
    }
    exact_free(exact);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nothing),
      cmocka_unit_test(test_lengths_of_a_mac),
      cmocka_unit_test(test_fields_and_then_a_mac),
      cmocka_unit_test(test_a_field_without_a_mac),
      cmocka_unit_test(test_every_stated_length),
      cmocka_unit_test(test_every_walk_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
