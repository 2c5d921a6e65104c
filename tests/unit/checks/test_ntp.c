#include "rig.h"

#define S INT64_C(1000000000) /* a second in nanoseconds */

/* 2004-09-27 03:18:04.125, as a timestamp and as POSIX has it. */
#define SECONDS_2004 INT64_C(1096255084)
#define T2004 ((uint64_t)(SECONDS_2004 + NTP_UNIX_EPOCH_S) << 32 | UINT64_C(0x20000000))
#define NS_2004 (SECONDS_2004 * S + S / 8)

static void exchange(struct rig *rig, size_t run, ntp_timestamp transmit) {
  rig_at(rig, run, 1);
  rig_request(rig, SUBJECT, PEER, 0x1234);
  rig_reply(rig, PEER, SUBJECT, transmit);
}

static void accepted_to_the_resolution(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_prints_time(rig, 0, SECONDS_2004 * S, S);
  struct observation *time = &rig->runs[0].observed.list[0];
  rig_holds(rig, CHECK(CHECK_ACCEPTED)); /* cut */
  time->unix_ns = (SECONDS_2004 + 1) * S;
  rig_holds(rig, CHECK(CHECK_ACCEPTED)); /* rounded up */
  time->unix_ns = (SECONDS_2004 + 2) * S;
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "the time 2004-09-27 03:18:06, exit 0");
  time->unix_ns = (SECONDS_2004 - 1) * S;
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "03:18:03");

  time->resolution_ns = 1000;
  time->unix_ns = NS_2004 - 1000;
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
  time->unix_ns = NS_2004 - 3000;
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "03:18:04.124997");
}

static void accepted_is_more_than_printed(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_unobservable(rig, CHECK(CHECK_ACCEPTED));
  rig_observes(rig, "time");
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "no `time` (.) in its output, exit 0");
  rig_exits(rig, 0, 1);
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "no `time` (.) in its output, exit 1");
  rig_prints_time(rig, 0, NS_2004, S);
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "exit 1");
  rig_exits(rig, 0, 0);
  rig->runs[0].observed.list[0].is_time = false;
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "no time in the profile's format");
}

static void accepted_needs_a_reply(void **state) {
  struct rig *rig = *state;
  rig_prints_time(rig, 0, NS_2004, S);
  rig_request(rig, SUBJECT, PEER, 1);
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "no reply");
  packets_text(&rig->packets, PEER, SUBJECT, "too short");
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "no reply");
}

static void eras(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, UINT64_C(0x00010000) << 32);
  rig_prints_time(rig, 0, ((INT64_C(1) << 32) + 0x10000 - NTP_UNIX_EPOCH_S) * S, S);
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
  rig->runs[0].observed.list[0].unix_ns = (0x10000 - NTP_UNIX_EPOCH_S) * S;
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "1900-01-01");
  assert_non_null(strstr(rig->finding.expected, "2036-02-08"));
}

/* A bad reply 1,000 s later, and a good one: which of them is printed. */
static void reply_not_taken(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004 + (UINT64_C(1000) << 32));
  rig_holds(rig, CHECK(CHECK_REPLY_NOT_TAKEN(1, "S60"))); /* nothing is printed */
  rig_prints_time(rig, 0, (SECONDS_2004 + 1000) * S, S);
  struct observation *time = &rig->runs[0].observed.list[0];
  rig_fails(rig, CHECK(CHECK_REPLY_NOT_TAKEN(1, "S60")), "03:34:44");
  rig_reply(rig, PEER, SUBJECT, T2004);
  rig_fails(rig, CHECK(CHECK_REPLY_NOT_TAKEN(1, "S60")), "03:34:44");
  time->unix_ns = SECONDS_2004 * S;
  rig_holds(rig, CHECK(CHECK_REPLY_NOT_TAKEN(1, "S60")));
  rig_holds(rig, CHECK(CHECK_REPLY_NOT_TAKEN(3, "S60"))); /* it never came */
}

/* The n-th reply, also where it comes from elsewhere; a bad one at last is not the last. */
static void which_reply(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_reply(rig, PEER2, SUBJECT, T2004 + (UINT64_C(100) << 32));
  rig_reply(rig, at("127.0.0.1", 124), SUBJECT, T2004 + (UINT64_C(200) << 32));
  packets_text(&rig->packets, PEER, SUBJECT, "short");
  rig_prints_time(rig, 0, SECONDS_2004 * S, S);
  struct observation *time = &rig->runs[0].observed.list[0];
  rig_holds(rig, CHECK(CHECK_ACCEPTED_REPLY(1)));
  rig_fails(rig, CHECK(CHECK_ACCEPTED_REPLY(2)), "03:18:04");
  time->unix_ns += 100 * S;
  rig_holds(rig, CHECK(CHECK_ACCEPTED_REPLY(2)));
  time->unix_ns += 100 * S;
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
  rig_fails(rig, CHECK(CHECK_ACCEPTED_REPLY(5)), "no reply");
}

