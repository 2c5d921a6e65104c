/* The cases of socket-timeout: what is set and read back, and peers that keep silent, speak in
 * time, end, or are heard after a signal. */
#include "cases/catalogue.h"
#include "fixtures/tcp_listener.h"

#include <signal.h>

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X300 X60 X60 X60 X60 X60

/* Names are looked for in /etc/hosts alone: no question goes to a name server. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};

/* Stops the subject while it waits, and lets it go on: on Linux that alone ends a call that has a
 * timeout with EINTR. */
#define STOP_AND_GO_ON(after_ms)                                                                   \
  {.action = TCP_PEER_PAUSE, .ms = (after_ms)},                                                    \
      {.action = TCP_PEER_SIGNAL, .signal_number = SIGSTOP}, {.action = TCP_PEER_PAUSE, .ms = 50}, \
  {                                                                                                \
    .action = TCP_PEER_SIGNAL, .signal_number = SIGCONT                                            \
  }

static const struct tcp_listener_script silent = {.clients = {{{{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script speaks = {
    .clients = {{{{.action = TCP_PEER_SEND, .bytes.text = "hello"}, {.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script speaks_late = {
    .clients = {{{{.action = TCP_PEER_PAUSE, .ms = 200},
                  {.action = TCP_PEER_SEND, .bytes.text = "hello"},
                  {.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script ends = {.clients = {{{{.action = TCP_PEER_END}}}}};
static const struct tcp_listener_script resets = {
    .clients = {{{{.action = TCP_PEER_PAUSE, .ms = 50}, {.action = TCP_PEER_RESET}}}}};
static const struct tcp_listener_script refuses = {.reach = TCP_PEER_REFUSES};
static const struct tcp_listener_script interrupts_then_speaks = {
    .clients = {{{STOP_AND_GO_ON(100),
                  {.action = TCP_PEER_PAUSE, .ms = 50},
                  {.action = TCP_PEER_SEND, .bytes.text = "hello"},
                  {.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script interrupts_and_is_silent = {
    .clients = {{{STOP_AND_GO_ON(800),
                  STOP_AND_GO_ON(800),
                  STOP_AND_GO_ON(800),
                  {.action = TCP_PEER_HOLD}}}}};

/* What is no time: told with the usage. */
#define WRONG_TIME(name_, seconds_, about_)                                       \
  {                                                                               \
    .name = (name_), .requirement = "P60", .about = (about_), .role = ROLE_LOCAL, \
    .variant = "set", .values = {{"seconds", (seconds_)}}, .checks = {            \
      CHECK_EXIT_CODE(2),                                                         \
      CHECK_TOLD_ON_STDERR,                                                       \
      CHECK_NOT_OBSERVED("current")                                               \
    }                                                                             \
  }

/* A timeout of so many milliseconds is read back as such, or rounded up to a tick of 10 ms at most.
 */
#define READ_BACK(name_, seconds_, ms_, about_)                                   \
  {                                                                               \
    .name = (name_), .requirement = "P68", .about = (about_), .role = ROLE_LOCAL, \
    .variant = "set", .values = {{"seconds", (seconds_)}}, .checks = {            \
      CHECK_SUCCEEDED,                                                            \
      CHECK_OBSERVED("default", "None"),                                          \
      CHECK_OBSERVED_MILLI("current", (ms_), (ms_) + 10)                          \
    }                                                                             \
  }

/* A struct timeval that is none: refused, where systems differ in the reason (EDOM on Linux). */
#define REFUSED(name_, seconds_, microseconds_, about_)                                           \
  {                                                                                               \
    .name = (name_), .requirement = "P04", .about = (about_), .role = ROLE_LOCAL,                 \
    .variant = "exactly", .values = {{"seconds", (seconds_)}, {"microseconds", (microseconds_)}}, \
    .checks = {                                                                                   \
      CHECK_FAILED,                                                                               \
      CHECK_TOLD_IN_ONE_LINE,                                                                     \
      CHECK_NOT_OBSERVED("current")                                                               \
    }                                                                                             \
  }

#define WRONG_PORT(name_, port_, about_)                                            \
  {                                                                                 \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), \
    .variant = "receive", .quiet = true, .checks = {                                \
      CHECK_EXIT_CODE(2),                                                           \
      CHECK_TOLD_ON_STDERR,                                                         \
      CHECK_SENDS_NOTHING                                                           \
    }                                                                               \
  }

#define WRONG_HOST(name_, host_, about_)                                                      \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .variant = "receive", .quiet = true, .checks = {                                          \
      CHECK_FAILED,                                                                           \
      CHECK_TOLD_IN_ONE_LINE,                                                                 \
      CHECK_SENDS_NOTHING                                                                     \
    }                                                                                         \
  }

static const struct case_def CASES[] = {
    {.name = "default",
     .requirement = "P68",
     .about = "A new socket has no timeout; 100 seconds are set and read back.",
     .role = ROLE_LOCAL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("default", "None"),
                CHECK_OBSERVED("current", "100.0")}},
    READ_BACK("one-and-a-half", "1.5", 1500, "A part of a second is kept."),
    READ_BACK("quarter", "0.25", 250, "Less than a second is kept."),
    READ_BACK("two", "2", 2000, "Whole seconds are not microseconds."),
    READ_BACK("a-day", "86400", 86400000, "A day is kept."),
    READ_BACK("tiny", "0.0000001", 0, "A time too short for the system is not turned into none."),
    {.name = "none",
     .requirement = "P68",
     .about = "A timeout of 0 is none.",
     .role = ROLE_LOCAL,
     .variant = "set",
     .values = {{"seconds", "0"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("current", "None")}},
    {.name = "999999-microseconds",
     .requirement = "P04",
     .about = "One microsecond less than a second fits tv_usec.",
     .role = ROLE_LOCAL,
     .variant = "exactly",
     .values = {{"seconds", "0"}, {"microseconds", "999999"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_MILLI("current", 999, 1010)}},
    REFUSED("1000000-microseconds", "0", "1000000",
            "A million microseconds are a second, and "
            "belong into tv_sec: the call is refused."),
    REFUSED("negative-microseconds", "1", "-1", "Microseconds have no sign: the call is refused."),
    {.name = "expires",
     .requirement = "P02",
     .about = "A peer that keeps silent is given up when the time is over, and not before.",
     .families = ON_BOTH,
     .variant = "receive",
     .timeout_s = 1,
     .fixtures = {{&tcp_listener, &silent}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_WAITED_MS("expired", 1000, 5000),
                CHECK_NOT_OBSERVED("received"), CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "in-time",
     .requirement = "P02",
     .about = "What comes in time is received.",
     .families = ON_BOTH,
     .variant = "receive",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &speaks}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5"), CHECK_NOT_OBSERVED("expired")}},
    {.name = "late-in-time",
     .requirement = "P02",
     .about = "What comes later, but in time, is waited for.",
     .variant = "receive",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &speaks_late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5")}},
    {.name = "end",
     .requirement = "P67",
     .about = "The end of the connection is no timeout, and no data.",
     .variant = "receive",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &ends}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("expired"),
                CHECK_NOT_OBSERVED("received"), CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "reset",
     .requirement = "P67",
     .about = "A reset of the connection is no timeout.",
     .variant = "receive",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &resets}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("expired"),
                CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "refused",
     .requirement = "P67",
     .about = "A refused connection is told at once.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .variant = "receive",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("expired"),
                CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "interrupted",
     .requirement = "P03",
     .about = "A receive that is interrupted is made again, and what comes then is received. (On "
              "Linux a stop and its end give EINTR; elsewhere nothing is seen of them.)",
     .families = ON_BOTH,
     .variant = "receive",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &interrupts_then_speaks}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5")}},
    {.name = "interrupted-and-expires",
     .requirement = "P03",
     .about = "Being interrupted three times does not put the end off: the time counts from its "
              "first call.",
     .variant = "receive",
     /* With the time counted anew at each it is 4.7 s at least: there is room for a busy host. */
     .timeout_s = 3,
     .fixtures = {{&tcp_listener, &interrupts_and_is_silent}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_WAITED_MS("expired", 3000, 4600)}},
    WRONG_TIME("time-negative", "-1", "No time is negative."),
    WRONG_TIME("time-in-words", "soon", "A word is no time."),
    WRONG_TIME("time-infinite", "inf", "For ever is not a number of seconds."),
    WRONG_TIME("time-not-a-number", "nan", "What is not a number is no time."),
    WRONG_TIME("time-with-unit", "1s", "A time has no unit: it is seconds."),
    WRONG_TIME("time-empty", "''", "An empty argument is no time."),
    WRONG_TIME("time-too-long", "86401", "More than a day is refused by its contract."),
    WRONG_PORT("port-0", "0", "Nothing listens on port 0."),
    WRONG_PORT("port-65536", "65536", "A port has 16 bits: 65536 is not taken for 0."),
    WRONG_PORT("port-negative", "-1", "A port has no sign."),
    WRONG_PORT("port-in-words", "http", "This port is a number."),
    WRONG_PORT("port-empty", "", "An empty argument is no port."),
    WRONG_HOST("host-256", "256.1.1.1", "256.1.1.1 is no address, and no host has that name."),
    WRONG_HOST("host-label-64", X60 "xxxx.test", "A label of a name has at most 63 octets."),
    WRONG_HOST("host-300-characters", X300, "A name of 300 characters is told as unknown."),
    WRONG_HOST("host-control-octets", "\x1b[2J\xff.test",
               "A name that a terminal would obey is told escaped."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .role = ROLE_LOCAL,
     .variant = "help",
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "socket-timeout"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_socket_timeout = {
    .name = "socket-timeout",
    .protocol = "tcp",
    .role = ROLE_CLIENT,
    .port = 7,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
