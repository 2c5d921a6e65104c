/* The runs of a case's subject: each started, driven where it is a server, and awaited. */
#include "run/play/case_limit.h"
#include "run/play/case_parts.h"
#include "run/play/case_wants.h"

#include <signal.h>
#include <string.h>

enum {
  DYING_LIMIT_MS = 300, /* for a server that has failed its client, which may be about to die */
  STOP_LIMIT_MS = 3000, /* for a server to end after SIGTERM, before it is killed */
  MEMORY_DEFAULT_MIB = 1024,
  PROCESSES_MAX = 256 /* threads count too, and virtual machines start some for each processor */
};

static bool has_ended(const struct case_run *run) {
  return run->subject_ended;
}

static bool is_ready_or_ended(const struct case_run *run) {
  return run->subject_ready || run->subject_ended;
}

static bool script_is_over(const struct case_run *run) {
  return run->script_finished;
}

/* A server that chooses its own port: from now on the case means this one. */
static void choose_port(struct case_run *run, uint16_t port) {
  run->port = port;
  for (size_t i = 0; i < run->endpoint_count; i++) {
    struct named_endpoint *endpoint = &run->endpoints[i];
    if (strncmp(endpoint->name, "subject", 7) == 0) endpoint->at.port = port;
  }
}

static void on_ready(void *context, const struct subject_socket *socket) {
  struct case_run *run = context;
  case_journal_socket(run, socket);
  if (socket->path[0] != '\0') { /* others may be of what a target is emulated by */
    if ((case_wants(run->instance) & CAN_AF_UNIX) != 0) run->subject_ready = true;
    return;
  }
  if (run->port == 0 && socket->tcp) choose_port(run, socket->at.port);
  if (socket->at.port != run->port) return;
  struct run_record *record = &run->runs[run->run_count - 1];
  if (socket->at.address.family == IP_V4) record->has_ipv4 = true;
  if (socket->at.address.family == IP_V6) record->has_ipv6 = true;
  run->listens |= socket->tcp ? LISTENS_TCP : LISTENS_UDP;
  unsigned awaited = run->instance->def->listens;
  if (awaited == LISTENS_AT_ALL) awaited = run->instance->recipe->listens;
  if ((run->listens & awaited) == awaited) run->subject_ready = true;
}

static void on_started(void *context) {
  struct case_run *run = context;
  if (run->subject_ended) return;
  journal_note(&run->journal, JOURNAL_PROCESS, "its launcher has started it");
  subject_begin(run->subject);
}

static void on_ended(void *context) {
  struct case_run *run = context;
  run->subject_ended = true;
  case_journal_end(run);
}

static void on_told(void *context) {
  case_journal_printed(context);
  case_daemon_look(context);
}

static struct subject_limits limits_of(const struct case_run *run) {
  const struct profile_entry *entry = case_entry(run);
  const struct target *target = run->settings->target;
  long wanted_mib =
      target != NULL && target->memory_mib >= 0 ? target->memory_mib : entry->memory_mib;
  size_t memory_mib = wanted_mib < 0 ? MEMORY_DEFAULT_MIB : (size_t)wanted_mib;
  const size_t file_mib = target != NULL ? (size_t)target->file_mib : TARGET_FILE_MIB;
  return (struct subject_limits){
      .wall_ms = case_wall_ms(run->settings, run->instance),
      .shares_sandbox = run->settings->peer != NULL || case_has_far_side(run),
      .allow_set_clock = entry->sets_clock,
      .allow_set_host_name = run->instance->def->may_set_host_name,
      .system = {.memory_bytes = run->settings->unbounded_memory ? 0 : memory_mib * 1024 * 1024,
                 .processes = PROCESSES_MAX,
                 .as_root = entry->root,
                 .far = run->sandbox->far_network > 0 && !case_has_far_side(run),
                 .maps_ids = target != NULL && target->maps_ids,
                 .keep_terminal = run->settings->options->gdb,
                 .file_bytes = file_mib * 1024 * 1024}};
}

/* Descriptors 3 and 4 of a subject whose calls cannot be seen, or of its launcher: its wire, or the
 * line to its far side; and where it says that it listens. */
static bool give_wire(struct case_run *run, int descriptors[2], struct err *err) {
  const struct ready_pipe_events events = {
      .started = on_started, .ready = on_ready, .context = run};
  if (run->ready_pipe == NULL &&
      ready_pipe_open(&run->loop, &events, &run->ready_pipe, err) != ERR_OK)
    return false;
  descriptors[1] = ready_pipe_writer(run->ready_pipe);
  descriptors[0] = run->sandbox->tap_fd > 0       ? run->sandbox->tap_fd
                   : run->sandbox->remote != NULL ? descriptors[1] /* its line is its own affair */
                                                  : run->line;
  return true;
}

