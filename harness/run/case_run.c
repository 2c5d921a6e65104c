#include "run/case_run.h"

#include "capture/capture.h"
#include "run/byte_log.h"
#include "run/case_command.h"
#include "run/case_name_server.h"
#include "run/case_network.h"
#include "run/case_surroundings.h"
#include "run/evidence.h"
#include "run/shared_capture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  RUNS_MAX = 32,
  ENDPOINTS_MAX = 8,
  LIMIT_DEFAULT_MS = 15000,
  STOP_LIMIT_MS = 3000,     /* for a server to end after SIGTERM, before it is killed */
  SENTINEL_LIMIT_MS = 5000, /* far beyond what a loaded machine needs; an event ends it as a rule */
  MEMORY_DEFAULT_MIB = 1024,
  PROCESSES_MAX = 64,
  FILE_MAX_BYTES = 64 * 1024 * 1024,
  /* Holds 1,200 packets. The capture's own default, for floods, costs 8 ms more a case to clear and
   * to give back. */
  RING_BYTES = 2 * 1024 * 1024,
  SHARED_SNAPLEN_BYTES = 66 * 1024,
  ARENA_MAX_BYTES = 16 * 1024 * 1024,
};

struct case_run {
  const struct settings *settings;
  const struct sandbox *sandbox;
  const struct instance *instance; /* NULL until execute */
  struct arena *arena;
  uv_loop_t loop;
  uv_timer_t limit;
  bool limit_met;

  struct capture *capture; /* NULL at the tier fixture-log */
  uv_poll_t capture_poll;
  struct byte_log *byte_log; /* only at the tier fixture-log */
  struct shared_ports ports; /* only at the tier capture-shared */
  struct trace *trace;
  bool sentinels_complete;

  struct network network;
  uint16_t port;
  struct random random;
  struct fixture_env env;
  struct fixture *fixtures[CASE_FIXTURES_MAX];
  struct case_name_server name_server;
  struct named_endpoint endpoints[ENDPOINTS_MAX];
  size_t endpoint_count;

  struct subject *subject; /* of the run that is going on */
  struct subject *subjects[RUNS_MAX];
  struct run_record runs[RUNS_MAX];
  size_t run_count;
  struct case_command command;
  bool subject_ready, subject_ended, script_finished;
  unsigned listens; /* enum case_listens: over what the subject does so far */
  const char *unmet;
  struct err failure; /* the first; ERR_OK: none */
  const char *failure_kind;
};

static void note_failure(struct case_run *run, const struct err *err) {
  if (run->failure.code == ERR_OK) run->failure = *err;
}

/* --- the loop, and waiting on it for an event or a limit ------------------------------------- */

static void on_limit(uv_timer_t *timer) {
  struct case_run *run = timer->data;
  run->limit_met = true;
}

typedef bool (*condition)(const struct case_run *run);

/* Runs the loop until the condition holds; false when the limit or a failure came first. */
static bool wait_until(struct case_run *run, condition holds, uint64_t limit_ms) {
  run->limit_met = false;
  uv_timer_start(&run->limit, on_limit, limit_ms, 0);
  while (!holds(run) && !run->limit_met && run->failure.code == ERR_OK) {
    uv_run(&run->loop, UV_RUN_ONCE);
  }
  uv_timer_stop(&run->limit);
  return holds(run);
}

static bool has_ended(const struct case_run *run) {
  return run->subject_ended;
}

static bool is_ready_or_ended(const struct case_run *run) {
  return run->subject_ready || run->subject_ended;
}

static bool script_is_over(const struct case_run *run) {
  return run->script_finished;
}

static bool sentinels_are_in(const struct case_run *run) {
  return capture_sentinels_due(run->capture) == 0;
}

/* --- capture --------------------------------------------------------------------------------- */

static void on_packet(void *context, const struct packet *packet) {
  struct case_run *run = context;
  bool shared = run->settings->plan.tier == TIER_CAPTURE_SHARED;
  enum link_type link_type = trace_link_type(run->trace);
  if (shared && !shared_capture_concerns(&run->ports, link_type, packet->bytes)) return;
  struct err err = {0};
  if (trace_add(run->trace, packet, &err) != ERR_OK) note_failure(run, &err);
}

