#include "run/play/pace.h"

/* What all cases that start at the same moment may need before each of them has started. */
enum { LATE_AT_MOST_MS = 1000, START_MS = 500 };

static unsigned between(int64_t value, unsigned low, unsigned high) {
  if (value <= (int64_t)low) return low;
  return value >= (int64_t)high ? high : (unsigned)value;
}

void pace_start(struct pace *pace, unsigned cpus, unsigned most, bool fixed) {
  const unsigned first = cpus < most ? cpus : most;
  *pace = (struct pace){.cpus = first,
                        .most = most,
                        .limit = fixed ? most : first,
                        .busy_ms = INT64_MAX,
                        .fixed = fixed};
}

void pace_measure(struct pace *pace, unsigned ended, int64_t cpu_ms) {
  if (pace->fixed || ended == 0) return;
  pace->measured = true;
  if (cpu_ms < 1) cpu_ms = 1;
  pace->busy_ms = 2 * cpu_ms / ended + START_MS;
  pace->limit =
      between((int64_t)pace->cpus * LATE_AT_MOST_MS * ended / cpu_ms, pace->cpus, pace->most);
}

void pace_second(struct pace *pace, int64_t elapsed_ms, int64_t idle_ms) {
  const int64_t whole_ms = (int64_t)pace->cpus * elapsed_ms;
  pace->saturated = idle_ms * 10 < whole_ms;
  const bool idle = idle_ms * 4 >= whole_ms;
  if (pace->fixed || pace->measured || !idle) return;
  pace->limit = between((int64_t)pace->limit + pace->cpus, 1, pace->most);
}

bool pace_takes_more(const struct pace *pace, unsigned running, unsigned busy) {
  if (running >= pace->most) return false;
  return pace->saturated && !pace->fixed ? running < pace->limit : busy < pace->limit;
}
