/* Whether the offset and the delay that an NTP client prints can be true (RFC 5905 section 8). */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"
#include "run/play/peer_clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond what chance can do: the clock is read before the request is sent, and after the reply
 * came. */
static const double SLACK_S = 0.001;

/* What may pass between reading the clock and sending, where a busy host interrupts. */
static const double SENDING_S = 0.5;

static double seconds_of(int64_t ns) {
  return (double)ns / 1e9;
}

/* From its program's begin. That its launcher has started it is heard of a moment later, on a busy
 * host: it was there before its first request, and had read its clock. */
static double run_took_s(const struct judged_case *judged, size_t run) {
  static const int64_t BEFORE_ASKING_NS = 100 * INT64_C(1000000);
  const struct subject_outcome *outcome = judged->runs[run].outcome;
  int64_t from_ns = outcome->began_ns;
  struct walk requests;
  check_walk(judged, WALK_REQUESTS, &requests);
  for (size_t i = 0; i < requests.count; i++) {
    const int64_t there_ns = requests.list[i].event->time_ns - BEFORE_ASKING_NS;
    if (requests.list[i].run == run && there_ns < from_ns) from_ns = there_ns;
  }
  if (from_ns < outcome->started_ns) from_ns = outcome->started_ns;
  return seconds_of(outcome->ended_ns - from_ns);
}

static double power_of_ten(long exponent) {
  double power = 1.0;
  for (long i = 0; i < exponent && i < 300; i++) {
    power *= 10.0;
  }
  for (long i = 0; i > exponent && i > -300; i--) {
    power /= 10.0;
  }
  return power;
}

static double larger(double a, double b) {
  return a > b ? a : b;
}

static double distance(double a, double b) {
  return a > b ? a - b : b - a;
}

/* The last digit printed: "5.25" is exact to 0.01, "1e-05" to 0.00001. */
static double printed_step(const char *text) {
  const char *at = text + strspn(text, "+-0123456789");
  int decimals = 0;
  if (*at == '.') {
    at++;
    decimals = (int)strspn(at, "0123456789");
    at += decimals;
  }
  long exponent = 0;
  if (*at == 'e' || *at == 'E') exponent = strtol(at + 1, NULL, 10);
  return power_of_ten(exponent - decimals);
}

static const struct observation *printed_number(const struct judged_case *judged, size_t run,
                                                const char *name, struct finding *finding) {
  const struct observation *seen = check_observation(judged, run, name, finding);
  if (seen == NULL || seen->is_number) return seen;
  char label[WORDS_MAX];
  char words[WORDS_MAX];
  finding_fails(finding, "%s`%s` is %s, which is no number", words_of_run(judged, run, label), name,
                words_of_octets(span_of_text(seen->text), words));
  return NULL;
}

/* From the request that the last reply of the run answers to the end of the run; the whole run
 * where the capture does not tell. T4 may be as late as the end, on a busy host. */
static double exchange_took_s(const struct judged_case *judged, size_t run) {
  double took_s = run_took_s(judged, run);
  struct walk requests, replies;
  check_walk(judged, WALK_REQUESTS, &requests);
  check_walk(judged, WALK_REPLIES, &replies);
  const struct walked *reply = NULL, *request = NULL;
  for (size_t i = 0; i < replies.count; i++) {
    if (replies.list[i].run == run) reply = &replies.list[i];
  }
  for (size_t i = 0; i < requests.count && reply != NULL; i++) {
    const struct walked *sent = &requests.list[i];
    if (sent->flow != reply->flow || sent->run != run) continue;
    if (sent->event->packet_index < reply->event->packet_index) request = sent;
  }
  if (request == NULL) return took_s;
  double since_s = seconds_of(judged->runs[run].outcome->ended_ns - request->event->time_ns) +
                   SENDING_S * judged->slowness;
  return since_s < took_s ? since_s : took_s;
}

/* An offset is off by half of the delay at most (RFC 5905 section 8), whatever the load was: by the
 * delay that the client measured with it, where it prints one that can be true; else by what the
 * exchange took, which holds T1 and T4. A T1 of an earlier request lies before that, and is found
 * out. */
static double uncertainty_s(const struct judged_case *judged, size_t run) {
  double took_s = exchange_took_s(judged, run);
  const struct observation *delay = observation_find(&judged->runs[run].observed, "delay");
  bool sane = delay != NULL && delay->is_number && delay->number >= 0.0 && delay->number <= took_s;
  return sane ? (delay->number + printed_step(delay->text)) / 2.0 : took_s / 2.0;
}

/* In a replay the peer tells the time of the recorded run. */
static double peer_ahead_s(const struct judged_case *judged, size_t run) {
  if (judged->peer_clock == NULL) return 0.0;
  return seconds_of(peer_clock_ahead_ns(judged->peer_clock, judged->runs[run].outcome->ended_ns));
}

void check_ntp_offset(const struct check *check, const struct judged_case *judged,
                      struct finding *finding) {
  double due_s = (double)check->low / 1000.0;
  finding_expect(finding, "`offset` is %.3f s, give or take half of the delay", due_s);
  for (size_t i = 0; i < judged->run_count; i++) {
    double expected_s = due_s + peer_ahead_s(judged, i);
    const struct observation *seen = printed_number(judged, i, "offset", finding);
    if (seen == NULL) return;
    double allowed_s = uncertainty_s(judged, i) + SLACK_S + printed_step(seen->text);
    if (distance(seen->number, expected_s) <= allowed_s) continue;
    char label[WORDS_MAX];
    finding_expect(finding, "`offset` is %.3f s, give or take %.6f s", expected_s, allowed_s);
    finding_fails(finding, "%s`offset` is %.6f s", words_of_run(judged, i, label), seen->number);
    return;
  }
  finding_holds(finding, "`offset` is right");
}

/* T3 - T2 of the last reply of the run, as the wire says: what the server held the request for. */
static double held_s(const struct judged_case *judged, size_t run) {
  struct walk replies;
  check_walk(judged, WALK_REPLIES, &replies);
  double held = 0.0;
  for (size_t i = 0; i < replies.count; i++) {
    struct ntp_message message;
    if (replies.list[i].run != run || !ntp_decode(replies.list[i].event->payload, &message)) {
      continue;
    }
    held = (double)ntp_difference(message.transmit, message.receive) / 4294967296.0;
  }
  return held;
}

/* A `hold` of the case says that T3 - T2 is honest, and to be taken off what the run took. */
void check_ntp_delay(const struct check *check, const struct judged_case *judged,
                     struct finding *finding) {
  finding_expect(finding, "`delay` is between 0 and what the run took, without the server's hold");
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct observation *seen = printed_number(judged, i, "delay", finding);
    if (seen == NULL) return;
    double step_s = larger(printed_step(seen->text), 1e-6);
    double most_s = run_took_s(judged, i);
    if (check->low > 0) most_s -= held_s(judged, i);
    finding_expect(finding, "`delay` is from 0 to %.6f s, the server's hold not counted", most_s);
    if (seen->number >= -step_s && seen->number <= most_s + step_s) continue;
    char label[WORDS_MAX];
    finding_fails(finding, "%s`delay` is %.6f s", words_of_run(judged, i, label), seen->number);
    return;
  }
  finding_holds(finding, "`delay` can be true");
}
