/* How soon a client ends when ICMP has told it that a port is closed.
 *
 * The time is taken from the ICMP error, as a client that does not hear of it waits for a timeout
 * of its own, however short. */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"

#include <inttypes.h>

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
    const struct subject_outcome *outcome = judged->runs[i].outcome;
    int64_t took_ms = (outcome->ended_ns - error->time_ns) / 1000000;
    if (!outcome->timed_out && took_ms <= limit_ms) continue;
    char label[WORDS_MAX];
    char how[WORDS_MAX];
    finding_fails(finding, "%s%" PRId64 " ms after the ICMP error: %s",
                  words_of_run(judged, i, label), took_ms, words_of_exit(&judged->runs[i], how));
    return;
  }
  finding_holds(finding, "it ended within %" PRId64 " ms of it", limit_ms);
}
