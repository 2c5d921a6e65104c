/* The cases of udp-echo-server (RFC 862 over UDP): scripts of clients, and what each must get. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"
#include "fixtures/echo_server.h"

#include <signal.h>

static const uint8_t NULS[100];
/* Another server, which has the port already. */
static const struct echo_server_script first_server = {.udp = true, .behaviour = ECHO_FAITHFUL};

static const struct driver_script text = {
    .steps = {OPEN_UDP(0), SEND(0, .text = "hello"), EXPECT(0, .text = "hello")}};

static const struct driver_script every_octet = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 256), EXPECT(0, .pattern_len = 256)}};

/* Stopped while it waits, as by Ctrl-Z, and let go on. */
static const struct driver_script interrupted = {.steps = {OPEN_UDP(0),
                                                           SEND(0, .text = "before"),
                                                           EXPECT(0, .text = "before"),
                                                           SIGNAL_SUBJECT(SIGSTOP),
                                                           {.action = DRIVER_IDLE, .ms = 50},
                                                           SIGNAL_SUBJECT(SIGCONT),
                                                           SEND(0, .text = "behind"),
                                                           EXPECT(0, .text = "behind")}};

static const struct driver_script octets_1 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 1), EXPECT(0, .pattern_len = 1)}};

static const struct driver_script octets_512 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 512), EXPECT(0, .pattern_len = 512)}};

static const struct driver_script octets_1472 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 1472), EXPECT(0, .pattern_len = 1472)}};

static const struct driver_script nul_octets = {.steps = {OPEN_UDP(0),
                                                          SEND(0, .raw = {NULS, sizeof NULS}),
                                                          EXPECT(0, .raw = {NULS, sizeof NULS})}};

static const struct driver_script three_at_once = {
    .steps = {OPEN_UDP(0), SEND(0, .text = "one"), SEND(0, .text = "two and more"),
              SEND(0, .text = "3"), EXPECT_ANY_ORDER(0, .text = "one"),
              EXPECT_ANY_ORDER(0, .text = "two and more"), EXPECT_ANY_ORDER(0, .text = "3")}};

static const struct driver_script short_after_long = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 1000), EXPECT(0, .pattern_len = 1000),
              SEND(0, .text = "x"), EXPECT(0, .text = "x")}};

static const struct driver_script two_clients = {
    .steps = {OPEN_UDP(0), OPEN_UDP(1), SEND(0, .text = "of the first"),
              SEND(1, .text = "of the second"), EXPECT(1, .text = "of the second"),
              EXPECT(0, .text = "of the first"), SEND(1, .text = "again"),
              EXPECT(1, .text = "again")}};

static const struct driver_script empty = {
    .steps = {OPEN_UDP(0), SEND(0, .text = ""), EXPECT(0, .text = "")}};

static const struct driver_script empty_then_text = {
    .steps = {OPEN_UDP(0), SEND(0, .text = ""), SEND(0, .text = "still there"),
              EXPECT_PAST_EMPTY(0, .text = "still there")}};

static const struct driver_script empty_then_another_client = {
    .steps = {OPEN_UDP(0), OPEN_UDP(1), SEND(0, .text = ""), SEND(1, .text = "of another"),
              EXPECT(1, .text = "of another")}};

static const struct driver_script octets_1473 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 1473), EXPECT(0, .pattern_len = 1473)}};

static const struct driver_script octets_2049 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 2049), EXPECT(0, .pattern_len = 2049)}};

static const struct driver_script octets_4097 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 4097), EXPECT(0, .pattern_len = 4097)}};

static const struct driver_script octets_8193 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 8193), EXPECT(0, .pattern_len = 8193)}};

static const struct driver_script octets_65507 = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 65507), EXPECT(0, .pattern_len = 65507)}};

static const struct driver_script longest_then_text = {
    .steps = {OPEN_UDP(0), SEND(0, .pattern_len = 65507, .pattern_seed = 3),
              EXPECT(0, .pattern_len = 65507, .pattern_seed = 3), SEND(0, .text = "short"),
              EXPECT(0, .text = "short")}};

static const struct driver_script second_address_answers = {
    .steps = {OPEN_UDP(0), SEND_TO_SECOND(0, .text = "to the second"),
              EXPECT(0, .text = "to the second")}};

