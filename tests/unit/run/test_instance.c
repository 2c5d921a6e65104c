/* Which cases a command line chooses. */
#include "files.h"
#include "run/catalogue/instance.h"

static const struct case_def FIRST_CASES[] = {
    {.name = "good", .requirement = "S01", .families = ON_BOTH},
    {.name = "silent", .requirement = "S73"},
};
static const struct case_def SECOND_CASES[] = {
    {.name = "good", .requirement = "E01", .families = ON_IPV6},
};
static const struct recipe_def FIRST = {
    .name = "echo-server", .cases = FIRST_CASES, .case_count = 2};
static const struct recipe_def SECOND = {
    .name = "udp-echo-server", .cases = SECOND_CASES, .case_count = 1};
static const struct recipe_def *const RECIPES[] = {&FIRST, &SECOND};

static void expand(struct arena *arena, struct instance_list *all) {
  struct err err = {0};
  assert_int_equal(instance_expand(RECIPES, 2, arena, all, &err), ERR_OK);
}

static void test_both_families_are_two_cases(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct instance_list all;
  expand(arena, &all);
  assert_int_equal(all.count, 4);
  assert_string_equal(all.items[0].id, "echo-server/good");
  assert_string_equal(all.items[1].id, "echo-server/good-ipv6");
  assert_int_equal(all.items[1].family, IP_V6);
  assert_string_equal(all.items[3].id, "udp-echo-server/good");
  assert_int_equal(all.items[3].family, IP_V6);
  assert_ptr_equal(instance_find(&all, "echo-server/silent"), &all.items[2]);
  assert_null(instance_find(&all, "echo-server/sil"));
  arena_destroy(arena);
}

static void test_shared_cases_come_first(void **state) {
  (void)state;
  static const struct case_def SHARED[] = {{.name = "a", .families = ON_BOTH}, {.name = "b"}};
  static const struct case_def MORE[] = {{.name = "c"}};
  static const struct case_table FIRST_TABLE = {SHARED, 2}, SECOND_TABLE = {MORE, 1};
  static const struct recipe_def RECIPE = {
      .name = "r", .shared = {&FIRST_TABLE, &SECOND_TABLE}, .cases = SECOND_CASES, .case_count = 1};
  static const char *const IDS[] = {"r/a", "r/a-ipv6", "r/b", "r/c", "r/good"};
  const struct recipe_def *const recipe = &RECIPE;
  struct arena *arena = arena_create(1 << 20);
  struct instance_list all;
  struct err err = {0};
  assert_int_equal(recipe_case_count(&RECIPE), 4);
  assert_ptr_equal(recipe_case(&RECIPE, 3), &SECOND_CASES[0]);
  assert_int_equal(instance_expand(&recipe, 1, arena, &all, &err), ERR_OK);
  assert_int_equal(all.count, 5);
  for (size_t i = 0; i < 5; i++)
    assert_string_equal(all.items[i].id, IDS[i]);
  arena_destroy(arena);
}

static size_t chosen(const struct instance_choice *choice) {
  struct arena *arena = arena_create(1 << 20);
  struct instance_list all, list;
  struct err err = {0};
  expand(arena, &all);
  assert_int_equal(instance_select(&all, choice, arena, &list, &err), ERR_OK);
  size_t count = list.count;
  arena_destroy(arena);
  return count;
}

static void test_globs_name_recipes_and_ids(void **state) {
  (void)state;
  const char *recipe[] = {"echo-server"};
  const char *pattern[] = {"*/good*"};
  const char *one[] = {"echo-server/good"};
  assert_int_equal(chosen(&(struct instance_choice){0}), 4);
  assert_int_equal(chosen(&(struct instance_choice){.globs = recipe, .glob_count = 1}), 3);
  assert_int_equal(chosen(&(struct instance_choice){.globs = pattern, .glob_count = 1}), 3);
  assert_int_equal(chosen(&(struct instance_choice){.globs = one, .glob_count = 1}), 1);
  assert_int_equal(chosen(&(struct instance_choice){.excludes = recipe, .exclude_count = 1}), 1);
}

static void test_shards_share_out_every_case_once(void **state) {
  (void)state;
  size_t sum = 0;
  for (unsigned shard = 1; shard <= 3; shard++) {
    sum += chosen(&(struct instance_choice){.shard = shard, .shards = 3});
  }
  assert_int_equal(sum, 4);
}

static void test_an_unknown_case_is_told_with_its_nearest(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct instance_list all, list;
  struct err err = {0};
  const char *globs[] = {"echo-server/silence"};
  expand(arena, &all);
  struct instance_choice choice = {.globs = globs, .glob_count = 1};
  assert_int_equal(instance_select(&all, &choice, arena, &list, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "'echo-server/silence' matches no case"));
  assert_non_null(strstr(err.text, "'echo-server/silent'"));
  arena_destroy(arena);
}

static void test_a_case_may_play_another_role(void **state) {
  (void)state;
  const struct recipe_def pair = {.name = "unix-echo", .role = ROLE_SERVER};
  const struct case_def plain = {0}, asking = {.role = ROLE_CLIENT}, alone = {.role = ROLE_LOCAL};
  assert_int_equal(instance_role(&(struct instance){.recipe = &pair, .def = &plain}), ROLE_SERVER);
  assert_int_equal(instance_role(&(struct instance){.recipe = &pair, .def = &asking}), ROLE_CLIENT);
  assert_int_equal(instance_role(&(struct instance){.recipe = &pair, .def = &alone}), ROLE_LOCAL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_both_families_are_two_cases),
      cmocka_unit_test(test_shared_cases_come_first),
      cmocka_unit_test(test_globs_name_recipes_and_ids),
      cmocka_unit_test(test_shards_share_out_every_case_once),
      cmocka_unit_test(test_a_case_may_play_another_role),
      cmocka_unit_test(test_an_unknown_case_is_told_with_its_nearest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
