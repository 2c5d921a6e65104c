/* The cases of socket-modes: accept() that waits for ever, not at all, or for so long. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"

#include <signal.h>

/* What systems say where a non-blocking accept() finds nobody: Linux and the BSDs, Solaris, Windows
 * (strerror and FormatMessage), newlib; and Python's, with the number of Linux. */
#define NOBODY_THERE                                                      \
  "Resource temporarily unavailable\nOperation would block\n"             \
  "A non-blocking socket operation could not be completed immediately.\n" \
  "Try again\n"         /* dietlibc */                                    \
  "No more processes\n" /* newlib */                                      \
  "[Errno 11] Resource temporarily unavailable\n[Errno 35] Resource temporarily unavailable"

static const struct driver_script one_client = {.steps = {CONNECT(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script late_client = {
    .steps = {{.action = DRIVER_IDLE, .ms = 250}, CONNECT(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script three_clients = {.steps = {CONNECT(0), EXPECT_END(0), CLOSE(0),
                                                             CONNECT(1), EXPECT_END(1), CLOSE(1),
                                                             CONNECT(2), EXPECT_END(2), CLOSE(2)}};

static const struct driver_script five_at_once = {
    .steps = {CONNECT(0), CONNECT(1), CONNECT(2), CONNECT(3), CONNECT(4), EXPECT_END(4),
              EXPECT_END(3), EXPECT_END(2), EXPECT_END(1), EXPECT_END(0)}};

static const struct driver_script reset_then_another = {
    .steps = {CONNECT(0), RESET(0), CONNECT(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script talks_unasked = {
    .steps = {CONNECT(0), SEND(0, .pattern_len = 8192), CONNECT(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script stopped_meanwhile = {
    .steps = {CONNECT(0), EXPECT_END(0), STOP_SUBJECT, CLOSE(0)}};

static const struct driver_script nobody = {.steps = {{.action = DRIVER_IDLE, .ms = 20}}};

static const struct case_def CASES[] = {
    {.name = "blocking",
     .requirement = "P43",
     .about = "Without a time-out it waits for a client that comes late, tells of it, and of no "
              "error.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &late_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_PRINTED_ONCE("client_port"),
                CHECK_NOT_OBSERVED("error")}},
    {.name = "non-blocking",
     .requirement = "P43",
     .about = "With a time-out of 0 it does not wait: that nobody is there is an error at once.",
     .limit_ms = 3000,
     .role = ROLE_LOCAL,
     .variant = "timeout",
     .values = {{"timeout", "0"}},
     .checks = {CHECK_OBSERVED_ONE_OF("error", NOBODY_THERE), CHECK_ENDED_WITHIN_MS(2500),
                CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE}},
    {.name = "timed-out",
     .requirement = "P43",
     .about = "Nobody comes within the time-out, and that is told as what it is.",
     .role = ROLE_LOCAL,
     .variant = "timeout",
     .values = {{"timeout", "0.2"}},
     .checks = {CHECK_OBSERVED("error", "timed out"), CHECK_ENDED_WITHIN_MS(2500), CHECK_FAILED,
                CHECK_TOLD_IN_ONE_LINE}},
    {.name = "client-in-time",
     .requirement = "P43",
     .about = "A client that comes within the time-out is accepted.",
     .families = ON_BOTH,
     .variant = "timeout",
     .values = {{"timeout", "30"}},
     .fixtures = {{&driver, &late_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_PRINTED_ONCE("client_port"),
                CHECK_NOT_OBSERVED("error")}},
    {.name = "tells-who-connects",
     .requirement = "P49",
     .about = "It names the client by the address and port of the client's own end.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED_CLIENT_END("client_address", "client_port", 1),
                CHECK_PRINTED_ONCE("port"), CHECK_PRINTABLE}},
    {.name = "one-after-the-other",
     .requirement = "P44",
     .about = "Each accept() gives one client, and the next one gives the next.",
     .fixtures = {{&driver, &three_clients}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_NOT_OBSERVED("error")}},
    {.name = "five-at-once",
     .requirement = "P44",
     .about = "Five clients are there at once, and each is accepted.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &five_at_once}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "reset-then-another",
     .requirement = "P44",
     .about = "A client resets its connection before it is accepted: the next one is accepted.",
     .fixtures = {{&driver, &reset_then_another}},
     .no_golden = "whether the server's end leaves before the reset comes is luck",
     .checks = {CHECK_CLIENTS_SERVED, CHECK_NOT_OBSERVED("error"), CHECK_ENDS_CLEANLY}},
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
    {.name = "sigterm-while-waiting",
     .requirement = "P17",
     .about = "SIGTERM ends a wait that has no end, with exit 0.",
     .quiet = true,
     .fixtures = {{&driver, &nobody}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY, CHECK_NOT_OBSERVED("error")}},
    {.name = "sigint-while-waiting",
     .requirement = "P17",
     .about = "SIGINT ends a wait that has an end, before that, with exit 0.",
     .quiet = true,
     .variant = "timeout",
     .values = {{"timeout", "30"}},
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &nobody}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY, CHECK_NOT_OBSERVED("error")}},
#define WRONG_TIMEOUT(name_, timeout_, about_)                                               \
  {                                                                                          \
    .name = (name_), .requirement = "P60", .about = (about_), .role = ROLE_LOCAL,            \
    .limit_ms = 3000, .variant = "timeout", .values = {{"timeout", (timeout_)}}, .checks = { \
      CHECK_EXIT_CODE(2),                                                                    \
      CHECK_TOLD_ON_STDERR,                                                                  \
      CHECK_NOT_OBSERVED("port")                                                             \
    }                                                                                        \
  }
    WRONG_TIMEOUT("timeout-negative", "-1", "No one can wait for less than no time."),
    WRONG_TIMEOUT("timeout-is-a-word", "soon", "A time-out is a number of seconds."),
    WRONG_TIMEOUT("timeout-empty", "", "Nothing at all is no time-out."),
    WRONG_TIMEOUT("timeout-with-a-tail", "1s", "What begins with a number is not yet one."),
    ASKED_FOR_HELP,
};

const struct recipe_def recipe_socket_modes = {
    .name = "socket-modes",
    .protocol = "tcp",
    .role = ROLE_SERVER,
    .listens = LISTENS_TCP,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
