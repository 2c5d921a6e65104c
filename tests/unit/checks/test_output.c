#include "rig.h"

#include <signal.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void success_and_failure(void **state) {
  struct rig *rig = *state;
  rig_holds(rig, CHECK(CHECK_SUCCEEDED));
  rig_fails(rig, CHECK(CHECK_FAILED), "exit 0");
  rig_holds(rig, CHECK(CHECK_EXIT_CODE(0)));

  rig_exits(rig, 0, 1);
  rig_fails(rig, CHECK(CHECK_SUCCEEDED), "exit 1");
  rig_holds(rig, CHECK(CHECK_FAILED));
  rig_fails(rig, CHECK(CHECK_EXIT_CODE(2)), "exit 1");

  /* A profile whose `success` is a pattern. */
  rig->runs[0].success = true;
  rig_fails(rig, CHECK(CHECK_FAILED), "by the profile's pattern");
  rig_exits(rig, 0, 0);
  rig->runs[0].success = false;
  rig_fails(rig, CHECK(CHECK_SUCCEEDED), "no success by the profile");
}

static void an_exception_is_told_by_the_line_that_says_what(void **state) {
  static const struct {
    const char *told, *line;
  } LANGUAGES[] = {
      {"Traceback (most recent call last):\n  File \"c.py\", line 7\nstruct.error: 48 octets\n",
       "exit 1 by an exception, `struct.error: 48 octets`"},
      {"/c.js:1\nx.y()\n  ^\n\nTypeError: no y\n    at Object (/c.js:1:1)\n    at m\n\nNode.js "
       "v20\n",
       "exit 1 by an exception, `TypeError: no y`"},
      {"Exception in thread \"main\" a.Timeout: late\n\tat C.main(C.java:1)\n",
       "`Exception in thread \"main\" a.Timeout: late`"},
      {"\nthread 'main' (7) panicked at c.rs:1:2:\nno such thing\nnote: run\n", "`no such thing`"},
      {"thread 'main' panicked at 'old', c.rs:1\n", "`thread 'main' panicked at 'old', c.rs:1`"},
      {"panic: it is nil\n\ngoroutine 1 [running]:\nmain()\n", "`panic: it is nil`"},
      {"couldn't open socket\n    while executing\n\"socket a 1\"\n", "`couldn't open socket`"},
      {"c.rb:3:in `go': refused (Errno::ECONNREFUSED)\n", "refused (Errno::ECONNREFUSED)`"},
  };
  struct rig *rig = *state;
  struct subject_output *err = &rig->outcomes[0].err;
  rig_exits(rig, 0, 1);
  for (size_t i = 0; i < sizeof LANGUAGES / sizeof LANGUAGES[0]; i++) {
    err->kept = TEXT_INIT(1000);
    text_append(&err->kept, LANGUAGES[i].told);
    rig_fails(rig, CHECK(CHECK_SUCCEEDED), LANGUAGES[i].line);
    text_free(&err->kept);
  }
  static const char *const NOT[] = {
      "client: no reply at all\n",
      "Traceback (most recent call last):\n  File \"c.py\", line 7\n    killed(here)\n"};
  for (size_t i = 0; i < sizeof NOT / sizeof NOT[0]; i++) {
    err->kept = TEXT_INIT(1000);
    text_append(&err->kept, NOT[i]);
    rig_fails(rig, CHECK(CHECK_SUCCEEDED), "exit 1");
    assert_null(strstr(rig->finding.actual, "exception"));
    text_free(&err->kept);
  }
}

static void who_is_killed_has_not_failed_by_its_exit(void **state) {
  struct rig *rig = *state;
  rig_exits(rig, 0, -1);
  rig->outcomes[0].timed_out = true;
  rig_fails(rig, CHECK(CHECK_FAILED), "killed at its time limit");
  rig->outcomes[0].timed_out = false;
  rig->outcomes[0].signal = 11;
  rig_fails(rig, CHECK(CHECK_FAILED), "signal 11");
  rig_fails(rig, CHECK(CHECK_EXIT_CODE(-1)), "signal 11");
}