static const struct driver_script both_addresses_in_turn = {
    .steps = {OPEN_UDP(0), OPEN_UDP(1), SEND(0, .text = "first"), EXPECT(0, .text = "first"),
              SEND_TO_SECOND(1, .text = "second"), EXPECT(1, .text = "second"),
              SEND(0, .text = "first again"), EXPECT(0, .text = "first again")}};

static const struct driver_script source_port_7 = {
    .steps = {{.action = DRIVER_OPEN_UDP, .socket = 0, .port = 7},
              OPEN_UDP(1),
              SEND(0, .text = "ping"),
              SEND(1, .text = "pong"),
              EXPECT(1, .text = "pong"),
              {.action = DRIVER_EXPECT_NOTHING, .socket = 0, .ms = 50}}};

static const struct driver_script source_port_13 = {
    .steps = {{.action = DRIVER_OPEN_UDP, .socket = 0, .port = 13},
              OPEN_UDP(1),
              SEND(0, .text = "ping"),
              SEND(1, .text = "pong"),
              EXPECT(1, .text = "pong"),
              {.action = DRIVER_EXPECT_NOTHING, .socket = 0, .ms = 50}}};

static const struct driver_script source_port_17 = {
    .steps = {{.action = DRIVER_OPEN_UDP, .socket = 0, .port = 17},
              OPEN_UDP(1),
              SEND(0, .text = "ping"),
              SEND(1, .text = "pong"),
              EXPECT(1, .text = "pong"),
              {.action = DRIVER_EXPECT_NOTHING, .socket = 0, .ms = 50}}};

static const struct driver_script source_port_19 = {
    .steps = {{.action = DRIVER_OPEN_UDP, .socket = 0, .port = 19},
              OPEN_UDP(1),
              SEND(0, .text = "ping"),
              SEND(1, .text = "pong"),
              EXPECT(1, .text = "pong"),
              {.action = DRIVER_EXPECT_NOTHING, .socket = 0, .ms = 50}}};

static const struct driver_script source_port_37 = {
    .steps = {{.action = DRIVER_OPEN_UDP, .socket = 0, .port = 37},
              OPEN_UDP(1),
              SEND(0, .text = "ping"),
              SEND(1, .text = "pong"),
              EXPECT(1, .text = "pong"),
              {.action = DRIVER_EXPECT_NOTHING, .socket = 0, .ms = 50}}};

