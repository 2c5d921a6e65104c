/* From what a case left behind to its verdict: every row of the table of verdicts, and which reason
 * wins. */
#include "scene.h"

#include <signal.h>

static void test_what_holds_passes(void **state) {
  judged(*state, VERDICT_PASS, "");
}

static void test_the_level_decides_what_a_failure_is(void **state) {
  static const struct {
    enum level level;
    enum verdict verdict;
  } rows[] = {{LEVEL_MUST, VERDICT_FAIL},
              {LEVEL_SHOULD, VERDICT_WARN},
              {LEVEL_PRACTICE, VERDICT_WARN},
              {LEVEL_MAY, VERDICT_PASS}};
  struct scene *scene = *state;
  scene->def.checks[0].low = DOES_NOT_HOLD;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    scene->result->level = rows[i].level;
    judged(scene, rows[i].verdict, "assertion");
    assert_string_equal(scene->result->expected_text, "what is due");
    assert_string_equal(scene->result->actual_text, "what was seen");
  }
}

/* The checks of the case, one after the other: of S60, whose level is given, and of S36, a MUST. */
static void check_both(struct scene *scene, enum level level, int first, int second,
                       enum verdict verdict, const char *kind) {
  struct requirement row = {.id = "S60", .level = level};
  const struct ledger ledger = {&row, 1};
  scene->settings.ledger = &ledger;
  scene->result->level = LEVEL_MUST;
  snprintf(scene->result->requirement, sizeof scene->result->requirement, "S36");
  result_set(&scene->result->details, "");
  scene->def.checks[0] =
      (struct check){.judge = check_always, .low = first, .requirement = "S60", .name = "first"};
  scene->def.checks[1] = (struct check){.judge = check_always, .low = second, .name = "second"};
  judged(scene, verdict, kind);
  scene->settings.ledger = NULL;
}

static void test_the_first_check_that_does_not_hold_is_told(void **state) {
  struct scene *scene = *state;
  check_both(scene, LEVEL_SHOULD, DOES_NOT_HOLD, DOES_NOT_HOLD, VERDICT_WARN, "assertion");
  assert_string_equal(scene->result->requirement, "S60");
  assert_string_equal(scene->result->actual_text, "what was seen first");
  check_both(scene, LEVEL_MUST, DOES_NOT_HOLD, DOES_NOT_HOLD, VERDICT_FAIL, "assertion");
  assert_string_equal(scene->result->actual_text, "what was seen first");
  check_both(scene, LEVEL_SHOULD, HOLDS, DOES_NOT_HOLD, VERDICT_FAIL, "assertion");
  assert_string_equal(scene->result->actual_text, "what was seen second");
}

static void test_a_may_hides_nothing_behind_it(void **state) {
  struct scene *scene = *state;
  check_both(scene, LEVEL_MAY, DOES_NOT_HOLD, DOES_NOT_HOLD, VERDICT_FAIL, "assertion");
  assert_string_equal(scene->result->requirement, "S36");
  check_both(scene, LEVEL_MAY, DOES_NOT_HOLD, UNJUDGEABLE, VERDICT_BROKEN, "unjudgeable");
  check_both(scene, LEVEL_MAY, DOES_NOT_HOLD, HOLDS, VERDICT_PASS, "assertion");
  assert_string_equal(scene->result->requirement, "S60");
  const struct profile profile = {.goldens_dir = "/nonexistent"};
  scene->settings.profile = &profile;
  scene->settings.compare_goldens = true;
  check_both(scene, LEVEL_MAY, DOES_NOT_HOLD, HOLDS, VERDICT_FAIL, "golden-missing");
  assert_int_equal(scene->result->failed_checks, 0);
}

static void test_of_several_mays_the_first_is_told(void **state) {
  struct scene *scene = *state;
  scene->result->level = LEVEL_MAY;
  scene->def.checks[0] = (struct check){.judge = check_always, .name = "first"};
  scene->def.checks[1] = (struct check){.judge = check_always, .name = "second"};
  judged(scene, VERDICT_PASS, "assertion");
  assert_string_equal(scene->result->actual_text, "what was seen first");
  assert_int_equal(scene->result->failed_checks, 2);
}

