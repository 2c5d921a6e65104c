/* Expectations: which one foresees a case, and what a mistake in their file is told by. */
#include "files.h"
#include "run/expectation.h"

static enum err_code load(const char *contents, struct arena *arena, struct expectation_list *list,
                          struct err *err) {
  char folder[FILES_PATH_MAX], path[FILES_PATH_MAX];
  files_make_folder(folder);
  files_write(folder, "some.expect", contents, path);
  enum err_code code = expectation_load(path, arena, list, err);
  files_remove(folder, path);
  return code;
}

static void test_the_last_that_matches_foresees(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct expectation_list list;
  struct err err = {0};
  assert_int_equal(load("# a comment\n\n"
                        "sntp-client/*     fail  does not check anything\n"
                        "sntp-client/good\tpass\tworks at least\n",
                        arena, &list, &err),
                   ERR_OK);
  assert_int_equal(list.count, 2);
  assert_int_equal(expectation_find(&list, "sntp-client/good")->verdict, VERDICT_PASS);
  assert_int_equal(expectation_find(&list, "sntp-client/leap-3")->verdict, VERDICT_FAIL);
  assert_string_equal(expectation_find(&list, "sntp-client/leap-3")->reason,
                      "does not check anything");
  assert_null(expectation_find(&list, "echo-server/good"));
  arena_destroy(arena);
}

static void test_no_file_foresees_nothing(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct expectation_list list;
  struct err err = {0};
  assert_int_equal(expectation_load("/nonexistent.expect", arena, &list, &err), ERR_OK);
  assert_null(expectation_find(&list, "sntp-client/good"));
  arena_destroy(arena);
}

static void test_mistakes_name_file_and_line(void **state) {
  (void)state;
  static const struct {
    const char *contents, *told;
  } mistakes[] = {
      {"a/b broken because\n", ":1: verdict 'broken'"},
      {"\na/b fails because\n", ":2: verdict 'fails'"},
      {"a/b fail\n", ":1: no reason"},
      {"a/b\n", ":1: verdict ''"},
  };
  for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
    struct arena *arena = arena_create(1 << 20);
    struct expectation_list list;
    struct err err = {0};
    assert_int_equal(load(mistakes[i].contents, arena, &list, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, mistakes[i].told));
    arena_destroy(arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_last_that_matches_foresees),
      cmocka_unit_test(test_no_file_foresees_nothing),
      cmocka_unit_test(test_mistakes_name_file_and_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