static const struct case_def CASES[] = {
    {.name = "text",
     .requirement = "E06",
     .about = "A datagram comes back as it was sent.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &text}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "every-octet",
     .requirement = "E06",
     .about = "All 256 values come back in one datagram.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &every_octet}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-1",
     .requirement = "E06",
     .about = "A single octet comes back.",
     .fixtures = {{&driver, &octets_1}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-512",
     .requirement = "E06",
     .about = "512 octets, which every host must take, come back.",
     .fixtures = {{&driver, &octets_512}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-1472",
     .requirement = "E06",
     .about = "1,472 octets, all that fits a frame of 1,500, come back.",
     .fixtures = {{&driver, &octets_1472}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "nul-octets",
     .requirement = "E06",
     .about = "Octets of zero are no end of anything.",
     .fixtures = {{&driver, &nul_octets}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "three-at-once",
     .requirement = "E06",
     .about =
         "Three datagrams are three answers, in whatever order, each whole, none of them glued "
         "to another.",
     .fixtures = {{&driver, &three_at_once}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"udp.turns", "ignore", NULL,
                "whether a reply leaves before the next datagram comes is luck"}}},
    {.name = "short-after-long",
     .requirement = "E06",
     .about = "A short datagram behind a long one brings nothing of the long one back.",
     .fixtures = {{&driver, &short_after_long}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "two-clients",
     .requirement = "E06",
     .about = "Two clients in turn get their own datagrams back, and not each other's.",
     .fixtures = {{&driver, &two_clients}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "empty",
     .requirement = "E07",
     .about = "An empty datagram is answered by an empty datagram.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &empty}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "empty-then-text",
     .requirement = "P09",
     .about = "A receive of 0 octets is an empty datagram, and no end: whether it is answered or "
              "not, the next one is.",
     .fixtures = {{&driver, &empty_then_text}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"udp.turns", "ignore", NULL,
                "whether a reply leaves before the next datagram comes is luck"}}},
    {.name = "empty-then-another-client",
     .needs = TIER_CAPTURE_SHARED, /* nobody has to read the answer to the empty one */
     .requirement = "P09",
     .about = "A client that has sent an empty datagram, and nothing since, does not keep another "
              "from its answer.",
     .fixtures = {{&driver, &empty_then_another_client}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-1473",
     .requirement = "E08",
     .about =
         "One octet more than fits a frame: the datagram comes in two fragments, and goes back "
         "whole.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &octets_1473}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-2049",
     .requirement = "E08",
     .about = "A buffer of 2,048 octets would cut this.",
     .fixtures = {{&driver, &octets_2049}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-4097",
     .requirement = "E08",
     .about = "A buffer of 4,096 octets would cut this.",
     .fixtures = {{&driver, &octets_4097}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-8193",
     .requirement = "E08",
     .about = "A buffer of 8,192 octets would cut this.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &octets_8193}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octets-65507",
     .requirement = "E08",
     .about = "The longest datagram that IPv4 can carry comes back whole.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &octets_65507}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "longest-then-text",
     .requirement = "P08",
     .about = "No datagram is cut silently, and the longest leaves nothing behind for the next.",
     .fixtures = {{&driver, &longest_then_text}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "second-address-answers",
     .wants = CAN_SECOND_ADDRESS,
     .requirement = "E09",
     .about = "The answer to a datagram for the host's second address comes from that address.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &second_address_answers}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "both-addresses-in-turn",
     .wants = CAN_SECOND_ADDRESS,
     .requirement = "E09",
     .about = "Each answer comes from the address that its datagram was sent to.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &both_addresses_in_turn}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "source-port-7",
     .requirement = "E10",
     .port = 51423, /* the driver needs port 7 for itself */
     .about = "A datagram that claims to come from the echo port is not answered, as that service "
              "might answer again; another client is.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &source_port_7}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "source-port-13",
     .requirement = "E10",
     .about = "A datagram that claims to come from the daytime port is not answered, as that "
              "service might answer again; another client is.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &source_port_13}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "source-port-17",
     .requirement = "E10",
     .about = "A datagram that claims to come from the quote of the day port is not answered, as "
              "that service might answer again; another client is.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &source_port_17}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "source-port-19",
     .requirement = "E10",
     .about =
         "A datagram that claims to come from the character generator port is not answered, as "
         "that service might answer again; another client is.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &source_port_19}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "source-port-37",
     .requirement = "E10",
     .about = "A datagram that claims to come from the time port is not answered, as that service "
              "might answer again; another client is.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&driver, &source_port_37}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "interrupted",
     .requirement = "P03",
     .about = "A server that was stopped while it waited, and goes on, serves on. (On Linux this "
              "gives EINTR to some calls that wait, without any handler.)",
     .fixtures = {{&driver, &interrupted}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "ended-by-sigterm",
     .requirement = "P17",
     .about = "SIGTERM ends the server by its own hand, with exit 0.",
     .fixtures = {{&driver, &text}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "ended-by-sigint",
     .requirement = "P17",
     .about = "SIGINT ends the server by its own hand, with exit 0.",
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &text}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "port-in-use",
     .wants = CAN_SHARED_STACK,
     .requirement = "P06",
     .needs = TIER_CAPTURE_PRIVATE,
     .about = "Where another server has the port, this one says so and ends.",
     .limit_ms = 3000,
     .quiet = true,
     .fixtures = {{&echo_server, &first_server}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE}},
    {.name = "default-port",
     .requirement = "E06",
     .needs = TIER_CAPTURE_PRIVATE,
     .about = "Without a port on its command line it answers on 51423.",
     .variant = "bare",
     .fixtures = {{&driver, &text}},
     .checks = {CHECK_CLIENTS_SERVED}},
    WRONG_PORTS_OF_SILENT_SERVER,
    WRONG_ARGUMENTS("unknown-option", "unknown-option",
                    "An option that it does not have is not passed over."),
    HELP_OF_SILENT_SERVER,
};

const struct recipe_def recipe_udp_echo_server = {
    .name = "udp-echo-server",
    .protocol = "echo",
    .role = ROLE_SERVER,
    .listens = LISTENS_UDP,
    .port = 51423,
    .well_known_port = 7,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
