/* Expectation files made anew from a run: what stays, what goes, what comes, and that the result
 * foresees exactly what was seen. */
#include "files.h"
#include "run/verdict/expectation_write.h"

static const struct recipe_def a = {.name = "a"}, b = {.name = "b"}, other = {.name = "other"};
static struct instance cases[] = {
    {&a, NULL, IP_V4, "a/one"},         {&a, NULL, IP_V4, "a/two"},
    {&a, NULL, IP_V4, "a/three"},       {&b, NULL, IP_V4, "b/one"},
    {&b, NULL, IP_V6, "b/one-ipv6"},    {&b, NULL, IP_V4, "b/two"},
    {&other, NULL, IP_V4, "other/one"},
};
enum { CASES = sizeof cases / sizeof cases[0] };
static const struct instance_list all = {cases, CASES};

struct scene {
  struct arena *arena;
  struct expectation_list list;
  struct expectation_seen *seen;
  struct expectation_change change;
};

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  assert_non_null(scene);
  struct profile *profile = calloc(1, sizeof *profile);
  assert_non_null(profile);
  profile->entries[0].recipe = "a";
  profile->entries[1].recipe = "b";
  profile->entry_count = 2;
  scene->arena = arena_create(4 << 20);
  scene->seen = expectation_seen_create(&all, profile, scene->arena);
  assert_non_null(scene->seen);
  free(profile);
  expectation_change_init(&scene->change);
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  expectation_change_free(&scene->change);
  arena_destroy(scene->arena);
  free(scene);
  return 0;
}

static void expects(struct scene *scene, const char *contents, struct expectation_list *list) {
  char folder[FILES_PATH_MAX], path[FILES_PATH_MAX];
  struct err err = {0};
  files_make_folder(folder);
  files_write(folder, "some.expect", contents, path);
  assert_int_equal(expectation_load(path, scene->arena, list, &err), ERR_OK);
  const struct condition_facts facts = {"1.0", "Linux", "x86_64", "native"};
  assert_int_equal(expectation_suit(list, &facts, &err), ERR_OK);
  files_remove(folder, path);
}

static void sees_kind(struct scene *scene, const char *id, enum verdict verdict, const char *kind,
                      unsigned failed_checks, const char *reason) {
  struct result *result = result_create(id, "recipe", "S01");
  struct err err = {0};
  assert_non_null(result);
  result->verdict = verdict;
  snprintf(result->kind, sizeof result->kind, "%s", kind);
  result->failed_checks = failed_checks;
  assert_true(result_set(&result->reason, reason));
  assert_int_equal(expectation_seen_note(scene->seen, &all, result, scene->arena, &err), ERR_OK);
  result_destroy(result);
}

static void sees(struct scene *scene, const char *id, enum verdict verdict, const char *reason) {
  sees_kind(scene, id, verdict, "", 0, reason);
}

/* The new file is as given, and foresees each case as it was seen. */
static void becomes(struct scene *scene, const char *contents, size_t dropped, size_t added) {
  struct err err = {0};
  assert_int_equal(
      expectation_rewrite(&scene->list, &all, scene->seen, "it 1.0", &scene->change, &err), ERR_OK);
  assert_string_equal(text_chars(&scene->change.contents), contents);
  assert_int_equal(scene->change.dropped, dropped);
  assert_int_equal(scene->change.added, added);
  struct expectation_list list;
  expects(scene, contents, &list);
  for (size_t i = 0; i < CASES; i++) {
    const struct expectation_seen *seen = &scene->seen[i];
    if (!seen->seen) continue;
    const struct expectation *found = expectation_find(&list, cases[i].id);
    if (found == NULL)
      assert_int_equal(seen->verdict, VERDICT_PASS);
    else
      assert_true(expectation_is_met(found, seen->verdict, seen->kind, seen->failed_checks));
  }
}

static void test_what_holds_stays_to_the_letter(void **state) {
  struct scene *scene = *state;
  static const char contents[] =
      "# About it\n\n"
      "a/one     fail   [version<2]  of   old \n"
      "  b/*\twarn all of them\n"
      "a/two fail [version>2] of another version\n"
      "# the end\n";
  expects(scene, contents, &scene->list);
  sees(scene, "a/one", VERDICT_FAIL, "now");
  sees(scene, "a/two", VERDICT_PASS, "");
  sees(scene, "b/one", VERDICT_WARN, "now");
  becomes(scene, contents, 0, 0);
}

static void test_a_new_file_has_a_head_and_few_lines(void **state) {
  struct scene *scene = *state;
  scene->list = (struct expectation_list){.path = "x.expect"};
  sees(scene, "a/one", VERDICT_FAIL, "It is slow.");
  sees(scene, "a/two", VERDICT_PASS, "");
  sees(scene, "b/one", VERDICT_WARN, "[odd]\nin two lines");
  sees(scene, "b/one-ipv6", VERDICT_WARN, "[odd]\nin two lines");
  sees(scene, "b/two", VERDICT_UNSUPPORTED, "");
  becomes(scene,
          "# What it 1.0 does otherwise than the cases ask. Whatever is not named here passes.\n"
          "#\n# CASE-GLOB  VERDICT  [CONDITION]  reason\n"
          "a/one  fail  It is slow.\n"
          "b/one*  warn  It says: [odd]\\nin two lines\n"
          "b/two  unsupported  It is unsupported.\n",
          0, 3);
}

