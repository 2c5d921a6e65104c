/* A case from start to judgement. */
#include "run/command/explain_case.h"
#include "run/evidence/debugger.h"
#include "run/evidence/evidence.h"
#include "run/play/case_observe.h"
#include "run/play/case_parts.h"
#include "run/play/case_peer.h"
#include "run/play/case_surroundings.h"
#include "run/play/case_wants.h"
#include "subject/supervisor.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_MAX_BYTES = 16 * 1024 * 1024 };

void case_note_failure(struct case_run *run, const struct err *err) {
  if (run->failure.code != ERR_OK) return;
  run->failure = *err;
  if (run->journal.arena != NULL) journal_note(&run->journal, JOURNAL_HARNESS, "%s", err->text);
}

const struct profile_entry *case_entry(const struct case_run *run) {
  return profile_entry_find(run->settings->profile, run->instance->recipe->name);
}

static void on_limit(uv_timer_t *timer) {
  struct case_run *run = timer->data;
  run->limit_met = true;
}

bool case_wait_until(struct case_run *run, case_condition holds, uint64_t limit_ms) {
  run->limit_met = false;
  uv_timer_start(&run->limit, on_limit, limit_ms, 0);
  while (!holds(run) && !run->limit_met && run->failure.code == ERR_OK) {
    uv_run(&run->loop, UV_RUN_ONCE);
  }
  uv_timer_stop(&run->limit);
  return holds(run);
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
  run->trace = trace_create(sandbox_has_own_wire(sandbox) ? LINK_LINUX_SLL : LINK_ETHERNET);
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
  return case_capture_open_warm(run, err);
}

static void observe_runs(struct case_run *run, struct result *result) {
  const struct profile_entry *entry = case_entry(run);
  for (size_t i = 0; i < run->run_count; i++) {
    struct run_record *record = &run->runs[i];
    struct err err = {0};
    if (case_observe(entry, record, &err) != ERR_OK) {
      case_note_failure(run, &err);
      return;
    }
  }
  if (run->run_count == 0) return;
  const struct observations *last = &run->runs[run->run_count - 1].observed;
  for (size_t i = 0; i < last->count; i++) {
    if (!result_observe(result, last->list[i].name, last->list[i].text)) return;
  }
}

static void tell_unsupported(struct result *result, const char *reason) {
  result->verdict = VERDICT_UNSUPPORTED;
  snprintf(result->kind, sizeof result->kind, "unsupported");
  result_set(&result->reason, reason);
  result_set(&result->group, "unsupported");
}

/* What the system has not, no tier would give it. */
static bool target_can(const struct case_run *run, struct result *result) {
  const char *lacking = case_target_lacks(run->settings->target, run->instance, run->arena);
  if (lacking == NULL) return true;
  result->expected = true; /* the target's file foresees it */
  tell_unsupported(result, lacking);
  return false;
}

/* Which addresses its fixtures take, a case's script alone can tell. */
static bool has_its_places(const struct case_run *run, struct result *result) {
  if (!run->lacks_peer2) return true;
  result->expected = true; /* the target's file names no second one */
  tell_unsupported(result, run->failure.text);
  return false;
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
  if (run->settings->peer != NULL) lacking = peer_excludes(run->settings->peer, run->instance);
  if (lacking == NULL && case_command_make(run->settings, run->instance, &place, run->arena,
                                           &run->command, &lacking, &err) != ERR_OK) {
    judge_broken(result, "subject-not-started", err.text);
    return false;
  }
  if (lacking == NULL) return true;
  tell_unsupported(result, lacking);
  return false;
}

/* Nobody knocks at a server to see whether it listens: that would be a client of its own. */
static bool readiness_is_told(const struct case_run *run, struct result *result) {
  if (instance_role(run->instance) != ROLE_SERVER || case_has_wire(run) || supervisor_is_there())
    return true;
  judge_broken(result, "tier-too-low",
               "needs to be told when a server listens, which this system does not do: Linux does");
  return false;
}

static bool tier_is_enough(struct case_run *run, struct result *result) {
  enum tier needs = run->settings->peer != NULL ? TIER_CAPTURE_PRIVATE : case_needs(run->instance);
  if (run->instance->family == IP_V6 && !run->sandbox->has_ipv6) {
    judge_broken(result, "tier-too-low", "needs IPv6 on the loopback, which this host has not");
    return false;
  }
  if (run->settings->plan.tier >= needs) return true;
  if (run->sandbox->remote != NULL && needs == TIER_CAPTURE_PRIVATE) {
    result->expected = true; /* there is no better one with a board */
    tell_unsupported(result, "needs a network of the case's own, and a board is in this host's");
    return false;
  }
  result_setf(&result->reason, "needs the tier %s, and this is %s", tier_name(needs),
              tier_name(run->settings->plan.tier));
  judge_broken(result, "tier-too-low", result->reason);
  return false;
}

/* As far as the debugger tells. */
static bool ended_by_itself(const struct case_run *run) {
  for (size_t i = 0; i < run->run_count; i++) {
    const struct subject_outcome *outcome = run->runs[i].outcome;
    if (outcome->signal != 0 || outcome->exit_code == DEBUGGER_NO_EXIT) return false;
  }
  return true;
}

