/* The cases of reuse-address: a server that closes first, its port afterwards, and two servers for
 * one port. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"
#include "fixtures/echo_server.h"

#include <signal.h>

/* Another server, which has the port already. */
static const struct echo_server_script first_server = {.behaviour = ECHO_FAITHFUL};

/* The server ends each connection first. */
static const struct driver_script one_client = {.steps = {CONNECT(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script stopped_meanwhile = {
    .steps = {CONNECT(0), EXPECT_END(0), STOP_SUBJECT, CLOSE(0)}};

static const struct driver_script interrupted_meanwhile = {
    .steps = {CONNECT(0), EXPECT_END(0), SIGNAL_SUBJECT(SIGINT), CLOSE(0)}};

static const struct driver_script five_at_once = {
    .steps = {CONNECT(0), CONNECT(1), CONNECT(2), CONNECT(3), CONNECT(4), EXPECT_END(4),
              EXPECT_END(3), EXPECT_END(2), EXPECT_END(1), EXPECT_END(0)}};

static const struct driver_script reset_at_once = {
    .steps = {CONNECT(0), RESET(0), CONNECT(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script leaves_at_once = {
    .steps = {CONNECT(0), CLOSE(0), CONNECT(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script talks_unasked = {
    .steps = {CONNECT(0), SEND(0, .pattern_len = 8192), CONNECT(1), EXPECT_END(1), CLOSE(1)}};

static const struct case_def CASES[] = {
    {.name = "restart-during-time-wait",
     .wants = CAN_SHARED_STACK,
     .requirement = "P05",
     .about = "A server that has closed connections first is started again at once, and listens on "
              "its port.",
     .families = ON_BOTH,
     .runs = 2,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_LISTENS_EVERY_RUN}},
    /* Windows takes the port all the same: TIME_WAIT keeps no listener from it there. */
    {.name = "no-reuse-during-time-wait",
     .wants = CAN_SHARED_STACK,
     .requirement = "P48",
     .about = "Without the option the port is still taken by the connection that the first run "
              "closed, and the second one says so and ends.",
     .families = ON_BOTH,
     .variant = "no-reuse",
     .runs = 2,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED_IN_RUN(1), CHECK_FAILED_IN_RUN(2),
                CHECK_TOLD_IN_ONE_LINE_IN_RUN(2)}},
    {.name = "no-reuse-first-start",
     .requirement = "P48",
     .about = "Without the option a port that nobody has is listened on, and the option reads 0.",
     .variant = "no-reuse",
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("old_state", "0"),
                CHECK_OBSERVED("new_state", "0")}},
    /* Linux and Windows read the option back as 1, the BSDs and macOS as its flag, 4. */
    {.name = "option-before-and-after",
     .requirement = "P05",
     .about = "The option is off on a new socket, and on once it is set.",
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("old_state", "0"),
                CHECK_OBSERVED_BY_SYSTEM("new_state", 1, "1\n4")}},
    {.name = "second-instance",
     .wants = CAN_SHARED_STACK,
     .requirement = "P06",
     .needs = TIER_CAPTURE_PRIVATE,
     .about = "Where another server listens on the port, SO_REUSEADDR does not let this one in: it "
              "says so and ends.",
     .families = ON_BOTH,
     .limit_ms = 3000,
     .quiet = true,
     .fixtures = {{&echo_server, &first_server}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("port")}},
    {.name = "second-instance-no-reuse",
     .wants = CAN_SHARED_STACK,
     .requirement = "P06",
     .needs = TIER_CAPTURE_PRIVATE,
     .about = "Without the option, too, the port of another server is told as taken.",
     .variant = "no-reuse",
     .limit_ms = 3000,
     .quiet = true,
     .fixtures = {{&echo_server, &first_server}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("port")}},
    {.name = "tells-who-connects",
     .requirement = "P49",
     .about = "It names the client by the address and port of the client's own end.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED_CLIENT_END("client_address", "client_port", 1),
                CHECK_PRINTED_ONCE("client_port"), CHECK_PRINTABLE}},
    {.name = "default-port",
     .requirement = "P49",
     .needs = TIER_CAPTURE_PRIVATE,
     .about = "Without a port it listens on 8282, and says so.",
     .variant = "bare",
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("port", "8282")}},
    {.name = "five-at-once",
     .requirement = "P44",
     .about = "Five clients are there at once, and each is met.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &five_at_once}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "reset-at-once",
     .requirement = "P44",
     .about = "A client resets its connection before it is met: the next one is met.",
     .fixtures = {{&driver, &reset_at_once}},
     .no_golden = "whether the server's end leaves before the reset comes is luck",
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "leaves-at-once",
     .requirement = "P44",
     .about = "A client closes before it is met: the next one is met.",
     .fixtures = {{&driver, &leaves_at_once}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.half_close", "ignore", NULL, "which side closes first is luck"}}},
    {.name = "talks-unasked",
     .requirement = "P45",
     .about = "What a client sends that nobody asked for costs the next one nothing.",
     .fixtures = {{&driver, &talks_unasked}},
     .no_golden = "how much arrives before the server closes, and resets for it, is luck",
     .checks = {CHECK_CLIENTS_SERVED, CHECK_PRINTABLE}},
    {.name = "ended-by-sigterm",
     .requirement = "P17",
     .about = "SIGTERM ends the server by its own hand, with exit 0, a client still there.",
     .fixtures = {{&driver, &stopped_meanwhile}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "ended-by-sigint",
     .requirement = "P17",
     .about = "SIGINT (Ctrl-C) ends the server by its own hand, with exit 0, a client still there.",
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &interrupted_meanwhile}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    WRONG_PORTS,
    WRONG_ARGUMENTS("unknown-option", "unknown-option",
                    "An option that it does not have is not passed over."),
    ASKED_FOR_HELP,
};

const struct recipe_def recipe_reuse_address = {
    .name = "reuse-address",
    .protocol = "tcp",
    .role = ROLE_SERVER,
    .listens = LISTENS_TCP,
    .port = 8282,
    .plain = "tells-who-connects",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
