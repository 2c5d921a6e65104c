#include "subject/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "subject/launch.h"
#include "subject/process.h"
#include "subject/pump.h"
#include "subject/supervisor.h"

enum { OUTPUT_BYTES = 1024 * 1024, WALL_MS = 30000, PATH_BYTES = 4096 };

struct subject {
  const struct sandbox *sandbox;
  struct subject_events events;
  struct subject_outcome outcome;
  pid_t pid; /* stays its own until it is reaped */
  bool reaped;
  bool debugger; /* the program is its child */
  bool allow_set_host_name, shares_sandbox, spares_sandbox;
  uv_timer_t wall;
  unsigned wall_ms;
  struct process_end *end;
  struct pump *out, *err;
  struct feeder *input;
  struct supervisor *supervisor;
};

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The parent's ends of the subject's three streams, and the subject's own. */
struct streams {
  int ours[3], theirs[3];
};

static void close_all(int fds[3]) {
  for (int i = 0; i < 3; i++) {
    if (fds[i] >= 0) close(fds[i]);
    fds[i] = -1;
  }
}

/* Only our end is non-blocking: the flag would be the subject's too if they shared one. */
static bool make_pipe(struct streams *streams, int stream) {
  int ends[2];
  if (pipe(ends) != 0 || !descriptor_own_pair(ends, DESCRIPTOR_WAITS)) return false;
  const int own = stream == 0 ? 1 : 0;
  streams->ours[stream] = ends[own];
  streams->theirs[stream] = ends[1 - own];
  return fcntl(ends[own], F_SETFL, O_NONBLOCK) == 0;
}

