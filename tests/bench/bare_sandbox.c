/* What a case costs before the harness does anything with it: a sandbox, an open capture and the
 * confined subject, N times, and nothing else. `run` holds the CPU time of this against that of
 * `sockproof run`.
 *
 *   bare_sandbox COUNT AT_ONCE COMMAND [ARGUMENT...]
 *
 * Prints medians, in milliseconds: `sandbox_ms` from the call until the worker lives in its
 * sandbox, `capture_ms` for the capture, `start_ms` until exec has succeeded, `subject_ms` until
 * the subject was reaped, and `plain_ms` for the same command started and awaited without any of
 * it. */
#include "base/text.h"
#include "capture/capture.h"
#include "subject/subject.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  COUNT_MAX = 100000,
  AT_ONCE_MAX = 1024,
  PLAIN_COUNT = 50,
  RING_BYTES = 4 * 1024 * 1024, /* what harness/run/play/case_run.c asks for */
  EXIT_USAGE = 2,
};

/* Lies in memory that all workers share. */
struct sample {
  int64_t asked_ns, alive_ns, captured_ns, started_ns, ended_ns;
  bool done;
};

struct bench {
  struct sandbox_plan plan;
  const char *const *argv;
  struct sample *samples;
};

struct task {
  const struct bench *bench;
  struct sample *sample;
  bool ended; /* the subject has */
};

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int complain(const char *where, const struct err *err) {
  fprintf(stderr, "bare_sandbox: %s: %s\n", where, err->text);
  return 1;
}

/* --- in the sandbox --------------------------------------------------------------------------- */

static void on_ended(void *context) {
  struct task *task = context;
  task->ended = true;
}

static int run_subject(struct task *task, const struct sandbox *sandbox) {
  static const char *const ENVIRONMENT[] = {"TZ=UTC", "LC_ALL=C", NULL};
  const struct subject_command command = {.argv = task->bench->argv, .envp = ENVIRONMENT};
  const struct subject_limits limits = {.system = {.processes = 64}};
  const struct subject_events events = {.ended = on_ended, .context = task};
  uv_loop_t loop;
  struct subject *subject = NULL;
  struct err err = {.code = ERR_OK};
  if (uv_loop_init(&loop) != 0) return 1;
  if (subject_start(&loop, sandbox, &command, &limits, &events, &subject, &err) != ERR_OK)
    return complain("the subject", &err);
  task->sample->started_ns = now_ns();
  while (!task->ended) {
    uv_run(&loop, UV_RUN_ONCE);
  }
  task->sample->ended_ns = now_ns();
  task->sample->done = true;
  return 0;
}

static int live(void *context, const struct sandbox *sandbox, const struct err *setup_error) {
  struct task *task = context;
  task->sample->alive_ns = now_ns();
  if (sandbox == NULL) return complain("the sandbox", setup_error);
  const struct capture_options options = {.interface = "lo", .buffer_bytes = RING_BYTES};
  struct capture *capture = NULL;
  struct err err = {.code = ERR_OK};
  if (sandbox->plan.tier != TIER_FIXTURE_LOG && capture_open(&capture, &options, &err) != ERR_OK)
    return complain("the capture", &err);
  task->sample->captured_ns = now_ns();
  /* The kernel takes the capture back with the process, as it does after a case. */
  return run_subject(task, sandbox);
}

/* --- outside ---------------------------------------------------------------------------------- */

static bool await_one(void) {
  int status;
  pid_t ended;
  while ((ended = waitpid(-1, &status, 0)) < 0 && errno == EINTR) {
  }
  return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run_all(const struct bench *bench, long count, long at_once) {
  static const struct sandbox_options NOTHING_SPECIAL = {0};
  long running = 0;
  bool fine = true;
  for (long i = 0; i < count && fine; i++) {
    if (running == at_once) {
      fine = await_one();
      running--;
    }
    struct task task = {.bench = bench, .sample = &bench->samples[i]};
    struct sandbox_process process = {.pidfd = -1};
    struct err err = {.code = ERR_OK};
    task.sample->asked_ns = now_ns();
    if (sandbox_spawn(&bench->plan, &NOTHING_SPECIAL, live, &task, &process, &err) != ERR_OK) {
      (void)complain("a sandbox", &err);
      fine = false;
      break;
    }
    if (process.pidfd >= 0) close(process.pidfd);
    running++;
  }
  for (; running > 0; running--) {
    fine = await_one() && fine;
  }
  return fine;
}

/* The command by itself: median time from the call until it was reaped. */
static int64_t plain_once_ns(const char *const *argv) {
  static char *const ENVIRONMENT[] = {NULL};
  posix_spawn_file_actions_t actions;
  pid_t pid;
  int status;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  const int64_t from = now_ns();
  /* The signature is older than const; it changes nothing. */
  const int failed =
      posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, ENVIRONMENT);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0 || waitpid(pid, &status, 0) != pid) return -1;
  return now_ns() - from;
}

static int compare_ns(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static void print_median(const char *name, int64_t *values_ns, size_t count) {
  qsort(values_ns, count, sizeof *values_ns, compare_ns);
  const int64_t median_ns = values_ns[count / 2];
  printf("%s %.3f\n", name, (double)median_ns / 1e6);
}

static bool print_all(const struct bench *bench, size_t count) {
  static const char *const NAMES[] = {"sandbox_ms", "capture_ms", "start_ms", "subject_ms"};
  int64_t *values_ns = calloc(count > PLAIN_COUNT ? count : PLAIN_COUNT, sizeof *values_ns);
  if (values_ns == NULL) return false;
  for (size_t step = 0; step < sizeof NAMES / sizeof NAMES[0]; step++) {
    for (size_t i = 0; i < count; i++) {
      const struct sample *sample = &bench->samples[i];
      const int64_t at_ns[] = {sample->asked_ns, sample->alive_ns, sample->captured_ns,
                               sample->started_ns, sample->ended_ns};
      values_ns[i] = at_ns[step + 1] - at_ns[step];
    }
    print_median(NAMES[step], values_ns, count);
  }
  for (size_t i = 0; i < PLAIN_COUNT; i++) {
    values_ns[i] = plain_once_ns(bench->argv);
  }
  print_median("plain_ms", values_ns, PLAIN_COUNT);
  free(values_ns);
  return true;
}

int main(int argc, char **argv) {
  long count, at_once;
  if (argc < 4 || !text_to_long(argv[1], 1, COUNT_MAX, &count) ||
      !text_to_long(argv[2], 1, AT_ONCE_MAX, &at_once)) {
    fputs("usage: bare_sandbox COUNT AT_ONCE COMMAND [ARGUMENT...]\n", stderr);
    return EXIT_USAGE;
  }
  struct bench bench = {.argv = (const char *const *)(argv + 3)};
  struct err err = {.code = ERR_OK};
  if (sandbox_probe(&bench.plan, TIER_CAPTURE_PRIVATE, capture_permitted, &err) != ERR_OK)
    return complain("this host", &err);
  bench.samples = mmap(NULL, (size_t)count * sizeof *bench.samples, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (bench.samples == MAP_FAILED) return 1;
  if (!run_all(&bench, count, at_once)) return 1;
  return print_all(&bench, (size_t)count) ? 0 : 1;
}
