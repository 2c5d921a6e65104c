/* Time, passed in: the harness reads clocks only through this, so that tests can say what time it
 * is. */
#ifndef SOCKPROOF_BASE_CLOCK_H
#define SOCKPROOF_BASE_CLOCK_H

#include <stdint.h>

struct clock {
  int64_t (*now_ns)(void *context);
  void *context;
};

int64_t clock_now_ns(const struct clock *clock);

struct clock clock_realtime(
    void); /* nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX) */
struct clock clock_monotonic(void);        /* nanoseconds since some fixed point; for durations */
struct clock clock_fixed(int64_t *now_ns); /* reads *now_ns, which the caller owns and may change */

#endif
