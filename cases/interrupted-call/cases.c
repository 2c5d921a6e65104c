/* The cases of interrupted-call: peers that are slow to speak or to read, so that signals find the
 * subject waiting; and peers that never do. */
#include "cases/catalogue.h"
#include "fixtures/tcp_listener.h"

#include <signal.h>

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X300 X60 X60 X60 X60 X60

/* More than a socket keeps of what a peer with a small window does not read. */
#define LONG_OCTETS 200000
#define LONG_TEXT "200000"

/* Names are looked for in /etc/hosts alone: no question goes to a name server. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};

/* The pause is 15 of the subject's signals long. */
static const struct tcp_listener_script speaks_late = {
    .clients = {{{{.action = TCP_PEER_READ, .count = 5},
                  {.action = TCP_PEER_PAUSE, .ms = 300},
                  {.action = TCP_PEER_SEND, .bytes.text = "hello"}}}}};
static const struct tcp_listener_script speaks_in_pieces = {
    .clients = {{{{.action = TCP_PEER_READ, .count = 5},
                  {.action = TCP_PEER_SEND, .bytes.text = "hello, world", .cut = 1, .ms = 25}}}}};
static const struct tcp_listener_script reads_late = {
    .clients = {{{{.action = TCP_PEER_PAUSE, .ms = 300},
                  {.action = TCP_PEER_READ, .count = LONG_OCTETS},
                  {.action = TCP_PEER_SEND, .bytes.text = "all"}}}},
    .window_octets = 2304};