static void on_capture_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  struct case_run *run = poll->data;
  struct err err = {0};
  if (capture_read(run->capture, on_packet, run, &err) != ERR_OK) note_failure(run, &err);
}

static enum err_code open_capture(struct case_run *run, struct capture_options options,
                                  struct err *err) {
  options.interface = "lo";
  enum err_code code = capture_open(&run->capture, &options, err);
  if (code != ERR_OK) return code;
  uv_poll_init(&run->loop, &run->capture_poll, capture_fd(run->capture));
  run->capture_poll.data = run;
  uv_poll_start(&run->capture_poll, UV_READABLE, on_capture_readable);
  return ERR_OK;
}

static void close_capture(struct case_run *run) {
  uv_poll_stop(&run->capture_poll);
  uv_close((uv_handle_t *)&run->capture_poll, NULL);
  uv_run(&run->loop, UV_RUN_NOWAIT);
  capture_close(run->capture);
  run->capture = NULL;
}

/* Without a capture there is no sentinel: what the subject has sent waits at the fixtures' sockets
 * (unless the kernel has put it off, on a busy host), and is met when the loop turns and nothing
 * more is noted. The first turn may only take back an earlier uv_stop, and a script that never ends
 * is not waited for. */
static void let_fixtures_meet(struct case_run *run) {
  enum { TURNS_MAX = 64 };
  size_t noted = 0;
  for (unsigned i = 0; i < TURNS_MAX && (i < 2 || trace_count(run->trace) != noted); i++) {
    noted = trace_count(run->trace);
    uv_run(&run->loop, UV_RUN_NOWAIT);
  }
}

/* Everything that was sent before this call has been captured when it returns, or
 * sentinels_complete is false. */
static void pass_barrier(struct case_run *run) {
  if (run->capture == NULL) {
    let_fixtures_meet(run);
    return;
  }
  struct err err = {0};
  if (capture_send_sentinels(run->capture, &err) != ERR_OK) {
    note_failure(run, &err);
    return;
  }
  if (!wait_until(run, sentinels_are_in, SENTINEL_LIMIT_MS)) run->sentinels_complete = false;
}

enum err_code case_run_prepare(const struct settings *settings, const struct sandbox *sandbox,
                               struct case_run **prepared, struct err *err) {
  struct case_run *run = calloc(1, sizeof *run);
  if (run == NULL) return err_set(err, ERR_LIMIT, "no memory for a case");
  run->settings = settings;
  run->sandbox = sandbox;
  run->sentinels_complete = true;
  run->failure_kind = "fixture";
  run->arena = arena_create(ARENA_MAX_BYTES);
  run->trace = trace_create(LINK_ETHERNET);
  if (run->arena == NULL || run->trace == NULL || uv_loop_init(&run->loop) != 0) {
    arena_destroy(run->arena);
    trace_destroy(run->trace);
    free(run);
    return err_set(err, ERR_LIMIT, "no memory for a case");
  }
  uv_timer_init(&run->loop, &run->limit);
  run->limit.data = run;
  *prepared = run;
  if (settings->plan.tier != TIER_CAPTURE_PRIVATE) return ERR_OK;
  return open_capture(run, (struct capture_options){.buffer_bytes = RING_BYTES}, err);
}

/* --- fixtures -------------------------------------------------------------------------------- */

static void on_fixture_failed(void *context, const struct err *err) {
  note_failure(context, err);
}

static void on_script_finished(void *context) {
  struct case_run *run = context;
  run->script_finished = true;
}

static int stop_signal_of(const struct case_run *run) {
  return run->instance->def->stop_signal == 0 ? SIGTERM : run->instance->def->stop_signal;
}

static void on_signal_subject(void *context, int signal_number) {
  struct case_run *run = context;
  if (run->subject == NULL) return;
  subject_signal(run->subject, signal_number == 0 ? stop_signal_of(run) : signal_number);
}

