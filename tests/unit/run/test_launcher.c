/* What a launcher did, or failed to do, is held against nobody. */
#include "scene.h"

#include <signal.h>

/* A subject behind a launcher that was killed without having done anything. */
static void hang(struct scene *scene, struct target *target, struct profile_command *launcher) {
  target->launcher = launcher;
  scene->settings.target = target;
  scene->outcome.timed_out = true;
  scene->outcome.signal = SIGKILL;
  scene->result->level = LEVEL_MUST;
}

static void test_what_hangs_behind_a_launcher_is_nobodys_fault(void **state) {
  struct scene *scene = *state;
  struct target target = {.name = "board", .broken_exit = -1};
  struct profile_command launcher = {0};
  hang(scene, &target, &launcher);
  judged(scene, VERDICT_BROKEN, "launcher");
  assert_non_null(strstr(scene->result->reason, "the launcher of the target board"));
  scene->outcome.err.total_bytes = 1; /* the program has begun */
  judged(scene, VERDICT_FAIL, "never-ended");
}

/* A packet tells that the program has begun, but not of another run. */
static void test_each_run_has_its_packets(void **state) {
  struct scene *scene = *state;
  struct target target = {.name = "board", .broken_exit = -1};
  struct profile_command launcher = {0};
  hang(scene, &target, &launcher);
  scene_add_flow(scene, 50000); /* at 0 ns */
  scene_tell_flows(scene);
  judged(scene, VERDICT_FAIL, "never-ended");
  scene->outcome.started_ns = scene->outcome.began_ns = 100;
  scene->outcome.ended_ns = 200;
  judged(scene, VERDICT_BROKEN, "launcher");
}

static void test_what_hangs_without_a_launcher_is_the_subjects_fault(void **state) {
  struct scene *scene = *state;
  struct target target = {.name = "libc", .broken_exit = -1};
  hang(scene, &target, NULL);
  judged(scene, VERDICT_FAIL, "never-ended");
}

static void test_a_launcher_may_say_that_it_could_not_judge(void **state) {
  struct scene *scene = *state;
  struct target target = {.name = "board", .broken_exit = 125};
  scene->settings.target = &target;
  scene->outcome.exit_code = 124;
  judged(scene, VERDICT_PASS, "");
  scene->outcome.exit_code = 125;
  judged(scene, VERDICT_BROKEN, "launcher");
}

static void test_a_launcher_is_known_by_its_words(void **state) {
  struct scene *scene = *state;
  struct target target = {.name = "board", .broken_exit = -1, .broken_says = "^qemu-vax: "};
  char other[] = "it says qemu-vax: no memory\n", own[] = "usage\nqemu-vax: no memory\nbye\n";
  scene->settings.target = &target;
  scene->outcome.exit_code = 1;
  scene->outcome.err.kept = (struct text){.chars = other, .len = strlen(other)};
  judged(scene, VERDICT_PASS, "");
  scene->outcome.err.kept = (struct text){.chars = own, .len = strlen(own)};
  scene->outcome.exit_code = 0; /* a warning, it seems */
  judged(scene, VERDICT_PASS, "");
  scene->outcome.exit_code = 1;
  judged(scene, VERDICT_BROKEN, "launcher");
  assert_string_equal(scene->result->reason,
                      "the launcher of the target board could not judge: qemu-vax: no memory");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE_TEST(test_what_hangs_behind_a_launcher_is_nobodys_fault),
      SCENE_TEST(test_each_run_has_its_packets),
      SCENE_TEST(test_what_hangs_without_a_launcher_is_the_subjects_fault),
      SCENE_TEST(test_a_launcher_may_say_that_it_could_not_judge),
      SCENE_TEST(test_a_launcher_is_known_by_its_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
