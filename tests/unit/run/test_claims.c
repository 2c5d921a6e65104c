/* Exit 77: which claims stand at a run's end, and which the subject's own passes contradict. */
#include "files.h"
#include "run/catalogue/likeness.h"
#include "run/verdict/claims.h"

static const struct sandbox_file own_names[] = {{"hosts", ""}, {NULL, NULL}};
static const struct recipe_def recipe = {.name = "r", .role = ROLE_CLIENT, .plain = "plain"};
static const struct recipe_def other_recipe = {.name = "o", .role = ROLE_CLIENT, .plain = "plain"};
static const struct case_def quiet = {.name = "quiet", .quiet = true};
static const struct case_def plain = {.name = "plain"};
static const struct case_def hostile = {.name = "hostile", .timeout_s = 1};
static const struct case_def tcp = {.name = "tcp", .variant = "tcp"};
static const struct case_def by_name = {.name = "by-name", .host = "peer4.sockproof.test"};
static const struct case_def no_names = {.name = "no-names", .etc = own_names};
static const struct case_def no_ipv6 = {.name = "no-ipv6", .ipv6_off = true};

enum { QUIET, PLAIN, PLAIN_IPV6, HOSTILE, TCP, BY_NAME, NO_NAMES, NO_IPV6, OTHER, CASES };

static struct instance cases[CASES] = {
    [QUIET] = {&recipe, &quiet, IP_V4, "r/quiet"},
    [PLAIN] = {&recipe, &plain, IP_V4, "r/plain"},
    [PLAIN_IPV6] = {&recipe, &plain, IP_V6, "r/plain-ipv6"},
    [HOSTILE] = {&recipe, &hostile, IP_V4, "r/hostile"},
    [TCP] = {&recipe, &tcp, IP_V4, "r/tcp"},
    [BY_NAME] = {&recipe, &by_name, IP_V4, "r/by-name"},
    [NO_NAMES] = {&recipe, &no_names, IP_V4, "r/no-names"},
    [NO_IPV6] = {&recipe, &no_ipv6, IP_V4, "r/no-ipv6"},
    [OTHER] = {&other_recipe, &plain, IP_V4, "o/plain"},
};
static const struct instance_list all = {cases, CASES};

static int set_up(void **state) {
  *state = claims_create(&all);
  return *state == NULL;
}

static int tear_down(void **state) {
  claims_destroy(*state);
  return 0;
}

static struct result *make(unsigned index, const char *reason) {
  struct result *result = result_create(cases[index].id, cases[index].recipe->name, "S01");
  assert_non_null(result);
  if (reason == NULL) return result;
  result->verdict = VERDICT_UNSUPPORTED;
  snprintf(result->kind, sizeof result->kind, "%s", CLAIM_KIND);
  assert_true(result_set(&result->reason, reason));
  return result;
}

/* reason: NULL for a pass. */
static void happens(struct claims *claims, unsigned index, const char *reason) {
  struct result *result = make(index, reason);
  struct err err = {0};
  bool held;
  assert_int_equal(claims_take(claims, result, &held, &err), ERR_OK);
  assert_int_equal(held, reason != NULL);
  result_destroy(result);
}

static void probe(struct claims *claims, unsigned index, const char *reason) {
  struct result *result = make(index, reason);
  struct err err = {0};
  assert_int_equal(claims_take_probe(claims, result, &err), ERR_OK);
  result_destroy(result);
}

/* The only claim, after the audit. */
static void judged(struct claims *claims, enum verdict verdict, const char *told) {
  claims_audit(claims);
  assert_int_equal(claims_count(claims), 1);
  const struct result *claim = claims_item(claims, 0);
  assert_string_equal(verdict_name(claim->verdict), verdict_name(verdict));
  assert_string_equal(claim->kind, verdict == VERDICT_FAIL ? CLAIM_FALSE_KIND : CLAIM_KIND);
  if (strstr(claim->reason, told) == NULL) print_error("got: %s\n", claim->reason);
  assert_non_null(strstr(claim->reason, told));
}

static void test_a_claim_with_nothing_against_it_stands(void **state) {
  happens(*state, TCP, "no TCP");
  happens(*state, PLAIN, NULL);
  judged(*state, VERDICT_UNSUPPORTED, "no TCP");
}

