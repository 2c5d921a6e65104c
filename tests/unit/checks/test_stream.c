/* Checks on octets of the wire by pattern, on silence, and on a client's own end. */
#include "rig.h"

#define SUBJECT_NEXT at("127.0.0.1", 40001)
#define STRANGER at("127.0.0.9", 7)

/* A connection on which each side says one text, whole. */
static void talk(struct rig *rig, struct endpoint from, struct endpoint to, const char *question,
                 const char *answer) {
  struct connection connection = connection_between(&rig->packets, from, to, 1000, 2000);
  connection_open(&connection);
  connection_send(&connection, 0, question);
  connection_receive(&connection, 1, true);
  connection_send(&connection, 1, answer);
  connection_receive(&connection, 0, true);
  connection_close(&connection, 0);
}

static void refuse(struct rig *rig, struct endpoint from, struct endpoint to) {
  struct connection connection = connection_between(&rig->packets, from, to, 1000, 2000);
  struct span nothing = {NULL, 0};
  connection_segment(&connection, 0, 1000, 0, TCP_SYN, nothing);
  connection_segment(&connection, 1, 0, 1001, TCP_RST | TCP_ACK, nothing);
}

static void streams_fit(void **state) {
  struct rig *rig = *state;
  rig_fails(rig, CHECK(CHECK_SERVER_SENT("^hello$")), "it sent nothing");
  talk(rig, SUBJECT, PEER, "ask", "hello");
  rig_holds(rig, CHECK(CHECK_SERVER_SENT("^hello$")));
  rig_holds(rig, CHECK(CHECK_CLIENT_SENT("^ask$")));
  rig_fails(rig, CHECK(CHECK_SERVER_SENT("^ask$")), "stream of a connection is `hello`");
  rig_fails(rig, CHECK(CHECK_CLIENT_SENT("^hello$")), "stream of a connection is `ask`");
  talk(rig, SUBJECT_NEXT, PEER, "ask", "bye");
  rig_fails(rig, CHECK(CHECK_SERVER_SENT("^hello$")), "`bye`"); /* on each connection */
  rig_holds(rig, CHECK(CHECK_SERVER_SENT("^(hello|bye)$")));
}

static void streams_are_whole(void **state) {
  struct rig *rig = *state;
  struct connection connection = connection_between(&rig->packets, SUBJECT, PEER, 1, 2);
  connection_open(&connection);
  connection_send(&connection, 1, "Wel");
  connection_send(&connection, 1, "come\n");
  connection_receive(&connection, 0, true);
  connection_close(&connection, 1);
  rig_holds(rig, CHECK(CHECK_SERVER_SENT("\\AWelcome\\n\\z")));
}

static void silence_on_a_connection_fits_no_word(void **state) {
  struct rig *rig = *state;
  struct connection connection = connection_between(&rig->packets, SUBJECT, PEER, 1, 2);
  connection_open(&connection);
  connection_close(&connection, 0);
  rig_fails(rig, CHECK(CHECK_CLIENT_SENT(".")), "(0 octets)");
  rig_holds(rig, CHECK(CHECK_CLIENT_SENT("\\A\\z")));
}

static void a_refused_attempt_is_no_connection(void **state) {
  struct rig *rig = *state;
  refuse(rig, SUBJECT, PEER);
  rig_fails(rig, CHECK(CHECK_CLIENT_SENT("^ask$")), "it sent nothing");
  talk(rig, SUBJECT_NEXT, PEER2, "ask", "hello");
  rig_holds(rig, CHECK(CHECK_CLIENT_SENT("^ask$")));
}

static void datagrams_fit(void **state) {
  struct rig *rig = *state;
  packets_text(&rig->packets, SUBJECT, PEER, "ask");
  packets_text(&rig->packets, PEER, SUBJECT, "hello");
  rig_holds(rig, CHECK(CHECK_SERVER_SENT("^hello$")));
  rig_holds(rig, CHECK(CHECK_CLIENT_SENT("^ask$")));
  packets_text(&rig->packets, SUBJECT, PEER, "beg");
  rig_fails(rig, CHECK(CHECK_CLIENT_SENT("^ask$")), "a datagram is `beg`");
  rig_holds(rig, CHECK(CHECK_SERVER_SENT("^hello$")));
}

