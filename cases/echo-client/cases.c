/* The cases of echo-client, over TCP and UDP: fake servers that echo well, badly or not at all. */
#include "cases/catalogue.h"
#include "cases/common/client_arguments.h"
#include "fixtures/echo_server.h"
#include "fixtures/tcp_listener.h"

#include <signal.h>

/* What is sent where a case does not say otherwise. */
#define MESSAGE "Is anybody there?"

/* 65,508 octets: one more than a datagram of IPv4 can carry (65,535 less the headers of IP and
 * UDP). Made of doublings, as a text so long is beyond what a compiler must take. */
#define X4 'x', 'x', 'x', 'x'
#define X32 X4, X4, X4, X4, X4, X4, X4, X4
#define X256 X32, X32, X32, X32, X32, X32, X32, X32
#define X2048 X256, X256, X256, X256, X256, X256, X256, X256
#define X16384 X2048, X2048, X2048, X2048, X2048, X2048, X2048, X2048
static const char MESSAGE_65508[] = {
    X16384, X16384, X16384, X2048, X2048, X2048, X2048, X2048, X2048, X2048, X256, X256, X256,
    X256,   X256,   X256,   X256,  X32,   X32,   X32,   X32,   X32,   X32,   X32,  X4,   '\0'};
_Static_assert(sizeof MESSAGE_65508 == 65508 + 1, "the length is what the cases rest on");

static const struct echo_server_script tcp_echo = {.behaviour = ECHO_FAITHFUL};
static const struct echo_server_script tcp_sends_the_message = {.behaviour = ECHO_FAITHFUL};
static const struct echo_server_script tcp_altered = {.behaviour = ECHO_ALTERED};
static const struct echo_server_script tcp_short = {.behaviour = ECHO_SHORT};
static const struct echo_server_script tcp_long = {.behaviour = ECHO_LONG};
static const struct echo_server_script tcp_octet_by_octet = {.behaviour = ECHO_DRIP};
static const struct echo_server_script tcp_all_at_once = {.behaviour = ECHO_COALESCED,
                                                          .expect_octets = sizeof MESSAGE - 1};
static const struct echo_server_script tcp_late = {.behaviour = ECHO_FAITHFUL, .delay_ms = 300};
static const struct echo_server_script tcp_large_message = {.behaviour = ECHO_FAITHFUL,
                                                            .window_octets = 4096};
static const struct echo_server_script tcp_silent = {.behaviour = ECHO_SILENT};
static const struct echo_server_script tcp_refused = {.behaviour = ECHO_CLOSED};
static const struct echo_server_script tcp_ends_after_half = {.behaviour = ECHO_EARLY_FIN};
static const struct echo_server_script tcp_reset = {.behaviour = ECHO_RESET};
static const struct echo_server_script tcp_reset_at_accept = {.behaviour = ECHO_RESET_ON_ACCEPT};
static const struct echo_server_script tcp_ends_at_once = {.behaviour = ECHO_FIN_ON_ACCEPT};
static const struct echo_server_script tcp_end_is_no_data = {.behaviour = ECHO_EARLY_FIN};
static const struct echo_server_script tcp_reset_while_sending = {.behaviour = ECHO_RESET,
                                                                  .window_octets = 2304};
static const struct echo_server_script tcp_server_by_name = {.behaviour = ECHO_FAITHFUL};
static const struct tcp_listener_script tcp_interrupted = {
    .clients = {{{{.action = TCP_PEER_READ, .count = sizeof MESSAGE - 1},
                  {.action = TCP_PEER_PAUSE, .ms = 50},
                  {.action = TCP_PEER_SIGNAL, .signal_number = SIGSTOP},
                  {.action = TCP_PEER_PAUSE, .ms = 50},
                  {.action = TCP_PEER_SIGNAL, .signal_number = SIGCONT},
                  {.action = TCP_PEER_PAUSE, .ms = 50},
                  {.action = TCP_PEER_SEND, .bytes.text = MESSAGE},
                  {.action = TCP_PEER_READ_TO_END}}}}};
static const struct echo_server_script udp_echo = {.udp = true, .behaviour = ECHO_FAITHFUL};
static const struct echo_server_script udp_sends_one_datagram = {.udp = true,
                                                                 .behaviour = ECHO_FAITHFUL};
static const struct echo_server_script udp_altered = {.udp = true, .behaviour = ECHO_ALTERED};
static const struct echo_server_script udp_short = {.udp = true, .behaviour = ECHO_SHORT};
static const struct echo_server_script udp_long = {.udp = true, .behaviour = ECHO_LONG};
static const struct echo_server_script udp_twice = {.udp = true, .behaviour = ECHO_TWICE};
static const struct echo_server_script udp_empty_message = {.udp = true,
                                                            .behaviour = ECHO_FAITHFUL};
