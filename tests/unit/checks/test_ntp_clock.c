/* Clients that tell the time by their own clock and the offset, and not by the reply's timestamp.
 */
#include "rig.h"

#define S INT64_C(1000000000) /* a second in nanoseconds */
#define AHEAD_S 100

/* The server's clock at so many milliseconds after the start of the run, plus its lead. */
static ntp_timestamp server_at(unsigned ms) {
  return ntp_from_unix_ns(RIG_START_NS + ms * (S / 1000) + AHEAD_S * S);
}

/* Asked after 1 ms, answered at once; the server says that the request came `held_s` earlier. */
static void exchange(struct rig *rig, unsigned held_s) {
  rig_at(rig, 0, 1);
  rig_request(rig, SUBJECT, PEER, 0x1234);
  struct ntp_message reply = {.version = 4,
                              .mode = NTP_MODE_SERVER,
                              .stratum = 2,
                              .receive = server_at(1) - ((ntp_timestamp)held_s << 32),
                              .transmit = server_at(1)};
  packets_ntp(&rig->packets, PEER, SUBJECT, &reply);
}

static void an_offset_alone_tells_what_was_believed(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0);
  rig_observes(rig, "offset");
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "no `offset`");
  rig_prints_number(rig, 0, "offset", "100.0001");
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
  rig_holds(rig, CHECK(CHECK_ACCEPTED_OR_REJECTED));
  rig_fails(rig, CHECK(CHECK_REJECTED), "printed an offset of 100.0001 s");
  rig_exits(rig, 0, 1);
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "exit 1");
  rig_fails(rig, CHECK(CHECK_REJECTED), "printed an offset of 100.0001 s");
}

static void an_offset_of_nothing_is_told(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0);
  rig_prints_number(rig, 0, "offset", "99.000");
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "`offset` is 99.000");
  rig_fails(rig, CHECK(CHECK_ACCEPTED_OR_REJECTED), "`offset` is 99.000");
}

/* By RFC 4330 the offset is half of what both ways say: here 95 s. */
static void a_clock_may_be_moved_by_the_offset(void **state) {
  struct rig *rig = *state;
  exchange(rig, 10);
  rig_prints_time(rig, 0, RIG_START_NS + 95 * S, S);
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
  struct observation *time = &rig->runs[0].observed.list[0];
  time->resolution_ns = S / 1000; /* a fraction would be the reply's */
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "printed the time 2026-01-01 00:01:35");
  time->resolution_ns = S;
  time->unix_ns = RIG_START_NS + 90 * S; /* the receive timestamp */
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "printed the time 2026-01-01 00:01:30");
  time->unix_ns = RIG_START_NS; /* its own clock, unmoved */
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "printed the time 2026-01-01 00:00:00");
  time->unix_ns = RIG_START_NS + 100 * S; /* the transmit timestamp */
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(an_offset_alone_tells_what_was_believed),
      RIG_TEST(an_offset_of_nothing_is_told),
      RIG_TEST(a_clock_may_be_moved_by_the_offset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