static void test_all_checks_that_do_not_hold_are_counted(void **state) {
  struct scene *scene = *state;
  check_both(scene, LEVEL_SHOULD, DOES_NOT_HOLD, DOES_NOT_HOLD, VERDICT_WARN, "assertion");
  assert_int_equal(scene->result->failed_checks, 2);
  assert_string_equal(
      scene->result->details,
      "what does not hold beside it:\n"
      "  S36, MUST\n    expected  what is due\n    actual    what was seen second\n");
  check_both(scene, LEVEL_SHOULD, HOLDS, DOES_NOT_HOLD, VERDICT_FAIL, "assertion");
  assert_int_equal(scene->result->failed_checks, 1);
  assert_string_equal(scene->result->details, "");
}

static void test_what_cannot_be_judged_behind_a_failure_changes_nothing(void **state) {
  struct scene *scene = *state;
  check_both(scene, LEVEL_SHOULD, DOES_NOT_HOLD, UNJUDGEABLE, VERDICT_WARN, "assertion");
  assert_int_equal(scene->result->failed_checks, 1);
  check_both(scene, LEVEL_SHOULD, DOES_NOT_HOLD, UNOBSERVABLE, VERDICT_WARN, "assertion");
  assert_int_equal(scene->result->failed_checks, 1);
  check_both(scene, LEVEL_SHOULD, UNJUDGEABLE, DOES_NOT_HOLD, VERDICT_BROKEN, "unjudgeable");
  assert_int_equal(scene->result->failed_checks, 0);
}

static void test_what_it_printed_is_told_beside_words_of_that(void **state) {
  struct scene *scene = *state;
  assert_true(result_set(&scene->result->details, "  of standard output alone\n"));
  assert_false(judge_told_output(scene->result));
  assert_true(
      result_set(&scene->result->details, "  of standard output\nstandard output (1 octets):\n"));
  assert_true(judge_told_output(scene->result));
}

static void test_too_little_to_judge_by_is_never_a_pass(void **state) {
  struct scene *scene = *state;
  scene->def.checks[0].low = UNJUDGEABLE;
  judged(scene, VERDICT_BROKEN, "unjudgeable");
}

static void test_what_the_profile_does_not_observe_is_unsupported(void **state) {
  struct scene *scene = *state;
  scene->def.checks[0].low = UNOBSERVABLE;
  judged(scene, VERDICT_UNSUPPORTED, "unsupported");
}

static void test_dropped_packets_are_broken_whatever_else(void **state) {
  struct scene *scene = *state;
  scene->evidence.dropped_packets = 1;
  scene->def.checks[0].low = DOES_NOT_HOLD;
  judged(scene, VERDICT_BROKEN, "packets-dropped");
}

static void test_what_went_outside_is_told_first_and_the_checks_are_counted(void **state) {
  struct scene *scene = *state;
  const struct network network = {.family = IP_V4, .subject = {IP_V4, {127, 0, 0, 1}}};
  scene->evidence.judged.network = &network;
  scene_add_flow_to(scene, (const uint8_t[]){192, 0, 2, 1}, 40000);
  scene_tell_flows(scene);
  judged(scene, VERDICT_FAIL, "outside");
  assert_int_equal(scene->result->failed_checks, 0);
  assert_string_equal(scene->result->details, "");
  scene->def.checks[0].low = DOES_NOT_HOLD;
  judged(scene, VERDICT_FAIL, "outside");
  assert_string_equal(scene->result->actual_text, "it sent to 192.0.2.1 port 123");
  assert_int_equal(scene->result->failed_checks, 1);
  assert_non_null(strstr(scene->result->details, "what does not hold beside it:\n  S36, MUST"));
}

static void test_a_strangers_packets_are_not_held_against_the_subject(void **state) {
  struct scene *scene = *state;
  scene->def.checks[0].low = DOES_NOT_HOLD;
  scene->settings.plan.tier = TIER_CAPTURE_SHARED;
  scene_add_flow(scene, 40000);
  judged(scene, VERDICT_FAIL, "assertion"); /* the one that a run has is its own */
  scene_add_flow(scene, 40001);
  judged(scene, VERDICT_BROKEN, "strangers");
  assert_non_null(
      strstr(scene->result->reason, "2 conversations met the case's ports, and 1 is due"));
  scene->settings.plan.tier = TIER_CAPTURE_PRIVATE;
  judged(scene, VERDICT_FAIL, "assertion");
  scene->settings.plan.tier = TIER_CAPTURE_SHARED;
  scene->recipe.role = ROLE_SERVER; /* whom the case's own driver meets as often as it likes */
  judged(scene, VERDICT_FAIL, "assertion");
}