static void every_run_counts(void **state) {
  struct rig *rig = *state;
  rig_set_runs(rig, 3);
  rig_holds(rig, CHECK(CHECK_SUCCEEDED));
  rig_exits(rig, 2, 1);
  rig_fails(rig, CHECK(CHECK_SUCCEEDED), "in run 3: exit 1");
}

static void observed_text(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED("stratum", "2")));
  rig_observes(rig, "stratum");
  rig_fails(rig, CHECK(CHECK_OBSERVED("stratum", "2")), "no `stratum` (.) in its output, exit 0");
  rig_prints(rig, 0, "stratum", "2");
  rig_holds(rig, CHECK(CHECK_OBSERVED("stratum", "2")));
  rig_fails(rig, CHECK(CHECK_OBSERVED("stratum", "20")), "`2`");
}

static void observed_number(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_MILLI("delay", 0, 1)));
  rig_prints_number(rig, 0, "delay", "0.749");
  rig_holds(rig, CHECK(CHECK_OBSERVED_MILLI("delay", 749, 751)));
  rig_holds(rig, CHECK(CHECK_OBSERVED_MILLI("delay", 0, 749)));
  rig_fails(rig, CHECK(CHECK_OBSERVED_MILLI("delay", 750, 751)), "0.749");
  rig_fails(rig, CHECK(CHECK_OBSERVED_MILLI("delay", -1, 748)), "0.749");
  rig_prints(rig, 0, "leap", "none");
  rig_fails(rig, CHECK(CHECK_OBSERVED_MILLI("leap", 0, 3000)), "none");
}

static void waited(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_WAITED_MS("delay", 0, 1)));
  rig_prints_number(rig, 0, "delay", "0.990");
  rig_holds(rig, CHECK(CHECK_WAITED_MS("delay", 990, 1000)));
  rig_fails(rig, CHECK(CHECK_WAITED_MS("delay", 1000, 5000)), "0.990");
  rig_fails(rig, CHECK(CHECK_WAITED_MS("delay", 0, 989)), "0.990");
  rig->judged.early_ms = 10;
  rig_holds(rig, CHECK(CHECK_WAITED_MS("delay", 1000, 5000)));
  rig_fails(rig, CHECK(CHECK_WAITED_MS("delay", 1001, 5000)), "0.990");
  rig_fails(rig, CHECK(CHECK_WAITED_MS("delay", 0, 989)), "0.990");
}

static void observed_address(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_ADDRESS("address", "peer")));
  rig_unjudgeable(rig, CHECK(CHECK_OBSERVED_ADDRESS("address", "nobody")));
  rig_prints(rig, 0, "address", "127.0.0.1");
  rig_holds(rig, CHECK(CHECK_OBSERVED_ADDRESS("address", "peer")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_ADDRESS("address", "peer2")), "127.0.0.1");
}

static void printed_once(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_PRINTED_ONCE("time")));
  rig_observes(rig, "time");
  rig_fails(rig, CHECK(CHECK_PRINTED_ONCE("time")), "no `time` (.) in its output");
  rig_prints(rig, 0, "time", "now");
  rig_holds(rig, CHECK(CHECK_PRINTED_ONCE("time")));
  rig->runs[0].observed.matches[0] = 2;
  rig_fails(rig, CHECK(CHECK_PRINTED_ONCE("time")), "2 times");
}

static void told_on_stderr(void **state) {
  struct rig *rig = *state;
  rig_fails(rig, CHECK(CHECK_TOLD_ON_STDERR), "empty");
  rig->outcomes[0].err.total_bytes = 1;
  rig_holds(rig, CHECK(CHECK_TOLD_ON_STDERR));
}