static bool start_subject(struct case_run *run) {
  struct subject_limits limits = limits_of(run);
  int descriptors[2];
  struct subject_command command = {.argv = run->command.argv,
                                    .envp = run->command.envp,
                                    .input = run->instance->def->input == NULL
                                                 ? (struct span){0}
                                                 : span_of_text(run->instance->def->input),
                                    .keep_input_open = run->instance->def->input_stays_open,
                                    .debugger = run->settings->options->gdb};
  struct subject_events events = {
      .told = on_told, .ready = on_ready, .ended = on_ended, .context = run};
  struct err err = {0};
  run->subject_ready = run->subject_ended = run->script_finished = false;
  run->listens = LISTENS_AT_ALL;
  run->daemon_succeeded = false;
  run->daemon_looked_upto = 0;
  command.descriptors = descriptors;
  const bool tells =
      run->sandbox->tap_fd > 0 || run->sandbox->remote != NULL || case_has_far_side(run);
  command.descriptor_count = tells ? 2 : 0;
  if (!case_far_side_start(run, &limits, &err) || (tells && !give_wire(run, descriptors, &err)) ||
      subject_start(&run->loop, run->sandbox, &command, &limits, &events, &run->subject, &err) !=
          ERR_OK) {
    case_note_failure(run, &err);
    run->failure_kind = "subject-not-started";
    return false;
  }
  run->subjects[run->run_count] = run->subject;
  run->runs[run->run_count].outcome = subject_outcome(run->subject);
  run->run_count++;
  case_journal_start(run);
  return true;
}

/* The subject's own wall_ms ends it, and may begin anew once; this wait is longer, so that it is
 * never the one to give up. */
static uint64_t patience_ms(const struct case_run *run) {
  return 2 * (uint64_t)case_wall_ms(run->settings, run->instance) + CASE_SENTINEL_LIMIT_MS;
}

static void kill_subject(struct case_run *run) {
  journal_note(&run->journal, JOURNAL_HARNESS, "it does not end: SIGKILL");
  subject_kill(run->subject);
}

static void finish_subject(struct case_run *run) {
  if (!case_wait_until(run, has_ended, patience_ms(run))) {
    kill_subject(run);
    (void)case_wait_until(run, has_ended, STOP_LIMIT_MS);
  }
  run->runs[run->run_count - 1].ready = run->subject_ready;
  run->subject = NULL;
}

/* What was sent last is with the subject before it is told to end. */
static void stop_subject(struct case_run *run) {
  case_capture_pass_barrier(run);
  if (run->subject_ended) return;
  struct run_record *record = &run->runs[run->run_count - 1];
  record->stopped = case_is_daemon(run);
  case_subject_signal(run, case_stop_signal(run));
  if (case_wait_until(run, has_ended, (uint64_t)STOP_LIMIT_MS * run->settings->slowness)) return;
  record->ignored_stop = run->failure.code == ERR_OK;
  kill_subject(run);
}

static void drive_server(struct case_run *run) {
  (void)case_wait_until(run, is_ready_or_ended, patience_ms(run));
  if (run->subject_ready) {
    struct endpoint at = {.address = run->network.subject, .port = run->port};
    size_t drivers = case_fixtures_start_drivers(run, &at);
    if (drivers > 0) (void)case_wait_until(run, script_is_over, patience_ms(run));
    case_fixtures_stop(run);
    /* One that an exception ends still writes it down: a signal now would hide why it failed. */
    if (run->unmet != NULL)
      (void)case_wait_until(run, has_ended, (uint64_t)DYING_LIMIT_MS * run->settings->slowness);
  }
  stop_subject(run);
}

void case_subject_signal(struct case_run *run, int signal_number) {
  if (!run->subject_ended) case_journal_signal(run, signal_number);
  subject_signal(run->subject, signal_number);
}

/* A client that has not ended in one run is judged by that: the others would only take as long. */
static bool has_never_ended(const struct case_run *run) {
  return instance_role(run->instance) != ROLE_SERVER && run->run_count > 0 &&
         run->runs[run->run_count - 1].outcome->timed_out;
}

void case_subject_run(struct case_run *run) {
  const unsigned runs = case_runs(run->instance);
  for (unsigned i = 0; i < runs && run->failure.code == ERR_OK && !has_never_ended(run); i++) {
    case_peer_start(run);
    if (run->failure.code != ERR_OK || !start_subject(run)) return;
    if (instance_role(run->instance) == ROLE_SERVER) drive_server(run);
    if (case_is_daemon(run)) {
      case_daemon_await(run);
      stop_subject(run);
    }
    finish_subject(run);
    case_peer_await_end(run);
    case_far_side_await_end(run);
  }
}
