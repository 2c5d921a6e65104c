/* The far side of a case whose subject is started over a line: what the launcher talks to, in the
 * subject's network. To the harness it is a machine of its own: nothing that its supervisor could
 * tell of the subject is asked for. */
#include "base/descriptor.h"
#include "run/play/case_parts.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { END_LIMIT_MS = 5000, LINE_LIMIT_MS = 10000 };

bool case_has_far_side(const struct case_run *run) {
  const struct target *target = run->settings->target;
  return target != NULL && target->far_side != NULL;
}

static void on_ended(void *context) {
  struct case_run *run = context;
  run->far_side_ended = true;
}

static bool has_ended(const struct case_run *run) {
  return run->far_side_ended;
}

/* Of all that listens there, the line alone is asked for: a board's is up before the case. */
static void on_ready(void *context, const struct subject_socket *socket) {
  struct case_run *run = context;
  if (socket->tcp && socket->at.port == run->settings->target->line_port) run->line_ready = true;
}

static bool is_line_ready(const struct case_run *run) {
  return run->line_ready || run->far_side_ended;
}

/* A far side that ended already leaves a line that the launcher finds dead. */
static bool await_line(struct case_run *run, struct err *err) {
  if (run->settings->target->line_port == 0 || case_wait_until(run, is_line_ready, LINE_LIMIT_MS))
    return true;
  (void)err_set(err, ERR_UNAVAILABLE, "the far side of the target %s does not listen at port %u",
                run->settings->target->name, (unsigned)run->settings->target->line_port);
  return false;
}

static enum err_code start(struct case_run *run, const struct subject_limits *of_subject, int line,
                           struct err *err) {
  const struct sandbox *sandbox = run->sandbox;
  const char *programs =
      sandbox->programs[0] != '\0' ? sandbox->programs : run->settings->recipes_dir;
  struct subject_limits limits = *of_subject;
  const struct subject_events events = {.ready = on_ready, .ended = on_ended, .context = run};
  struct subject_command command = {
      .envp = run->command.envp, .descriptors = &line, .descriptor_count = 1};
  limits.wall_ms = UINT32_MAX;  /* it lives as long as the launcher */
  limits.spares_sandbox = true; /* the launcher is to tell that it is gone */
  limits.system.far = true;
  enum err_code code =
      target_far_side(run->settings->target, programs, run->arena, &command.argv, err);
  if (code != ERR_OK) return code;
  return subject_start(&run->loop, sandbox, &command, &limits, &events, &run->far_side, err);
}

bool case_far_side_start(struct case_run *run, const struct subject_limits *limits,
                         struct err *err) {
  int line[2];
  if (!case_has_far_side(run)) return true;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, line) != 0 ||
      !descriptor_own_pair(line, DESCRIPTOR_WAITS)) {
    (void)err_set_errno(err, errno, "there is no line to the far side");
    return false;
  }
  run->far_side_ended = run->line_ready = false;
  const enum err_code code = start(run, limits, line[1], err);
  close(line[1]); /* held by the far side alone, its end is the line's */
  run->line = line[0];
  if (code != ERR_OK) close(line[0]);
  return code == ERR_OK && await_line(run, err);
}

void case_far_side_await_end(struct case_run *run) {
  if (run->far_side == NULL) return;
  close(run->line);
  subject_kill(run->far_side);
  (void)case_wait_until(run, has_ended, END_LIMIT_MS);
  run->far_side = NULL;
}