static void told_in_one_line(void **state) {
  struct rig *rig = *state;
  struct text *said = &rig->outcomes[0].err.kept;
  rig_fails(rig, CHECK(CHECK_TOLD_IN_ONE_LINE), "(0 octets)");
  const struct {
    const char *text;
    bool holds;
  } table[] = {
      {"it failed\n", true},         {"a\tb\n", true},         {"\n", false},
      {"it failed", false},          {"one\ntwo\n", false},    {"\none\n", false},
      {"\x1b[2Jit failed\n", false}, {"caf\xc3\xa9\n", false},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    text_clear(said);
    text_append(said, table[i].text);
    if (table[i].holds)
      rig_holds(rig, CHECK(CHECK_TOLD_IN_ONE_LINE));
    else
      rig_fails(rig, CHECK(CHECK_TOLD_IN_ONE_LINE), "standard error is");
  }
  text_free(said); /* which the new runs would lose */
  rig_set_runs(rig, 2);
  text_append(&rig->outcomes[0].err.kept, "x\n");
  rig_fails(rig, CHECK(CHECK_TOLD_IN_ONE_LINE), "in run 2: ");
  text_free(&rig->outcomes[0].err.kept);
}

static void ended_within(void **state) {
  struct rig *rig = *state; /* a run takes 10 ms */
  rig_holds(rig, CHECK(CHECK_ENDED_WITHIN_MS(10)));
  rig_fails(rig, CHECK(CHECK_ENDED_WITHIN_MS(9)), "10 ms after its start");
  rig->judged.slowness = 2;
  rig_holds(rig, CHECK(CHECK_ENDED_WITHIN_MS(5)));
  rig->outcomes[0].timed_out = true;
  rig_fails(rig, CHECK(CHECK_ENDED_WITHIN_MS(1000)), "killed");
}

/* A machine that took 11 s to wake on a busy host left its program one second of the bound. */
static void a_launcher_takes_its_time(void **state) {
  struct rig *rig = *state;
  struct subject_outcome *outcome = &rig->outcomes[0];
  outcome->ended_ns = outcome->started_ns + INT64_C(13000) * 1000000;
  rig_fails(rig, CHECK(CHECK_ENDED_WITHIN_MS(12000)), "13000 ms after its start");
  outcome->began_ns = outcome->started_ns + INT64_C(11000) * 1000000;
  rig_holds(rig, CHECK(CHECK_ENDED_WITHIN_MS(2000)));
  rig_fails(rig, CHECK(CHECK_ENDED_WITHIN_MS(1999)), "2000 ms after its start");
}

/* One that cannot be told a timeout has its own, where the case is about giving up; one that is to
 * notice a refusal long before its timeout has no more time for that. */
static void own_patience(void **state) {
  struct rig *rig = *state;
  rig->outcomes[0].ended_ns = rig->outcomes[0].started_ns + INT64_C(8000) * 1000000;
  rig->judged.timeout_s = 1;
  rig_fails(rig, CHECK(CHECK_ENDED_WITHIN_MS(6000)), "8000 ms after");
  rig->judged.patience_s = 7;
  rig_holds(rig, CHECK(CHECK_ENDED_WITHIN_MS(6000)));
  rig->judged.timeout_s = 12;
  rig_fails(rig, CHECK(CHECK_ENDED_WITHIN_MS(6000)), "8000 ms after");
  rig->judged.timeout_s = 1;
  rig->judged.patience_s = 5;
  rig_fails(rig, CHECK(CHECK_ENDED_WITHIN_MS(6000)), "8000 ms after");
}

/* The end of a daemon is the harness's: nothing rests on it. */
static void daemon_has_no_exit(void **state) {
  struct rig *rig = *state;
  rig->judged.entry = &rig->entry;
  rig->entry.daemon = true;
  rig->runs[0].stopped = true;
  rig->outcomes[0].signal = SIGTERM;
  rig->outcomes[0].exit_code = -1;
  rig_unobservable(rig, CHECK(CHECK_ENDED_WITHIN_MS(9)));
  rig_unobservable(rig, CHECK(CHECK_ENDS_CLEANLY));
  rig->runs[0].success = false;
  rig_holds(rig, CHECK(CHECK_FAILED));
  rig->runs[0].stopped = false; /* it was killed before */
  rig_fails(rig, CHECK(CHECK_FAILED), "signal");
}

