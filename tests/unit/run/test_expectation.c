/* Expectations: which one foresees a case, and what a mistake in their file is told by. */
#include "files.h"
#include "run/verdict/expectation.h"

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

static void test_a_kind_is_the_only_one(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct expectation_list list;
  struct err err = {0};
  assert_int_equal(load("a/b fail:golden-mismatch [target=musl] asks twice\na/c warn of any\n",
                        arena, &list, &err),
                   ERR_OK);
  const struct expectation *by_kind = &list.items[0], *of_any = &list.items[1];
  assert_string_equal(by_kind->kind, "golden-mismatch");
  assert_string_equal(by_kind->reason, "asks twice");
  assert_true(expectation_is_met(by_kind, VERDICT_FAIL, "golden-mismatch", 0));
  assert_false(expectation_is_met(by_kind, VERDICT_FAIL, "assertion", 0));
  assert_false(expectation_is_met(by_kind, VERDICT_WARN, "golden-mismatch", 0));
  assert_true(expectation_is_met(of_any, VERDICT_WARN, "no-packets", 0));
  assert_true(expectation_is_met(of_any, VERDICT_WARN, "", 0));
  assert_true(expectation_is_met(of_any, VERDICT_WARN, "assertion", 4));
  arena_destroy(arena);
}

static void test_a_kind_has_its_number_of_checks(void **state) {
  (void)state;
  static const struct {
    const char *word, *kind;
    unsigned met_by;
  } rows[] = {{"assertion", "assertion", 1},    {"assertion(2)", "assertion", 2},
              {"assertion(8)", "assertion", 8}, {"outside", "outside", 0},
              {"outside(1)", "outside", 1},     {"crash", "crash", 0}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct arena *arena = arena_create(1 << 20);
    struct expectation_list list;
    struct err err = {0};
    char contents[64];
    snprintf(contents, sizeof contents, "a/b fail:%s because\n", rows[i].word);
    assert_int_equal(load(contents, arena, &list, &err), ERR_OK);
    for (unsigned came = 0; came <= 8; came++)
      assert_int_equal(expectation_is_met(&list.items[0], VERDICT_FAIL, rows[i].kind, came),
                       came == rows[i].met_by);
    struct text said = TEXT_INIT(64);
    expectation_append_kind(&said, list.items[0].kind, list.items[0].failed_checks);
    assert_string_equal(text_chars(&said), rows[i].word);
    text_free(&said);
    arena_destroy(arena);
  }
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
      {"a/b fail [version<4 because\n", ":1: the condition '[version<4 because' has no ']'"},
      {"a/b fail [libc=musl] because\n", ":1: 'libc=musl' in a condition; allowed are version"},
      {"#\n\na/b fail [version<4]\n", ":3: no reason"},
      {"a/b fail:golden because\n", ":1: 'golden' behind the verdict; a fail and a warn can be"},
      {"a/b fail: because\n", ":1: '' behind the verdict"},
      {"a/b pass:crash because\n", ":1: 'crash' behind the verdict"},
      {"a/b fail:crash(1) because\n", ":1: 'crash(1)' behind the verdict"},
      {"a/b fail:assertion(1) because\n", ":1: 'assertion(1)' behind the verdict"},
      {"a/b fail:assertion(9) because\n", ":1: 'assertion(9)' behind the verdict"},
      {"a/b fail:assertion(2 because\n", ":1: 'assertion(2' behind the verdict"},
      {"a/b fail:assertion( because\n", ":1: 'assertion(' behind the verdict"},
      {"a/b fail:outside(0) because\n", ":1: 'outside(0)' behind the verdict"},
      {"a/b fail:outside(12) because\n", ":1: 'outside(12)' behind the verdict"},
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

static void test_a_line_that_is_too_long_is_no_two_lines(void **state) {
  (void)state;
  char contents[1100];
  memset(contents, 'x', sizeof contents - 1);
  memcpy(contents, "a/b fail ", 9);
  contents[sizeof contents - 1] = '\0';
  struct arena *arena = arena_create(1 << 20);
  struct expectation_list list;
  struct err err = {0};
  assert_int_equal(load(contents, arena, &list, &err), ERR_INPUT);
  assert_non_null(strstr(err.text, ":1: a line of 1099 octets; up to 1024 are allowed"));
  arena_destroy(arena);
}

static void test_a_line_counts_where_its_condition_holds(void **state) {
  (void)state;
  static const char contents[] =
      "a/b warn always\n"
      "a/b fail [version<4.6] of old\n"
      "a/c fail [version>=4.6, system=Linux] of new\n";
  static const struct {
    const char *version;
    enum verdict of_b;
    bool of_c;
  } rows[] = {{"4.5", VERDICT_FAIL, false}, {"4.6", VERDICT_WARN, true}};
  for (size_t i = 0; i < 2; i++) {
    struct arena *arena = arena_create(1 << 20);
    struct expectation_list list;
    struct err err = {0};
    assert_int_equal(load(contents, arena, &list, &err), ERR_OK);
    assert_string_equal(list.items[1].reason, "of old");
    assert_int_equal(list.line_count, 3);
    assert_string_equal(list.lines[0], "a/b warn always");
    const struct condition_facts facts = {rows[i].version, "Linux", "x86_64", "native"};
    assert_int_equal(expectation_suit(&list, &facts, &err), ERR_OK);
    assert_int_equal(expectation_find(&list, "a/b")->verdict, rows[i].of_b);
    assert_int_equal(expectation_find(&list, "a/c") != NULL, rows[i].of_c);
    const struct condition_facts unknown = {"", "Linux", "x86_64", "native"};
    assert_int_equal(expectation_suit(&list, &unknown, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "some.expect:2: a condition asks for the version"));
    arena_destroy(arena);
  }
}

static void test_a_glob_that_names_no_case_is_told(void **state) {
  (void)state;
  struct instance cases[] = {{.id = "a/b"}, {.id = "a/c"}};
  const struct instance_list all = {cases, 2};
  struct arena *arena = arena_create(1 << 20);
  struct expectation_list list;
  struct err err = {0};
  assert_int_equal(load("a/* fail why\n*/c warn why\n", arena, &list, &err), ERR_OK);
  assert_int_equal(expectation_check_globs(&list, &all, &err), ERR_OK);
  assert_int_equal(load("a/b fail why\na/d fail [system=BSD] why\n", arena, &list, &err), ERR_OK);
  assert_int_equal(expectation_check_globs(&list, &all, &err), ERR_INPUT);
  assert_non_null(strstr(err.text, "some.expect:2: 'a/d' names no case"));
  arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_last_that_matches_foresees),
      cmocka_unit_test(test_a_kind_is_the_only_one),
      cmocka_unit_test(test_a_kind_has_its_number_of_checks),
      cmocka_unit_test(test_no_file_foresees_nothing),
      cmocka_unit_test(test_mistakes_name_file_and_line),
      cmocka_unit_test(test_a_line_that_is_too_long_is_no_two_lines),
      cmocka_unit_test(test_a_line_counts_where_its_condition_holds),
      cmocka_unit_test(test_a_glob_that_names_no_case_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
