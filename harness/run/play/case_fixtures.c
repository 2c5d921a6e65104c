/* The fake peers of a case: what they are given, and who is started when. */
#include "base/digest.h"
#include "run/play/case_parts.h"

#include <signal.h>
#include <stdio.h>

static void on_fixture_failed(void *context, const struct err *err) {
  struct case_run *run = context;
  journal_note(&run->journal, JOURNAL_PEER, "failed: %s", err->text);
  case_note_failure(run, err);
}

static void on_script_finished(void *context) {
  struct case_run *run = context;
  run->script_finished = true;
  journal_note(&run->journal, JOURNAL_PEER, "the script has come to its end");
}

int case_stop_signal(const struct case_run *run) {
  return run->instance->def->stop_signal == 0 ? SIGTERM : run->instance->def->stop_signal;
}

/* A script means to go on soon; on a busy host it may not. */
static void note_stop(struct case_run *run, int signal_number) {
  if (signal_number == SIGSTOP && run->stopped_at_ns == 0) {
    run->stopped_at_ns = uv_hrtime();
  } else if (signal_number == SIGCONT && run->stopped_at_ns != 0) {
    run->stopped_ns += uv_hrtime() - run->stopped_at_ns;
    run->stopped_at_ns = 0;
  }
}

static void on_signal_subject(void *context, int signal_number) {
  struct case_run *run = context;
  if (run->subject == NULL) return;
  if (!run->subject_ended) note_stop(run, signal_number);
  case_subject_signal(run, signal_number == 0 ? case_stop_signal(run) : signal_number);
}

void case_fixtures_set_env(struct case_run *run) {
  run->port = case_port(case_entry(run), run->instance);
  if (instance_role(run->instance) == ROLE_SERVER && !run->network.private_ports) {
    run->port = case_network_free_port(&run->network);
    if (run->port == 0) {
      struct err err;
      (void)err_set(&err, ERR_SYSTEM, "no port is free for the server that is to be tested");
      case_note_failure(run, &err);
    }
  }
  (void)sandbox_keep_port(run->sandbox, run->port); /* where it cannot be, it is left to chance */
  peer_clock_start(&run->peer_clock, clock_realtime(), run->settings->peer_clock_ns,
                   run->settings->peer_clock_count);
  /* Chance differs from case to case, and does not depend on their order. */
  run->random = random_seeded(digest_seeded(run->settings->seed, run->instance->id));
  run->env = (struct fixture_env){.loop = &run->loop,
                                  .network = &run->network,
                                  .port = run->port,
                                  .random = &run->random,
                                  .clock = peer_clock_for_fixtures(&run->peer_clock),
                                  .failed = on_fixture_failed,
                                  .finished = on_script_finished,
                                  .scratch = run->sandbox->scratch,
                                  .patient = run->settings->options->gdb,
                                  .signal_subject = on_signal_subject,
                                  .context = run};
  struct fixture_log next = {0};
  if (run->byte_log != NULL) next = byte_log_hooks(run->byte_log);
  journal_open(&run->journal, run->arena, clock_realtime(), &next);
  run->env.log = journal_hooks(&run->journal);
}

static void start_fixture(struct case_run *run, size_t index, const struct endpoint *subject) {
  const struct fixture_use *use = &run->instance->def->fixtures[index];
  struct err err = {0};
  const void *script = use->script;
  if (script == NULL && use->class->parse("(plain)", NULL, run->arena, &script, &err) != ERR_OK) {
    case_note_failure(run, &err);
    return;
  }
  const enum err_code code =
      use->class->start(&run->env, script, subject, &run->fixtures[index], &err);
  if (code == ERR_OK) return;
  run->lacks_peer2 = code == ERR_UNAVAILABLE && run->network.peer2.family == IP_NONE;
  case_note_failure(run, &err);
}

void case_fixtures_start_servers(struct case_run *run) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    const struct fixture_class *class = run->instance->def->fixtures[i].class;
    if (class == NULL || class->drives || run->failure.code != ERR_OK) continue;
    start_fixture(run, i, NULL);
    if (run->fixtures[i] == NULL || class->endpoints == NULL) continue;
    run->endpoint_count += class->endpoints(run->fixtures[i], run->endpoints + run->endpoint_count,
                                            CASE_ENDPOINTS_MAX - run->endpoint_count);
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

void case_fixtures_stop(struct case_run *run) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    const struct fixture_class *class = run->instance->def->fixtures[i].class;
    if (run->fixtures[i] == NULL) continue;
    if (run->unmet == NULL && class->unmet != NULL) {
      const char *unmet = class->unmet(run->fixtures[i]);
      if (unmet != NULL) run->unmet = arena_text(run->arena, unmet);
      if (unmet != NULL) journal_note(&run->journal, JOURNAL_PEER, "unmet: %s", unmet);
    }
    class->stop(run->fixtures[i]);
    run->fixtures[i] = NULL;
  }
}

bool case_fixtures_have_more(const struct case_run *run) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    const struct fixture_class *class = run->instance->def->fixtures[i].class;
    if (run->fixtures[i] != NULL && class->has_more != NULL && class->has_more(run->fixtures[i]))
      return true;
  }
  return false;
}

void case_fixtures_name_subject(struct case_run *run) {
  const struct {
    const char *name;
    const struct ip_address *address;
  } places[] = {{"subject", &run->network.subject}, {"subject2", &run->network.subject2}};
  for (size_t i = 0; i < 2; i++) {
    struct named_endpoint *endpoint = &run->endpoints[run->endpoint_count++];
    *endpoint = (struct named_endpoint){.at = {.address = *places[i].address, .port = run->port},
                                        .canonical_port = case_port(case_entry(run), run->instance),
                                        .application = run->instance->recipe->application};
    snprintf(endpoint->name, sizeof endpoint->name, "%s", places[i].name);
  }
}

size_t case_fixtures_start_drivers(struct case_run *run, const struct endpoint *subject) {
  size_t started = 0;
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    const struct fixture_class *class = run->instance->def->fixtures[i].class;
    if (class == NULL || !class->drives || run->failure.code != ERR_OK) continue;
    start_fixture(run, i, subject);
    started++;
  }
  return started;
}
