/* What a call would do to the clock, read from the subject's own structures. */
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "subject/supervisor_linux.h"

enum { NS_A_SECOND = 1000000000, NS_A_MICROSECOND = 1000, ADJTIME_READS = 0x2000 };

/* Where the members of a structure lie, in a 32-bit and in a 64-bit program (and in the time64
 * calls of 32-bit programs). */
struct layout {
  size_t word, timex_len, offset_at, status_at, time_at;
};
static const struct layout narrow = {4, 44, 4, 20, 36};
static const struct layout wide = {8, 88, 8, 40, 72};

static const struct layout *layout_of(const struct supervised_call *call) {
  return call->is_64_bit || strstr(call->name, "64") != NULL ? &wide : &narrow;
}

static int64_t word_at(const uint8_t *bytes, const struct layout *layout) {
  int64_t eight;
  int32_t four;
  if (layout->word == sizeof eight) {
    memcpy(&eight, bytes, sizeof eight);
    return eight;
  }
  memcpy(&four, bytes, sizeof four);
  return four;
}

static int32_t number_at(const uint8_t *bytes) {
  int32_t four;
  memcpy(&four, bytes, sizeof four);
  return four;
}

/* A number that no clock can hold must not overflow here. */
static int64_t in_ns(int64_t seconds, int64_t fraction, int64_t ns_a_unit) {
  int64_t ns, rest;
  if (__builtin_mul_overflow(seconds, (int64_t)NS_A_SECOND, &ns) ||
      __builtin_mul_overflow(fraction, ns_a_unit, &rest) || __builtin_add_overflow(ns, rest, &ns))
    return 0;
  return ns;
}

/* struct timespec (a unit of 1 ns) or struct timeval (1,000 ns). */
static bool sets_time(const struct supervised_call *call, uint64_t address, int64_t ns_a_unit,
                      struct clock_attempt *attempt) {
  const struct layout *layout = layout_of(call);
  uint8_t bytes[16];
  if (!supervised_read(call, address, bytes, 2 * layout->word)) return false;
  attempt->change = CLOCK_CHANGE_SET;
  attempt->resolution_ns = ns_a_unit;
  attempt->value_ns =
      in_ns(word_at(bytes, layout), word_at(bytes + layout->word, layout), ns_a_unit);
  return true;
}

static bool steps_or_slews(const struct supervised_call *call, uint64_t address,
                           struct clock_attempt *attempt) {
  const struct layout *layout = layout_of(call);
  uint8_t bytes[88];
  if (!supervised_read(call, address, bytes, layout->timex_len)) return false;
  const int32_t modes = number_at(bytes);
  if (modes == 0 || modes == (ADJ_OFFSET_SINGLESHOT | ADJTIME_READS)) return false; /* only asks */
  const bool nano = (modes & ADJ_NANO) != 0;
  if ((modes & ADJ_SETOFFSET) != 0) {
    attempt->change = CLOCK_CHANGE_SHIFT;
    attempt->resolution_ns = nano ? 1 : NS_A_MICROSECOND;
    attempt->value_ns =
        in_ns(word_at(bytes + layout->time_at, layout),
              word_at(bytes + layout->time_at + layout->word, layout), nano ? 1 : NS_A_MICROSECOND);
  } else if ((modes & ADJ_OFFSET) != 0) {
    const bool in_nano =
        nano || ((modes & ADJ_STATUS) != 0 && (number_at(bytes + layout->status_at) & STA_NANO));
    attempt->change = CLOCK_CHANGE_SHIFT;
    attempt->resolution_ns = in_nano ? 1 : NS_A_MICROSECOND;
    attempt->value_ns =
        in_ns(0, word_at(bytes + layout->offset_at, layout), in_nano ? 1 : NS_A_MICROSECOND);
  }
  return true;
}

bool clock_call_sets(const struct supervised_call *call, struct clock_attempt *attempt) {
  *attempt = (struct clock_attempt){.call = call->name};
  const bool by_id = strncmp(call->name, "clock_", 6) == 0;
  if (by_id && call->args[0] != CLOCK_REALTIME) return false; /* no other clock can be set */
  if (strncmp(call->name, "clock_settime", 13) == 0)
    return sets_time(call, call->args[1], 1, attempt);
  if (by_id) return steps_or_slews(call, call->args[1], attempt);
  if (strcmp(call->name, "adjtimex") == 0) return steps_or_slews(call, call->args[0], attempt);
  /* Without a time, settimeofday sets the time zone, which shifts the clock at its first use. */
  if (strcmp(call->name, "settimeofday") == 0 && call->args[0] == 0) return true;
  if (strcmp(call->name, "settimeofday") == 0)
    return sets_time(call, call->args[0], NS_A_MICROSECOND, attempt);
  int32_t seconds; /* stime: of 32-bit programs only */
  if (!supervised_read(call, call->args[0], &seconds, sizeof seconds)) return false;
  attempt->change = CLOCK_CHANGE_SET;
  attempt->resolution_ns = NS_A_SECOND;
  attempt->value_ns = in_ns(seconds, 0, 1);
  return true;
}
