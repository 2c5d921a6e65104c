/* A subject's life: how it starts, what is kept of it, and that it always ends. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "stage.h"
#include "subject/pump.h"

static const struct subject_limits plain = {.wall_ms = 20000};

static bool printed(const struct subject_output *output, const char *expected) {
  return strcmp(text_chars(&output->kept), expected) == 0 &&
         output->total_bytes == strlen(expected);
}

static const char *exit_and_outputs(struct stage *stage) {
  if (stage_run(stage, "exit", &plain) != ERR_OK) return "start";
  const struct subject_outcome *outcome = stage->outcome;
  if (!outcome->started || outcome->exit_code != 42 || outcome->signal != 0) return "the exit";
  if (!printed(&outcome->out, "out\n") || !printed(&outcome->err, "err")) return "the outputs";
  if (outcome->timed_out || outcome->stray_processes != 0 || stage->ready != 0) return "the rest";
  return outcome->started_ns > 0 && outcome->ended_ns >= outcome->started_ns ? NULL : "the times";
}

static const char *death_by_signal(struct stage *stage) {
  if (stage_run(stage, "signal", &plain) != ERR_OK) return "start";
  return stage->outcome->signal == SIGUSR1 && stage->outcome->exit_code == -1 ? NULL : "the signal";
}

static const char *time_out(struct stage *stage) {
  const struct subject_limits limits = {.wall_ms = 200};
  if (stage_run(stage, "ignore-terminate", &limits) != ERR_OK) return "start";
  if (!stage->outcome->timed_out || stage->outcome->signal != SIGKILL) return "not killed";
  return printed(&stage->outcome->out, "ignoring\n") ? NULL : "what it said before";
}

/* A launcher's time is not its program's, whose own begins anew, and once. */
static const char *time_of_a_launcher(struct stage *stage) {
  enum { LAUNCH_MS = 150, WALL_MS = 200, STEP_MS = 2, NS_PER_MS = 1000000 };
  const struct subject_limits limits = {.wall_ms = WALL_MS};
  stage->begins_ms = LAUNCH_MS;
  if (stage_run(stage, "ignore-terminate", &limits) != ERR_OK) return "start";
  const struct subject_outcome *outcome = stage->outcome;
  if (!outcome->timed_out || outcome->began_ns != stage->began_ns) return "the first beginning";
  if (outcome->began_ns - outcome->started_ns < (LAUNCH_MS - STEP_MS) * NS_PER_MS) return "began";
  return outcome->ended_ns - outcome->began_ns < (WALL_MS - STEP_MS) * NS_PER_MS ? "ended" : NULL;
}

static const char *bounded_output(struct stage *stage) {
  const struct subject_limits limits = {.wall_ms = 20000, .output_bytes = 1000};
  if (stage_run(stage, "flood", &limits) != ERR_OK) return "start";
  if (stage->outcome->exit_code != 0) return "its exit";
  if (stage->outcome->out.kept.len != 1000 || !stage->outcome->out.kept.truncated) return "kept";
  return stage->outcome->out.total_bytes == (uint64_t)100 * 1024 * 1024 ? NULL : "counted";
}

static const char *strays(struct stage *stage) {
  if (stage_run(stage, "fork-away", &plain) != ERR_OK) return "start";
  if (stage->outcome->exit_code != 5 || !printed(&stage->outcome->out, "gone\n")) return "its end";
  return stage->outcome->stray_processes == 2 ? NULL : "the number of strays";
}

