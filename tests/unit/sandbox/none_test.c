/* The sandbox of systems without namespaces, and of Linux where it may make none. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "inside.h"

static bool yes(const char *interface, struct err *err) {
  (void)err;
  assert_null(interface); /* the loopback, whatever it is called */
  return true;
}

static bool no(const char *interface, struct err *err) {
  (void)interface;
  err_set(err, ERR_UNAVAILABLE, "the loopback is not to be captured");
  return false;
}

static void the_tier_follows_what_may_be_captured(void **state) {
  (void)state;
  struct sandbox_plan plan;
  struct err err;
  assert_int_equal(sandbox_probe(&plan, TIER_CAPTURE_SHARED, yes, &err), ERR_OK);
  assert_int_equal(plan.kind, SANDBOX_NONE);
  assert_int_equal(plan.tier, TIER_CAPTURE_SHARED);
  assert_int_equal(strncmp(plan.sentence, "capture-shared: ", 16), 0);
  assert_int_equal(sandbox_probe(&plan, TIER_CAPTURE_SHARED, no, &err), ERR_OK);
  assert_int_equal(plan.tier, TIER_FIXTURE_LOG);
  assert_int_equal(sandbox_probe(&plan, TIER_FIXTURE_LOG, yes, &err), ERR_OK);
  assert_int_equal(plan.tier, TIER_FIXTURE_LOG);
}

static const char *scratch_is_the_working_directory(const struct sandbox *sandbox) {
  char here[256];
  if (getcwd(here, sizeof here) == NULL || strstr(here, "sockproof-") == NULL) return "getcwd";
  if (strstr(sandbox->scratch, strrchr(here, '/')) == NULL) return "another directory";
  if (getuid() == 0) return "still root";
  FILE *file = fopen("made", "w");
  return file != NULL && fclose(file) == 0 ? NULL : "a file in scratch";
}

static const char *subject_works_in_scratch(const struct sandbox *sandbox) {
  if (sandbox->private_network) return "says that its network is private";
  return inside_subject(sandbox, &(struct sandbox_limits){0}, scratch_is_the_working_directory);
}

static int note_scratch(void *context, const struct sandbox *sandbox, const struct err *setup) {
  (void)setup;
  const int *fd = context;
  if (sandbox == NULL) return 1;
  FILE *file = NULL;
  char path[256];
  snprintf(path, sizeof path, "%s/left-behind", sandbox->scratch);
  file = fopen(path, "w");
  if (file == NULL || fclose(file) != 0) return 2;
  return write(*fd, sandbox->scratch, sizeof sandbox->scratch) < 0;
}

static void scratch_is_removed_at_the_end(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  const struct sandbox_plan plan = {.kind = SANDBOX_NONE};
  const struct sandbox_options options = {.host_name = NULL};
  struct sandbox_process process;
  struct err err;
  assert_int_equal(sandbox_spawn(&plan, &options, note_scratch, &ends[1], &process, &err), ERR_OK);
  assert_ends_well(&process);
  char scratch[128] = "";
  assert_int_equal(read(ends[0], scratch, sizeof scratch), sizeof scratch);
  close(ends[0]);
  close(ends[1]);
  assert_int_equal(access(scratch, F_OK), -1);
  assert_int_equal(errno, ENOENT);
}

static const char *kills_the_group(const struct sandbox *sandbox) {
  const pid_t pid = fork();
  if (pid < 0) return "fork";
  if (pid == 0) {
    for (;;)
      pause();
  }
  if (setpgid(pid, pid) != 0) return "setpgid";
  if (sandbox_kill_all(sandbox, pid) != 1) return "did not kill one process";
  return waitpid(-1, NULL, 0) < 0 && errno == ECHILD ? NULL : "left a child";
}

static void a_subject_works_in_scratch(void **state) {
  (void)state;
  assert_inside(SANDBOX_NONE, NULL, subject_works_in_scratch);
}

static void the_group_of_the_subject_is_killed(void **state) {
  (void)state;
  assert_inside(SANDBOX_NONE, NULL, kills_the_group);
}

static void an_etc_of_its_own_is_refused(void **state) {
  (void)state;
  const struct sandbox_file files[] = {{"hosts", ""}, {NULL, NULL}};
  const struct sandbox sandbox = {.plan = {.kind = SANDBOX_NONE}};
  struct err err;
  assert_int_equal(sandbox_set_etc(&sandbox, files, &err), ERR_UNAVAILABLE);
  assert_non_null(strstr(err.text, "/etc/hosts"));
  assert_int_equal(sandbox_set_etc(&sandbox, NULL, &err), ERR_OK);
}

static void a_name_of_its_own_is_refused(void **state) {
  (void)state;
  const struct sandbox sandbox = {.plan = {.kind = SANDBOX_NONE}};
  struct err err;
  char before[80] = "", after[80] = "";
  assert_int_equal(gethostname(before, sizeof before), 0);
  assert_int_equal(sandbox_set_host_name(&sandbox, before, &err), ERR_UNAVAILABLE);
  assert_non_null(strstr(err.text, "private sandbox"));
  errno = 0;
  assert_false(sandbox_change_host_name(&sandbox, before, strlen(before)));
  assert_int_equal(errno, EPERM);
  assert_int_equal(gethostname(after, sizeof after), 0);
  assert_string_equal(before, after);
}

static void a_host_without_ipv6_is_refused(void **state) {
  (void)state;
  const struct sandbox sandbox = {.plan = {.kind = SANDBOX_NONE}};
  struct err err;
  assert_int_equal(sandbox_turn_off_ipv6(&sandbox, &err), ERR_UNAVAILABLE);
  assert_non_null(strstr(err.text, "private sandbox"));
}

static void a_bad_tmpdir_is_told(void **state) {
  (void)state;
  setenv("TMPDIR", "/nonexistent-directory", 1);
  const struct sandbox_plan plan = {.kind = SANDBOX_NONE};
  const struct sandbox_options options = {.host_name = NULL};
  struct sandbox_process process;
  struct err err;
  int fd = -1;
  assert_int_equal(sandbox_spawn(&plan, &options, note_scratch, &fd, &process, &err), ERR_OK);
  int status = 0;
  assert_int_equal(waitpid(process.pid, &status, 0), process.pid);
  if (process.pidfd >= 0) close(process.pidfd);
  unsetenv("TMPDIR");
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_tier_follows_what_may_be_captured),
      cmocka_unit_test(a_subject_works_in_scratch),
      cmocka_unit_test(scratch_is_removed_at_the_end),
      cmocka_unit_test(the_group_of_the_subject_is_killed),
      cmocka_unit_test(an_etc_of_its_own_is_refused),
      cmocka_unit_test(a_name_of_its_own_is_refused),
      cmocka_unit_test(a_host_without_ipv6_is_refused),
      cmocka_unit_test(a_bad_tmpdir_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
