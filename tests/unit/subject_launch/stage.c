#include "stage.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void on_ready(void *context, const struct subject_socket *socket) {
  struct stage *stage = context;
  if (stage->ready < 4) stage->sockets[stage->ready] = *socket;
  if (stage->ready++ == 0 && stage->signal_on_ready != 0)
    subject_signal(stage->subject, stage->signal_on_ready);
}

static void on_ended(void *context) {
  struct stage *stage = context;
  stage->ended = true;
}

static void on_beginning(uv_timer_t *timer) {
  struct stage *stage = timer->data;
  subject_begin(stage->subject);
  stage->began_ns = subject_outcome(stage->subject)->began_ns;
  subject_begin(stage->subject);
}

enum err_code stage_run_command(struct stage *stage, const struct subject_command *command,
                                const struct subject_limits *limits) {
  const struct subject_events events = {.ready = on_ready, .ended = on_ended, .context = stage};
  const enum err_code code = subject_start(&stage->loop, stage->sandbox, command, limits, &events,
                                           &stage->subject, &stage->err);
  if (code == ERR_OK && stage->begins_ms != 0) {
    stage->beginning.data = stage;
    uv_timer_init(&stage->loop, &stage->beginning);
    uv_timer_start(&stage->beginning, on_beginning, stage->begins_ms, 0);
  }
  while (code == ERR_OK && !stage->ended)
    uv_run(&stage->loop, UV_RUN_ONCE);
  if (code == ERR_OK) stage->outcome = subject_outcome(stage->subject);
  if (code == ERR_OK && stage->begins_ms != 0) uv_close((uv_handle_t *)&stage->beginning, NULL);
  return code;
}

enum err_code stage_run(struct stage *stage, const char *argument,
                        const struct subject_limits *limits) {
  const char *const argv[] = {ACTOR, argument, NULL};
  const char *const envp[] = {"TZ=UTC", NULL};
  const struct subject_command command = {.argv = argv, .envp = envp};
  return stage_run_command(stage, &command, limits);
}

void stage_clear(struct stage *stage) {
  subject_destroy(stage->subject);
  uv_run(&stage->loop, UV_RUN_DEFAULT);
  stage->subject = NULL;
  stage->outcome = NULL;
  stage->ready = 0;
  stage->signal_on_ready = 0;
  stage->begins_ms = 0;
  stage->ended = false;
}

static int run_act(void *context, const struct sandbox *sandbox, const struct err *setup_error) {
  const stage_act *act = context;
  struct stage stage = {.sandbox = sandbox};
  alarm(50);
  if (sandbox == NULL) {
    fprintf(stderr, "%s\n", setup_error->text);
    return 2;
  }
  uv_loop_init(&stage.loop);
  const char *complaint = (*act)(&stage);
  if (complaint != NULL) {
    fprintf(stderr, "on the stage: %s (%s)\n", complaint, stage.err.text);
    if (stage.outcome != NULL)
      fprintf(stderr, "exit %d signal %d timed out %d strays %u ready %u out \"%s\" err \"%s\"\n",
              stage.outcome->exit_code, stage.outcome->signal, stage.outcome->timed_out,
              stage.outcome->stray_processes, stage.ready, text_chars(&stage.outcome->out.kept),
              text_chars(&stage.outcome->err.kept));
  }
  stage_clear(&stage);
  if (uv_loop_close(&stage.loop) != 0) {
    fprintf(stderr, "on the stage: a handle was left open\n");
    return 3;
  }
  return complaint != NULL;
}

/* Valgrind (3.19) has no seccomp(2): nothing that is supervised can run under it. */
static bool is_under_valgrind(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
}

void assert_act(enum sandbox_kind kind, stage_act act) {
  if (is_under_valgrind()) skip();
  const struct sandbox_plan plan = {.kind = kind, .tier = TIER_CAPTURE_PRIVATE};
  const struct sandbox_options options = {.host_name = kind == SANDBOX_NONE ? NULL : "stage"};
  struct sandbox_process process;
  struct err err;
  if (sandbox_spawn(&plan, &options, run_act, &act, &process, &err) != ERR_OK)
    fail_msg("%s", err.text);
  int status = 0;
  assert_int_equal(waitpid(process.pid, &status, 0), process.pid);
  if (process.pidfd >= 0) close(process.pidfd);
  assert_int_equal(status, 0);
}