/* FNV-1a: chance differs from case to case, and does not depend on their order. */
static uint64_t seed_of(uint64_t seed, const char *id) {
  uint64_t hash = UINT64_C(14695981039346656037) ^ seed;
  for (; *id != '\0'; id++)
    hash = (hash ^ (uint8_t)*id) * UINT64_C(1099511628211);
  return hash;
}

static void set_env(struct case_run *run) {
  run->port =
      run->instance->def->port != 0 ? run->instance->def->port : run->instance->recipe->port;
  if (instance_role(run->instance) == ROLE_SERVER && !run->network.private_ports) {
    run->port = case_network_free_port(&run->network);
    if (run->port == 0) {
      struct err err;
      (void)err_set(&err, ERR_SYSTEM, "no port is free for the server that is to be tested");
      note_failure(run, &err);
    }
  }
  run->random = random_seeded(seed_of(run->settings->seed, run->instance->id));
  run->env = (struct fixture_env){.loop = &run->loop,
                                  .network = &run->network,
                                  .port = run->port,
                                  .random = &run->random,
                                  .clock = clock_realtime(),
                                  .failed = on_fixture_failed,
                                  .finished = on_script_finished,
                                  .scratch = run->sandbox->scratch,
                                  .signal_subject = on_signal_subject,
                                  .context = run};
  if (run->byte_log != NULL) run->env.log = byte_log_hooks(run->byte_log);
}

static void start_fixture(struct case_run *run, size_t index, const struct endpoint *subject) {
  const struct fixture_use *use = &run->instance->def->fixtures[index];
  struct err err = {0};
  const void *script = use->script;
  if (script == NULL && use->class->parse("(plain)", NULL, run->arena, &script, &err) != ERR_OK) {
    note_failure(run, &err);
    return;
  }
  if (use->class->start(&run->env, script, subject, &run->fixtures[index], &err) != ERR_OK) {
    note_failure(run, &err);
  }
}

static void start_servers(struct case_run *run) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    const struct fixture_class *class = run->instance->def->fixtures[i].class;
    if (class == NULL || class->drives || run->failure.code != ERR_OK) continue;
    start_fixture(run, i, NULL);
    if (run->fixtures[i] == NULL || class->endpoints == NULL) continue;
    run->endpoint_count += class->endpoints(run->fixtures[i], run->endpoints + run->endpoint_count,
                                            ENDPOINTS_MAX - run->endpoint_count);
  }
  /* The port that the subject is told is the first server's: an ephemeral one stands for the case's
   * where ports are not ours to choose. */
  for (size_t i = 0; i < run->endpoint_count && !run->network.private_ports; i++) {
    if (run->endpoints[i].canonical_port == run->port) {
      run->port = run->endpoints[i].at.port;
      break;
    }
  }
}

static void stop_fixtures(struct case_run *run) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    const struct fixture_class *class = run->instance->def->fixtures[i].class;
    if (run->fixtures[i] == NULL) continue;
    if (run->unmet == NULL && class->unmet != NULL) {
      const char *unmet = class->unmet(run->fixtures[i]);
      if (unmet != NULL) run->unmet = arena_text(run->arena, unmet);
    }
    class->stop(run->fixtures[i]);
    run->fixtures[i] = NULL;
  }
}

static void name_subject_endpoints(struct case_run *run) {
  const struct {
    const char *name;
    const struct ip_address *address;
  } places[] = {{"subject", &run->network.subject}, {"subject2", &run->network.peer2}};
  for (size_t i = 0; i < 2; i++) {
    struct named_endpoint *endpoint = &run->endpoints[run->endpoint_count++];
    *endpoint = (struct named_endpoint){.at = {.address = *places[i].address, .port = run->port},
                                        .canonical_port = run->instance->def->port != 0
                                                              ? run->instance->def->port
                                                              : run->instance->recipe->port,
                                        .application = APPLICATION_PLAIN};
    snprintf(endpoint->name, sizeof endpoint->name, "%s", places[i].name);
  }
}

