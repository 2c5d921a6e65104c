/* Arenas: zeroed and aligned memory, and a maximum that holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"

static void test_memory_is_zeroed_aligned_and_apart(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  for (size_t size = 0; size < 300; size++) {
    uint8_t *memory = arena_alloc(arena, size);
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < size; i++) {
      assert_int_equal(memory[i], 0);
    }
    memset(memory, 0xff, size); /* would show in a later one that overlaps */
  }
  arena_destroy(arena);
}

static void test_more_than_one_block(void **state) {
  (void)state;
  struct arena *arena = arena_create(10 << 20);
  for (int i = 0; i < 100; i++) {
    assert_non_null(arena_alloc(arena, 50000));
  }
  assert_non_null(arena_alloc(arena, 3 << 20));
  assert_true(arena_used_bytes(arena) >= 100 * 50000 + (3 << 20));
  arena_destroy(arena);
}

static void test_the_maximum_is_met_and_not_passed(void **state) {
  (void)state;
  struct arena *arena = arena_create(160);
  assert_non_null(arena_alloc(arena, 64));
  assert_null(arena_alloc(arena, 97));
  assert_non_null(arena_alloc(arena, 96));
  assert_null(arena_alloc(arena, 1));
  assert_int_equal(arena_used_bytes(arena), 160);
  assert_null(arena_text(arena, ""));
  assert_null(arena_format(arena, "%d", 1));
  struct span copy = arena_span(arena, span_of("x", 1));
  assert_null(copy.bytes);
  assert_int_equal(copy.len, 0);
  arena_destroy(arena);
}

static void test_absurd_sizes_fail(void **state) {
  (void)state;
  struct arena *arena = arena_create(SIZE_MAX);
  assert_null(arena_alloc(arena, SIZE_MAX));
  assert_null(arena_alloc(arena, SIZE_MAX - 64));
  assert_non_null(arena_alloc(arena, 1));
  arena_destroy(arena);
  arena_destroy(NULL);
}

static void test_copies_are_copies(void **state) {
  (void)state;
  struct arena *arena = arena_create(4096);
  char text[] = "hello";
  char *copy = arena_text(arena, text);
  struct span span = arena_span(arena, span_of(text, 5));
  text[0] = 'j';
  assert_string_equal(copy, "hello");
  assert_memory_equal(span.bytes, "hello", 5);
  assert_int_equal(span.len, 5);
  assert_string_equal(arena_format(arena, "%s-%03d", "case", 7), "case-007");
  struct span empty = arena_span(arena, (struct span){NULL, 0});
  assert_non_null(empty.bytes); /* an empty copy is no failure */
  assert_int_equal(empty.len, 0);
  arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_memory_is_zeroed_aligned_and_apart),
      cmocka_unit_test(test_more_than_one_block),
      cmocka_unit_test(test_the_maximum_is_met_and_not_passed),
      cmocka_unit_test(test_absurd_sizes_fail),
      cmocka_unit_test(test_copies_are_copies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
