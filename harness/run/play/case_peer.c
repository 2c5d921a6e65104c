#include "run/play/case_peer.h"

#include "run/play/case_parts.h"
#include "subject/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  READY_LIMIT_MS = 10000, /* a server that has not bound its port by then never will */
  END_LIMIT_MS = 5000,
  PEER_MEMORY_MIB = 1024,
  PEER_PROCESSES_MAX = 64,
  PEER_FILE_BYTES = 64 * 1024 * 1024,
  SAID_MAX = 200
};

enum err_code peer_command(const char *words, const struct peer_place *place, struct arena *arena,
                           const char *const **argv, struct err *err) {
  const struct placeholder list[] = {{"host", place->host},
                                     {"port", place->port},
                                     {"family", place->family},
                                     {"scratch", place->scratch}};
  const struct profile_command command = {.line = words};
  struct err why = {0};
  if (profile_expand(&command, list, sizeof list / sizeof list[0], arena, argv, &why) != ERR_OK)
    return err_set(err, why.code, "--peer: %s", why.text);
  return ERR_OK;
}

enum err_code peer_check(const char *words, struct arena *arena, struct err *err) {
  const struct peer_place place = {
      .host = "127.0.0.1", .port = "123", .family = "4", .scratch = "/"};
  const char *const *argv = NULL;
  char path[4096];
  struct err why = {0};
  enum err_code code = peer_command(words, &place, arena, &argv, err);
  if (code != ERR_OK) return code;
  if (subject_find_program(argv[0], path, sizeof path, &why) == ERR_OK) return ERR_OK;
  return err_set(err, why.code, "--peer: %s", why.text);
}

const char *peer_excludes(const char *words, const struct instance *instance) {
  const struct profile_command command = {.line = words};
  if (instance_role(instance) != ROLE_CLIENT)
    return "it is no client's case, and --peer is a server for clients";
  if (!instance->def->any_server)
    return "it rests on what the script of its own peer answers, and --peer answers by itself";
  if (instance->def->port != 0 && !profile_uses(&command, "port"))
    return "the command of --peer has no {port}, which this case sets";
  return NULL;
}

static void on_ready(void *context, const struct subject_socket *socket) {
  struct case_run *run = context;
  const struct ip_address *wanted = &run->network.peer;
  if (socket->path[0] != '\0' || socket->at.port != run->port) return;
  if (socket->at.address.family == wanted->family) run->peer_bound = true;
}

static bool has_printed(const struct pattern *wanted, const struct text *output) {
  struct pattern_found found;
  struct err err = {0};
  return pattern_search(wanted, span_of(text_chars(output), output->len), &found, &err) == ERR_OK &&
         found.matches > 0;
}

/* A server may have bound its port long before it knows the time. */
static void on_told(void *context) {
  struct case_run *run = context;
  const struct pattern *wanted = run->settings->peer_ready;
  if (wanted == NULL || run->peer_told_ready) return;
  const struct subject_outcome *outcome = subject_outcome(run->peer);
  run->peer_told_ready =
      has_printed(wanted, &outcome->out.kept) || has_printed(wanted, &outcome->err.kept);
}

static void on_ended(void *context) {
  struct case_run *run = context;
  run->peer_ended = true;
  if (run->subject_ended) return; /* its end was the peer's */
  const struct subject_outcome *outcome = subject_outcome(run->peer);
  const struct text *said = outcome->err.kept.len > 0 ? &outcome->err.kept : &outcome->out.kept;
  struct text words = TEXT_INIT(SAID_MAX);
  size_t len = said->len < SAID_MAX / 4 ? said->len : SAID_MAX / 4;
  text_append_escaped(&words, span_of(text_chars(said) + (said->len - len), len));
  struct err err = {0};
  (void)err_set(&err, ERR_UNAVAILABLE, "the peer of --peer ended by itself (exit %d), and said: %s",
                outcome->exit_code, text_chars(&words));
  text_free(&words);
  case_note_failure(run, &err);
}

static bool is_settled(const struct case_run *run) {
  return (run->peer_bound && run->peer_told_ready) || run->peer_ended;
}

static bool has_ended(const struct case_run *run) {
  return run->peer_ended;
}

static enum err_code start(struct case_run *run, struct err *err) {
  char address[IP_ADDRESS_TEXT_MAX];
  char port[8];
  (void)snprintf(port, sizeof port, "%u", (unsigned)run->port);
  const struct peer_place place = {.host = ip_address_text(&run->network.peer, address),
                                   .port = port,
                                   .family = run->network.family == IP_V6 ? "6" : "4",
                                   .scratch = run->sandbox->scratch};
  const char *path = getenv("PATH");
  const char *const envp[] = {
      "TZ=UTC", "LC_ALL=C", arena_format(run->arena, "HOME=%s", run->sandbox->scratch),
      arena_format(run->arena, "PATH=%s", path == NULL ? "/usr/bin:/bin" : path), NULL};
  const struct subject_limits limits = {
      .shares_sandbox = true,
      .wall_ms = UINT32_MAX, /* it lives as long as the subject */
      .system = {.as_root = sandbox_has_roots(run->sandbox),
                 .memory_bytes = (size_t)PEER_MEMORY_MIB * 1024 * 1024,
                 .processes = PEER_PROCESSES_MAX,
                 .file_bytes = PEER_FILE_BYTES}};
  const struct subject_events events = {
      .told = on_told, .ready = on_ready, .ended = on_ended, .context = run};
  struct subject_command command = {.envp = envp};
  run->peer_bound = run->peer_ended = run->subject_ended = false;
  run->peer_told_ready = run->settings->peer_ready == NULL;
  if (envp[2] == NULL || envp[3] == NULL) return err_set(err, ERR_LIMIT, "no memory for the peer");
  enum err_code code = peer_command(run->settings->peer, &place, run->arena, &command.argv, err);
  if (code != ERR_OK) return code;
  return subject_start(&run->loop, run->sandbox, &command, &limits, &events, &run->peer, err);
}

void case_peer_start(struct case_run *run) {
  struct err err = {0};
  if (run->settings->peer == NULL) return;
  if (start(run, &err) != ERR_OK) {
    case_note_failure(run, &err);
    return;
  }
  if (case_wait_until(run, is_settled, READY_LIMIT_MS) || run->failure.code != ERR_OK) return;
  if (run->peer_bound) {
    (void)err_set(&err, ERR_UNAVAILABLE,
                  "the peer of --peer did not print what --peer-ready waits for within %d s",
                  READY_LIMIT_MS / 1000);
  } else {
    (void)err_set(&err, ERR_UNAVAILABLE, "the peer of --peer did not bind port %u within %d s",
                  (unsigned)run->port, READY_LIMIT_MS / 1000);
  }
  case_note_failure(run, &err);
}

void case_peer_await_end(struct case_run *run) {
  if (run->settings->peer == NULL || run->peer == NULL) return;
  subject_kill(run->peer);
  (void)case_wait_until(run, has_ended, END_LIMIT_MS);
  run->peer = NULL;
}

void case_peer_name(struct case_run *run) {
  struct named_endpoint *endpoint = &run->endpoints[run->endpoint_count++];
  const struct fixture_class *class = run->instance->def->fixtures[0].class;
  *endpoint = (struct named_endpoint){
      .at = {.address = run->network.peer, .port = run->port},
      .canonical_port = run->port,
      .application = class == NULL ? run->instance->recipe->application : class->application};
  (void)snprintf(endpoint->name, sizeof endpoint->name, "peer");
}