/* --- the subject ------------------------------------------------------------------------------ */

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
  if (socket->path[0] != '\0') { /* of a case that has no port: the first path is what it means */
    if (run->instance->def->port == 0 && run->instance->recipe->port == 0)
      run->subject_ready = true;
    return;
  }
  if (run->port == 0 && socket->tcp) choose_port(run, socket->at.port);
  if (socket->at.port != run->port) return;
  run->listens |= socket->tcp ? LISTENS_TCP : LISTENS_UDP;
  unsigned awaited = run->instance->def->listens;
  if ((run->listens & awaited) == awaited) run->subject_ready = true;
}

static void on_ended(void *context) {
  struct case_run *run = context;
  run->subject_ended = true;
}

static struct subject_limits limits_of(const struct case_run *run) {
  const struct profile_entry *entry =
      profile_entry_find(run->settings->profile, run->instance->recipe->name);
  size_t memory_mib = entry->memory_mib < 0 ? MEMORY_DEFAULT_MIB : (size_t)entry->memory_mib;
  unsigned limit_ms = run->instance->def->limit_ms;
  return (struct subject_limits){
      .wall_ms = (limit_ms == 0 ? LIMIT_DEFAULT_MS : limit_ms) * run->settings->slowness,
      .allow_set_host_name = run->instance->def->may_set_host_name,
      .system = {.memory_bytes = run->settings->unbounded_memory ? 0 : memory_mib * 1024 * 1024,
                 .processes = PROCESSES_MAX,
                 .file_bytes = FILE_MAX_BYTES}};
}

static bool start_subject(struct case_run *run) {
  struct subject_limits limits = limits_of(run);
  struct subject_command command = {.argv = run->command.argv,
                                    .envp = run->command.envp,
                                    .input = run->instance->def->input == NULL
                                                 ? (struct span){0}
                                                 : span_of_text(run->instance->def->input),
                                    .keep_input_open = run->instance->def->input_stays_open};
  struct subject_events events = {.ready = on_ready, .ended = on_ended, .context = run};
  struct err err = {0};
  run->subject_ready = run->subject_ended = run->script_finished = false;
  run->listens = LISTENS_AT_ALL;
  if (subject_start(&run->loop, run->sandbox, &command, &limits, &events, &run->subject, &err) !=
      ERR_OK) {
    note_failure(run, &err);
    run->failure_kind = "subject-not-started";
    return false;
  }
  run->subjects[run->run_count] = run->subject;
  run->runs[run->run_count].outcome = subject_outcome(run->subject);
  run->run_count++;
  return true;
}

/* The subject's own wall_ms ends it; this wait is longer, so that it is never the one to give up.
 */
static uint64_t patience_ms(const struct case_run *run) {
  return (uint64_t)limits_of(run).wall_ms + SENTINEL_LIMIT_MS;
}

static void finish_subject(struct case_run *run) {
  if (!wait_until(run, has_ended, patience_ms(run))) {
    subject_kill(run->subject);
    (void)wait_until(run, has_ended, STOP_LIMIT_MS);
  }
  run->runs[run->run_count - 1].ready = run->subject_ready;
  run->subject = NULL;
}

static void drive_server(struct case_run *run) {
  (void)wait_until(run, is_ready_or_ended, patience_ms(run));
  if (run->subject_ready) {
    struct endpoint at = {.address = run->network.subject, .port = run->port};
    for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
      const struct fixture_class *class = run->instance->def->fixtures[i].class;
      if (class != NULL && class->drives && run->failure.code == ERR_OK) start_fixture(run, i, &at);
    }
    (void)wait_until(run, script_is_over, patience_ms(run));
    stop_fixtures(run);
  }
  /* What the script's last step sent is with the subject before it is told to end. */
  pass_barrier(run);
  subject_signal(run->subject, stop_signal_of(run));
  if (!wait_until(run, has_ended, (uint64_t)STOP_LIMIT_MS * run->settings->slowness)) {
    subject_kill(run->subject);
  }
}

