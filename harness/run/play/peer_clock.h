/* The clock of a case's fixtures: this host's, every reading of it kept, so that a replay can give
 * the same readings again, and what the peer tells is the same to the octet. */
#ifndef SOCKPROOF_RUN_PEER_CLOCK_H
#define SOCKPROOF_RUN_PEER_CLOCK_H

#include "base/clock.h"

#include <stddef.h>

enum { PEER_CLOCK_READINGS_MAX = 256 };

struct peer_clock_reading {
  int64_t host_ns;  /* when it was, by the host's clock */
  int64_t given_ns; /* what the fixture was told */
};

struct peer_clock {
  struct clock host;
  const int64_t *recorded; /* readings to give again, in their order; NULL: the host's time */
  size_t recorded_count;
  struct peer_clock_reading readings[PEER_CLOCK_READINGS_MAX];
  size_t count; /* of all readings, also of those beyond the first so many that are kept */
  struct peer_clock_reading last;
};

/* Once the recorded readings are used up, the clock goes on from the last of them. `recorded` (or
 * NULL) outlives the clock. */
void peer_clock_start(struct peer_clock *clock, struct clock host, const int64_t *recorded,
                      size_t recorded_count);

/* What a fixture is given; `clock` outlives it. */
struct clock peer_clock_for_fixtures(struct peer_clock *clock);

/* By how much it was ahead of the host's at its last reading up to `until_ns` (host's time): 0 but
 * in a replay. */
int64_t peer_clock_ahead_ns(const struct peer_clock *clock, int64_t until_ns);

#endif
