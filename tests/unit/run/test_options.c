/* The command line of `run`: every option, and every mistake in one. */
#include "files.h"
#include "run/command/run_options.h"

enum { WORDS_MAX = 16 };

static enum err_code parse(const char *const *words, struct run_options *options, struct err *err) {
  /* getopt reorders the words, so they are copied to where it may. */
  static char text[WORDS_MAX][128];
  static char *argv[WORDS_MAX + 2];
  static char verb[] = "run";
  int argc = 0;
  argv[argc++] = verb;
  for (size_t i = 0; words[i] != NULL; i++) {
    snprintf(text[i], sizeof text[i], "%s", words[i]);
    argv[argc++] = text[i];
  }
  argv[argc] = NULL;
  return run_options_parse(argc, argv, options, err);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_options_and_globs_mix(void **state) {
  (void)state;
  struct run_options options;
  struct err err = {0};
  assert_int_equal(parse(WORDS("a/*", "--strict", "b", "-j", "3", "--shard", "2/5", "--repeat", "7",
                               "--seed", "42", "--require", "tier=capture-private,sntp-client:60"),
                         &options, &err),
                   ERR_OK);
  assert_int_equal(options.glob_count, 2);
  assert_string_equal(options.globs[1], "b");
  assert_true(options.strict);
  assert_int_equal(options.jobs, 3);
  assert_int_equal(options.shard, 2);
  assert_int_equal(options.shards, 5);
  assert_int_equal(options.repeat, 7);
  assert_true(options.seed_given);
  assert_int_equal(options.seed, 42);
  assert_int_equal(options.at_least, TIER_CAPTURE_PRIVATE);
  assert_int_equal(options.floor_count, 1);
  assert_string_equal(options.floors[0].recipe, "sntp-client");
  assert_int_equal(options.floors[0].judged, 60);
}

static void test_the_command_is_left_alone(void **state) {
  (void)state;
  struct run_options options;
  struct err err = {0};
  assert_int_equal(
      parse(WORDS("sntp-client/*", "--", "prog", "-j", "--strict", "--"), &options, &err), ERR_OK);
  assert_int_equal(options.glob_count, 1);
  assert_false(options.strict);
  assert_string_equal(options.command[0], "prog");
  assert_string_equal(options.command[1], "-j");
  assert_string_equal(options.command[3], "--");
  assert_null(options.command[4]);
}

static void test_mistakes_are_told(void **state) {
  (void)state;
  static const struct {
    const char *const words[4];
    const char *told;
  } mistakes[] = {
      {{"--nonsense"}, "unknown option '--nonsense'"},
      {{"-j"}, "needs a value"},
      {{"-j", "0"}, "-j 0: a whole number from 1 to"},
      {{"-j", "two"}, "-j two"},
      {{"--shard", "3/2"}, "--shard 3/2: I/N is allowed"},
      {{"--shard", "0/2"}, "--shard 0/2"},
      {{"--shard", "2"}, "--shard 2"},
      {{"--repeat", "-1"}, "--repeat -1"},
      {{"--seed", "x"}, "--seed x"},
      {{"--tier", "best"}, "--tier best"},
      {{"--require", "sntp-client"}, "--require sntp-client: tier=NAME and RECIPE:N"},
      {{"--junit=loose"}, "--junit=loose: rich and strict"},
      {{"--write-expectations"}, "name it by --subject FILE.ini"},
      {{"--write-expectations", "--subject", "x.ini", "--mutant=m"}, "do not go with it"},
      {{"--write-expectations", "--subject", "x.ini", "--target=t"}, "do not go with it"},
      {{"--"}, "no command behind '--'"},
      {{"--subject", "x.ini", "--", NULL}, "no command behind '--'"},
  };
  for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
    const char *words[5] = {mistakes[i].words[0], mistakes[i].words[1], mistakes[i].words[2],
                            mistakes[i].words[3], NULL};
    struct run_options options;
    struct err err = {0};
    assert_int_equal(parse(words, &options, &err), ERR_USAGE);
    if (strstr(err.text, mistakes[i].told) == NULL) print_error("got: %s\n", err.text);
    assert_non_null(strstr(err.text, mistakes[i].told));
  }
}

static void test_a_command_and_a_profile_exclude_each_other(void **state) {
  (void)state;
  struct run_options options;
  struct err err = {0};
  assert_int_equal(parse(WORDS("--subject", "x.ini", "--", "prog"), &options, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "exclude each other"));
}

static void test_a_replay_takes_nothing_that_the_evidence_says(void **state) {
  (void)state;
  struct run_options options;
  struct err err = {0};
  assert_int_equal(parse(WORDS("--replay", "there", "--reports", "r"), &options, &err), ERR_OK);
  assert_string_equal(options.replay, "there");
  static const char *const others[][2] = {
      {"a/b", NULL},     {"--seed", "4"},          {"--repeat", "2"},    {"--shard", "1/2"},
      {"--mutant", "m"}, {"--valgrind", NULL},     {"--exclude", "a/b"}, {"--wrapper", "w"},
      {"--target", "t"}, {"--tier", "fixture-log"}};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    assert_int_equal(parse(WORDS("--replay", "there", others[i][0], others[i][1]), &options, &err),
                     ERR_USAGE);
    assert_non_null(strstr(err.text, "cannot be added"));
  }
}

static void test_a_debugger_is_for_one_run_of_a_program_of_this_host(void **state) {
  (void)state;
  struct run_options options;
  struct err err = {0};
  assert_int_equal(parse(WORDS("a/b", "--gdb"), &options, &err), ERR_OK);
  assert_true(options.gdb);
  assert_string_equal(options.reports, "reports/debug");
  assert_int_equal(parse(WORDS("--replay", "there", "--gdb", "--reports", "r"), &options, &err),
                   ERR_OK);
  assert_string_equal(options.reports, "r");
  static const char *const others[][2] = {
      {"--repeat", "2"}, {"--valgrind", NULL}, {"--wrapper", "w"}, {"--target", "t"}};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    assert_int_equal(parse(WORDS("a/b", "--gdb", others[i][0], others[i][1]), &options, &err),
                     ERR_USAGE);
    assert_non_null(strstr(err.text, "--gdb"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_options_and_globs_mix),
      cmocka_unit_test(test_the_command_is_left_alone),
      cmocka_unit_test(test_mistakes_are_told),
      cmocka_unit_test(test_a_command_and_a_profile_exclude_each_other),
      cmocka_unit_test(test_a_replay_takes_nothing_that_the_evidence_says),
      cmocka_unit_test(test_a_debugger_is_for_one_run_of_a_program_of_this_host),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