static void printable(void **state) {
  struct rig *rig = *state;
  rig_holds(rig, CHECK(CHECK_PRINTABLE));
  text_append(&rig->outcomes[0].out.kept, "tab\tand ~ newline\n");
  rig_holds(rig, CHECK(CHECK_PRINTABLE));
  text_append(&rig->outcomes[0].out.kept, "\x1b[2J");
  rig_fails(rig, CHECK(CHECK_PRINTABLE), "0x1b");
  text_clear(&rig->outcomes[0].out.kept);
  text_append(&rig->outcomes[0].out.kept, "\xc3\xa4");
  rig_fails(rig, CHECK(CHECK_PRINTABLE), "at offset 0");
}

static void message_received(void **state) {
  struct rig *rig = *state;
  rig->judged.message = "hello";
  rig_unobservable(rig, CHECK(CHECK_MESSAGE_RECEIVED));
  rig_observes(rig, "received");
  rig_fails(rig, CHECK(CHECK_MESSAGE_RECEIVED), "no `received` (.) in its output");
  struct observation *received = rig_prints(rig, 0, "received", "hello");
  rig_holds(rig, CHECK(CHECK_MESSAGE_RECEIVED));
  rig_exits(rig, 0, 1);
  rig_fails(rig, CHECK(CHECK_MESSAGE_RECEIVED), "exit 1");
  rig_exits(rig, 0, 0);
  received->text[0] = 'H';
  rig_fails(rig, CHECK(CHECK_MESSAGE_RECEIVED), "`Hello` (5 octets)");
  rig->judged.message = "Hello, and more";
  rig_fails(rig, CHECK(CHECK_MESSAGE_RECEIVED), "`Hello`");
}

/* An observation is cut: the start of a long message is what can be compared. */
static void long_message_received(void **state) {
  struct rig *rig = *state;
  static char message[1001];
  memset(message, 'x', 1000);
  rig->judged.message = message;
  struct observation *received = rig_prints(rig, 0, "received", message);
  rig_holds(rig, CHECK(CHECK_MESSAGE_RECEIVED));
  received->text[200] = 'y';
  rig_fails(rig, CHECK(CHECK_MESSAGE_RECEIVED), "xxx");
}

static void message_not_claimed(void **state) {
  struct rig *rig = *state;
  rig->judged.message = "hello";
  rig_fails(rig, CHECK(CHECK_MESSAGE_NOT_CLAIMED), "`received` is not printed");
  rig_prints(rig, 0, "received", "hellp");
  rig_fails(rig, CHECK(CHECK_MESSAGE_NOT_CLAIMED), "exit 0, `received` is `hellp`");
  rig_exits(rig, 0, 1);
  rig_holds(rig, CHECK(CHECK_MESSAGE_NOT_CLAIMED));
}

static void servers(void **state) {
  struct rig *rig = *state;
  rig_holds(rig, CHECK(CHECK_CLIENTS_SERVED));
  rig->judged.unmet = "step 3: nothing came";
  rig_fails(rig, CHECK(CHECK_CLIENTS_SERVED), "step 3: nothing came");

  rig->judged.unmet = NULL;
  rig->runs[0].ready = false; /* no client was played, so no expectation was missed */
  rig_fails(rig, CHECK(CHECK_CLIENTS_SERVED), "it never listened");
  rig->judged.tells_ready = true; /* a board's, of which nothing else is heard */
  rig_fails(rig, CHECK(CHECK_CLIENTS_SERVED),
            "no line at descriptor 4 told that it listens, exit 0");
  rig->judged.tells_ready = false;

  rig_set_runs(rig, 2);
  rig_holds(rig, CHECK(CHECK_LISTENS_EVERY_RUN));
  rig_holds(rig, CHECK(CHECK_ENDS_CLEANLY));
  rig->runs[1].ready = false;
  rig_fails(rig, CHECK(CHECK_LISTENS_EVERY_RUN), "in run 2: it never listened");
  rig->outcomes[1].signal = 15;
  rig_fails(rig, CHECK(CHECK_ENDS_CLEANLY), "in run 2: ended by signal 15");
}