/* The subject waits, without outputs, for an octet that is there. */
static const char *closed_outputs(struct stage *stage) {
  const char *const argv[] = {ACTOR, "close-outputs", NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {
      .argv = argv, .envp = envp, .input = span_of_text("x"), .keep_input_open = true};
  if (stage_run_command(stage, &command, &plain) != ERR_OK) return "start";
  return stage->outcome->exit_code == 6 ? NULL : "its exit";
}

static const char *input_is_fed(struct stage *stage) {
  enum { LEN = 300 * 1000 };
  static uint8_t octets[LEN];
  for (size_t i = 0; i < LEN; i++)
    octets[i] = (uint8_t)(i * 31 + i / 256);
  const char *const argv[] = {ACTOR, "copy-input", NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {
      .argv = argv, .envp = envp, .input = span_of(octets, LEN)};
  if (stage_run_command(stage, &command, &plain) != ERR_OK) return "start";
  const struct text *kept = &stage->outcome->out.kept;
  return span_equal(span_of(kept->chars, kept->len), command.input) ? NULL : "what came back";
}

static const char *unread_input(struct stage *stage) {
  static uint8_t octets[300 * 1000];
  const char *const argv[] = {ACTOR, "exit", NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {
      .argv = argv, .envp = envp, .input = span_of(octets, sizeof octets)};
  if (stage_run_command(stage, &command, &plain) != ERR_OK) return "start";
  return stage->outcome->exit_code == 42 ? NULL : "its exit";
}

static void ignore(int number) {
  (void)number;
}

static const char *clean_surroundings(struct stage *stage) {
  const char *const argv[] = {ACTOR, "surroundings", NULL};
  const char *const envp[] = {"TZ=UTC", "A=b c", NULL};
  const struct subject_command command = {.argv = argv, .envp = envp};
  signal(SIGUSR1, ignore);
  signal(SIGUSR2, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  const int leaked = open("/dev/null", O_RDONLY); /* not close-on-exec */
  const enum err_code code = stage_run_command(stage, &command, &plain);
  close(leaked);
  if (code != ERR_OK) return "start";
  if (stage->outcome->exit_code != 0) return "something leaked";
  char expected[256];
  snprintf(expected, sizeof expected, "%s\nTZ=UTC\nA=b c\n", stage->sandbox->scratch);
  return printed(&stage->outcome->out, expected) ? NULL : "directory and environment";
}

/* Descriptors of the harness may be closed: then its pipes get these numbers. */
static const char *low_descriptors(struct stage *stage) {
  const char *const argv[] = {ACTOR, "copy-input", NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {
      .argv = argv, .envp = envp, .input = span_of_text("through")};
  close(0);
  close(1);
  if (stage_run_command(stage, &command, &plain) != ERR_OK) return "start";
  return printed(&stage->outcome->out, "through") ? NULL : "the outputs";
}

/* A file in scratch with these contents and mode, as a command that must not start. */
static bool is_refused(struct stage *stage, const char *name, const char *contents, mode_t mode,
                       const char *complaint) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", stage->sandbox->scratch, name);
  if (contents != NULL) {
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(contents, file) < 0 || fclose(file) != 0) return false;
    if (chmod(path, mode) != 0) return false;
  }
  const char *const argv[] = {path, NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {.argv = argv, .envp = envp};
  const enum err_code code = stage_run_command(stage, &command, &plain);
  return code == ERR_USAGE && stage->subject == NULL && strstr(stage->err.text, path) != NULL &&
         strstr(stage->err.text, complaint) != NULL;
}

static const char *bad_commands(struct stage *stage) {
  if (!is_refused(stage, "missing", NULL, 0, "does not exist")) return "missing";
  if (!is_refused(stage, "plain", "#!/bin/sh\n", 0644, "chmod +x")) return "not executable";
  if (!is_refused(stage, ".", NULL, 0, "is a directory")) return "a directory";
  if (!is_refused(stage, "stray", "#!/no/such/shell\n", 0755, "interpreter")) return "interpreter";
  if (!is_refused(stage, "text", "hello\n", 0755, "no format")) return "not a program";
  const char *const argv[] = {"no-such-program-anywhere", NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {.argv = argv, .envp = envp};
  if (stage_run_command(stage, &command, &plain) != ERR_USAGE) return "not on PATH";
  return strstr(stage->err.text, "no-such-program-anywhere is in no directory of PATH") != NULL
             ? NULL
             : "the sentence";
}

static const char *programs_on_path(struct stage *stage) {
  const char *const argv[] = {"sh", "-c", "echo \"$0\"; exit 3", NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {.argv = argv, .envp = envp};
  if (stage_run_command(stage, &command, &plain) != ERR_OK) return "start";
  return stage->outcome->exit_code == 3 && printed(&stage->outcome->out, "sh\n") ? NULL : "argv[0]";
}

static const char *killed_by_harness(struct stage *stage) {
  stage->signal_on_ready = SIGKILL;
  if (stage_run(stage, "tcp", &plain) != ERR_OK) return "start";
  subject_signal(stage->subject, SIGTERM); /* to nobody: it was reaped */
  subject_kill(stage->subject);
  return stage->outcome->signal == SIGKILL && !stage->outcome->timed_out ? NULL : "its end";
}

static const stage_act lives[] = {
    exit_and_outputs, death_by_signal, time_out,           time_of_a_launcher, bounded_output,
    strays,           closed_outputs,  input_is_fed,       unread_input,       bad_commands,
    programs_on_path, low_descriptors, clean_surroundings,
};

static void run_lives(enum sandbox_kind kind) {
  for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++)
    assert_act(kind, lives[i]);
}

static void a_subject_lives_in_a_user_namespace(void **state) {
  (void)state;
  run_lives(SANDBOX_USER_NAMESPACE);
  assert_act(SANDBOX_USER_NAMESPACE, killed_by_harness);
}

static void a_subject_lives_without_namespaces(void **state) {
  (void)state;
  run_lives(SANDBOX_NONE);
}

static void a_subject_lives_as_root_has_it(void **state) {
  (void)state;
  if (geteuid() != 0) skip();
  run_lives(SANDBOX_ROOT);
}

static void a_program_is_found_as_execvp_would(void **state) {
  (void)state;
  char path[4096];
  char small[4];
  struct err err;
  assert_int_equal(subject_find_program("sh", path, sizeof path, &err), ERR_OK);
  assert_int_equal(path[0], '/');
  assert_int_equal(subject_find_program("/bin/sh", path, sizeof path, &err), ERR_OK);
  assert_string_equal(path, "/bin/sh");
  assert_int_equal(subject_find_program("sh", small, sizeof small, &err), ERR_USAGE);
  assert_int_equal(subject_find_program("", path, sizeof path, &err), ERR_USAGE);
  assert_int_equal(subject_find_program("/dev/null", path, sizeof path, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "is not a file"));
  const char *before = getenv("PATH");
  char *kept = strdup(before != NULL ? before : "");
  assert_non_null(kept);
  setenv("PATH", "/nonexistent::/bin:/usr/bin", 1);
  assert_int_equal(subject_find_program("sh", path, sizeof path, &err), ERR_OK);
  assert_string_equal(path, "/bin/sh");
  setenv("PATH", "", 1);
  assert_int_equal(subject_find_program("sh", path, sizeof path, &err), ERR_USAGE);
  setenv("PATH", kept, 1);
  free(kept);
}

static void ignore_news(void *context) {
  (void)context;
}

/* What is in a pipe when nobody looks any more is taken; its end is noted once. */
static void a_pipe_is_read_to_its_end(void **state) {
  (void)state;
  int ends[2];
  uv_loop_t loop;
  struct pump *first, *second;
  struct err err;
  struct subject_output output = {.kept = TEXT_INIT(8)};
  assert_int_equal(uv_loop_init(&loop), 0);
  assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  const struct pump_events unheard = {.read = ignore_news};
  assert_int_equal(pump_start(&loop, ends[0], &output, &unheard, &first, &err), ERR_OK);
  assert_int_equal(write(ends[1], "left over", 9), 9);
  pump_finish(first);
  close(ends[1]);
  assert_string_equal(text_chars(&output.kept), "left ove");
  assert_int_equal(output.total_bytes, 9);

  assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  assert_int_equal(pump_start(&loop, ends[0], &output, &unheard, &second, &err), ERR_OK);
  close(ends[1]);
  alarm(20);
  assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0); /* waits for nothing more */
  alarm(0);
  pump_finish(second);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&loop), 0);
  text_free(&output.kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pipe_is_read_to_its_end),
      cmocka_unit_test(a_program_is_found_as_execvp_would),
      cmocka_unit_test(a_subject_lives_in_a_user_namespace),
      cmocka_unit_test(a_subject_lives_without_namespaces),
      cmocka_unit_test(a_subject_lives_as_root_has_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