static void each_run_has_its_reply(void **state) {
  struct rig *rig = *state;
  rig_set_runs(rig, 2);
  exchange(rig, 0, T2004);
  exchange(rig, 1, T2004 + (UINT64_C(60) << 32));
  rig_prints_time(rig, 0, SECONDS_2004 * S, S);
  rig_prints_time(rig, 1, SECONDS_2004 * S, S);
  rig_fails(rig, CHECK(CHECK_ACCEPTED), "in run 2: printed");
  rig_holds(rig, CHECK(CHECK_ACCEPTED_REPLY(1)));
  rig_fails(rig, CHECK(CHECK_ACCEPTED_REPLY(2)), "in run 2: printed");
  rig->runs[1].observed.list[0].unix_ns += 60 * S;
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
}

static void rejected(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_fails(rig, CHECK(CHECK_REJECTED), "no `time` in its output, but exit 0");
  rig_exits(rig, 0, 1);
  rig_holds(rig, CHECK(CHECK_REJECTED)); /* a profile without `time`: success alone */
  rig_observes(rig, "time");
  rig_holds(rig, CHECK(CHECK_REJECTED));
  rig_prints_time(rig, 0, NS_2004, S);
  rig_fails(rig, CHECK(CHECK_REJECTED), "printed the time 2004-09-27 03:18:04, exit 1");
  rig->runs[0].observed.list[0].is_time = false;
  rig_fails(rig, CHECK(CHECK_REJECTED), "as `time`, exit 1");
}

static void rejected_in_one_run(void **state) {
  struct rig *rig = *state;
  rig_set_runs(rig, 2);
  rig_exits(rig, 1, 1);
  rig_holds(rig, CHECK(CHECK_REJECTED_IN_RUN(2)));
  rig_fails(rig, CHECK(CHECK_REJECTED_IN_RUN(1)), "in run 1");
  rig_fails(rig, CHECK(CHECK_REJECTED), "in run 1");
  rig_unjudgeable(rig, CHECK(CHECK_REJECTED_IN_RUN(3)));
}

static void accepted_or_rejected(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_exits(rig, 0, 1);
  rig_holds(rig, CHECK(CHECK_ACCEPTED_OR_REJECTED));
  rig_prints_time(rig, 0, SECONDS_2004 * S, S);
  rig_fails(rig, CHECK(CHECK_ACCEPTED_OR_REJECTED), "exit 1"); /* a time, and a failure */
  rig_exits(rig, 0, 0);
  rig_holds(rig, CHECK(CHECK_ACCEPTED_OR_REJECTED));
  rig->runs[0].observed.list[0].unix_ns += 60 * S;
  rig_fails(rig, CHECK(CHECK_ACCEPTED_OR_REJECTED), "03:19:04");
}

static void truncated(void **state) {
  struct rig *rig = *state;
  ntp_timestamp almost = T2004 | UINT32_MAX;
  exchange(rig, 0, almost);
  rig_prints_time(rig, 0, SECONDS_2004 * S, S);
  struct observation *time = &rig->runs[0].observed.list[0];
  rig_holds(rig, CHECK(CHECK_TIME_TRUNCATED));
  time->unix_ns += S; /* rounded up: near enough to be accepted, and not cut */
  rig_holds(rig, CHECK(CHECK_ACCEPTED));
  rig_fails(rig, CHECK(CHECK_TIME_TRUNCATED), "03:18:05");
  time->resolution_ns = 1;
  time->unix_ns = SECONDS_2004 * S + 999999999;
  rig_holds(rig, CHECK(CHECK_TIME_TRUNCATED));
}

static void offset(void **state) {
  struct rig *rig = *state; /* a run takes 10 ms */
  exchange(rig, 0, T2004);
  rig_unobservable(rig, CHECK(CHECK_OFFSET_MS(5000)));
  rig_prints_number(rig, 0, "offset", "5.005900");
  rig_holds(rig, CHECK(CHECK_OFFSET_MS(5000))); /* within half of the run, and a millisecond */
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(4999)), "5.005900");
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(-5000)), "5.005900");

  rig_prints_number(rig, 0, "delay", "0.002000"); /* bounds it more tightly */
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(5000)), "5.005900");
  rig_holds(rig, CHECK(CHECK_OFFSET_MS(5004)));
}

static void offset_of_a_client_whose_delay_cannot_be_true(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_prints_number(rig, 0, "offset", "0.0");
  rig_prints_number(rig, 0, "delay", "100.0"); /* and would excuse anything */
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(1000)), "0.000000");
  rig->runs[0].observed.list[0].is_number = false;
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(0)), "no number");
}

