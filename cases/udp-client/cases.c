/* The cases of udp-client: fake servers that echo once, twice, from elsewhere or not at all, and
 * then let the signal come that a person would give. */
#include "cases/catalogue.h"
#include "fixtures/echo_server.h"

#include <signal.h>

#define MESSAGE "Is anybody there?"
#define LINE MESSAGE "\n"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X300 X60 X60 X60 X60 X60
#define X3000 X300 X300 X300 X300 X300 X300 X300 X300 X300 X300

/* 65,508 octets: one more than a datagram of IPv4 can carry. */
#define X4 'x', 'x', 'x', 'x'
#define X32 X4, X4, X4, X4, X4, X4, X4, X4
#define X256 X32, X32, X32, X32, X32, X32, X32, X32
#define X2048 X256, X256, X256, X256, X256, X256, X256, X256
#define X16384 X2048, X2048, X2048, X2048, X2048, X2048, X2048, X2048
static const char LINE_65508[] = {X16384, X16384, X16384, X2048, X2048, X2048, X2048, X2048, X2048,
                                  X2048,  X256,   X256,   X256,  X256,  X256,  X256,  X256,  X32,
                                  X32,    X32,    X32,    X32,   X32,   X32,   X4,    '\n',  '\0'};
_Static_assert(sizeof LINE_65508 == 65508 + 2, "the length is what the cases rest on");

/* Names are looked for in /etc/hosts alone: no question goes to a name server. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};
static const struct sandbox_file NO_LIST[] = {{"services", NULL}, {0}};

static const struct echo_server_script echo = {
    .udp = true, .behaviour = ECHO_FAITHFUL, .then_signal = SIGINT};
static const struct echo_server_script echo_then_term = {
    .udp = true, .behaviour = ECHO_FAITHFUL, .then_signal = SIGTERM};
static const struct echo_server_script twice = {
    .udp = true, .behaviour = ECHO_TWICE, .then_signal = SIGINT};
static const struct echo_server_script late = {
    .udp = true, .behaviour = ECHO_FAITHFUL, .delay_ms = 100, .then_signal = SIGINT};
static const struct echo_server_script foreign_address = {
    .udp = true, .behaviour = ECHO_FOREIGN_FIRST, .then_signal = SIGINT};
static const struct echo_server_script foreign_port = {
    .udp = true, .behaviour = ECHO_FOREIGN_PORT_FIRST, .then_signal = SIGINT};
static const struct echo_server_script silent_then_int = {
    .udp = true, .behaviour = ECHO_SILENT, .then_signal = SIGINT};
static const struct echo_server_script echo_unsignalled = {.udp = true, .behaviour = ECHO_FAITHFUL};
static const struct echo_server_script silent = {.udp = true, .behaviour = ECHO_SILENT};
static const struct echo_server_script closed = {.udp = true, .behaviour = ECHO_CLOSED};

/* Arguments that make no sense: the usage, and nothing is sent. */
#define WRONG_PORT(name_, port_, about_)                                                           \
  {                                                                                                \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), .input = LINE, \
    .quiet = true, .checks = {                                                                     \
      CHECK_EXIT_CODE(2),                                                                          \
      CHECK_TOLD_ON_STDERR,                                                                        \
      CHECK_NOT_OBSERVED("waiting")                                                                \
    }                                                                                              \
  }

/* A host that is none: told in one line, and nothing is sent. */
#define WRONG_HOST(name_, host_, about_)                                                      \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .input = LINE, .quiet = true, .checks = {                                                 \
      CHECK_FAILED,                                                                           \
      CHECK_TOLD_IN_ONE_LINE,                                                                 \
      CHECK_NOT_OBSERVED("reply")                                                             \
    }                                                                                         \
  }

