/* Chance: the same seed, the same choices; the generator is xorshift64*. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "base/random.h"

/* The first outputs from state 1, worked out from the definition (shifts 12, 25, 27; multiplier
 * 0x2545f4914f6cdd1d) with arithmetic of any precision. */
static void test_it_is_xorshift64_star(void **state) {
  (void)state;
  static const uint64_t WANTED[] = {
      UINT64_C(0x47e4ce4b896cdd1d), UINT64_C(0xabcfa6a8e079651d), UINT64_C(0xb9d10d8feb731f57),
      UINT64_C(0x4db418a0bb1b019d), UINT64_C(0x0e6199b04d5aa600), UINT64_C(0xc8674bcb42e3aad9),
  };
  struct random random = {.state = 1};
  for (size_t i = 0; i < sizeof WANTED / sizeof WANTED[0]; i++) {
    assert_true(random_next(&random) == WANTED[i]);
  }
}

static void test_a_seed_is_a_sequence(void **state) {
  (void)state;
  struct random a = random_seeded(42);
  struct random b = random_seeded(42);
  struct random c = random_seeded(43);
  bool differs = false;
  for (int i = 0; i < 100; i++) {
    uint64_t number = random_next(&a);
    assert_true(number == random_next(&b));
    differs = differs || number != random_next(&c);
  }
  assert_true(differs);
}

static void test_seed_zero_works(void **state) {
  (void)state;
  struct random random = random_seeded(0);
  assert_true(random_next(&random) != 0);
  assert_true(random_next(&random) != random_next(&random));
  /* The one seed that spreads to 0, at which xorshift would stay for ever. */
  random = random_seeded(0 - UINT64_C(0x9e3779b97f4a7c15));
  assert_true(random_next(&random) != 0);
}

static void test_fill_writes_exactly_what_was_asked(void **state) {
  (void)state;
  for (size_t len = 0; len <= 33; len++) {
    uint8_t bytes[35];
    memset(bytes, 0xee, sizeof bytes);
    struct random random = random_seeded(7);
    random_fill(&random, bytes + 1, len);
    assert_int_equal(bytes[0], 0xee);
    assert_int_equal(bytes[len + 1], 0xee);

    struct random again = random_seeded(7);
    uint64_t word = random_next(&again);
    for (size_t i = 0; i < len && i < 8; i++) {
      assert_int_equal(bytes[1 + i], (uint8_t)(word >> (8 * i)));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_it_is_xorshift64_star),
      cmocka_unit_test(test_a_seed_is_a_sequence),
      cmocka_unit_test(test_seed_zero_works),
      cmocka_unit_test(test_fill_writes_exactly_what_was_asked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