static const struct tcp_listener_script silent = {.clients = {{{{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script never_reads = {
    .clients = {{{{.action = TCP_PEER_LEAVE_UNREAD}}}}, .window_octets = 2304};
static const struct tcp_listener_script stops_and_speaks = {
    .clients = {{{{.action = TCP_PEER_READ, .count = 5},
                  {.action = TCP_PEER_PAUSE, .ms = 50},
                  {.action = TCP_PEER_SIGNAL, .signal_number = SIGSTOP},
                  {.action = TCP_PEER_PAUSE, .ms = 50},
                  {.action = TCP_PEER_SIGNAL, .signal_number = SIGCONT},
                  {.action = TCP_PEER_PAUSE, .ms = 50},
                  {.action = TCP_PEER_SEND, .bytes.text = "hello"}}}}};
static const struct tcp_listener_script resets = {
    .clients = {{{{.action = TCP_PEER_READ, .count = 5},
                  {.action = TCP_PEER_PAUSE, .ms = 100},
                  {.action = TCP_PEER_RESET}}}}};
static const struct tcp_listener_script refuses = {.reach = TCP_PEER_REFUSES};

#define WRONG_PORT(name_, port_, about_)                                                           \
  {                                                                                                \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), .quiet = true, \
    .checks = {                                                                                    \
      CHECK_EXIT_CODE(2),                                                                          \
      CHECK_TOLD_ON_STDERR,                                                                        \
      CHECK_SENDS_NOTHING                                                                          \
    }                                                                                              \
  }

#define WRONG_HOST(name_, host_, about_)                                                      \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .quiet = true, .checks = {                                                                \
      CHECK_FAILED,                                                                           \
      CHECK_TOLD_IN_ONE_LINE,                                                                 \
      CHECK_SENDS_NOTHING                                                                     \
    }                                                                                         \
  }

/* The last of many waits is for less than a whole number of the system's ticks, and lwIP cuts it to
 * whole milliseconds. */
#define EXPIRED_AFTER_A_SECOND CHECK_WAITED_MS("expired", 990, 4000)

static const struct case_def CASES[] = {
    {.name = "receive",
     .requirement = "P03",
     .about = "A receive that signals interrupt is made again until the octets come.",
     .families = ON_BOTH,
     .limit_ms = 5000,
     .fixtures = {{&tcp_listener, &speaks_late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5"),
                CHECK_OBSERVED_MILLI("signals", 1000, 1000000)}},
    {.name = "receive-interrupted",
     .requirement = "P03",
     .about = "Without SA_RESTART the interruptions are seen, as EINTR.",
     .limit_ms = 5000,
     .fixtures = {{&tcp_listener, &speaks_late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_MILLI("interrupted", 1000, 1000000)}},
    {.name = "receive-in-pieces",
     .requirement = "P03",
     .about = "What comes an octet at a time, with signals in between, is received whole.",
     .limit_ms = 5000,
     .fixtures = {{&tcp_listener, &speaks_in_pieces}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "12")}},
    {.name = "receive-restarted",
     .requirement = "P70",
     .about = "With SA_RESTART and without a timeout the system makes the call again: no EINTR is "
              "seen.",
     .families = ON_BOTH,
     .limit_ms = 5000,
     .variant = "restart",
     .fixtures = {{&tcp_listener, &speaks_late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5"),
                CHECK_OBSERVED("interrupted", "0"),
                CHECK_OBSERVED_MILLI("signals", 1000, 1000000)}},
    {.name = "receive-with-timeout",
     .requirement = "P03",
     .about = "With a timeout that is not over, an interrupted receive is made again.",
     .limit_ms = 7000,
     .variant = "timeout",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &speaks_late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5"), CHECK_NOT_OBSERVED("expired")}},
    {.name = "receive-with-timeout-restarted",
     .requirement = "P03",
     .about = "Where a socket has a timeout, SA_RESTART is no reason to think that there is no "
              "EINTR: Linux gives it, other systems restart; either way the octets come.",
     .limit_ms = 7000,
     .variant = "timeout-restart",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &speaks_late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5"), CHECK_NOT_OBSERVED("expired")}},
    {.name = "timeout-holds",
     .requirement = "P03",
     .about = "A signal every 20 ms does not put the end off: the time counts from the beginning.",
     .families = ON_BOTH,
     .limit_ms = 5000,
     .variant = "timeout",
     .timeout_s = 1,
     .fixtures = {{&tcp_listener, &silent}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, EXPIRED_AFTER_A_SECOND}},
    {.name = "timeout-holds-restarted",
     .requirement = "P03",
     .about = "Nor does it with SA_RESTART.",
     .limit_ms = 5000,
     .variant = "timeout-restart",
     .timeout_s = 1,
     .fixtures = {{&tcp_listener, &silent}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, EXPIRED_AFTER_A_SECOND}},
    {.name = "send",
     .requirement = "P11",
     .about = "A send that signals interrupt, before any octet or behind some, is gone on with "
              "until all are sent, and none twice.",
     .limit_ms = 7000,
     .variant = "send",
     .values = {{"octets", LONG_TEXT}},
     .fixtures = {{&tcp_listener, &reads_late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", LONG_TEXT), CHECK_OBSERVED("received", "3"),
                CHECK_CLIENT_SENT("\\A(?s:.{50000}){4}\\z"),
                CHECK_OBSERVED_MILLI("interrupted", 1000, 1000000)}},
    {.name = "send-timeout-holds",
     .requirement = "P03",
     .about = "A peer that never reads is given up when the time is over, signals or not.",
     .limit_ms = 5000,
     .variant = "send-timeout",
     .timeout_s = 1,
     .values = {{"octets", "50000000"}},
     .fixtures = {{&tcp_listener, &never_reads}},
     .no_golden = "how much the two sockets keep of what is not read is the system's affair",
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, EXPIRED_AFTER_A_SECOND}},
    {.name = "stopped-and-continued",
     .requirement = "P03",
     .about = "A stop and its end, as by Ctrl-Z and fg, which no handler sees, are as harmless as "
              "signals. (On Linux they give EINTR to a call with a timeout.)",
     .limit_ms = 7000,
     .variant = "timeout",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &stops_and_speaks}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("received", "5")}},
    {.name = "reset",
     .requirement = "P67",
     .about = "A reset of the connection is no interruption: it is told.",
     .limit_ms = 5000,
     .variant = "timeout",
     .timeout_s = 4,
     .fixtures = {{&tcp_listener, &resets}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("expired")}},
    {.name = "refused",
     .requirement = "P67",
     .about = "A refused connection is told at once.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("signals")}},
    WRONG_PORT("port-0", "0", "Nothing listens on port 0."),
    WRONG_PORT("port-65536", "65536", "A port has 16 bits: 65536 is not taken for 0."),
    WRONG_PORT("port-negative", "-1", "A port has no sign."),
    WRONG_PORT("port-in-words", "http", "This port is a number."),
    WRONG_PORT("port-empty", "", "An empty argument is no port."),
    WRONG_HOST("host-256", "256.1.1.1", "256.1.1.1 is no address, and no host has that name."),
    WRONG_HOST("host-label-64", X60 "xxxx.test", "A label of a name has at most 63 octets."),
    WRONG_HOST("host-control-octets", "\x1b[2J\xff.test",
               "A name that a terminal would obey is told escaped."),
    WRONG_HOST("host-300-characters", X300, "A name of 300 characters is told as unknown."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .quiet = true,
     .variant = "help",
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "interrupted-call"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_interrupted_call = {
    .name = "interrupted-call",
    .protocol = "tcp",
    .role = ROLE_CLIENT,
    .port = 7,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
