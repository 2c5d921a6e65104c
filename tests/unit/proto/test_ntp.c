/* NTP messages: every field at its place, every cut, every bit there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "exact.h"
#include "proto/ntp.h"

static const uint8_t REPLY[52] = {
    0xe3, 0x02, 0x06, 0xec,                         /* leap 3, version 4, mode 3; 2, 6, -20 */
    0x80, 0x00, 0x00, 0x01, 0x00, 0x00, 0x04, 0x00, /* root delay, root dispersion */
    'L',  'O',  'C',  'L',                          /* reference id */
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, /* reference */
    0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, /* origin */
    0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, /* receive */
    0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, /* transmit */
    0,    0,    0,    0};                           /* crypto-NAK */

static void test_fields(void **state) {
  (void)state;
  struct ntp_message message;
  assert_true(ntp_decode(span_of(REPLY, sizeof REPLY), &message));
  assert_int_equal(message.leap, 3);
  assert_int_equal(message.version, 4);
  assert_int_equal(message.mode, 3);
  assert_int_equal(message.stratum, 2);
  assert_int_equal(message.poll, 6);
  assert_int_equal(message.precision, 0xec);
  assert_int_equal(message.root_delay, 0x80000001);
  assert_int_equal(message.root_dispersion, 0x400);
  assert_int_equal(message.reference_id, 0x4c4f434c);
  assert_true(message.reference == UINT64_C(0x0102030405060708));
  assert_true(message.origin == UINT64_C(0x1112131415161718));
  assert_true(message.receive == UINT64_C(0x2122232425262728));
  assert_true(message.transmit == UINT64_C(0x3132333435363738));
  assert_int_equal(message.trailer.len, 4);
}

static void test_every_cut(void **state) {
  (void)state;
  for (size_t len = 0; len <= sizeof REPLY; len++) {
    struct exact exact = exact_copy(REPLY, len);
    struct ntp_message message;
    assert_int_equal(ntp_decode(exact.bytes, &message), len >= NTP_HEADER_LEN);
    if (len >= NTP_HEADER_LEN) assert_int_equal(message.trailer.len, len - NTP_HEADER_LEN);
    exact_free(exact);
  }
}

static void test_any_octets_round_trip(void **state) {
  (void)state;
  struct random random = random_seeded(2);
  for (int round = 0; round < 1000; round++) {
    uint8_t in[70];
    uint8_t out[70];
    random_fill(&random, in, sizeof in);
    struct ntp_message message;
    assert_true(ntp_decode(span_of(in, sizeof in), &message));
    struct writer writer = writer_over(out, sizeof out);
    ntp_encode(&writer, &message);
    assert_false(writer.failed);
    assert_memory_equal(in, out, sizeof in);
  }
}

static void test_encode_cuts_the_first_octets_fields(void **state) {
  (void)state;
  struct ntp_message message = {.leap = 0xff, .version = 0xf8, .mode = 0x0b};
  uint8_t bytes[NTP_HEADER_LEN];
  struct writer writer = writer_over(bytes, sizeof bytes);
  ntp_encode(&writer, &message);
  assert_int_equal(bytes[0], 0xc3);
  struct writer small = writer_over(bytes, NTP_HEADER_LEN - 1);
  ntp_encode(&small, &message);
  assert_true(small.failed);
}

/* A field set to all ones shows in exactly the bits that its place names. */
static void test_places_are_where_the_encoder_puts_them(void **state) {
  (void)state;
  unsigned covered = 0;
  for (int f = 0; f < NTP_FIELD_COUNT; f++) {
    enum ntp_field field = (enum ntp_field)f;
    const struct ntp_field_place *place = ntp_field_place(field);
    assert_int_equal(place->bit_offset, covered);
    covered += place->bit_width;
    uint64_t ones = place->bit_width == 64 ? UINT64_MAX : (UINT64_C(1) << place->bit_width) - 1;

    struct ntp_message message = {0};
    ntp_field_set(&message, field, UINT64_MAX);
    assert_true(ntp_field_get(&message, field) == ones);
    uint8_t bytes[NTP_HEADER_LEN];
    struct writer writer = writer_over(bytes, sizeof bytes);
    ntp_encode(&writer, &message);
    for (unsigned bit = 0; bit < NTP_HEADER_LEN * 8; bit++) {
      bool in_place =
          bit >= place->bit_offset && bit < (unsigned)place->bit_offset + place->bit_width;
      assert_int_equal(bytes[bit / 8] >> (7 - bit % 8) & 1, in_place);
    }
  }
  assert_int_equal(covered, NTP_HEADER_LEN * 8);
  assert_string_equal(ntp_field_place(NTP_LEAP)->name, "leap");
  assert_string_equal(ntp_field_place(NTP_REFERENCE_ID)->name, "reference_id");
  assert_string_equal(ntp_field_place(NTP_TRANSMIT)->name, "transmit");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fields),
      cmocka_unit_test(test_every_cut),
      cmocka_unit_test(test_any_octets_round_trip),
      cmocka_unit_test(test_encode_cuts_the_first_octets_fields),
      cmocka_unit_test(test_places_are_where_the_encoder_puts_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
