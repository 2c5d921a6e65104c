/* Patterns over cases: they name exactly what is wanted, and few of them do. */
#include "base/text.h"
#include "files.h"
#include "run/catalogue/case_globs.h"

static const struct recipe_def a = {.name = "a"}, b = {.name = "b"};
static struct instance cases[] = {
    {&a, NULL, IP_V4, "a/good"},       {&a, NULL, IP_V4, "a/era-1"},
    {&a, NULL, IP_V6, "a/era-1-ipv6"}, {&a, NULL, IP_V4, "a/era-10"},
    {&a, NULL, IP_V4, "a/tcp-one"},    {&a, NULL, IP_V4, "a/tcp-two"},
    {&b, NULL, IP_V4, "b/good"},       {&b, NULL, IP_V4, "b/era-1"},
    {&b, NULL, IP_V6, "b/era-1-ipv6"}, {&b, NULL, IP_V4, "b/tcp-one"},
};
enum { CASES = sizeof cases / sizeof cases[0] };
static const struct instance_list all = {cases, CASES};

/* The patterns over `ids`, separated by blanks; and each names what it may. */
static void globs_are(const char *ids, const char *due) {
  struct arena *arena = arena_create(1 << 16);
  bool wanted[CASES];
  for (size_t i = 0; i < CASES; i++) {
    char padded_ids[256], padded_id[140];
    snprintf(padded_ids, sizeof padded_ids, " %s ", ids);
    snprintf(padded_id, sizeof padded_id, " %s ", cases[i].id);
    wanted[i] = strstr(padded_ids, padded_id) != NULL;
  }
  struct case_globs globs;
  struct err err = {0};
  assert_int_equal(case_globs_make(&all, wanted, arena, &globs, &err), ERR_OK);
  struct text text = TEXT_INIT(1000);
  for (size_t g = 0; g < globs.count; g++)
    text_appendf(&text, "%s%s", g == 0 ? "" : " ", globs.items[g]);
  assert_string_equal(text_chars(&text), due);
  text_free(&text);
  for (size_t i = 0; i < CASES; i++) {
    bool named = false;
    for (size_t g = 0; g < globs.count; g++)
      named = named || text_matches_glob(cases[i].id, globs.items[g]);
    assert_int_equal(named, wanted[i]);
  }
  arena_destroy(arena);
}

static void test_exactly_what_is_wanted(void **state) {
  (void)state;
  globs_are("", "");
  globs_are("a/good", "a/good");
  globs_are("a/good b/good", "*/good");
  globs_are("a/tcp-one a/tcp-two", "a/tcp-*");
  globs_are("a/tcp-one a/tcp-two b/tcp-one", "*/tcp-*");
  globs_are("a/tcp-two b/tcp-one", "a/tcp-two b/tcp-one");
  globs_are("b/good b/era-1 b/era-1-ipv6 b/tcp-one", "b/*");
}

static void test_a_start_that_others_share_is_no_pattern(void **state) {
  (void)state;
  globs_are("a/era-1 a/era-1-ipv6", "a/era-1 a/era-1-ipv6");
  globs_are("b/era-1 b/era-1-ipv6", "b/era-1*");
  globs_are("a/era-1 b/era-1", "*/era-1");
  globs_are("a/era-1 a/era-1-ipv6 a/era-10", "a/era-1*");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exactly_what_is_wanted),
      cmocka_unit_test(test_a_start_that_others_share_is_no_pattern),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
