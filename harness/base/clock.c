#include "base/clock.h"

#include <stddef.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

/* clock_gettime fails only for a clock that does not exist; these two are required by POSIX. */
static int64_t read_system_clock(clockid_t id) {
  struct timespec now = {0};
  (void)clock_gettime(id, &now);
  return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t read_realtime(void *context) {
  (void)context;
  return read_system_clock(CLOCK_REALTIME);
}

static int64_t read_monotonic(void *context) {
  (void)context;
  return read_system_clock(CLOCK_MONOTONIC);
}

static int64_t read_fixed(void *context) {
  const int64_t *now_ns = context;
  return *now_ns;
}

int64_t clock_now_ns(const struct clock *clock) {
  return clock->now_ns(clock->context);
}

struct clock clock_realtime(void) {
  return (struct clock){.now_ns = read_realtime};
}

struct clock clock_monotonic(void) {
  return (struct clock){.now_ns = read_monotonic};
}

struct clock clock_fixed(int64_t *now_ns) {
  return (struct clock){.now_ns = read_fixed, .context = now_ns};
}
