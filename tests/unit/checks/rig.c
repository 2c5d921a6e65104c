#include "rig.h"

#include <stdio.h>

static const int64_t NS_PER_MS = 1000000;

static struct named_endpoint named(const char *name, struct endpoint where) {
  struct named_endpoint endpoint = {
      .at = where, .canonical_port = where.port, .application = APPLICATION_NTP};
  (void)snprintf(endpoint.name, sizeof endpoint.name, "%s", name);
  return endpoint;
}

void rig_create(struct rig *rig) {
  *rig = (struct rig){.packets = packets_create()};
  rig->endpoints[0] = named("peer", PEER);
  rig->endpoints[1] = named("peer2", PEER2);
  rig->judged = (struct judged_case){.entry = &rig->entry,
                                     .endpoints = rig->endpoints,
                                     .endpoint_count = 2,
                                     .runs = rig->runs,
                                     .timeout_s = 1,
                                     .slowness = 1};
  rig_set_runs(rig, 1);
  rig_at(rig, 0, 1);
}

void rig_destroy(struct rig *rig) {
  for (size_t i = 0; i < RIG_RUNS_MAX; i++) {
    text_free(&rig->outcomes[i].out.kept);
    text_free(&rig->outcomes[i].err.kept);
  }
  packets_destroy(&rig->packets);
}

void rig_set_runs(struct rig *rig, size_t count) {
  rig->judged.run_count = count;
  for (size_t i = 0; i < count; i++) {
    struct subject_outcome *outcome = &rig->outcomes[i];
    outcome->started = true;
    outcome->started_ns = RIG_START_NS + (int64_t)i * RIG_RUN_NS;
    outcome->began_ns = outcome->started_ns;
    outcome->ended_ns = outcome->started_ns + 10 * NS_PER_MS;
    outcome->out.kept = TEXT_INIT(4096);
    outcome->err.kept = TEXT_INIT(4096);
    rig->runs[i] = (struct run_record){.outcome = outcome, .success = true, .ready = true};
  }
}

void rig_observes(struct rig *rig, const char *name) {
  struct profile_entry *entry = &rig->entry;
  entry->observations[entry->observation_count++] =
      (struct profile_observation){.name = name, .pattern = "."};
}

void rig_exits(struct rig *rig, size_t run, int code) {
  rig->outcomes[run].exit_code = code;
  rig->runs[run].success = code == 0;
}

struct observation *rig_prints(struct rig *rig, size_t run, const char *name, const char *text) {
  struct observations *observed = &rig->runs[run].observed;
  struct observation *observation = &observed->list[observed->count];
  (void)snprintf(observation->name, sizeof observation->name, "%s", name);
  (void)snprintf(observation->text, sizeof observation->text, "%s", text);
  (void)snprintf(observation->all, sizeof observation->all, "%s", text);
  observed->matches[observed->count++] = 1;
  rig_observes(rig, name);
  return observation;
}

void rig_prints_lines(struct rig *rig, size_t run, const char *name, const char *lines) {
  struct observation *observation = rig_prints(rig, run, name, lines);
  observation->text[strcspn(observation->text, "\n")] = '\0';
}

void rig_prints_time(struct rig *rig, size_t run, int64_t unix_ns, int64_t resolution_ns) {
  struct observation *time = rig_prints(rig, run, "time", "(a time)");
  time->is_time = true;
  time->unix_ns = unix_ns;
  time->resolution_ns = resolution_ns;
}

void rig_prints_number(struct rig *rig, size_t run, const char *name, const char *text) {
  struct observation *number = rig_prints(rig, run, name, text);
  number->is_number = true;
  number->number = strtod(text, NULL);
}

void rig_at(struct rig *rig, size_t run, unsigned ms) {
  rig->packets.time_ns = RIG_START_NS + (int64_t)run * RIG_RUN_NS + (int64_t)ms * NS_PER_MS;
}

void rig_request(struct rig *rig, struct endpoint from, struct endpoint to,
                 ntp_timestamp transmit) {
  struct ntp_message request = {.version = 4, .mode = NTP_MODE_CLIENT, .transmit = transmit};
  packets_ntp(&rig->packets, from, to, &request);
}

void rig_reply(struct rig *rig, struct endpoint from, struct endpoint to, ntp_timestamp transmit) {
  struct ntp_message reply = {.version = 4,
                              .mode = NTP_MODE_SERVER,
                              .stratum = 2,
                              .receive = transmit,
                              .transmit = transmit};
  packets_ntp(&rig->packets, from, to, &reply);
}

static void judge(struct rig *rig, const struct check *check) {
  struct conversation *conversation;
  struct err err = {0};
  assert_int_equal(conversation_of(rig->packets.trace, &conversation, &err), ERR_OK);
  rig->judged.conversation = conversation;
  rig->finding = (struct finding){0};
  check->judge(check, &rig->judged, &rig->finding);
  rig->judged.conversation = NULL;
  conversation_destroy(conversation);
  if (rig->finding.expected[0] == '\0') fail_msg("the finding does not say what was expected");
  if (rig->finding.actual[0] == '\0') fail_msg("the finding does not say what was seen");
}

static void assert_seen(const struct rig *rig, bool right, const char *wanted) {
  if (right) return;
  fail_msg("wanted: %s\nexpected: %s\nactual: %s", wanted, rig->finding.expected,
           rig->finding.actual);
}

void rig_holds(struct rig *rig, struct check check) {
  judge(rig, &check);
  assert_seen(rig, rig->finding.holds, "it holds");
}

void rig_fails(struct rig *rig, struct check check, const char *words) {
  judge(rig, &check);
  const struct finding *finding = &rig->finding;
  bool failed = !finding->holds && !finding->unjudgeable && !finding->unobservable;
  assert_seen(rig, failed, "it fails");
  assert_seen(rig, strstr(finding->actual, words) != NULL, words);
}

void rig_unobservable(struct rig *rig, struct check check) {
  judge(rig, &check);
  assert_seen(rig, !rig->finding.holds && rig->finding.unobservable, "the profile cannot tell");
}

void rig_unjudgeable(struct rig *rig, struct check check) {
  judge(rig, &check);
  assert_seen(rig, !rig->finding.holds && rig->finding.unjudgeable, "the harness cannot tell");
}

int rig_setup(void **state) {
  struct rig *rig = malloc(sizeof *rig);
  if (rig == NULL) return -1;
  rig_create(rig);
  *state = rig;
  return 0;
}

int rig_teardown(void **state) {
  rig_destroy(*state);
  free(*state);
  return 0;
}