static const struct echo_server_script udp_4000_octets = {.udp = true, .behaviour = ECHO_FAITHFUL};
static const struct echo_server_script udp_65507_octets = {.udp = true, .behaviour = ECHO_FAITHFUL};
static const struct echo_server_script udp_65508_octets = {.udp = true, .behaviour = ECHO_FAITHFUL};
static const struct echo_server_script udp_foreign_address_first = {
    .udp = true, .behaviour = ECHO_FOREIGN_FIRST};
static const struct echo_server_script udp_foreign_port_first = {
    .udp = true, .behaviour = ECHO_FOREIGN_PORT_FIRST};
static const struct echo_server_script udp_late = {
    .udp = true, .behaviour = ECHO_FAITHFUL, .delay_ms = 300};
static const struct echo_server_script udp_silent = {.udp = true, .behaviour = ECHO_SILENT};
static const struct echo_server_script udp_timeout_is_no_data = {.udp = true,
                                                                 .behaviour = ECHO_SILENT};
static const struct echo_server_script udp_closed_port = {.udp = true, .behaviour = ECHO_CLOSED};

static const struct case_def CASES[] = {
    {.name = "tcp-echo",
     .requirement = "E11",
     .about = "The whole message comes back, and that is told as success.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_echo}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "tcp-sends-the-message",
     .requirement = "E11",
     .about = "The octets of the connection are the message, and nothing else.",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_sends_the_message}},
     .checks = {CHECK_SENT_MESSAGE_TCP}},
    {.name = "tcp-altered",
     .requirement = "E11",
     .about = "One bit of the last octet is another: that is no echo.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_altered}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "tcp-short",
     .requirement = "E11",
     .about = "The last octet is missing: that is no echo.",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_short}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "tcp-long",
     .requirement = "E11",
     .about = "One octet more came back than was sent: that is no echo.",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_long}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "tcp-octet-by-octet",
     .requirement = "E12",
     .about = "An echo that comes an octet at a time is gathered until it is whole.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_octet_by_octet}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "tcp-all-at-once",
     .requirement = "E12",
     .about = "An echo that comes in one piece, after all was sent, is taken.",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_all_at_once}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "tcp-late",
     .requirement = "E12",
     .about = "An echo that takes 300 ms is waited for.",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_late}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "tcp-large-message",
     .requirement = "P11",
     .about = "65,508 octets through a small window: sends and receives that move a part are gone "
              "on with.",
     .timeout_s = 10,
     .values = {{"message", MESSAGE_65508}},
     .fixtures = {{&echo_server, &tcp_large_message}},
     .checks = {CHECK_MESSAGE_RECEIVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"},
               {"tcp.half_close", "ignore", NULL,
                "whether the FIN comes before the last of the echo is luck"}}},
    {.name = "tcp-silent",
     .requirement = "E14",
     .about = "An echo that does not come is told, and not waited for for ever.",
     .families = ON_BOTH,
     .timeout_s = 1,
     .fixtures = {{&echo_server, &tcp_silent}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "tcp-refused",
     .requirement = "E14",
     .about = "Nobody listens: that is told at once.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .fixtures = {{&echo_server, &tcp_refused}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "tcp-ends-after-half",
     .requirement = "E15",
     .about = "The server ends after half of the echo: that is an error.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_ends_after_half}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "tcp-reset",
     .requirement = "E15",
     .about = "The server resets the connection instead of echoing: that is an error.",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_reset}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "tcp-reset-at-accept",
     .requirement = "E15",
     .about = "A reset at once is an error, whether connect, send or recv learns of it.",
     .timeout_s = 5,
     .no_golden = "whether the message leaves before the reset comes is luck",
     .fixtures = {{&echo_server, &tcp_reset_at_accept}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED, CHECK_TOLD_IN_ONE_LINE, CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "tcp-ends-at-once",
     .requirement = "E15",
     .about = "The server ends before it has echoed anything: that is an error.",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_ends_at_once}},
     .no_golden = "whether the message leaves before the client sees the end is luck",
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "tcp-end-is-no-data",
     .requirement = "P09",
     .about = "A receive of 0 octets on TCP is the end, and is told as what it is.",
     .timeout_s = 12,
     .fixtures = {{&echo_server, &tcp_end_is_no_data}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "tcp-reset-while-sending",
     .requirement = "P10",
     .about = "The server resets while a long message is being sent: an error to be told, and not "
              "the client's death.",
     .timeout_s = 5,
     .values = {{"message", MESSAGE_65508}},
     .fixtures = {{&echo_server, &tcp_reset_while_sending}},
     .no_golden = "how much is sent before the reset is luck",
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR}},
    {.name = "tcp-interrupted",
     .requirement = "P03",
     .about = "A client that was stopped while it waited, and goes on, waits on, and takes the "
              "echo. (On Linux this gives EINTR to a receive with a timeout.)",
     .families = ON_BOTH,
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &tcp_interrupted}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "tcp-server-by-name",
     .requirement = "E11",
     .about = "The server can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &tcp_server_by_name}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "udp-echo",
     .requirement = "E11",
     .about = "The datagram comes back, and that is told as success.",
     .families = ON_BOTH,
     .variant = "udp",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &udp_echo}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "udp-sends-one-datagram",
     .requirement = "E11",
     .about = "The message is one datagram, and is sent once.",
     .variant = "udp",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &udp_sends_one_datagram}},
     .checks = {CHECK_SENT_MESSAGE_UDP}},
    {.name = "udp-altered",
     .requirement = "E11",
     .about = "One bit of the last octet is another: that is no echo.",
     .families = ON_BOTH,
     .variant = "udp",
     .timeout_s = 1,
     .fixtures = {{&echo_server, &udp_altered}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "udp-short",
     .requirement = "E11",
     .about = "The last octet is missing: that is no echo.",
     .variant = "udp",
     .timeout_s = 1,
     .fixtures = {{&echo_server, &udp_short}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "udp-long",
     .requirement = "P08",
     .about =
         "A datagram of one octet more than the message would be cut to it by a buffer of that "
         "size: it is no echo.",
     .variant = "udp",
     .timeout_s = 1,
     .fixtures = {{&echo_server, &udp_long}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "udp-twice",
     .requirement = "E11",
     .about = "The second copy of the echo is nothing more: one result is printed.",
     .variant = "udp",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &udp_twice}},
     .checks = {CHECK_MESSAGE_RECEIVED, CHECK_PRINTED_ONCE("received")}},
    {.name = "udp-empty-message",
     .requirement = "P09",
     .about = "An empty message is an empty datagram, and so is its echo; it is not the end of "
              "anything.",
     .variant = "udp",
     .timeout_s = 5,
     .values = {{"message", ""}},
     .fixtures = {{&echo_server, &udp_empty_message}},
     .checks = {CHECK_SENT_MESSAGE_UDP, CHECK_SUCCEEDED}},
    {.name = "udp-4000-octets",
     .requirement = "P08",
     .about = "A message of several packets, and longer than many a buffer, comes back whole.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "udp",
     .timeout_s = 5,
     .values = {{"message", MESSAGE_65508 + (65508 - 4000)}},
     .fixtures = {{&echo_server, &udp_4000_octets}},
     .checks = {CHECK_MESSAGE_RECEIVED, CHECK_SENT_MESSAGE_UDP}},
    {.name = "udp-65507-octets",
     .requirement = "P08",
     .about = "The longest message that a datagram of IPv4 can carry comes back whole.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "udp",
     .timeout_s = 5,
     .values = {{"message", MESSAGE_65508 + 1}},
     .fixtures = {{&echo_server, &udp_65507_octets}},
     .checks = {CHECK_MESSAGE_RECEIVED, CHECK_SENT_MESSAGE_UDP}},
    {.name = "udp-65508-octets",
     .requirement = "P16",
     .about = "One octet more than a datagram can carry: that is told, and nothing is sent.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "udp",
     .timeout_s = 1,
     .values = {{"message", MESSAGE_65508}},
     .quiet = true,
     .fixtures = {{&echo_server, &udp_65508_octets}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_REQUEST_COUNT(NULL, 0, 0)}},
    {.name = "udp-foreign-address-first",
     .requirement = "E13",
     .about = "A datagram from another address is ignored, and the echo behind it is taken.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "udp",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &udp_foreign_address_first}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "udp-foreign-port-first",
     .needs = TIER_CAPTURE_SHARED,
     .requirement = "E13",
     .about = "A datagram from another port is ignored, and the echo behind it is taken.",
     .variant = "udp",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &udp_foreign_port_first}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "udp-late",
     .requirement = "E14",
     .about = "An echo that takes 300 ms is waited for.",
     .variant = "udp",
     .timeout_s = 5,
     .fixtures = {{&echo_server, &udp_late}},
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {.name = "udp-silent",
     .requirement = "E14",
     .about = "An echo that does not come is told after the timeout, and the message is not sent "
              "again and again.",
     .families = ON_BOTH,
     .variant = "udp",
     .timeout_s = 1,
     .fixtures = {{&echo_server, &udp_silent}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(6000),
                CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "udp-timeout-is-no-data",
     .requirement = "P02",
     .about = "A wait that ends is told as such, and never taken for an echo.",
     .variant = "udp",
     .timeout_s = 1,
     .fixtures = {{&echo_server, &udp_timeout_is_no_data}},
     .checks = {CHECK_MESSAGE_NOT_CLAIMED}},
    {.name = "udp-closed-port",
     .wants = CAN_ICMP_ERRORS,
     .requirement = "P07",
     .about = "A closed port is told at once, long before the timeout.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .variant = "udp",
     .timeout_s = 12,
     .fixtures = {{&echo_server, &udp_closed_port}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_AFTER_ICMP_MS(1500)}},
};

const struct recipe_def recipe_echo_client = {
    .name = "echo-client",
    .protocol = "echo",
    .role = ROLE_CLIENT,
    .port = 7,
    .values = {{"message", MESSAGE}},
    .shared = {&client_argument_cases},
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