static const struct case_def CASES[] = {
    {.name = "echo",
     .requirement = "P64",
     .about = "The reply is printed, and Ctrl-C ends the waiting as wanted.",
     .families = ON_BOTH,
     .input = LINE,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE),
                CHECK_PRINTED_ONCE("waiting")}},
    {.name = "sends-one-datagram",
     .requirement = "P64",
     .about = "The line is one datagram without the line's end, and is sent once.",
     .input = LINE,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SENT_MESSAGE_UDP, CHECK_REQUEST_COUNT(NULL, 1, 1)}},
    {.name = "first-line-only",
     .requirement = "P64",
     .about = "Of several lines the first is sent, and no other.",
     .input = LINE "second\nthird\n",
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SENT_MESSAGE_UDP, CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    {.name = "line-without-end",
     .requirement = "P64",
     .about = "A last line that has no end is a line all the same.",
     .input = MESSAGE,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SENT_MESSAGE_UDP, CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    {.name = "input-stays-open",
     .requirement = "P64",
     .about = "The line is sent when it is there, and not when its standard input ends.",
     .input = LINE,
     .input_stays_open = true,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_SENT_MESSAGE_UDP}},
    {.name = "no-line",
     .requirement = "P64",
     .about = "Without a line there is nothing to send, which is not the same as an empty one.",
     .input = "",
     .quiet = true,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_SENDS_NOTHING}},
    {.name = "two-replies",
     .requirement = "P64",
     .about = "Waiting does not end with the first reply.",
     .input = LINE,
     .fixtures = {{&echo_server, &twice}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE "\n" MESSAGE)}},
    {.name = "late",
     .requirement = "P65",
     .about = "A reply that takes its time is waited for.",
     .input = LINE,
     .fixtures = {{&echo_server, &late}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    {.name = "empty-datagrams",
     .requirement = "P09",
     .about = "An empty line is an empty datagram; an empty reply is a reply, and not the end.",
     .families = ON_BOTH,
     .input = "\n",
     .fixtures = {{&echo_server, &twice}},
     .checks = {CHECK_SUCCEEDED, CHECK_CLIENT_SENT("\\A\\z"), CHECK_OBSERVED_LIST("reply", "\n")}},
    {.name = "long-reply",
     .requirement = "P08",
     .about = "A reply of 3,008 octets is printed to its end: no buffer cut it.",
     .input = X3000 " the end\n",
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("reply_end", " the end")}},
    {.name = "65507-octets",
     .requirement = "P08",
     .about = "The longest line that a datagram of IPv4 can carry is sent, and comes back whole.",
     .needs = TIER_CAPTURE_PRIVATE,
     .input = LINE_65508 + 1,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_REQUEST_COUNT("peer", 1, 1),
                CHECK_CLIENT_SENT("\\Ax{65507}\\z"), CHECK_PRINTED_ONCE("reply")}},
    {.name = "65508-octets",
     .requirement = "P16",
     .about = "One octet more than a datagram can carry: that is told, and nothing is sent.",
     .needs = TIER_CAPTURE_PRIVATE,
     .input = LINE_65508,
     .quiet = true,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_REQUEST_COUNT(NULL, 0, 0)}},
    {.name = "closed-port",
     .wants = CAN_ICMP_ERRORS,
     .requirement = "P07",
     .about = "A closed port is told at once, without a timeout and without a signal.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .input = LINE,
     .limit_ms = 4000,
     .fixtures = {{&echo_server, &closed}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_ENDED_AFTER_ICMP_MS(1500)}},
    {.name = "foreign-address-first",
     .requirement = "P62",
     .about = "A datagram from another address is no reply.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .input = LINE,
     .fixtures = {{&echo_server, &foreign_address}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    {.name = "foreign-port-first",
     .requirement = "P62",
     .about = "A datagram from another port of the same address is no reply.",
     .needs = TIER_CAPTURE_SHARED,
     .input = LINE,
     .fixtures = {{&echo_server, &foreign_port}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    {.name = "control-octets",
     .requirement = "P63",
     .about = "What a terminal would obey is sent as it is, and printed escaped.",
     .input = "\x1b[2Jred\a\xff\n",
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_PRINTABLE,
                CHECK_CLIENT_SENT("\\A\\x1b\\[2Jred\\x07\\xff\\z"), CHECK_PRINTED_ONCE("reply")}},
    {.name = "sigterm",
     .requirement = "P65",
     .about = "SIGTERM ends the waiting as Ctrl-C does.",
     .input = LINE,
     .fixtures = {{&echo_server, &echo_then_term}},
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    {.name = "stopped-without-reply",
     .requirement = "P65",
     .about = "A person who stops waiting before anything came is not told of an error.",
     .input = LINE,
     .fixtures = {{&echo_server, &silent_then_int}},
     .checks = {CHECK_EXIT_CODE(0), CHECK_NOT_OBSERVED("reply")}},
    {.name = "timeout-after-reply",
     .requirement = "P65",
     .about = "The time that was asked for is waited out, and a reply in it is success.",
     .variant = "timeout",
     .timeout_s = 1,
     .input = LINE,
     .fixtures = {{&echo_server, &echo_unsignalled}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE),
                CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "silent",
     .requirement = "P65",
     .about = "No reply in the time that was asked for is told, and the line is not sent again.",
     .families = ON_BOTH,
     .variant = "timeout",
     .timeout_s = 1,
     .input = LINE,
     .fixtures = {{&echo_server, &silent}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_ENDED_WITHIN_MS(6000),
                CHECK_REQUEST_COUNT("peer", 1, 1), CHECK_NOT_OBSERVED("reply")}},
    {.name = "service-name",
     .requirement = "P12",
     .about = "A port can be given by the name of its service over UDP.",
     .needs = TIER_CAPTURE_PRIVATE,
     .port_text = "echo",
     .input = LINE,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_REQUEST_PORT(7)}},
    {.name = "service-of-tcp",
     .requirement = "P12",
     .about = "A service that has a port over TCP alone has none over UDP.",
     .needs = TIER_CAPTURE_PRIVATE,
     .port_text = "http",
     .input = LINE,
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_SENDS_NOTHING}},
    {.name = "service-unknown",
     .requirement = "P13",
     .about = "A service that is not in the list is told, and nothing is sent.",
     .port_text = "nonesuch",
     .input = LINE,
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_SENDS_NOTHING}},
    {.name = "service-without-list",
     .requirement = "P13",
     .about = "Where there is no list of services, a service is unknown, and nothing crashes.",
     .etc = NO_LIST,
     .port_text = "echo",
     .input = LINE,
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_SENDS_NOTHING}},
    {.name = "figures-without-list",
     .requirement = "P13",
     .about = "A port in figures needs no list of services.",
     .etc = NO_LIST,
     .input = LINE,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    {.name = "host-by-name",
     .requirement = "P66",
     .about = "The host can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .input = LINE,
     .fixtures = {{&echo_server, &echo}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", MESSAGE)}},
    WRONG_PORT("port-0", "0", "Nothing can be sent to port 0."),
    WRONG_PORT("port-65536", "65536", "A port has 16 bits: 65536 is not taken for 0."),
    WRONG_PORT("port-65543", "65543", "A port has 16 bits: 65543 is not taken for 7."),
    WRONG_PORT("port-negative", "-1", "A port has no sign."),
    WRONG_PORT("port-empty", "", "An empty argument is neither a port nor a service."),
    {.name = "host-empty",
     .requirement = "P60",
     .about = "An empty argument is no host.",
     .host = "",
     .quiet = true,
     .input = LINE,
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_SENDS_NOTHING}},
    WRONG_HOST("host-256", "256.1.1.1", "256.1.1.1 is no address, and no host has that name."),
    WRONG_HOST("host-300-characters", X300, "A name of 300 characters is told as unknown."),
    WRONG_HOST("host-label-64", X60 "xxxx.test", "A label of a name has at most 63 octets."),
    WRONG_HOST("host-control-octets", "\x1b[2J\xff.test",
               "A name that a terminal would obey is told escaped."),
    {.name = "no-arguments",
     .requirement = "P60",
     .about = "Without a host and a port nothing is sent.",
     .variant = "bare",
     .input = LINE,
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_SENDS_NOTHING}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "help",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "udp-client"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_udp_client = {
    .name = "udp-client",
    .protocol = "udp",
    .role = ROLE_CLIENT,
    .port = 7,
    .values = {{"message", MESSAGE}},
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