static void test_a_missing_sentinel_is_broken(void **state) {
  struct scene *scene = *state;
  scene->evidence.sentinels_complete = false;
  judged(scene, VERDICT_BROKEN, "sentinel-missing");
}

static void test_a_failure_of_the_harness_is_broken(void **state) {
  struct scene *scene = *state;
  struct err err = {0};
  assert_int_equal(err_set(&err, ERR_SYSTEM, "the fixture could not bind"), ERR_SYSTEM);
  scene->evidence.harness_failure = &err;
  scene->evidence.failure_kind = "fixture";
  judged(scene, VERDICT_BROKEN, "fixture");
  assert_string_equal(scene->result->reason, "the fixture could not bind");
}

static void test_no_packets_in_a_complete_capture_are_the_clients_fault(void **state) {
  struct scene *scene = *state;
  scene->def.quiet = false;
  scene->settings.plan.tier = TIER_CAPTURE_PRIVATE;
  scene->outcome.exit_code = 3;
  judged(scene, VERDICT_FAIL, "no-packets");
  assert_non_null(strstr(scene->result->reason, "the subject sent nothing"));
  assert_string_equal(scene->result->actual_text, "no packet, exit 3");
}

static void test_no_packets_over_ipv6_may_be_a_family_that_is_not_spoken(void **state) {
  struct scene *scene = *state;
  struct profile profile = {.entries = {{.recipe = "sntp-client"}}, .entry_count = 1};
  scene->def.quiet = false;
  scene->settings.plan.tier = TIER_CAPTURE_PRIVATE;
  scene->settings.profile = &profile;
  judged(scene, VERDICT_FAIL, "no-packets");
  assert_null(strstr(scene->result->reason, "families"));
  scene->instance.family = IP_V6;
  judged(scene, VERDICT_FAIL, "no-packets");
  assert_non_null(strstr(scene->result->reason, "its profile says so: families = ipv4"));
  profile.entries[0].families = PROFILE_FAMILIES_BOTH;
  judged(scene, VERDICT_FAIL, "no-packets");
  assert_null(strstr(scene->result->reason, "families"));
}

static void test_a_check_may_be_of_another_clause(void **state) {
  struct scene *scene = *state;
  struct requirement rows[] = {{.id = "S60", .level = LEVEL_SHOULD}};
  const struct ledger ledger = {rows, 1};
  scene->settings.ledger = &ledger;
  scene->result->level = LEVEL_MUST;
  scene->def.checks[1] =
      (struct check){.judge = check_always, .low = DOES_NOT_HOLD, .requirement = "S60"};
  judged(scene, VERDICT_WARN, "assertion");
  assert_string_equal(scene->result->requirement, "S60");
  assert_string_equal(scene->result->group, "S60");
}

static void test_no_packets_where_the_capture_may_be_short_are_broken(void **state) {
  struct scene *scene = *state;
  scene->def.quiet = false;
  static const enum tier weaker[] = {TIER_FIXTURE_LOG, TIER_CAPTURE_SHARED};
  for (size_t i = 0; i < sizeof weaker / sizeof weaker[0]; i++) {
    scene->settings.plan.tier = weaker[i];
    judged(scene, VERDICT_BROKEN, "no-packets");
  }
  scene->settings.plan.tier = TIER_CAPTURE_PRIVATE;
  scene->evidence.sentinels_complete = false;
  judged(scene, VERDICT_BROKEN, "sentinel-missing");
  scene->evidence.sentinels_complete = true;
  scene->evidence.dropped_packets = 1;
  judged(scene, VERDICT_BROKEN, "packets-dropped");
}

static void test_no_packets_to_a_server_that_listens_are_broken(void **state) {
  struct scene *scene = *state;
  scene->def.quiet = false;
  scene->settings.plan.tier = TIER_CAPTURE_PRIVATE;
  scene->recipe.role = ROLE_SERVER;
  scene->run.ready = true;
  judged(scene, VERDICT_BROKEN, "no-packets");
}

static void test_a_crash_fails_though_all_checks_hold(void **state) {
  struct scene *scene = *state;
  scene->outcome.signal = 11;
  scene->outcome.exit_code = -1;
  judged(scene, VERDICT_FAIL, "crash");
}

static void test_a_client_that_never_ends_fails(void **state) {
  struct scene *scene = *state;
  scene->outcome.timed_out = true;
  scene->outcome.signal = 9;
  judged(scene, VERDICT_FAIL, "never-ended");
}

