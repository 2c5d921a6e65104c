/* The cases of listen-backlog: whatever the number, clients are served. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"

#include <signal.h>

#define SERVED(socket_, number_) \
  EXPECT(socket_, .text = "You are client " number_ ".\n"), EXPECT_END(socket_), CLOSE(socket_)

static const struct driver_script one_after_the_other = {
    .steps = {CONNECT(0), SERVED(0, "1"), CONNECT(1), SERVED(1, "2"), CONNECT(2), SERVED(2, "3")}};

/* Whoever finds the queue full tries again after a second, by the rules of TCP. */
static const struct driver_script three_at_once = {
    .steps = {CONNECT(0), CONNECT(1), CONNECT(2), SERVED(2, "3"), SERVED(1, "2"), SERVED(0, "1")}};

static const struct driver_script reset_then_another = {
    .steps = {CONNECT(0), RESET(0), CONNECT(1), EXPECT_LINE(1), EXPECT_END(1), CLOSE(1)}};

static const struct driver_script talks_unasked = {
    .steps = {CONNECT(0), SEND(0, .pattern_len = 8192), CONNECT(1), EXPECT_LINE(1), EXPECT_END(1),
              CLOSE(1)}};

static const struct driver_script stopped_meanwhile = {
    .steps = {CONNECT(0), EXPECT_LINE(0), EXPECT_END(0), STOP_SUBJECT, CLOSE(0)}};

/* A row for a backlog: its clients, one after the other and at once. */
#define BACKLOG(name_, backlog_, about_)                                                      \
  {.name = (name_),                                                                           \
   .requirement = "P42",                                                                      \
   .about = (about_),                                                                         \
   .families = ON_BOTH,                                                                       \
   .values = {{"backlog", (backlog_)}},                                                       \
   .fixtures = {{&driver, &one_after_the_other}},                                             \
   .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("backlog", (backlog_)), CHECK_PRINTABLE}}, \
  {                                                                                           \
    .name = name_ "-three-at-once", .requirement = "P42",                                     \
    .about = "Three clients that come at once are served, too.",                              \
    .values = {{"backlog", (backlog_)}}, .fixtures = {{&driver, &three_at_once}}, .checks = { \
      CHECK_CLIENTS_SERVED                                                                    \
    }                                                                                         \
  }

#define WRONG_BACKLOG(name_, backlog_, about_)                                    \
  {                                                                               \
    .name = (name_), .requirement = "P60", .about = (about_), .role = ROLE_LOCAL, \
    .limit_ms = 3000, .values = {{"backlog", (backlog_)}}, .checks = {            \
      CHECK_EXIT_CODE(2),                                                         \
      CHECK_TOLD_ON_STDERR,                                                       \
      CHECK_NOT_OBSERVED("port")                                                  \
    }                                                                             \
  }

static const struct case_def CASES[] = {
    BACKLOG("backlog-1", "1", "A backlog of 1 is no limit to the clients that are served."),
    BACKLOG("backlog-0", "0", "With a backlog of 0 clients are served all the same."),
    BACKLOG("backlog-negative", "-1", "A backlog of less than 0 is as one of 0."),
    BACKLOG("backlog-large", "1000000",
            "A backlog of more than the system allows is cut, and no error."),
    {.name = "tells-whom-it-served",
     .requirement = "P49",
     .about = "It numbers its clients, in the order in which they came.",
     .fixtures = {{&driver, &one_after_the_other}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED_LIST("served", "1\n2\n3")}},
    {.name = "reset-then-another",
     .requirement = "P44",
     .about = "A client resets its connection before it is met: the next one is served.",
     .fixtures = {{&driver, &reset_then_another}},
     .no_golden = "whether the server's line leaves before the reset comes is luck",
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
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
     .about = "SIGINT (Ctrl-C) ends the server by its own hand, with exit 0.",
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &one_after_the_other}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    WRONG_BACKLOG("backlog-is-a-word", "many", "A backlog is a number."),
    WRONG_BACKLOG("backlog-empty", "", "Nothing at all is no number."),
    WRONG_BACKLOG("backlog-with-a-tail", "5x", "What begins with a number is not yet one."),
    WRONG_BACKLOG("backlog-beyond-int", "99999999999", "What no int can hold is not cut to fit."),
    WRONG_ARGUMENTS("no-backlog", "bare", "Which backlog is meant must be said."),
    ASKED_FOR_HELP,
};

const struct recipe_def recipe_listen_backlog = {
    .name = "listen-backlog",
    .protocol = "tcp",
    .role = ROLE_SERVER,
    .listens = LISTENS_TCP,
    .values = {{"backlog", "5"}},
    .plain = "backlog-1",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