static void test_a_pass_that_comes_later_contradicts_too(void **state) {
  happens(*state, HOSTILE, "no such thing");
  happens(*state, PLAIN, NULL);
  judged(*state, VERDICT_FAIL, "it exits 77, and passes r/plain, which asks the same of it");
  assert_string_equal(claims_item(*state, 0)->actual_text, "exit 77; no such thing");
}

static void test_the_same_case_passed_before(void **state) {
  happens(*state, NO_NAMES, NULL);
  happens(*state, NO_NAMES, "no names");
  judged(*state, VERDICT_FAIL, "passed the same case, r/no-names, in the same run");
}

static void test_another_host_name_or_recipe_asks_something_else(void **state) {
  static const unsigned others[] = {TCP, BY_NAME, NO_NAMES, NO_IPV6, OTHER, PLAIN_IPV6};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    assert_false(likeness_asks_same(&cases[PLAIN], &cases[others[i]]));
    happens(*state, others[i], NULL);
  }
  assert_true(likeness_asks_same(&cases[PLAIN], &cases[HOSTILE]));
  happens(*state, PLAIN, "not today");
  judged(*state, VERDICT_UNSUPPORTED, "not today");
}

static void test_no_ipv6_is_false_where_ipv6_passes(void **state) {
  happens(*state, PLAIN_IPV6, NULL);
  happens(*state, BY_NAME, "the subject says: no IPv6 here");
  judged(*state, VERDICT_FAIL, "for want of IPv6, and passes r/plain-ipv6, which is on IPv6");
}

static void test_no_ipv6_is_true_on_a_host_without_it(void **state) {
  happens(*state, PLAIN_IPV6, NULL);
  happens(*state, NO_IPV6, "the subject says: no IPv6 here");
  judged(*state, VERDICT_UNSUPPORTED, "no IPv6 here");
}

static void test_no_ipv6_of_another_variant_may_be_true(void **state) {
  happens(*state, PLAIN_IPV6, NULL);
  happens(*state, TCP, "the subject says: no IPv6 here");
  judged(*state, VERDICT_UNSUPPORTED, "no IPv6 here");
}

static void test_the_plainest_case_is_the_probe(void **state) {
  const struct instance *probes[4];
  assert_ptr_equal(likeness_plainest(&all, "r"), &cases[PLAIN]);
  assert_null(likeness_plainest(&all, "none"));
  happens(*state, HOSTILE, "no");
  happens(*state, TCP, "no");
  assert_int_equal(claims_probes(*state, probes, 4), 1);
  assert_ptr_equal(probes[0], &cases[PLAIN]);
  assert_int_equal(claims_probes(*state, probes, 0), 0);
  probe(*state, PLAIN, NULL);
  assert_int_equal(claims_probes(*state, probes, 4), 0);
  claims_audit(*state);
  assert_int_equal(claims_item(*state, 0)->verdict, VERDICT_FAIL);
  assert_int_equal(claims_item(*state, 1)->verdict, VERDICT_UNSUPPORTED);
}

static void test_a_plainest_case_that_was_run_needs_no_probe(void **state) {
  const struct instance *probes[4];
  happens(*state, PLAIN, "nothing is here");
  assert_int_equal(claims_probes(*state, probes, 4), 0);
  judged(*state, VERDICT_UNSUPPORTED, "nothing is here (exit 77 in the plainest case too, r/plain");
}

static void test_a_probe_that_claims_too_says_so(void **state) {
  happens(*state, TCP, "nothing is here");
  probe(*state, PLAIN, "nothing is here");
  judged(*state, VERDICT_UNSUPPORTED, "nothing of r is there");
  assert_int_equal(claims_count(*state), 1); /* a probe is in no report */
}

#define CLAIMS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CLAIMS_TEST(test_a_claim_with_nothing_against_it_stands),
      CLAIMS_TEST(test_a_pass_that_comes_later_contradicts_too),
      CLAIMS_TEST(test_the_same_case_passed_before),
      CLAIMS_TEST(test_another_host_name_or_recipe_asks_something_else),
      CLAIMS_TEST(test_no_ipv6_is_false_where_ipv6_passes),
      CLAIMS_TEST(test_no_ipv6_is_true_on_a_host_without_it),
      CLAIMS_TEST(test_no_ipv6_of_another_variant_may_be_true),
      CLAIMS_TEST(test_the_plainest_case_is_the_probe),
      CLAIMS_TEST(test_a_plainest_case_that_was_run_needs_no_probe),
      CLAIMS_TEST(test_a_probe_that_claims_too_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
