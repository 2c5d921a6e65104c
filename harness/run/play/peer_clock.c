#include "run/play/peer_clock.h"

void peer_clock_start(struct peer_clock *clock, struct clock host, const int64_t *recorded,
                      size_t recorded_count) {
  *clock = (struct peer_clock){
      .host = host, .recorded = recorded, .recorded_count = recorded == NULL ? 0 : recorded_count};
}

static int64_t given_at(const struct peer_clock *clock, int64_t host_ns) {
  if (clock->count < clock->recorded_count) return clock->recorded[clock->count];
  if (clock->recorded_count == 0) return host_ns;
  return clock->last.given_ns + (host_ns - clock->last.host_ns);
}

static int64_t read_clock(void *context) {
  struct peer_clock *clock = context;
  int64_t host_ns = clock_now_ns(&clock->host);
  clock->last =
      (struct peer_clock_reading){.host_ns = host_ns, .given_ns = given_at(clock, host_ns)};
  if (clock->count < PEER_CLOCK_READINGS_MAX) clock->readings[clock->count] = clock->last;
  clock->count++;
  return clock->last.given_ns;
}

struct clock peer_clock_for_fixtures(struct peer_clock *clock) {
  return (struct clock){.now_ns = read_clock, .context = clock};
}

int64_t peer_clock_ahead_ns(const struct peer_clock *clock, int64_t until_ns) {
  struct peer_clock_reading found = {0};
  size_t kept = clock->count < PEER_CLOCK_READINGS_MAX ? clock->count : PEER_CLOCK_READINGS_MAX;
  for (size_t i = 0; i < kept && clock->readings[i].host_ns <= until_ns; i++)
    found = clock->readings[i];
  if (clock->count > kept && clock->last.host_ns <= until_ns) found = clock->last;
  return found.given_ns - found.host_ns;
}