static enum err_code make_streams(struct streams *streams, const struct subject_command *command,
                                  struct err *err) {
  *streams = (struct streams){{-1, -1, -1}, {-1, -1, -1}};
  bool made;
  if (command->input.len == 0 && !command->keep_input_open) {
    streams->theirs[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    made = streams->theirs[0] >= 0;
  } else {
    made = make_pipe(streams, 0);
  }
  if (made && make_pipe(streams, 1) && make_pipe(streams, 2)) return ERR_OK;
  const int reason = errno;
  close_all(streams->ours);
  close_all(streams->theirs);
  return err_set_errno(err, reason, "the subject's standard streams cannot be made");
}

static void on_ready(void *context, const struct subject_socket *socket) {
  const struct subject *subject = context;
  if (subject->events.ready != NULL) subject->events.ready(subject->events.context, socket);
}

static void on_clock(void *context, const struct clock_attempt *attempt) {
  struct subject *subject = context;
  struct subject_outcome *outcome = &subject->outcome;
  /* The last ones are kept: what a program ends with is its result. */
  if (outcome->clock_attempt_count == SUBJECT_CLOCK_ATTEMPTS_MAX) {
    memmove(outcome->clock_attempts, outcome->clock_attempts + 1,
            (SUBJECT_CLOCK_ATTEMPTS_MAX - 1) * sizeof *attempt);
    outcome->clock_attempt_count--;
  }
  struct clock_attempt *kept = &outcome->clock_attempts[outcome->clock_attempt_count++];
  *kept = *attempt;
  kept->at_ns = now_ns();
  if (subject->events.told != NULL) subject->events.told(subject->events.context);
}

static void on_printed(void *context) {
  const struct subject *subject = context;
  if (subject->events.told != NULL) subject->events.told(subject->events.context);
}

/* In the kernel's order: first the right, then the length, then the memory. */
static int change_host_name(const struct subject *subject, const char *octets, int64_t len_octets) {
  if (!subject->allow_set_host_name || subject->sandbox->names == 0) return EPERM;
  if (len_octets < 0 || len_octets > SUBJECT_HOST_NAME_MAX) return EINVAL;
  if (octets == NULL) return EFAULT;
  return sandbox_change_host_name(subject->sandbox, octets, (size_t)len_octets) ? 0 : errno;
}

static int on_host_name(void *context, const char *octets, int64_t len_octets) {
  struct subject *subject = context;
  struct subject_outcome *outcome = &subject->outcome;
  const int reason = change_host_name(subject, octets, len_octets);
  if (outcome->host_name_attempt_count < SUBJECT_HOST_NAME_ATTEMPTS_MAX) {
    struct host_name_attempt *attempt =
        &outcome->host_name_attempts[outcome->host_name_attempt_count++];
    *attempt = (struct host_name_attempt){.len_octets = len_octets, .answered_errno = reason};
    if (octets != NULL) memcpy(attempt->name, octets, (size_t)len_octets);
  }
  return reason;
}

static void reap(struct subject *subject) {
  int status = 0;
  pid_t reaped;
  while ((reaped = waitpid(subject->pid, &status, 0)) < 0 && errno == EINTR) {
    /* again */
  }
  subject->reaped = true;
  subject->outcome.ended_ns = now_ns();
  subject->outcome.exit_code = -1;
  if (reaped < 0) {
    subject->outcome.signal = SIGKILL; /* sandbox_kill_all was called over our head, and took it */
  } else if (WIFEXITED(status)) {
    subject->outcome.exit_code = WEXITSTATUS(status);
  } else {
    subject->outcome.signal = WTERMSIG(status);
  }
}

/* Lets go of all that follows the subject, after what it left in its pipes was taken. */
static void stop_following(struct subject *subject) {
  process_end_close(subject->end);
  supervisor_close(subject->supervisor);
  feeder_finish(subject->input);
  pump_finish(subject->out);
  pump_finish(subject->err);
  uv_timer_stop(&subject->wall);
  subject->end = NULL;
  subject->supervisor = NULL;
  subject->input = NULL;
  subject->out = subject->err = NULL;
}

/* The main process has ended. Those that it left hold its pipes: they go first, and then the pipes
 * have an end. */
static void on_ended(void *context) {
  struct subject *subject = context;
  reap(subject);
  const unsigned killed =
      subject->spares_sandbox ? 0 : sandbox_kill_all(subject->sandbox, subject->pid);
  subject->outcome.stray_processes = subject->shares_sandbox ? 0 : killed;
  stop_following(subject);
  if (subject->events.ended != NULL) subject->events.ended(subject->events.context);
}

static void on_wall_time(uv_timer_t *timer) {
  struct subject *subject = timer->data;
  subject->outcome.timed_out = true;
  subject_kill(subject);
}

void subject_begin(struct subject *subject) {
  if (subject->reaped || subject->outcome.began_ns != subject->outcome.started_ns) return;
  subject->outcome.began_ns = now_ns();
  uv_update_time(subject->wall.loop);
  /* Of a timer that runs: it cannot fail. */
  (void)uv_timer_start(&subject->wall, on_wall_time, subject->wall_ms, 0);
}

static enum err_code follow_streams(uv_loop_t *loop, struct subject *subject,
                                    const struct subject_command *command, struct streams *streams,
                                    struct err *err) {
  enum err_code code = ERR_OK;
  if (streams->ours[0] >= 0) {
    code = feeder_start(loop, streams->ours[0], command->input, command->keep_input_open,
                        &subject->input, err);
    streams->ours[0] = -1;
  }
  const struct pump_events printed = {.read = on_printed, .context = subject};
  if (code == ERR_OK) {
    code = pump_start(loop, streams->ours[1], &subject->outcome.out, &printed, &subject->out, err);
    streams->ours[1] = -1;
  }
  if (code == ERR_OK) {
    code = pump_start(loop, streams->ours[2], &subject->outcome.err, &printed, &subject->err, err);
    streams->ours[2] = -1;
  }
  return code;
}

/* From here on the loop does it all. */
static enum err_code follow(uv_loop_t *loop, struct subject *subject,
                            const struct subject_command *command,
                            const struct subject_limits *limits, struct streams *streams,
                            int notify_fd, struct err *err) {
  const struct supervisor_rules rules = {.allow_set_clock = limits->allow_set_clock,
                                         .ready = on_ready,
                                         .clock = on_clock,
                                         .host_name = on_host_name,
                                         .context = subject};
  enum err_code code = supervisor_attach(loop, notify_fd, &rules, &subject->supervisor, err);
  if (code == ERR_OK) code = follow_streams(loop, subject, command, streams, err);
  if (code == ERR_OK)
    code = process_end_watch(loop, subject->pid, on_ended, subject, &subject->end, err);
  if (code != ERR_OK) return code;
  uv_update_time(loop); /* else the time that the loop was away would be the subject's */
  subject->wall_ms = limits->wall_ms != 0 ? limits->wall_ms : WALL_MS;
  const int status = uv_timer_start(&subject->wall, on_wall_time, subject->wall_ms, 0);
  return status == 0 ? ERR_OK : err_set_errno(err, -status, "the subject's time cannot be bounded");
}

static enum err_code launch_and_follow(uv_loop_t *loop, struct subject *subject,
                                       const struct subject_command *command,
                                       const struct subject_limits *limits, struct err *err) {
  char path[PATH_BYTES];
  struct streams streams;
  struct supervisor_filter *filter = NULL;
  int notify_fd = -1;
  if (limits->system.as_root && !sandbox_has_roots(subject->sandbox))
    return err_set(
        err, ERR_UNAVAILABLE,
        "%s is to be root of a user namespace of its own (root = yes), and there are none "
        "here",
        command->argv[0]);
  enum err_code code = subject_find_program(command->argv[0], path, sizeof path, err);
  if (code == ERR_OK) code = make_streams(&streams, command, err);
  if (code != ERR_OK) return code;
  code = supervisor_filter_make(limits->system.as_root, &filter, err);
  if (code == ERR_OK) {
    const struct subject_command under_debugger = {.argv = command->argv,
                                                   .envp = command->envp,
                                                   .descriptors = streams.theirs,
                                                   .descriptor_count = 3};
    const bool debugger = command->debugger;
    subject->debugger = debugger;
    const struct launch launch = {.sandbox = subject->sandbox,
                                  .limits = &limits->system,
                                  .command = debugger ? &under_debugger : command,
                                  .filter = filter,
                                  .path = path,
                                  .input = debugger ? STDIN_FILENO : streams.theirs[0],
                                  .out = debugger ? STDOUT_FILENO : streams.theirs[1],
                                  .err = debugger ? STDERR_FILENO : streams.theirs[2]};
    subject->outcome.started_ns = subject->outcome.began_ns = now_ns();
    code = launch_subject(&launch, &subject->pid, &notify_fd, err);
  }
  supervisor_filter_free(filter);
  close_all(streams.theirs);
  if (code == ERR_OK) {
    subject->reaped = false;
    subject->outcome.started = true;
    code = follow(loop, subject, command, limits, &streams, notify_fd, err);
    if (code != ERR_OK) {
      subject_kill(subject);
      reap(subject);
      sandbox_kill_all(subject->sandbox, subject->pid);
      stop_following(subject);
    }
  }
  close_all(streams.ours);
  return code;
}

enum err_code subject_start(uv_loop_t *loop, const struct sandbox *sandbox,
                            const struct subject_command *command,
                            const struct subject_limits *limits,
                            const struct subject_events *events, struct subject **subject,
                            struct err *err) {
  *subject = NULL;
  struct subject *made = calloc(1, sizeof *made);
  if (made == NULL) return err_set_errno(err, errno, "a subject has no memory");
  const size_t kept = limits->output_bytes != 0 ? limits->output_bytes : OUTPUT_BYTES;
  made->sandbox = sandbox;
  made->events = *events;
  made->allow_set_host_name = limits->allow_set_host_name;
  made->shares_sandbox = limits->shares_sandbox;
  made->spares_sandbox = limits->spares_sandbox;
  made->reaped = true; /* until there is a process */
  made->outcome.out.kept = TEXT_INIT(kept);
  made->outcome.err.kept = TEXT_INIT(kept);
  made->outcome.exit_code = -1;
  made->wall.data = made;
  uv_timer_init(loop, &made->wall);
  signal(SIGPIPE, SIG_IGN); /* a subject may close its standard input while it is fed */
  const enum err_code code = launch_and_follow(loop, made, command, limits, err);
  if (code != ERR_OK) {
    subject_destroy(made);
    return code;
  }
  *subject = made;
  return ERR_OK;
}

void subject_signal(struct subject *subject, int signal_number) {
  if (subject->reaped) return;
  const pid_t pid = subject->debugger ? process_child_of(subject->pid) : subject->pid;
  if (pid > 0) kill(pid, signal_number);
}

void subject_kill(struct subject *subject) {
  if (subject->reaped) return;
  /* Its session's group; what left that is killed as soon as the main process's end is seen. */
  kill(-subject->pid, SIGKILL);
  kill(subject->pid, SIGKILL);
}

pid_t subject_pid(const struct subject *subject) {
  return subject->pid;
}

const struct subject_outcome *subject_outcome(const struct subject *subject) {
  return &subject->outcome;
}

static void on_closed(uv_handle_t *handle) {
  struct subject *subject = handle->data;
  text_free(&subject->outcome.out.kept);
  text_free(&subject->outcome.err.kept);
  free(subject);
}

void subject_destroy(struct subject *subject) {
  if (subject == NULL) return;
  uv_close((uv_handle_t *)&subject->wall, on_closed);
}
