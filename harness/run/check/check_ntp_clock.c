#include "run/check/check_ntp_clock.h"

static const int64_t NS_PER_S = 1000000000;

/* What may pass between reading the clock and the packet, where a busy host interrupts. */
static const int64_t MOMENT_NS = 500000000;

/* Offsets are printed in microseconds, or coarser where the profile's pattern cuts them. */
static const double SLACK_S = 0.001;

int64_t check_ntp_unix_ns(ntp_timestamp timestamp) {
  int64_t seconds = (int64_t)(timestamp >> 32);
  if (timestamp >> 63 == 0) seconds += INT64_C(1) << 32;
  uint64_t fraction = timestamp & UINT32_MAX;
  return (seconds - NTP_UNIX_EPOCH_S) * NS_PER_S + (int64_t)((fraction * (uint64_t)NS_PER_S) >> 32);
}

static int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b) {
  return a > b ? a : b;
}

bool check_offset_bounds(const struct judged_case *judged, const struct walked *reply,
                         struct clock_bounds *bounds) {
  struct ntp_message message;
  if (reply == NULL || !ntp_decode(reply->event->payload, &message)) return false;
  const struct subject_outcome *outcome = judged->runs[reply->run].outcome;
  const int64_t moment_ns = MOMENT_NS * judged->slowness;
  const int64_t asked_ns = check_asked_ns(judged, reply), came_ns = reply->event->time_ns;
  const int64_t asked_earliest_ns = larger(asked_ns - moment_ns, outcome->started_ns);
  const int64_t came_latest_ns = smaller(came_ns + moment_ns, outcome->ended_ns);
  const int64_t there_ns = check_ntp_unix_ns(message.receive);
  const int64_t back_ns = check_ntp_unix_ns(message.transmit);
  /* Each half by itself: the sum of two differences of a century is beyond 63 bits. */
  bounds->least_ns = (there_ns - asked_ns) / 2 + (back_ns - came_latest_ns) / 2;
  bounds->most_ns = (there_ns - asked_earliest_ns) / 2 + (back_ns - came_ns) / 2;
  return true;
}

bool check_tells_offset_alone(const struct judged_case *judged) {
  return !check_can_observe(judged, "time") && check_can_observe(judged, "offset");
}

bool check_offset_is_of(const struct judged_case *judged, const struct walked *reply, size_t run,
                        struct finding *finding) {
  struct clock_bounds bounds;
  const struct observation *seen = check_observation(judged, run, "offset", finding);
  if (seen == NULL || !check_offset_bounds(judged, reply, &bounds)) return false;
  const double least_s = (double)bounds.least_ns / 1e9, most_s = (double)bounds.most_ns / 1e9;
  finding_expect(finding, "it succeeds, and prints an `offset` from %.3f s to %.3f s", least_s,
                 most_s);
  if (seen->is_number && seen->number >= least_s - SLACK_S && seen->number <= most_s + SLACK_S)
    return true;
  char label[WORDS_MAX];
  finding_fails(finding, "%s`offset` is %s", words_of_run(judged, run, label), seen->text);
  return false;
}