/* Two addresses, the first one silent: T1 of the first request is no excuse. */
static void offset_with_the_clock_of_an_earlier_request(void **state) {
  struct rig *rig = *state;
  rig->outcomes[0].ended_ns = rig->outcomes[0].started_ns + 2020000000; /* 2.02 s */
  rig_at(rig, 0, 1);
  rig_request(rig, SUBJECT, PEER2, 1);
  rig_at(rig, 0, 2001);
  rig_request(rig, SUBJECT, PEER, 1);
  rig_reply(rig, PEER, SUBJECT, T2004);
  rig_prints_number(rig, 0, "offset", "101.000");
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(100000)), "101.000");
  rig_prints_number(rig, 0, "delay", "2.000"); /* of both requests, and no better an excuse */
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(100000)), "101.000");
  rig->runs[0].observed.list[0].number = 100.2; /* on a busy host: within half of what it took */
  rig_holds(rig, CHECK(CHECK_OFFSET_MS(100000)));
}

static void coarse_offsets_are_as_coarse_as_printed(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_prints_number(rig, 0, "offset", "5.1");
  rig_holds(rig, CHECK(CHECK_OFFSET_MS(5000)));
  rig_fails(rig, CHECK(CHECK_OFFSET_MS(4900)), "5.1");
}

static void delay(void **state) {
  struct rig *rig = *state; /* a run takes 10 ms */
  rig_request(rig, SUBJECT, PEER, 1);
  struct ntp_message held = {.version = 4,
                             .mode = NTP_MODE_SERVER,
                             .receive = T2004,
                             .transmit = T2004 + (UINT64_C(8) << 32) / 1000};
  packets_ntp(&rig->packets, PEER, SUBJECT, &held);
  rig_unobservable(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(8)));
  rig_prints_number(rig, 0, "delay", "0.001900");
  struct observation *printed = &rig->runs[0].observed.list[0];
  rig_holds(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(8)));
  printed->number = 0.0025; /* with a part of the hold in it */
  rig_fails(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(8)), "0.002500");
  rig_holds(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(0)));
  printed->number = -0.001;
  rig_fails(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(0)), "-0.001");
}

/* A machine that took a second to wake leaves the delay no room; and where it was told late that
 * the program began, the request tells that it had. */
static void delay_behind_a_launcher(void **state) {
  struct rig *rig = *state;
  struct subject_outcome *outcome = &rig->outcomes[0];
  outcome->ended_ns = outcome->started_ns + INT64_C(1010) * 1000000;
  rig_at(rig, 0, 1001);
  rig_request(rig, SUBJECT, PEER, 1);
  rig_reply(rig, PEER, SUBJECT, T2004);
  rig_prints_number(rig, 0, "delay", "0.120");
  rig_holds(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(0)));
  outcome->began_ns = outcome->started_ns + INT64_C(995) * 1000000;
  rig_fails(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(0)), "0.120");
  outcome->began_ns = outcome->ended_ns;
  rig_fails(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(0)), "0.120");
  rig->runs[0].observed.list[0].number = 0.009;
  rig_holds(rig, CHECK(CHECK_DELAY_WITHOUT_HOLD_MS(0)));
}

static void rejected_or_delay(void **state) {
  struct rig *rig = *state;
  exchange(rig, 0, T2004);
  rig_unobservable(rig, CHECK(CHECK_REJECTED_OR_DELAY_SANE));
  rig_prints_number(rig, 0, "delay", "0.001");
  rig_holds(rig, CHECK(CHECK_REJECTED_OR_DELAY_SANE));
  rig->runs[0].observed.list[0].number = -3.0;
  rig_fails(rig, CHECK(CHECK_REJECTED_OR_DELAY_SANE), "-3.0");
  rig_exits(rig, 0, 1);
  rig_holds(rig, CHECK(CHECK_REJECTED_OR_DELAY_SANE));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(accepted_to_the_resolution),
      RIG_TEST(accepted_is_more_than_printed),
      RIG_TEST(accepted_needs_a_reply),
      RIG_TEST(eras),
      RIG_TEST(reply_not_taken),
      RIG_TEST(which_reply),
      RIG_TEST(each_run_has_its_reply),
      RIG_TEST(rejected),
      RIG_TEST(rejected_in_one_run),
      RIG_TEST(accepted_or_rejected),
      RIG_TEST(truncated),
      RIG_TEST(offset),
      RIG_TEST(offset_of_a_client_whose_delay_cannot_be_true),
      RIG_TEST(offset_with_the_clock_of_an_earlier_request),
      RIG_TEST(coarse_offsets_are_as_coarse_as_printed),
      RIG_TEST(delay),
      RIG_TEST(delay_behind_a_launcher),
      RIG_TEST(rejected_or_delay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