static void test_what_is_not_done_at_all_is_as_wrong_as_the_requirement(void **state) {
  static const struct {
    enum level level;
    enum verdict verdict;
  } rows[] = {{LEVEL_MUST, VERDICT_FAIL},
              {LEVEL_SHOULD, VERDICT_WARN},
              {LEVEL_PRACTICE, VERDICT_WARN},
              {LEVEL_MAY, VERDICT_WARN}};
  struct scene *scene = *state;
  scene->settings.plan.tier = TIER_CAPTURE_PRIVATE;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    scene->result->level = rows[i].level;
    scene->def.quiet = false;
    judged(scene, rows[i].verdict, "no-packets");
    scene->outcome.timed_out = true;
    judged(scene, rows[i].verdict, "never-ended");
    scene->def.checks[1] = (struct check){.judge = check_ended_within, .high = 1};
    judged(scene, VERDICT_FAIL, "never-ended");
    scene->def.checks[1].judge = NULL;
    scene->outcome.timed_out = false;
    scene->outcome.signal = 11;
    judged(scene, VERDICT_FAIL, "crash");
    scene->outcome.signal = 0;
  }
}

static void test_a_server_may_be_ended_by_the_signal_it_was_sent(void **state) {
  struct scene *scene = *state;
  scene->recipe.role = ROLE_SERVER;
  scene->outcome.signal = 15;
  judged(scene, VERDICT_PASS, "");
  scene->outcome.signal = 11;
  judged(scene, VERDICT_FAIL, "crash");
}

static void test_exit_77_needs_a_reason(void **state) {
  struct scene *scene = *state;
  scene->outcome.exit_code = 77;
  judged(scene, VERDICT_FAIL, "claim-without-reason");
  scene->outcome.err.kept = TEXT_INIT(100);
  text_append(&scene->outcome.err.kept, " \n\n");
  judged(scene, VERDICT_FAIL, "claim-without-reason");
  text_append(&scene->outcome.err.kept, "no IPv6 here\nnor there\n");
  judged(scene, VERDICT_UNSUPPORTED, "claimed-unsupported");
  assert_string_equal(scene->result->reason, "the subject says: no IPv6 here");
  text_free(&scene->outcome.err.kept);
}

static void test_an_error_of_memory_fails(void **state) {
  struct scene *scene = *state;
  scene->settings.tool_error_exit = 99;
  scene->outcome.exit_code = 99;
  judged(scene, VERDICT_FAIL, "memory-error");
}

static void test_a_missing_golden_fails(void **state) {
  struct scene *scene = *state;
  const struct profile profile = {.goldens_dir = "/nonexistent"};
  scene->settings.profile = &profile;
  scene->settings.compare_goldens = true;
  judged(scene, VERDICT_FAIL, "golden-missing");
}

static void foresee_item(struct scene *scene, struct expectation *item, enum verdict came,
                         bool expected, bool surprise) {
  struct expectation_list list = {.path = "x.expect", .exists = true, .items = item, .count = 1};
  scene->settings.expectations = &list;
  scene->result->verdict = came;
  scene->result->expected = scene->result->surprise = false;
  assert_true(result_set(&scene->result->reason, "seen"));
  assert_int_equal(judge_is_surprise(&scene->settings, scene->result), surprise);
  judge_against_expectation(&scene->settings, scene->result);
  assert_int_equal(scene->result->expected, expected);
  assert_int_equal(scene->result->surprise, surprise);
}

static struct expectation known(enum verdict verdict, const char *kind) {
  return (struct expectation){.glob = "sntp-client/*",
                              .verdict = verdict,
                              .kind = kind,
                              .reason = "known",
                              .line = 6,
                              .applies = true};
}

static void foresee(struct scene *scene, enum verdict foreseen, enum verdict came, bool expected,
                    bool surprise) {
  struct expectation item = known(foreseen, "");
  foresee_item(scene, &item, came, expected, surprise);
}

static void foresee_kind(struct scene *scene, const char *foreseen, const char *came,
                         unsigned failed_checks, bool expected, bool surprise) {
  struct expectation item = known(VERDICT_FAIL, foreseen);
  (void)snprintf(scene->result->kind, sizeof scene->result->kind, "%s", came);
  scene->result->failed_checks = failed_checks;
  foresee_item(scene, &item, VERDICT_FAIL, expected, surprise);
}

