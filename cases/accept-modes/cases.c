/* The cases of accept-modes: what an accepted socket has of the one that listens. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"

#include <signal.h>

static const struct driver_script one_client = {.steps = {CONNECT(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script three_clients = {.steps = {CONNECT(0), EXPECT_END(0), CLOSE(0),
                                                             CONNECT(1), EXPECT_END(1), CLOSE(1),
                                                             CONNECT(2), EXPECT_END(2), CLOSE(2)}};

static const struct driver_script five_at_once = {
    .steps = {CONNECT(0), CONNECT(1), CONNECT(2), CONNECT(3), CONNECT(4), EXPECT_END(4),
              EXPECT_END(3), EXPECT_END(2), EXPECT_END(1), EXPECT_END(0)}};

static const struct driver_script reset_then_another = {
    .steps = {CONNECT(0), RESET(0), CONNECT(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script stopped_meanwhile = {
    .steps = {CONNECT(0), EXPECT_END(0), STOP_SUBJECT, CLOSE(0)}};

static const struct case_def CASES[] = {
    {.name = "plain",
     .requirement = "P41",
     .about = "From a socket that blocks, without a time-out, accept() gives the like on every "
              "system.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("listener_mode", "blocking"),
                CHECK_OBSERVED("listener_timeout", "none"),
                CHECK_OBSERVED("accepted_mode", "blocking"),
                CHECK_OBSERVED("accepted_timeout", "none")}},
    /* Linux: blocking. The BSDs, macOS and Windows: non-blocking. */
    {.name = "non-blocking",
     .requirement = "P41",
     .about = "From a non-blocking socket accept() gives a blocking one or a non-blocking one, by "
              "the system.",
     .families = ON_BOTH,
     .variant = "non-blocking",
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("listener_mode", "non-blocking"),
                CHECK_OBSERVED_BY_SYSTEM("accepted_mode", 1, "blocking\nnon-blocking"),
                CHECK_OBSERVED("accepted_timeout", "none")}},
    /* Linux and the BSDs: 1.500. A system that leaves it out: none. */
    {.name = "receive-timeout",
     .requirement = "P41",
     .about = "The receive time-out of the socket that listens is that of the accepted one, or is "
              "not, by the system.",
     .families = ON_BOTH,
     .variant = "timeout",
     .values = {{"timeout", "1.5"}},
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED_MILLI("listener_timeout", 1400, 1600),
                CHECK_OBSERVED("accepted_mode", "blocking"),
                CHECK_OBSERVED_BY_SYSTEM("accepted_timeout", 2, "1.500\n1.5\nnone")}},
    {.name = "set-after-non-blocking",
     .requirement = "P40",
     .about = "Once set, an accepted socket's mode is the one that was asked for, whatever it "
              "inherited.",
     .variant = "non-blocking",
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("set_mode", "blocking"),
                CHECK_OBSERVED("set_timeout", "none")}},
    {.name = "set-after-receive-timeout",
     .requirement = "P40",
     .about = "Once set, an accepted socket's time-out is the one that was asked for.",
     .variant = "timeout",
     .values = {{"timeout", "1.5"}},
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("set_mode", "blocking"),
                CHECK_OBSERVED("set_timeout", "none")}},
    {.name = "one-after-the-other",
     .requirement = "P40",
     .about = "What is set on one accepted socket is not set on the next one.",
     .variant = "non-blocking",
     .fixtures = {{&driver, &three_clients}},
     .checks = {CHECK_CLIENTS_SERVED,
                CHECK_OBSERVED_LIST("set_mode", "blocking\nblocking\nblocking"),
                CHECK_PRINTED_ONCE("listener_mode")}},
    {.name = "five-at-once",
     .requirement = "P44",
     .about = "Five clients are there at once, and each is accepted.",
     .variant = "non-blocking",
     .fixtures = {{&driver, &five_at_once}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "reset-then-another",
     .requirement = "P44",
     .about = "A client resets its connection before it is accepted: the next one is accepted.",
     .fixtures = {{&driver, &reset_then_another}},
     .no_golden = "whether the server's end leaves before the reset comes is luck",
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "ended-by-sigterm",
     .requirement = "P17",
     .about = "SIGTERM ends the server by its own hand, with exit 0, a client still there.",
     .fixtures = {{&driver, &stopped_meanwhile}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "ended-by-sigint",
     .requirement = "P17",
     .about = "SIGINT (Ctrl-C) ends the server by its own hand, with exit 0.",
     .variant = "non-blocking",
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
#define WRONG_TIMEOUT(name_, timeout_, about_)                                               \
  {                                                                                          \
    .name = (name_), .requirement = "P60", .about = (about_), .role = ROLE_LOCAL,            \
    .limit_ms = 3000, .variant = "timeout", .values = {{"timeout", (timeout_)}}, .checks = { \
      CHECK_EXIT_CODE(2),                                                                    \
      CHECK_TOLD_ON_STDERR,                                                                  \
      CHECK_NOT_OBSERVED("listener_mode")                                                    \
    }                                                                                        \
  }
    WRONG_TIMEOUT("timeout-0", "0", "To the option 0 is no time-out, and so it is none to set."),
    WRONG_TIMEOUT("timeout-negative", "-1", "No one can wait for less than no time."),
    WRONG_TIMEOUT("timeout-is-a-word", "soon", "A time-out is a number of seconds."),
    ASKED_FOR_HELP,
};

const struct recipe_def recipe_accept_modes = {
    .name = "accept-modes",
    .protocol = "tcp",
    .role = ROLE_SERVER,
    .listens = LISTENS_TCP,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