/* A second start that must fail after a first that succeeded. */
static void one_run_of_several(void **state) {
  struct rig *rig = *state;
  rig_set_runs(rig, 2);
  rig->runs[1].ready = false;
  rig_exits(rig, 1, 1);
  text_append(&rig->outcomes[1].err.kept, "port 7: Address already in use\n");
  rig_holds(rig, CHECK(CHECK_CLIENTS_SERVED_IN_RUN(1)));
  rig_fails(rig, CHECK(CHECK_CLIENTS_SERVED_IN_RUN(2)), "in run 2: it never listened");
  rig_holds(rig, CHECK(CHECK_FAILED_IN_RUN(2)));
  rig_fails(rig, CHECK(CHECK_FAILED_IN_RUN(1)), "in run 1: ");
  rig_fails(rig, CHECK(CHECK_FAILED), "in run 1: ");
  rig_holds(rig, CHECK(CHECK_TOLD_IN_ONE_LINE_IN_RUN(2)));
  rig_fails(rig, CHECK(CHECK_TOLD_IN_ONE_LINE_IN_RUN(1)), "in run 1: ");
}

static void observed_or_refused(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_OR_REFUSED("unpacked", "127.0.0.1")));
  rig_observes(rig, "unpacked");
  rig_fails(rig, CHECK(CHECK_OBSERVED_OR_REFUSED("unpacked", "127.0.0.1")), "no `unpacked`");
  rig_exits(rig, 0, 1);
  rig_holds(rig, CHECK(CHECK_OBSERVED_OR_REFUSED("unpacked", "127.0.0.1")));
  rig->outcomes[0].signal = 11;
  rig_fails(rig, CHECK(CHECK_OBSERVED_OR_REFUSED("unpacked", "127.0.0.1")), "signal 11");
  rig->outcomes[0].signal = 0;
  rig_prints(rig, 0, "unpacked", "127.0.0.1");
  rig_fails(rig, CHECK(CHECK_OBSERVED_OR_REFUSED("unpacked", "127.0.0.1")), "exit 1");
  rig_exits(rig, 0, 0);
  rig_holds(rig, CHECK(CHECK_OBSERVED_OR_REFUSED("unpacked", "127.0.0.1")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_OR_REFUSED("unpacked", "127.0.0.2")), "`127.0.0.1`");
}

static void observed_buffer(void **state) {
  struct rig *rig = *state;
  char size[16];
  int asked = socket(AF_INET, SOCK_STREAM, 0);
  int wish = 10001, found = 0;
  socklen_t len = sizeof found;
  assert_int_equal(setsockopt(asked, SOL_SOCKET, SO_SNDBUF, &wish, sizeof wish), 0);
  assert_int_equal(getsockopt(asked, SOL_SOCKET, SO_SNDBUF, &found, &len), 0);
  close(asked);
  snprintf(size, sizeof size, "%d", found);
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_BUFFER("sent", BUFFER_TO_SEND, 10001)));
  rig_prints(rig, 0, "sent", size);
  rig_holds(rig, CHECK(CHECK_OBSERVED_BUFFER("sent", BUFFER_TO_SEND, 10001)));
  rig_fails(rig, CHECK(CHECK_OBSERVED_BUFFER("sent", BUFFER_TO_SEND, 16384)), size);
  rig_fails(rig, CHECK(CHECK_OBSERVED_BUFFER("sent", BUFFER_TO_SEND, 0)), size);
  /* Another system's sockets: this host does not know what they should have. */
  rig->judged.has_own_sockets = true;
  rig_holds(rig, CHECK(CHECK_OBSERVED_BUFFER("sent", BUFFER_TO_SEND, 16384)));
  rig_prints(rig, 0, "received", "none");
  rig_fails(rig, CHECK(CHECK_OBSERVED_BUFFER("received", BUFFER_TO_RECEIVE, 16384)), "none");
}