/* NOLINTNEXTLINE(readability-function-size): what is judged and kept is named one by one */
static void judge_run(struct case_run *run, struct result *result) {
  struct err err = {0};
  struct conversation *conversation = NULL;
  unsigned long dropped = 0;
  if (run->byte_log != NULL && byte_log_failure(run->byte_log, &err) != ERR_OK) {
    case_note_failure(run, &err);
  }
  bool counted = run->capture == NULL || capture_dropped(run->capture, &dropped, &err) == ERR_OK;
  /* The ring of a flood and the streams that it carried would not both fit the memory of a worker.
   */
  if (run->capture != NULL && run->instance->def->flood) case_capture_close(run);
  if (!counted || conversation_of(run->trace, &conversation, &err) != ERR_OK) {
    case_note_failure(run, &err);
  }
  if (conversation != NULL) {
    run->endpoint_count += case_name_server_endpoint(&run->name_server, conversation,
                                                     run->endpoints + run->endpoint_count,
                                                     CASE_ENDPOINTS_MAX - run->endpoint_count);
  }
  case_name_server_stop(&run->name_server);
  struct case_evidence evidence = {
      .instance = run->instance,
      .judged = {.network = &run->network,
                 .places = sandbox_places_of(run->sandbox),
                 .endpoints = run->endpoints,
                 .endpoint_count = run->endpoint_count,
                 .conversation = conversation,
                 .runs = run->runs,
                 .run_count = run->run_count,
                 .unmet = run->unmet,
                 .peer_clock = &run->peer_clock,
                 .message = case_value(run->instance, "message"),
                 .scratch = run->sandbox->scratch,
                 .timeout_s = case_timeout_s(NULL, run->instance),
                 .patience_s = case_own_patience_s(case_entry(run), run->instance),
                 .big_endian = target_is_big_endian(run->settings->target),
                 .has_own_sockets = target_has_own_sockets(run->settings->target),
                 .on_linux = target_has_sockets_of(run->settings->target, "Linux"),
                 .tells_ready = run->ready_pipe != NULL,
                 .slowness = run->settings->slowness,
                 .early_ms = target_early_ms(run->settings->target),
                 .entry = case_entry(run)},
      .trace = run->trace,
      .dropped_packets = dropped,
      .sentinels_complete = run->sentinels_complete,
      .again = run->again,
      .stopped_ms = run->stopped_ns / 1000000,
      .failure_kind = run->failure_kind,
      .harness_failure = run->failure.code == ERR_OK ? NULL : &run->failure};
  struct canonical *actual = NULL;
  judge_case(run->settings, &evidence, result, &actual);
  if (run->settings->options->gdb && !ended_by_itself(run) && result->verdict != VERDICT_BROKEN)
    judge_broken(result, "debugger", "the program did not end by itself under the debugger");
  if (run->settings->explain) {
    const struct explained explained = {&evidence, &run->command, actual};
    explain_case(&explained, result);
  } else if (!judge_is_by_chance(result) &&
             (result->verdict != VERDICT_PASS || run->settings->keep_evidence ||
              judge_is_surprise(run->settings, result))) {
    struct evidence_files files = {.trace = run->trace,
                                   .canonical = actual,
                                   .runs = run->runs,
                                   .run_count = run->run_count,
                                   .argv = run->command.argv,
                                   .envp = run->command.envp,
                                   .instance = run->instance,
                                   .journal = &run->journal,
                                   .peer_clock = &run->peer_clock,
                                   .endpoints = run->endpoints,
                                   .endpoint_count = run->endpoint_count};
    evidence_write(run->settings, &files, result);
  }
  canonical_destroy(actual);
  conversation_destroy(conversation);
}

static void make_surroundings(struct case_run *run) {
  struct err err = {0};
  if (run->failure.code != ERR_OK) return;
  if (case_name_server_start(run->settings, run->instance, &run->env, run->arena, &run->name_server,
                             &err) != ERR_OK ||
      case_surroundings_make(run->instance, run->sandbox, &run->network, &err) != ERR_OK) {
    case_note_failure(run, &err);
  }
}

static void add_files(struct case_run *run) {
  struct err err = {0};
  if (run->failure.code != ERR_OK) return;
  if (case_surroundings_add_files(run->command.files, run->command.file_count, run->sandbox,
                                  &err) != ERR_OK) {
    case_note_failure(run, &err);
  }
}

void case_run_execute(struct case_run *run, const struct instance *instance, bool again,
                      struct result *result) {
  run->instance = instance;
  run->again = again;
  result->tier = run->settings->plan.tier;
  if (!target_can(run, result)) return;
  if (!case_network_of(run->sandbox, instance->family, &run->network)) {
    judge_broken(result, "fixture", "the loopback addresses could not be parsed");
    return;
  }
  if (!tier_is_enough(run, result) || !readiness_is_told(run, result)) return;
  case_capture_suit(run);
  if (run->settings->plan.tier == TIER_FIXTURE_LOG) {
    run->byte_log = byte_log_create(run->trace, clock_realtime());
  }
  case_fixtures_set_env(run);
  if (run->settings->peer == NULL) {
    case_fixtures_start_servers(run);
  } else {
    case_peer_name(run);
  }
  if (instance_role(instance) == ROLE_SERVER) case_fixtures_name_subject(run);
  case_capture_open_shared(run);
  make_surroundings(run);
  if (run->failure.code == ERR_OK && !has_command(run, result)) return;
  add_files(run);
  case_capture_pass_barrier(run);
  if (run->failure.code == ERR_OK) case_subject_run(run);
  case_capture_pass_barrier(run); /* the fixtures have met all that the subject sent ... */
  case_fixtures_stop(run);
  case_capture_pass_barrier(run); /* ... and all that they sent at their end is in the trace */
  if (has_its_places(run, result)) {
    observe_runs(run, result);
    judge_run(run, result);
  }
}