static void run_subject(struct case_run *run) {
  unsigned runs = run->instance->def->runs == 0 ? 1 : run->instance->def->runs;
  if (runs > RUNS_MAX) runs = RUNS_MAX;
  for (unsigned i = 0; i < runs && run->failure.code == ERR_OK; i++) {
    if (!start_subject(run)) return;
    if (instance_role(run->instance) == ROLE_SERVER) drive_server(run);
    finish_subject(run);
  }
}

/* --- from start to judgement ------------------------------------------------------------------ */

static void observe_runs(struct case_run *run, struct result *result) {
  const struct profile_entry *entry =
      profile_entry_find(run->settings->profile, run->instance->recipe->name);
  for (size_t i = 0; i < run->run_count; i++) {
    struct run_record *record = &run->runs[i];
    const struct text *out = &record->outcome->out.kept, *errors = &record->outcome->err.kept;
    struct span output = span_of(text_chars(out), out->len);
    struct printed printed = {.out = output, .err = span_of(text_chars(errors), errors->len)};
    struct err err = {0};
    if (observe_output(entry, &printed, &record->observed, &err) != ERR_OK ||
        observe_success(entry, output, record->outcome->exit_code, &record->success, &err) !=
            ERR_OK) {
      note_failure(run, &err);
      return;
    }
  }
  if (run->run_count == 0) return;
  const struct observations *last = &run->runs[run->run_count - 1].observed;
  for (size_t i = 0; i < last->count; i++) {
    if (!result_observe(result, last->list[i].name, last->list[i].text)) return;
  }
}

static bool has_command(struct case_run *run, struct result *result) {
  const char *programs =
      run->sandbox->programs[0] != '\0' ? run->sandbox->programs : run->settings->recipes_dir;
  struct case_place place = {.network = &run->network,
                             .port = run->port,
                             .scratch = run->sandbox->scratch,
                             .programs = programs};
  struct err err = {0};
  const char *lacking = NULL;
  if (case_command_make(run->settings, run->instance, &place, run->arena, &run->command, &lacking,
                        &err) != ERR_OK) {
    judge_broken(result, "subject-not-started", err.text);
    return false;
  }
  if (lacking == NULL) return true;
  result->verdict = VERDICT_UNSUPPORTED;
  snprintf(result->kind, sizeof result->kind, "unsupported");
  result_set(&result->reason, lacking);
  result_set(&result->group, "unsupported");
  return false;
}

static bool tier_is_enough(struct case_run *run, struct result *result) {
  enum tier needs = case_needs(run->instance);
  if (run->instance->family == IP_V6 && !run->sandbox->has_ipv6) {
    judge_broken(result, "tier-too-low", "needs IPv6 on the loopback, which this host has not");
    return false;
  }
  if (run->settings->plan.tier >= needs) return true;
  result_setf(&result->reason, "needs the tier %s, and this is %s", tier_name(needs),
              tier_name(run->settings->plan.tier));
  judge_broken(result, "tier-too-low", result->reason);
  return false;
}