static void test_foreseen_and_surprising_verdicts(void **state) {
  struct scene *scene = *state;
  foresee(scene, VERDICT_FAIL, VERDICT_FAIL, true, false);
  assert_string_equal(scene->result->reason, "known");
  foresee(scene, VERDICT_FAIL, VERDICT_PASS, false, true);
  assert_string_equal(scene->result->reason,
                      "expected fail (x.expect:7: known), but it is pass: seen");
  foresee(scene, VERDICT_PASS, VERDICT_FAIL, false, true);
  foresee_kind(scene, "crash", "crash", 0, true, false);
  foresee_kind(scene, "golden-mismatch", "assertion", 1, false, true);
  assert_string_equal(scene->result->reason,
                      "expected fail by golden-mismatch (x.expect:7: known), but it is fail by "
                      "assertion: seen");
  foresee_kind(scene, "outside", "outside", 1, false, true);
  assert_string_equal(scene->result->reason,
                      "expected fail by outside (x.expect:7: known), but it is fail by "
                      "outside(1): seen");
  foresee(scene, VERDICT_FAIL, VERDICT_BROKEN, false, false);
}

/* A case that no line of an expectation file names. */
static void unforeseen(struct scene *scene, bool exists, enum verdict came, bool surprise) {
  struct expectation_list list = {.path = "x.expect", .exists = exists};
  scene->settings.expectations = &list;
  scene->result->verdict = came;
  scene->result->surprise = false;
  assert_true(result_set(&scene->result->reason, "seen"));
  judge_against_expectation(&scene->settings, scene->result);
  assert_false(scene->result->expected);
  assert_int_equal(scene->result->surprise, surprise);
}

static void test_what_an_expectation_file_does_not_name_must_pass(void **state) {
  struct scene *scene = *state;
  unforeseen(scene, true, VERDICT_PASS, false);
  unforeseen(scene, true, VERDICT_WARN, true);
  assert_string_equal(scene->result->reason,
                      "x.expect does not foresee it, so it is to pass, but it is warn: seen");
  unforeseen(scene, true, VERDICT_UNSUPPORTED, true);
  unforeseen(scene, true, VERDICT_FAIL, false); /* a fail as ever */
  unforeseen(scene, true, VERDICT_BROKEN, false);
  unforeseen(scene, false, VERDICT_WARN, false);
  unforeseen(scene, false, VERDICT_UNSUPPORTED, false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE_TEST(test_what_holds_passes),
      SCENE_TEST(test_the_level_decides_what_a_failure_is),
      SCENE_TEST(test_the_first_check_that_does_not_hold_is_told),
      SCENE_TEST(test_a_may_hides_nothing_behind_it),
      SCENE_TEST(test_of_several_mays_the_first_is_told),
      SCENE_TEST(test_all_checks_that_do_not_hold_are_counted),
      SCENE_TEST(test_what_it_printed_is_told_beside_words_of_that),
      SCENE_TEST(test_what_cannot_be_judged_behind_a_failure_changes_nothing),
      SCENE_TEST(test_too_little_to_judge_by_is_never_a_pass),
      SCENE_TEST(test_what_the_profile_does_not_observe_is_unsupported),
      SCENE_TEST(test_dropped_packets_are_broken_whatever_else),
      SCENE_TEST(test_what_went_outside_is_told_first_and_the_checks_are_counted),
      SCENE_TEST(test_a_strangers_packets_are_not_held_against_the_subject),
      SCENE_TEST(test_a_missing_sentinel_is_broken),
      SCENE_TEST(test_a_failure_of_the_harness_is_broken),
      SCENE_TEST(test_no_packets_in_a_complete_capture_are_the_clients_fault),
      SCENE_TEST(test_no_packets_over_ipv6_may_be_a_family_that_is_not_spoken),
      SCENE_TEST(test_a_check_may_be_of_another_clause),
      SCENE_TEST(test_no_packets_where_the_capture_may_be_short_are_broken),
      SCENE_TEST(test_no_packets_to_a_server_that_listens_are_broken),
      SCENE_TEST(test_a_crash_fails_though_all_checks_hold),
      SCENE_TEST(test_a_client_that_never_ends_fails),
      SCENE_TEST(test_what_is_not_done_at_all_is_as_wrong_as_the_requirement),
      SCENE_TEST(test_a_server_may_be_ended_by_the_signal_it_was_sent),
      SCENE_TEST(test_exit_77_needs_a_reason),
      SCENE_TEST(test_an_error_of_memory_fails),
      SCENE_TEST(test_a_missing_golden_fails),
      SCENE_TEST(test_foreseen_and_surprising_verdicts),
      SCENE_TEST(test_what_an_expectation_file_does_not_name_must_pass),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
