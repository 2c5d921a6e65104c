#include "rig.h"

/* The rig's first run begins on 2026-01-01 at 00:00:00 UTC. */
#define MIDNIGHT UINT32_C(3976214400)

static void tell_at(struct rig *rig, unsigned ms, uint32_t number, size_t len) {
  const uint8_t octets[8] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                             (uint8_t)(number >> 8), (uint8_t)number};
  rig_at(rig, 0, ms);
  packets_text(&rig->packets, SUBJECT, PEER, "");
  packets_udp(&rig->packets, PEER, SUBJECT, span_of(octets, len));
}

static void server_tells_time(void **state) {
  struct rig *rig = *state;
  rig_fails(rig, CHECK(CHECK_SERVER_TELLS_TIME), "it sent nothing");
  tell_at(rig, 0, MIDNIGHT, 4);
  tell_at(rig, 100, MIDNIGHT - 2, 4);
  tell_at(rig, 200, MIDNIGHT + 2, 4);
  rig_holds(rig, CHECK(CHECK_SERVER_TELLS_TIME));
  tell_at(rig, 1000, MIDNIGHT - 2, 4);
  rig_fails(rig, CHECK(CHECK_SERVER_TELLS_TIME), "3976214398 was sent at 2026-01-01 00:00:01");
}

static void of_another_length(void **state) {
  struct rig *rig = *state;
  tell_at(rig, 0, MIDNIGHT, 5);
  rig_fails(rig, CHECK(CHECK_SERVER_TELLS_TIME), "5 octets were sent");
}

static void of_another_epoch(void **state) {
  struct rig *rig = *state;
  tell_at(rig, 0, 1767225600, 4);
  rig_fails(rig, CHECK(CHECK_SERVER_TELLS_TIME), "which is 3976214400");
}

static void on_a_connection(void **state) {
  struct rig *rig = *state;
  static const char words[] = "1 Jan 2026 00:00:01\r\n";
  struct connection connection = connection_between(&rig->packets, SUBJECT, PEER, 100, 200);
  rig_at(rig, 0, 0);
  connection_open(&connection);
  rig_fails(rig, CHECK(CHECK_SERVER_TELLS_DAYTIME), "nothing was sent on a connection");
  connection_send(&connection, 1, words);
  connection_close(&connection, 1);
  rig_holds(rig, CHECK(CHECK_SERVER_TELLS_DAYTIME));
  rig_fails(rig, CHECK(CHECK_SERVER_TELLS_TIME), "21 octets were sent");
}

/* Said at 2026-01-01 00:00:00. */
static void server_tells_daytime(void **state) {
  static const struct {
    const char *text;
    bool right;
  } table[] = {
      {"Thursday, January 1, 2026 00:00:00-UTC\r\n", true},
      {"01 JAN 26 00:00:01 UTC", true},
      {"Wed Dec 31 16:00:00 2025", false}, /* half a day off, and a year in UTC */
      {"Thu Jan  1 00:01:00 2026", false},
      {"2025-12-31T23:59:59Z", true},
      {"Thursday, January 1, 126 00:00:00-UTC", false},
      {"1 Jan 00:00:26", false},
      {"00:00 20261", false},
      {"2026-01-01", false},
      {"", false},
  };
  struct rig *rig = *state;
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    rig_destroy(rig);
    rig_create(rig);
    rig_at(rig, 0, 0);
    packets_text(&rig->packets, SUBJECT, PEER, "");
    packets_text(&rig->packets, PEER, SUBJECT, table[i].text);
    if (table[i].right) rig_holds(rig, CHECK(CHECK_SERVER_TELLS_DAYTIME));
    if (!table[i].right)
      rig_fails(rig, CHECK(CHECK_SERVER_TELLS_DAYTIME), "was sent at 2026-01-01");
  }
}

static void time_told(void **state) {
  struct rig *rig = *state;
  enum { SECOND = 1000000000 };
  rig_unobservable(rig, CHECK(CHECK_TIME_TOLD(2208988800)));
  rig_prints_time(rig, 0, 0, SECOND);
  rig_holds(rig, CHECK(CHECK_TIME_TOLD(2208988800)));
  rig_fails(rig, CHECK(CHECK_TIME_TOLD(2208988801)), "exit 0");
  rig_fails(rig, CHECK(CHECK_TIME_TOLD_OR_REFUSED(2208988801)), "exit 0");
  rig_exits(rig, 0, 1);
  rig_fails(rig, CHECK(CHECK_TIME_TOLD(2208988800)), "exit 1");
  rig_fails(rig, CHECK(CHECK_TIME_TOLD_OR_REFUSED(2208988800)), "exit 1"); /* and told one */
}

static void wrapped_or_refused(void **state) {
  struct rig *rig = *state;
  rig_observes(rig, "time");
  rig_fails(rig, CHECK(CHECK_TIME_TOLD_OR_REFUSED(1000)), "no `time`");
  rig_exits(rig, 0, 1);
  rig_holds(rig, CHECK(CHECK_TIME_TOLD_OR_REFUSED(1000)));
  rig_fails(rig, CHECK(CHECK_TIME_TOLD(1000)), "no `time`");
  rig_exits(rig, 0, 0);
  rig_prints_time(rig, 0, INT64_C(2085979496) * 1000000000, 1); /* 2036-02-07 06:44:56 */
  rig_holds(rig, CHECK(CHECK_TIME_TOLD_OR_REFUSED(1000)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(server_tells_time),  RIG_TEST(of_another_length),    RIG_TEST(of_another_epoch),
      RIG_TEST(on_a_connection),    RIG_TEST(server_tells_daytime), RIG_TEST(time_told),
      RIG_TEST(wrapped_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