static void judge_run(struct case_run *run, struct result *result) {
  struct err err = {0};
  struct conversation *conversation = NULL;
  unsigned long dropped = 0;
  if (run->byte_log != NULL && byte_log_failure(run->byte_log, &err) != ERR_OK) {
    note_failure(run, &err);
  }
  bool counted = run->capture == NULL || capture_dropped(run->capture, &dropped, &err) == ERR_OK;
  /* The ring of a flood and the streams that it carried would not both fit the memory of a worker.
   */
  if (run->capture != NULL && run->instance->def->flood) close_capture(run);
  if (!counted || conversation_of(run->trace, &conversation, &err) != ERR_OK) {
    note_failure(run, &err);
  }
  if (conversation != NULL) {
    run->endpoint_count += case_name_server_endpoint(&run->name_server, conversation,
                                                     run->endpoints + run->endpoint_count,
                                                     ENDPOINTS_MAX - run->endpoint_count);
  }
  case_name_server_stop(&run->name_server);
  struct case_evidence evidence = {
      .instance = run->instance,
      .judged = {.network = &run->network,
                 .endpoints = run->endpoints,
                 .endpoint_count = run->endpoint_count,
                 .conversation = conversation,
                 .runs = run->runs,
                 .run_count = run->run_count,
                 .unmet = run->unmet,
                 .message = case_value(run->instance, "message"),
                 .scratch = run->sandbox->scratch,
                 .timeout_s = run->instance->def->timeout_s,
                 .slowness = run->settings->slowness,
                 .entry = profile_entry_find(run->settings->profile, run->instance->recipe->name)},
      .trace = run->trace,
      .dropped_packets = dropped,
      .sentinels_complete = run->sentinels_complete,
      .failure_kind = run->failure_kind,
      .harness_failure = run->failure.code == ERR_OK ? NULL : &run->failure};
  struct canonical *actual = NULL;
  judge_case(run->settings, &evidence, result, &actual);
  if (result->verdict != VERDICT_PASS || run->settings->keep_evidence) {
    struct evidence_files files = {.trace = run->trace,
                                   .canonical = actual,
                                   .runs = run->runs,
                                   .run_count = run->run_count,
                                   .argv = run->command.argv,
                                   .envp = run->command.envp};
    evidence_write(run->settings, &files, result);
  }
  canonical_destroy(actual);
  conversation_destroy(conversation);
}

/* The capture of a flood is set up otherwise; the warm one is then given back. */
static void suit_capture(struct case_run *run) {
  if (run->capture == NULL || !run->instance->def->flood) return;
  close_capture(run);
  struct err err = {0};
  if (open_capture(run, (struct capture_options){.flood = true}, &err) != ERR_OK) {
    note_failure(run, &err);
  }
}

/* On a loopback that is not ours, what to capture is known only when the ports are; its packets are
 * as long as its MTU of 64 KiB lets them be. */
static void open_shared_capture(struct case_run *run) {
  if (run->settings->plan.tier != TIER_CAPTURE_SHARED) return;
  shared_ports_add(&run->ports, run->port);
  for (size_t i = 0; i < run->endpoint_count; i++) {
    shared_ports_add(&run->ports, run->endpoints[i].at.port);
  }
  struct text filter = TEXT_INIT(1024);
  shared_capture_filter(&run->ports, &filter);
  struct err err = {0};
  struct capture_options options = {
      .filter = text_chars(&filter), .flood = true, .snaplen_bytes = SHARED_SNAPLEN_BYTES};
  if (open_capture(run, options, &err) != ERR_OK) note_failure(run, &err);
  text_free(&filter);
}

static void make_surroundings(struct case_run *run) {
  struct err err = {0};
  if (run->failure.code != ERR_OK) return;
  if (case_name_server_start(run->settings, run->instance, &run->env, run->arena, &run->name_server,
                             &err) != ERR_OK ||
      case_surroundings_make(run->instance, run->sandbox, &run->network, &err) != ERR_OK) {
    note_failure(run, &err);
  }
}

void case_run_execute(struct case_run *run, const struct instance *instance,
                      struct result *result) {
  run->instance = instance;
  result->tier = run->settings->plan.tier;
  if (!case_network_of(run->sandbox, instance->family, &run->network)) {
    judge_broken(result, "fixture", "the loopback addresses could not be parsed");
    return;
  }
  if (!tier_is_enough(run, result)) return;
  suit_capture(run);
  if (run->settings->plan.tier == TIER_FIXTURE_LOG) {
    run->byte_log = byte_log_create(run->trace, clock_realtime());
  }
  set_env(run);
  start_servers(run);
  if (instance_role(instance) == ROLE_SERVER) name_subject_endpoints(run);
  open_shared_capture(run);
  make_surroundings(run);
  if (run->failure.code == ERR_OK && !has_command(run, result)) return;
  pass_barrier(run);
  if (run->failure.code == ERR_OK) run_subject(run);
  pass_barrier(run); /* the fixtures have met all that the subject sent ... */
  stop_fixtures(run);
  pass_barrier(run); /* ... and all that they sent at their end is in the trace */
  observe_runs(run, result);
  judge_run(run, result);
}
