/* The timestamps of proto/ntp.h: to and from POSIX time, across eras (RFC 5905 section 6). */
#include "proto/ntp.h"

#define NS_PER_S INT64_C(1000000000)

/* Seconds rounded down and 0..999999999 ns, for either sign. */
struct instant {
  int64_t s, ns;
};

static struct instant instant_of(int64_t unix_ns) {
  struct instant instant = {.s = unix_ns / NS_PER_S, .ns = unix_ns % NS_PER_S};
  if (instant.ns < 0) {
    instant.ns += NS_PER_S;
    instant.s--;
  }
  return instant;
}

/* Saturates where nanoseconds in 64 bits end, in 1677 and 2262. */
static int64_t instant_to_ns(struct instant instant) {
  /* Towards zero first: the earliest time of all has seconds that do not fit alone. */
  if (instant.s < 0 && instant.ns > 0) {
    instant.s++;
    instant.ns -= NS_PER_S;
  }
  int64_t unix_ns;
  if (__builtin_mul_overflow(instant.s, NS_PER_S, &unix_ns) ||
      __builtin_add_overflow(unix_ns, instant.ns, &unix_ns)) {
    return instant.s < 0 ? INT64_MIN : INT64_MAX;
  }
  return unix_ns;
}

ntp_timestamp ntp_from_unix_ns(int64_t unix_ns) {
  struct instant instant = instant_of(unix_ns);
  uint32_t seconds = (uint32_t)(uint64_t)(instant.s + NTP_UNIX_EPOCH_S); /* modulo the era */
  /* At most 2^32 - 4: a nanosecond is more than 4 units, so that rounding never makes a second. */
  uint64_t fraction = (((uint64_t)instant.ns << 32) + NS_PER_S / 2) / NS_PER_S;
  return (uint64_t)seconds << 32 | fraction;
}

int64_t ntp_to_unix_ns(ntp_timestamp timestamp, int64_t near_unix_ns) {
  int64_t near_s = instant_of(near_unix_ns).s;
  uint32_t seconds = (uint32_t)(timestamp >> 32) - (uint32_t)NTP_UNIX_EPOCH_S;
  int32_t ahead_s = (int32_t)(seconds - (uint32_t)(uint64_t)near_s);

  uint64_t fraction = timestamp & UINT32_MAX;
  int64_t ns = (int64_t)((fraction * NS_PER_S + (UINT64_C(1) << 31)) >> 32); /* may be a second */
  return instant_to_ns((struct instant){.s = near_s + ahead_s, .ns = ns});
}

int64_t ntp_difference(ntp_timestamp a, ntp_timestamp b) {
  return (int64_t)(a - b);
}
