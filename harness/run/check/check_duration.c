/* How soon a subject ends: after its start, or after it was told that a port is closed. */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"

#include <inttypes.h>

enum { NS_PER_MS = 1000000 };

/* --- after its start -------------------------------------------------------------------------- */

/* Where a case waits for the subject to give up, one that cannot be told when has its own time for
 * it. Where a case gives it more than the bound, the bound is about something else: a refusal that
 * is to be noticed. */
static int64_t bound_ms(const struct check *check, const struct judged_case *judged) {
  enum { START_AND_END_MS = 2000 };
  int64_t own_ms = (int64_t)judged->patience_s * 1000 + START_AND_END_MS;
  bool gives_up = judged->patience_s > 0 && (int64_t)judged->timeout_s * 1000 <= check->high;
  return (gives_up && own_ms > check->high ? own_ms : check->high) * (int64_t)judged->slowness;
}

static bool ended_late(const struct judged_case *judged, size_t run, int64_t since_ns,
                       int64_t limit_ms, const char *since, struct finding *finding) {
  const struct subject_outcome *outcome = judged->runs[run].outcome;
  int64_t took_ms = (outcome->ended_ns - since_ns) / NS_PER_MS;
  if (!outcome->timed_out && took_ms <= limit_ms) return false;
  char label[WORDS_MAX], how[WORDS_MAX];
  finding_fails(finding, "%s%" PRId64 " ms after %s: %s", words_of_run(judged, run, label), took_ms,
                since, words_of_exit(&judged->runs[run], how));
  return true;
}

void check_ended_within(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  int64_t limit_ms = bound_ms(check, judged);
  finding_expect(finding, "it ends within %" PRId64 " ms", limit_ms);
  for (size_t i = 0; i < judged->run_count; i++) {
    if (!check_has_exit(judged, i, finding)) return;
    const int64_t began_ns = judged->runs[i].outcome->began_ns;
    if (ended_late(judged, i, began_ns, limit_ms, "its start", finding)) return;
  }
  finding_holds(finding, "it ended within %" PRId64 " ms", limit_ms);
}

/* --- after an ICMP error: a client that does not hear of it waits for a timeout of its own,
 * however short
 * ----------------------------------------------------------------------------------------- */

/* The first ICMP error about what the run sent; NULL: there was none. */
static const struct trace_event *first_error(const struct judged_case *judged, size_t run) {
  int64_t from_ns = judged->runs[run].outcome->started_ns;
  int64_t to_ns = judged->runs[run].outcome->ended_ns;
  const struct trace_event *first = NULL;
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    for (size_t k = 0; k < flow->event_count; k++) {
      const struct trace_event *event = &flow->events[k];
      if (event->kind != EVENT_ICMP_ERROR || event->from_initiator) continue;
      if (event->time_ns < from_ns || event->time_ns > to_ns) continue;
      if (first == NULL || event->time_ns < first->time_ns) first = event;
    }
  }
  return first;
}

/* Without an error: it is the client's fault only where it asked nobody. */
static void tell_no_error(const struct judged_case *judged, size_t run, struct finding *finding) {
  char label[WORDS_MAX];
  struct walk requests;
  check_walk(judged, WALK_REQUESTS, &requests);
  for (size_t i = 0; i < requests.count; i++) {
    if (requests.list[i].run != run) continue;
    finding_unjudgeable(finding, "%sthis host sent no ICMP error for the closed port",
                        words_of_run(judged, run, label));
    return;
  }
  finding_fails(finding, "%sit sent nothing to the closed port", words_of_run(judged, run, label));
}

void check_ended_after_icmp(const struct check *check, const struct judged_case *judged,
                            struct finding *finding) {
  int64_t limit_ms = check->high * (int64_t)judged->slowness;
  finding_expect(finding, "it ends within %" PRId64 " ms of the ICMP error", limit_ms);
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct trace_event *error = first_error(judged, i);
    if (error == NULL) {
      tell_no_error(judged, i, finding);
      return;
    }
    if (!check_has_exit(judged, i, finding)) return;
    if (ended_late(judged, i, error->time_ns, limit_ms, "the ICMP error", finding)) return;
  }
  finding_holds(finding, "it ended within %" PRId64 " ms of it", limit_ms);
}
