/* The cases of echo-server (RFC 862 over TCP): scripts of clients, and what each must get. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"
#include "fixtures/echo_server.h"

#include <signal.h>

static const uint8_t NULS[100];
static const uint8_t ALL_ONES[3] = {0xff, 0xff, 0xff};
/* Another server, which has the port already. */
static const struct echo_server_script first_server = {.behaviour = ECHO_FAITHFUL};

static const struct driver_script every_octet = {.steps = {CONNECT(0), SEND(0, .pattern_len = 256),
                                                           EXPECT(0, .pattern_len = 256),
                                                           HALF_CLOSE(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script one_octet = {.steps = {CONNECT(0), SEND(0, .text = "x"),
                                                         EXPECT(0, .text = "x"), HALF_CLOSE(0),
                                                         EXPECT_END(0), CLOSE(0)}};

static const struct driver_script nul_octets = {
    .steps = {CONNECT(0), SEND(0, .raw = {NULS, sizeof NULS}),
              EXPECT(0, .raw = {NULS, sizeof NULS}), HALF_CLOSE(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script last_octet_values = {
    .steps = {CONNECT(0), SEND(0, .raw = {ALL_ONES, sizeof ALL_ONES}),
              EXPECT(0, .raw = {ALL_ONES, sizeof ALL_ONES}), HALF_CLOSE(0), EXPECT_END(0),
              CLOSE(0)}};

static const struct driver_script more_than_a_segment = {
    .steps = {CONNECT(0), SEND(0, .pattern_len = 1461, .pattern_seed = 1),
              EXPECT(0, .pattern_len = 1461, .pattern_seed = 1), HALF_CLOSE(0), EXPECT_END(0),
              CLOSE(0)}};

/* Stopped while it waits, as by Ctrl-Z, and let go on. */
static const struct driver_script interrupted = {.steps = {CONNECT(0),
                                                           SEND(0, .text = "before"),
                                                           EXPECT(0, .text = "before"),
                                                           SIGNAL_SUBJECT(SIGSTOP),
                                                           {.action = DRIVER_IDLE, .ms = 50},
                                                           SIGNAL_SUBJECT(SIGCONT),
                                                           SEND(0, .text = "behind"),
                                                           EXPECT(0, .text = "behind"),
                                                           HALF_CLOSE(0),
                                                           EXPECT_END(0),
                                                           CLOSE(0)}};

static const struct driver_script turn_by_turn = {
    .steps = {CONNECT(0), SEND(0, .text = "one"), EXPECT(0, .text = "one"),
              SEND(0, .text = "two and more"), EXPECT(0, .text = "two and more"),
              SEND(0, .text = "3"), EXPECT(0, .text = "3"), HALF_CLOSE(0), EXPECT_END(0),
              CLOSE(0)}};

static const struct driver_script octet_by_octet = {
    .steps = {CONNECT(0),
              {.action = DRIVER_SEND, .socket = 0, .bytes = {.pattern_len = 64}, .cut = 1},
              EXPECT(0, .pattern_len = 64),
              HALF_CLOSE(0),
              EXPECT_END(0),
              CLOSE(0)}};

static const struct driver_script half_close_short = {
    .steps = {CONNECT(0), SEND(0, .text = "last words"), HALF_CLOSE(0),
              EXPECT(0, .text = "last words"), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script half_close_100_kb = {
    .steps = {CONNECT(0), SEND(0, .pattern_len = 100000), HALF_CLOSE(0),
              EXPECT(0, .pattern_len = 100000), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script half_close_after_echo = {
    .steps = {CONNECT(0), SEND(0, .text = "all"), EXPECT(0, .text = "all"), HALF_CLOSE(0),
              EXPECT_END(0), CLOSE(0)}};

static const struct driver_script half_close_with_nothing_sent = {
    .steps = {CONNECT(0), HALF_CLOSE(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script duplex_4_mib = {
    .steps = {
        CONNECT(0),
        {.action = DRIVER_DUPLEX, .socket = 0, .bytes = {.pattern_len = 4 << 20}, .ms = 10000},
        HALF_CLOSE(0),
        EXPECT_END(0),
        CLOSE(0)}};

static const struct driver_script duplex_256_kib = {
    .steps = {CONNECT(0),
              {.action = DRIVER_DUPLEX,
               .socket = 0,
               .bytes = {.pattern_len = 256 << 10, .pattern_seed = 7}},
              HALF_CLOSE(0),
              EXPECT_END(0),
              CLOSE(0)}};

static const struct driver_script slow_reader = {.steps = {CONNECT(0),
                                                           {.action = DRIVER_FLOOD_UNREAD,
                                                            .socket = 0,
                                                            .bytes = {.pattern_len = 4 << 20},
                                                            .ms = 10000},
                                                           HALF_CLOSE(0),
                                                           EXPECT_END(0),
                                                           CLOSE(0)}};

static const struct driver_script idle_client_does_not_block = {
    .steps = {CONNECT(0), CONNECT(1), SEND(1, .text = "hello"), EXPECT(1, .text = "hello"),
              HALF_CLOSE(1), EXPECT_END(1), CLOSE(1), SEND(0, .text = "late"),
              EXPECT(0, .text = "late"), HALF_CLOSE(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script half_sent_does_not_block = {
    .steps = {CONNECT(0), SEND(0, .text = "first half"), EXPECT(0, .text = "first half"),
              CONNECT(1), SEND(1, .text = "hello"), EXPECT(1, .text = "hello"), HALF_CLOSE(1),
              EXPECT_END(1), CLOSE(1), SEND(0, .text = "second half"),
              EXPECT(0, .text = "second half"), HALF_CLOSE(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script five_at_once = {
    .steps = {CONNECT(0),
              CONNECT(1),
              CONNECT(2),
              CONNECT(3),
              CONNECT(4),
              SEND(0, .pattern_len = 100, .pattern_seed = 0),
              SEND(1, .pattern_len = 100, .pattern_seed = 50),
              SEND(2, .pattern_len = 100, .pattern_seed = 100),
              SEND(3, .pattern_len = 100, .pattern_seed = 150),
              SEND(4, .pattern_len = 100, .pattern_seed = 200),
              EXPECT(0, .pattern_len = 100, .pattern_seed = 0),
              EXPECT(1, .pattern_len = 100, .pattern_seed = 50),
              EXPECT(2, .pattern_len = 100, .pattern_seed = 100),
              EXPECT(3, .pattern_len = 100, .pattern_seed = 150),
              EXPECT(4, .pattern_len = 100, .pattern_seed = 200),
              HALF_CLOSE(0),
              EXPECT_END(0),
              CLOSE(0),
              HALF_CLOSE(1),
              EXPECT_END(1),
              CLOSE(1),
              HALF_CLOSE(2),
              EXPECT_END(2),
              CLOSE(2),
              HALF_CLOSE(3),
              EXPECT_END(3),
              CLOSE(3),
              HALF_CLOSE(4),
              EXPECT_END(4),
              CLOSE(4)}};

static const struct driver_script reset_then_another = {
    .steps = {CONNECT(0), SEND(0, .text = "hello"), EXPECT(0, .text = "hello"), RESET(0),
              CONNECT(1), SEND(1, .text = "hello"), EXPECT(1, .text = "hello"), HALF_CLOSE(1),
              EXPECT_END(1), CLOSE(1)}};

static const struct driver_script reset_at_once = {
    .steps = {CONNECT(0), RESET(0), CONNECT(1), SEND(1, .text = "hello"),
              EXPECT(1, .text = "hello"), HALF_CLOSE(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script leaves_at_once = {
    .steps = {CONNECT(0), CLOSE(0), CONNECT(1), SEND(1, .text = "hello"),
              EXPECT(1, .text = "hello"), HALF_CLOSE(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script reset_while_echoing = {
    .steps = {CONNECT(0), SEND(0, .pattern_len = 65536), RESET(0), CONNECT(1),
              SEND(1, .text = "hello"), EXPECT(1, .text = "hello"), HALF_CLOSE(1), EXPECT_END(1),
              CLOSE(1)}};

/* 14,000 octets are less than the ten segments that TCP sends before the first acknowledgement (RFC
 * 6928), so that the end arrives before the reset: only then does writing raise SIGPIPE. All of it
 * is there before the server can look. */
#define GONE(socket_)                                                                    \
  CONNECT(socket_), SEND(socket_, .text = "a"), EXPECT(socket_, .text = "a"),            \
      SIGNAL_SUBJECT(SIGSTOP), SEND(socket_, .pattern_len = 14000), HALF_CLOSE(socket_), \
      RESET(socket_), SIGNAL_SUBJECT(SIGCONT)

static const struct driver_script gone_while_echoing = {
    .steps = {GONE(0), GONE(1), GONE(2), CONNECT(3), SEND(3, .text = "hello"),
              EXPECT(3, .text = "hello"), HALF_CLOSE(3), EXPECT_END(3), CLOSE(3)}};

static const struct driver_script restart_during_time_wait = {
    .steps = {CONNECT(0), SEND(0, .text = "hello"), EXPECT(0, .text = "hello"), STOP_SUBJECT,
              EXPECT_END(0), CLOSE(0)}};

static const struct driver_script ended_by_sigterm = {
    .steps = {CONNECT(0), SEND(0, .text = "hello"), EXPECT(0, .text = "hello"), HALF_CLOSE(0),
              EXPECT_END(0), CLOSE(0)}};

static const struct driver_script interrupted_while_serving = {
    .steps = {CONNECT(0), SEND(0, .text = "a"), EXPECT(0, .text = "a"), SIGNAL_SUBJECT(SIGINT),
              EXPECT_END(0), CLOSE(0)}};

static const struct driver_script a_message = {
    .steps = {CONNECT(0), SEND(0, .text = "Test message"), EXPECT(0, .text = "Test message"),
              HALF_CLOSE(0), EXPECT_END(0), CLOSE(0)}};

/* What a terminal would obey, a NUL, and what is no UTF-8. */
static const uint8_t UNPRINTABLE[] = {0x1b, '[', '2', 'J', 0x00, 0x07, 0x9b, 0xc3, 0x28, 0xff};
static const struct driver_script unprintable = {
    .steps = {CONNECT(0), SEND(0, .raw = {UNPRINTABLE, sizeof UNPRINTABLE}),
              EXPECT(0, .raw = {UNPRINTABLE, sizeof UNPRINTABLE}), HALF_CLOSE(0), EXPECT_END(0),
              CLOSE(0)}};

static const struct driver_script much = {.steps = {CONNECT(0), SEND(0, .pattern_len = 10000),
                                                    EXPECT(0, .pattern_len = 10000), HALF_CLOSE(0),
                                                    EXPECT_END(0), CLOSE(0)}};

static const struct case_def CASES[] = {
    {.name = "every-octet",
     .requirement = "E01",
     .about = "All 256 values come back, in order: none of them means anything to the server.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &every_octet}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "one-octet",
     .requirement = "E01",
     .about = "A single octet comes back without waiting for more.",
     .fixtures = {{&driver, &one_octet}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "nul-octets",
     .requirement = "E01",
     .about = "Octets of zero come back, all of them.",
     .fixtures = {{&driver, &nul_octets}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "last-octet-values",
     .requirement = "E01",
     .about = "0xff is an octet like any other, and no telnet command.",
     .fixtures = {{&driver, &last_octet_values}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "more-than-a-segment",
     .requirement = "E01",
     .about = "1,461 octets are a segment and one octet, and come back as they are.",
     .fixtures = {{&driver, &more_than_a_segment}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "turn-by-turn",
     .requirement = "E01",
     .about = "A connection is served for as long as its client goes on.",
     .fixtures = {{&driver, &turn_by_turn}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octet-by-octet",
     .requirement = "P11",
     .about = "What comes in segments of one octet is echoed whole.",
     .fixtures = {{&driver, &octet_by_octet}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    {.name = "half-close-short",
     .requirement = "E02",
     .about = "The client closes its side at once: what it sent before still comes back, then the "
              "server's end.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &half_close_short}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.half_close", "ignore", NULL,
                "whether the FIN comes before the echo is luck"}}},
    {.name = "half-close-100-kb",
     .requirement = "E02",
     .about = "100,000 octets and then the client's end: all of them come back, then the server's "
              "end.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &half_close_100_kb}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"},
               {"tcp.half_close", "ignore", NULL,
                "whether the FIN comes before the last of the echo is luck"}}},
    {.name = "half-close-after-echo",
     .requirement = "E02",
     .about =
         "The client ends when it has everything: the server ends too, and sends nothing more.",
     .fixtures = {{&driver, &half_close_after_echo}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "half-close-with-nothing-sent",
     .requirement = "P09",
     .about = "A receive of 0 octets on TCP is the end: the server ends its side too.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &half_close_with_nothing_sent}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "duplex-4-mib",
     .requirement = "E03",
     .about = "4 MiB flow both ways at the same time, and nothing locks up.",
     .limit_ms = 30000,
     .flood = true,
     .fixtures = {{&driver, &duplex_4_mib}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    {.name = "duplex-256-kib",
     .requirement = "E03",
     .about = "256 KiB flow both ways at the same time.",
     .families = ON_IPV6,
     .limit_ms = 20000,
     .fixtures = {{&driver, &duplex_256_kib}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    {.name = "slow-reader",
     .requirement = "E03",
     .about =
         "A client that sends without reading until nothing more goes, and only then reads, "
         "gets everything back. (A server that keeps all 4 MiB itself passes too: what it costs "
         "is not judged here.)",
     .limit_ms = 30000,
     .flood = true,
     .wants = CAN_CLOSED_WINDOW,
     .fixtures = {{&driver, &slow_reader}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    {.name = "idle-client-does-not-block",
     .requirement = "E04",
     .about = "A client that says nothing does not keep another from its echo, and is served when "
              "it speaks.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &idle_client_does_not_block}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "half-sent-does-not-block",
     .requirement = "E04",
     .about = "A client whose message has come in part does not keep another from its echo.",
     .fixtures = {{&driver, &half_sent_does_not_block}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "five-at-once",
     .requirement = "E04",
     .about = "Five connections are open at once, and each gets its own octets.",
     .fixtures = {{&driver, &five_at_once}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "reset-then-another",
     .requirement = "E05",
     .about = "A client resets its connection: the next one is served.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &reset_then_another}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "reset-at-once",
     .requirement = "E05",
     .about = "A client resets before it has sent anything: the next one is served.",
     .fixtures = {{&driver, &reset_at_once}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "leaves-at-once",
     .requirement = "E05",
     .about = "A client closes before it has sent anything: the next one is served.",
     .fixtures = {{&driver, &leaves_at_once}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "reset-while-echoing",
     .requirement = "E05",
     .about = "A client resets while 64 KiB are on their way back to it: the next one is served.",
     .fixtures = {{&driver, &reset_while_echoing}},
     .no_golden = "how much of the echo leaves before the reset is luck",
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "gone-while-echoing",
     .requirement = "P10",
     .about =
         "A client ends its side, and is then gone with its echo unread: writing to it (EPIPE, "
         "SIGPIPE) is an error to be handled, and not the server's death.",
     .fixtures = {{&driver, &gone_while_echoing}},
     .no_golden = "how much of the echo leaves before the client is gone is luck",
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "restart-during-time-wait",
     .requirement = "P05",
     .about = "A server that has closed connections first is started again at once, and listens on "
              "its port.",
     .families = ON_BOTH,
     .wants = CAN_SHARED_STACK | CAN_STOP_SIGNALS,
     .runs = 2,
     .fixtures = {{&driver, &restart_during_time_wait}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_LISTENS_EVERY_RUN}},
    {.name = "interrupted",
     .requirement = "P03",
     .about = "A server that was stopped while it waited, and goes on, serves on. (On Linux this "
              "gives EINTR to some calls that wait, without any handler.)",
     .fixtures = {{&driver, &interrupted}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "ended-by-sigterm",
     .requirement = "P17",
     .about = "SIGTERM ends the server by its own hand, with exit 0.",
     .fixtures = {{&driver, &ended_by_sigterm}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "port-in-use",
     .wants = CAN_SHARED_STACK,
     .needs = TIER_CAPTURE_PRIVATE,
     .requirement = "P06",
     .about = "Where another server listens on the port, this one says so and ends, and takes no "
              "clients from it.",
     .quiet = true,
     .fixtures = {{&echo_server, &first_server}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR}},
    {.name = "ended-by-sigint-while-serving",
     .requirement = "P17",
     .about = "SIGINT, while a client is connected, ends the server by its own hand, with exit 0, "
              "and its client with a FIN.",
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &interrupted_while_serving}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "tells-its-port",
     .requirement = "P49",
     .about = "It tells the port on which it listens.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &a_message}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("port", "7")}},
    {.name = "tells-what-it-served",
     .requirement = "P49",
     .about = "It tells what came, how many octets went back, and to whom.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &a_message}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("data", "Test message"),
                CHECK_OBSERVED("sent", "12"),
                CHECK_OBSERVED_CLIENT_END("client_address", "client_port", 1)}},
    {.name = "unprintable-octets-escaped",
     .requirement = "P63",
     .about = "An escape sequence, a NUL and invalid UTF-8 come back as they are, and reach no "
              "terminal.",
     .fixtures = {{&driver, &unprintable}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_PRINTABLE}},
    {.name = "data-shown-in-part",
     .requirement = "P45",
     .about = "Of 10,000 octets it shows a beginning alone, and tells that all went back.",
     .fixtures = {{&driver, &much}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("sent", "10000"),
                CHECK_NOT_OBSERVED("unbounded_data")},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    WRONG_PORTS,
    WRONG_ARGUMENTS("no-arguments", "bare", "It has no port of its own, and is told which."),
    WRONG_ARGUMENTS("unknown-option", "unknown-option",
                    "An option that it does not have is not passed over."),
    ASKED_FOR_HELP,
};

const struct recipe_def recipe_echo_server = {
    .name = "echo-server",
    .protocol = "echo",
    .role = ROLE_SERVER,
    .listens = LISTENS_TCP,
    .port = 7,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