static void observed_in_network_order(void **state) {
  struct rig *rig = *state;
  char number[16];
  snprintf(number, sizeof number, "%u", (unsigned)htonl(1234));
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_IN_NETWORK_ORDER("long", 1234, 4)));
  rig_prints(rig, 0, "long", number);
  rig_holds(rig, CHECK(CHECK_OBSERVED_IN_NETWORK_ORDER("long", 1234, 4)));
  rig_fails(rig, CHECK(CHECK_OBSERVED_IN_NETWORK_ORDER("long", 1235, 4)), number);
  rig_fails(rig, CHECK(CHECK_OBSERVED_IN_NETWORK_ORDER("long", 4321, 2)), number);
  snprintf(number, sizeof number, "%u", (unsigned)htons(1234));
  rig_prints(rig, 0, "short", number);
  rig_holds(rig, CHECK(CHECK_OBSERVED_IN_NETWORK_ORDER("short", 1234, 2)));
}

static void names_its_host(struct rig *rig, const char *name, int answered_errno) {
  struct subject_outcome *outcome = &rig->outcomes[0];
  struct host_name_attempt *attempt =
      &outcome->host_name_attempts[outcome->host_name_attempt_count++];
  snprintf(attempt->name, sizeof attempt->name, "%s", name);
  attempt->len_octets = (int64_t)strlen(name);
  attempt->answered_errno = answered_errno;
}

static void the_name_of_the_host(void **state) {
  struct rig *rig = *state;
  rig_holds(rig, CHECK(CHECK_HOST_NAME_LEFT_ALONE));
  rig_fails(rig, CHECK(CHECK_HOST_NAME_SET("proof")), "another name");
  names_its_host(rig, "proof", 1);
  rig_fails(rig, CHECK(CHECK_HOST_NAME_SET("proof")), "another name");
  rig_fails(rig, CHECK(CHECK_HOST_NAME_LEFT_ALONE), "`proof`");
  names_its_host(rig, "proof", 0);
  rig_holds(rig, CHECK(CHECK_HOST_NAME_SET("proof")));
  rig_fails(rig, CHECK(CHECK_HOST_NAME_SET("proo")), "another name");
  rig->outcomes[0].host_name_attempts[1].len_octets++; /* its NUL too */
  rig_fails(rig, CHECK(CHECK_HOST_NAME_SET("proof")), "another name");
  names_its_host(rig, "other", 0); /* the last one counts */
  rig_fails(rig, CHECK(CHECK_HOST_NAME_SET("proof")), "another name");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(success_and_failure),
      RIG_TEST(an_exception_is_told_by_the_line_that_says_what),
      RIG_TEST(who_is_killed_has_not_failed_by_its_exit),
      RIG_TEST(every_run_counts),
      RIG_TEST(observed_text),
      RIG_TEST(observed_number),
      RIG_TEST(waited),
      RIG_TEST(observed_address),
      RIG_TEST(printed_once),
      RIG_TEST(told_on_stderr),
      RIG_TEST(told_in_one_line),
      RIG_TEST(ended_within),
      RIG_TEST(a_launcher_takes_its_time),
      RIG_TEST(own_patience),
      RIG_TEST(daemon_has_no_exit),
      RIG_TEST(printable),
      RIG_TEST(message_received),
      RIG_TEST(long_message_received),
      RIG_TEST(message_not_claimed),
      RIG_TEST(servers),
      RIG_TEST(one_run_of_several),
      RIG_TEST(the_name_of_the_host),
      RIG_TEST(observed_or_refused),
      RIG_TEST(observed_buffer),
      RIG_TEST(observed_in_network_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