/* Who sends nothing has to say so, by its exit and in words. */
static void what_may_be_refused(void **state) {
  struct rig *rig = *state;
  const struct check check = CHECK(CHECK_CLIENT_SENT_OR_REFUSED("^ask$"));
  struct subject_outcome outcome = *rig->runs[0].outcome;
  rig->runs[0].outcome = &outcome;
  rig->runs[0].success = true;
  outcome.err.total_bytes = 10;
  rig_fails(rig, check, "as if it had what it asked for");
  rig->runs[0].success = false;
  rig_holds(rig, check);
  outcome.err.total_bytes = 0;
  rig_fails(rig, check, "standard error is empty");
  talk(rig, SUBJECT, PEER, "ask", "hello");
  rig_holds(rig, check);
  talk(rig, SUBJECT_NEXT, PEER, "beg", "hello");
  rig_fails(rig, check, "`beg`");
}

static void others_are_not_judged(void **state) {
  struct rig *rig = *state;
  talk(rig, SUBJECT, STRANGER, "psst", "what");
  rig_fails(rig, CHECK(CHECK_SERVER_SENT("what")), "it sent nothing");
}

static void a_wrong_pattern_is_the_cases_fault(void **state) {
  rig_unjudgeable(*state, CHECK(CHECK_SERVER_SENT("(")));
}

static void one_question_once(void **state) {
  struct rig *rig = *state;
  packets_text(&rig->packets, SUBJECT, PEER, "01ask");
  packets_text(&rig->packets, PEER, SUBJECT, "01ask");
  packets_text(&rig->packets, SUBJECT, PEER, "02beg");
  packets_text(&rig->packets, SUBJECT, STRANGER, "02ask");
  rig_holds(rig, CHECK(CHECK_ASKS_ONCE));
  packets_text(&rig->packets, SUBJECT_NEXT, PEER, "03ask"); /* from another port, too */
  rig_fails(rig, CHECK(CHECK_ASKS_ONCE), "asked 2 times");
}

static void not_one_packet(void **state) {
  struct rig *rig = *state;
  rig_holds(rig, CHECK(CHECK_SENDS_NOTHING));
  packets_text(&rig->packets, SUBJECT, STRANGER, "psst");
  rig_fails(rig, CHECK(CHECK_SENDS_NOTHING), "127.0.0.9 port 7");
}

static void own_end(void **state) {
  struct rig *rig = *state;
  const struct check first = CHECK(CHECK_OBSERVED_CLIENT_END("address", "port", 1));
  const struct check second = CHECK(CHECK_OBSERVED_CLIENT_END("address", "port", 2));
  rig_fails(rig, first, "no such connection");
  talk(rig, SUBJECT_NEXT, STRANGER, "psst", "what"); /* with no endpoint of the case: not counted */
  talk(rig, SUBJECT, PEER, "ask", "hello");
  rig_unobservable(rig, first);
  rig_prints(rig, 0, "address", "127.0.0.1");
  rig_unobservable(rig, first);
  rig_prints_number(rig, 0, "port", "40000");
  rig_holds(rig, first);
  rig_fails(rig, second, "no such connection");
  talk(rig, SUBJECT_NEXT, PEER, "ask", "hello");
  rig_fails(rig, second, "`127.0.0.1` `40000` are printed, and it was 127.0.0.1 port 40001");
}

static void own_end_wrongly_told(void **state) {
  struct rig *rig = *state;
  talk(rig, SUBJECT, PEER, "ask", "hello");
  struct observation *address = rig_prints(rig, 0, "address", "127.0.0.2");
  rig_prints_number(rig, 0, "port", "40000");
  const struct check check = CHECK(CHECK_OBSERVED_CLIENT_END("address", "port", 0));
  rig_fails(rig, check, "127.0.0.2");
  strcpy(address->text, "localhost");
  rig_fails(rig, check, "localhost");
  strcpy(address->text, "127.0.0.1");
  rig_holds(rig, check);
  rig->runs[0].observed.list[1].is_number = false;
  rig_fails(rig, check, "40000");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(streams_fit),
      RIG_TEST(streams_are_whole),
      RIG_TEST(silence_on_a_connection_fits_no_word),
      RIG_TEST(a_refused_attempt_is_no_connection),
      RIG_TEST(datagrams_fit),
      RIG_TEST(what_may_be_refused),
      RIG_TEST(others_are_not_judged),
      RIG_TEST(a_wrong_pattern_is_the_cases_fault),
      RIG_TEST(one_question_once),
      RIG_TEST(not_one_packet),
      RIG_TEST(own_end),
      RIG_TEST(own_end_wrongly_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
