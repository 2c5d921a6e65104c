/* What a case judges, as a number: another when a subject would notice, the same otherwise. */
#include "files.h"
#include "run/catalogue/case_digest.h"

static void print_script(const void *script, struct text *out) {
  text_appendf(out, "[server]\nsays = %s\n", (const char *)script);
}

static const struct fixture_class SERVER = {.name = "a-server", .print = print_script};

static const struct case_def PLAIN = {.name = "plain",
                                      .requirement = "S01",
                                      .about = "In some words.",
                                      .timeout_s = 1,
                                      .fixtures = {{&SERVER, "hello"}},
                                      .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("time", "now")}};
static const struct recipe_def RECIPE = {.name = "a-client", .port = 123};

struct digest {
  char chars[CASE_DIGEST_SIZE];
};

static struct digest digest_at(const struct case_def *def, enum level level,
                               enum ip_family family) {
  const struct instance instance = {.recipe = &RECIPE, .def = def, .family = family};
  const struct requirement requirement = {.id = def->requirement, .level = level};
  struct digest digest = {{0}};
  struct err err = {0};
  assert_int_equal(case_digest(&instance, &requirement, digest.chars, &err), ERR_OK);
  assert_int_equal(strlen(digest.chars), 16);
  return digest;
}

static struct digest digest_of(const struct case_def *def) {
  return digest_at(def, LEVEL_MUST, IP_V4);
}

static void assert_other(const struct case_def *def) {
  assert_string_not_equal(digest_of(def).chars, digest_of(&PLAIN).chars);
}

static void test_what_a_subject_does_not_notice(void **state) {
  (void)state;
  struct case_def def = PLAIN;
  def.name = "another name";
  def.about = "In other words.";
  def.no_golden = "a reason";
  def.rules[0] = (struct fixture_rule){.field = "ntp.poll", .policy = "ignore", .reason = "luck"};
  def.flood = true;
  def.families = ON_BOTH;
  assert_string_equal(digest_of(&def).chars, digest_of(&PLAIN).chars);
}

static void test_what_a_subject_notices(void **state) {
  (void)state;
  struct case_def def = PLAIN;
  def.requirement = "S02";
  assert_other(&def);
  assert_string_not_equal(digest_at(&PLAIN, LEVEL_SHOULD, IP_V4).chars, digest_of(&PLAIN).chars);
  assert_string_not_equal(digest_at(&PLAIN, LEVEL_MUST, IP_V6).chars, digest_of(&PLAIN).chars);
  def = PLAIN;
  def.timeout_s = 2;
  assert_other(&def);
  def = PLAIN;
  def.port = 124;
  assert_other(&def);
  def = PLAIN;
  def.values[0] = (struct placeholder){"message", "hello"};
  assert_other(&def);
  def = PLAIN;
  def.input = "\x01";
  assert_other(&def);
  def = PLAIN;
  def.files[0] = (struct case_file){.name = "data.bin"};
  assert_other(&def);
  static const struct sandbox_file etc[] = {{"hosts", ""}, {NULL, NULL}};
  def = PLAIN;
  def.etc = etc;
  assert_other(&def);
  def = PLAIN;
  def.fixtures[0].class = NULL;
  assert_other(&def);
  def = PLAIN;
  def.fixtures[0].script = "good day";
  assert_other(&def);
}

static void no_words_for_it(const struct check *check, const struct judged_case *judged,
                            struct finding *finding) {
  (void)check;
  (void)judged;
  (void)finding;
}

static void test_checks(void **state) {
  (void)state;
  struct case_def def = PLAIN;
  def.checks[1].text = "then";
  assert_other(&def);
  def = PLAIN;
  def.checks[1] = (struct check){0};
  assert_other(&def);
  def = PLAIN; /* the function alone */
  def.checks[0] = (struct check)CHECK_FAILED;
  assert_other(&def);
  def.checks[0].judge = no_words_for_it;
  const struct instance instance = {.recipe = &RECIPE, .def = &def, .family = IP_V4};
  const struct requirement requirement = {.id = "S01"};
  struct digest digest;
  struct err err = {0};
  assert_int_equal(case_digest(&instance, &requirement, digest.chars, &err), ERR_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_a_subject_does_not_notice),
      cmocka_unit_test(test_what_a_subject_notices),
      cmocka_unit_test(test_checks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
