/* The mistakes of a recipe, as its folder names them; and the building of one. */
#include "files.h"
#include "run/programs/mutant.h"

#include <sys/stat.h>

struct tree {
  char root[FILES_PATH_MAX], folder[FILES_PATH_MAX * 2];
  struct arena *arena;
};

static int make_tree(void **state) {
  struct tree *tree = calloc(1, sizeof *tree);
  assert_non_null(tree);
  tree->arena = arena_create(1 << 20);
  files_make_folder(tree->root);
  static const char *const PARTS[] = {"cases", "cases/r", "cases/r/mutants"};
  for (size_t i = 0; i < 3; i++) {
    snprintf(tree->folder, sizeof tree->folder, "%s/%s", tree->root, PARTS[i]);
    assert_int_equal(mkdir(tree->folder, 0777), 0);
  }
  *state = tree;
  return 0;
}

static int leave_tree(void **state) {
  struct tree *tree = *state;
  static const char *const PARTS[] = {"cases/r/mutants", "cases/r", "cases", ""};
  int left = 0;
  for (size_t i = 0; i < 4; i++) {
    snprintf(tree->folder, sizeof tree->folder, "%s/%s", tree->root, PARTS[i]);
    left |= rmdir(tree->folder);
  }
  arena_destroy(tree->arena);
  free(tree);
  return left;
}

static void write_patch(const struct tree *tree, const char *name, const char *contents) {
  char path[FILES_PATH_MAX];
  files_write(tree->folder, name, contents, path);
}

static void remove_file(const struct tree *tree, const char *name) {
  char path[FILES_PATH_MAX * 3];
  snprintf(path, sizeof path, "%s/%s", tree->folder, name);
  assert_int_equal(unlink(path), 0);
}

static void test_list(void **state) {
  const struct tree *tree = *state;
  struct mutant_list list;
  struct err err = {0};
  write_patch(tree, "late.patch", "second-case: people forget: it.\n--- a\n+++ b\n");
  write_patch(tree, "early.patch", "first-case: it looks the same.");
  write_patch(tree, "notes.txt", "no patch");
  assert_int_equal(mutant_list_load(tree->root, "r", tree->arena, &list, &err), ERR_OK);
  assert_int_equal(list.count, 2);
  assert_string_equal(list.items[0].name, "early");
  assert_string_equal(list.items[0].case_name, "first-case");
  assert_string_equal(list.items[0].why, "it looks the same.");
  assert_string_equal(list.items[1].why, "people forget: it.");
  const struct mutant *found = NULL;
  assert_int_equal(mutant_find(&list, "r", "late", &found, &err), ERR_OK);
  assert_ptr_equal(found, &list.items[1]);
  assert_int_equal(mutant_find(&list, "r", "lat", &found, &err), ERR_USAGE);
  assert_string_equal(err.text, "r has no mutant 'lat'; it has early, late");
  remove_file(tree, "late.patch");
  remove_file(tree, "early.patch");
  remove_file(tree, "notes.txt");
}

static void test_none(void **state) {
  const struct tree *tree = *state;
  struct mutant_list list;
  const struct mutant *found = NULL;
  struct err err = {0};
  assert_int_equal(mutant_list_load(tree->root, "no-such", tree->arena, &list, &err), ERR_OK);
  assert_int_equal(list.count, 0);
  assert_int_equal(mutant_find(&list, "no-such", "x", &found, &err), ERR_USAGE);
  assert_string_equal(err.text, "no-such has no mutant 'x'; it has none");
}

static void test_first_line_is_wrong(void **state) {
  const struct tree *tree = *state;
  static const char *const WRONG[] = {"", "\n", "--- a/x\n", "case:\n", "case: \n", ": why\n"};
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    struct mutant_list list;
    struct err err = {0};
    write_patch(tree, "bad.patch", WRONG[i]);
    assert_int_equal(mutant_list_load(tree->root, "r", tree->arena, &list, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "mutants/bad.patch:1: the first line must be"));
    remove_file(tree, "bad.patch");
  }
}

static void test_many_names_are_cut_between_two(void **state) {
  const struct tree *tree = *state;
  struct mutant items[100];
  for (size_t i = 0; i < 100; i++)
    items[i] = (struct mutant){.name = "abcdefghijklmnopqrstuvwxyz"};
  const struct mutant_list list = {items, 100};
  const struct mutant *found = NULL;
  struct err err = {0};
  (void)tree;
  assert_int_equal(mutant_find(&list, "r", "x", &found, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "xyz and more, in cases/r/mutants/"));
}

static void test_where_nothing_can_be_built(void **state) {
  const struct tree *tree = *state;
  const char *folder = NULL;
  struct err err = {0};
  assert_int_equal(mutant_build(tree->root, "r", "late", tree->arena, &folder, &err),
                   ERR_UNAVAILABLE);
  assert_non_null(strstr(err.text, "--target mutant_r_late"));
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, make_tree, leave_tree)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_TREE(test_list),
      IN_TREE(test_none),
      IN_TREE(test_first_line_is_wrong),
      IN_TREE(test_many_names_are_cut_between_two),
      IN_TREE(test_where_nothing_can_be_built),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
