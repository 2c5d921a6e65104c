/* Ledgers: what they give, and what a mistake in one is told by. */
#include "files.h"
#include "run/catalogue/ledger.h"

#define HEADER "id\twho\tlevel\tclause\trecipes\trequirement\tunobserved\n"

static enum err_code load(const char *contents, struct arena *arena, struct ledger *ledger,
                          struct err *err) {
  char folder[FILES_PATH_MAX], path[FILES_PATH_MAX];
  files_make_folder(folder);
  files_write(folder, "ntp.tsv", contents, path);
  enum err_code code = ledger_load(folder, arena, ledger, err);
  files_remove(folder, path);
  return code;
}

static void test_rows_are_found_by_id(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct ledger ledger;
  struct err err = {0};
  assert_int_equal(load(HEADER "S36\tclient\tSHOULD\tRFC 4330 section 5\tsntp-client\tOrigin.\t\n"
                               "S80\tclient\tMAY\tRFC 4330 section 10\t-\tWaits.\tdaemons only\n",
                        arena, &ledger, &err),
                   ERR_OK);
  assert_int_equal(ledger.count, 2);
  assert_int_equal(ledger_find(&ledger, "S36")->level, LEVEL_SHOULD);
  assert_string_equal(ledger_find(&ledger, "S36")->unobserved, "");
  assert_string_equal(ledger_find(&ledger, "S80")->unobserved, "daemons only");
  assert_null(ledger_find(&ledger, "S3"));
  arena_destroy(arena);
}

static void test_mistakes_name_file_and_line(void **state) {
  (void)state;
  static const struct {
    const char *contents, *told;
  } mistakes[] = {
      {"id\twho\n", ":1: 2 columns where 7 are due"},
      {"id\twho\tlevel\tclause\trecipes\twords\tunobserved\n",
       ":1: column 6 is headed 'words' where 'requirement' is due"},
      {HEADER "S1\tclient\tmust\tc\t-\tw\t\n", ":2: level 'must'; MUST, SHOULD, MAY and practice"},
      {HEADER "S1\tclient\tMUST\tc\t-\tw\t\nS1\tclient\tMUST\tc\t-\tw\t\n",
       ":3: requirement S1 is there already"},
      {HEADER "S1\tclient\tMUST\tc\t-\tw\t\textra\n", ":2: 8 columns where 7 are due"},
  };
  for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
    struct arena *arena = arena_create(1 << 20);
    struct ledger ledger;
    struct err err = {0};
    assert_int_equal(load(mistakes[i].contents, arena, &ledger, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, mistakes[i].told));
    assert_non_null(strstr(err.text, "ntp.tsv"));
    arena_destroy(arena);
  }
}

static void test_a_missing_folder_is_told(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct ledger ledger;
  struct err err = {0};
  assert_int_equal(ledger_load("/nonexistent/ledgers", arena, &ledger, &err), ERR_SYSTEM);
  assert_non_null(strstr(err.text, "/nonexistent/ledgers"));
  arena_destroy(arena);
}

static void test_recipes_that_a_row_binds(void **state) {
  (void)state;
  const struct requirement row = {.recipes = "udp-echo-server echo-client"};
  const struct requirement none = {.recipes = "-"};
  assert_true(ledger_binds(&row, "udp-echo-server"));
  assert_true(ledger_binds(&row, "echo-client"));
  assert_false(ledger_binds(&row, "echo-server"));
  assert_false(ledger_binds(&row, "udp-echo"));
  assert_false(ledger_binds(&row, "echo"));
  assert_false(ledger_binds(&none, "echo-client"));
}

static void test_rows_for_reports(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  struct ledger ledger;
  struct coverage coverage;
  struct err err = {0};
  assert_int_equal(
      load(HEADER "S80\tclient\tMAY\tRFC 4330\t-\tWaits.\tDaemons only.\n", arena, &ledger, &err),
      ERR_OK);
  assert_int_equal(ledger_coverage(&ledger, arena, &coverage, &err), ERR_OK);
  assert_int_equal(coverage.count, 1);
  assert_string_equal(coverage.rows[0].id, "S80");
  assert_int_equal(coverage.rows[0].level, LEVEL_MAY);
  assert_string_equal(coverage.rows[0].clause, "RFC 4330");
  assert_string_equal(coverage.rows[0].words, "Waits.");
  assert_string_equal(coverage.rows[0].unobserved, "Daemons only.");
  arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows_are_found_by_id),
      cmocka_unit_test(test_mistakes_name_file_and_line),
      cmocka_unit_test(test_a_missing_folder_is_told),
      cmocka_unit_test(test_recipes_that_a_row_binds),
      cmocka_unit_test(test_rows_for_reports),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