static void test_what_no_longer_holds_goes(void **state) {
  struct scene *scene = *state;
  expects(scene, "# first\na/one fail was slow\n# second\na/two warn still\n", &scene->list);
  sees(scene, "a/one", VERDICT_PASS, "");
  sees(scene, "a/two", VERDICT_WARN, "now");
  sees(scene, "a/three", VERDICT_FAIL, "New.");
  becomes(scene, "# first\n# second\na/two warn still\na/three  fail  New.\n", 1, 1);
  assert_string_equal(text_chars(&scene->change.told),
                      "- a/one fail was slow\n+ a/three  fail  New.\n");
}

static void test_a_glob_is_narrowed_to_what_still_holds(void **state) {
  struct scene *scene = *state;
  expects(scene, "a/* fail [system=Linux] all of it\n*/one warn both\n", &scene->list);
  sees(scene, "a/one", VERDICT_WARN, "");
  sees(scene, "a/two", VERDICT_PASS, "");
  sees(scene, "b/one", VERDICT_FAIL, "Worse.");
  /* a/three was not run: what is said of it stands. other/one is no business of this subject. */
  becomes(scene,
          "a/one    fail  [system=Linux] all of it\na/three  fail  [system=Linux] all of it\n"
          "a/one  warn  both\nb/one  fail  Worse.\n",
          2, 4);
}

static void test_an_exception_that_goes_uncovers_the_rule(void **state) {
  struct scene *scene = *state;
  expects(scene, "a/* fail a rule\na/two pass but this\n", &scene->list);
  sees(scene, "a/one", VERDICT_FAIL, "now");
  sees(scene, "a/two", VERDICT_FAIL, "now");
  sees(scene, "a/three", VERDICT_FAIL, "now");
  becomes(scene, "a/* fail a rule\n", 1, 0);
}

static void test_another_kind_has_the_words_of_the_old_line(void **state) {
  struct scene *scene = *state;
  expects(scene, "a/* fail:assertion(3) [system=Linux] My reason.\nb/* warn My other.\n",
          &scene->list);
  sees_kind(scene, "a/one", VERDICT_FAIL, "assertion", 3, "now");
  sees_kind(scene, "a/two", VERDICT_FAIL, "assertion", 4, "now");
  sees_kind(scene, "a/three", VERDICT_FAIL, "crash", 0, "now");
  sees_kind(scene, "b/one", VERDICT_FAIL, "assertion", 1, "Worse.");
  sees_kind(scene, "b/one-ipv6", VERDICT_WARN, "assertion", 5, "now");
  sees_kind(scene, "b/two", VERDICT_WARN, "assertion", 1, "now");
  becomes(scene,
          "a/one  fail:assertion(3)  [system=Linux] My reason.\n"
          "b/one-ipv6  warn  My other.\nb/two       warn  My other.\n"
          "a/two  fail:assertion(4)  [system=Linux] My reason.\n"
          "a/three  fail:crash  [system=Linux] My reason.\n"
          "b/one  fail:assertion  Worse.\n",
          2, 6);
}

static void test_a_kind_is_written_where_it_can_be_foreseen_and_stays(void **state) {
  struct scene *scene = *state;
  expects(scene, "# mine\n", &scene->list);
  sees_kind(scene, "a/one", VERDICT_FAIL, "golden-missing", 0, "None.");
  sees_kind(scene, "a/two", VERDICT_FAIL, "assertion", 1, "Now this.");
  sees_kind(scene, "a/two", VERDICT_FAIL, "assertion", 2, "Now that.");
  sees_kind(scene, "b/one", VERDICT_FAIL, "outside", 1, "Far.");
  becomes(scene,
          "# mine\n"
          "a/one  fail  None.\na/two  fail  Now this.\nb/one  fail:outside(1)  Far.\n",
          0, 3);
}

static void test_a_broken_case_keeps_its_line(void **state) {
  struct scene *scene = *state;
  expects(scene, "a/one fail why\n", &scene->list);
  sees(scene, "a/one", VERDICT_BROKEN, "the ring was full");
  becomes(scene, "a/one fail why\n", 0, 0);
}

static void test_a_case_that_is_now_this_now_that_is_not_written(void **state) {
  struct scene *scene = *state;
  struct err err = {0};
  expects(scene, "a/one fail why\n", &scene->list);
  sees(scene, "a/one", VERDICT_FAIL, "now");
  sees(scene, "a/one", VERDICT_PASS, "");
  assert_int_equal(expectation_rewrite(&scene->list, &all, scene->seen, "it", &scene->change, &err),
                   ERR_INPUT);
  assert_non_null(strstr(err.text, "a/one was fail, and in the same run something else"));
}

#define WRITE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      WRITE_TEST(test_what_holds_stays_to_the_letter),
      WRITE_TEST(test_a_new_file_has_a_head_and_few_lines),
      WRITE_TEST(test_what_no_longer_holds_goes),
      WRITE_TEST(test_a_glob_is_narrowed_to_what_still_holds),
      WRITE_TEST(test_an_exception_that_goes_uncovers_the_rule),
      WRITE_TEST(test_another_kind_has_the_words_of_the_old_line),
      WRITE_TEST(test_a_kind_is_written_where_it_can_be_foreseen_and_stays),
      WRITE_TEST(test_a_broken_case_keeps_its_line),
      WRITE_TEST(test_a_case_that_is_now_this_now_that_is_not_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
