/* What a reply says of the server's clock against the subject's, as the wire bounds it. */
#ifndef SOCKPROOF_RUN_CHECK_NTP_CLOCK_H
#define SOCKPROOF_RUN_CHECK_NTP_CLOCK_H

#include "run/check/check_common.h"
#include "run/check/check_packets.h"

/* Cut to the nanosecond, not rounded: the last fractions of a second must not become the next one.
 * RFC 4330 section 3: with the highest bit set the time is in 1968 to 2036, else in 2036 to 2104.
 */
int64_t check_ntp_unix_ns(ntp_timestamp timestamp);

/* Between which values the offset lies that a client computes of a reply (RFC 5905 section 8). */
struct clock_bounds {
  int64_t least_ns, most_ns;
};

/* A client reads its clock before its request leaves and after the reply came, moments away where
 * the host is busy. False where the reply is no NTP header. */
bool check_offset_bounds(const struct judged_case *judged, const struct walked *reply,
                         struct clock_bounds *bounds);

/* The profile observes no `time`, but an `offset`: by this it is judged what the subject took for
 * the time. */
bool check_tells_offset_alone(const struct judged_case *judged);

/* The `offset` that the run printed is that of the reply; otherwise the finding says what it is. */
bool check_offset_is_of(const struct judged_case *judged, const struct walked *reply, size_t run,
                        struct finding *finding);

#endif
