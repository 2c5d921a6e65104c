/* The cases of unix-echo: clients on a local socket for its server, and fake servers for its
 * client; and what stands in the way of a path, or is left of it. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "fixtures/tcp_listener.h"

#include <signal.h>

#define MESSAGE "Is anybody there?"
#define MESSAGE_OCTETS (sizeof MESSAGE - 1)
#define PATH "socket"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X240 X60 X60 X60 X60

/* --- For the server --- */

#define CLIENT(...)          \
  {                          \
    .steps = { __VA_ARGS__ } \
  }
#define CONNECT_HERE(socket_) \
  { .action = DRIVER_CONNECT, .socket = (socket_), .path = PATH }

static const struct driver_script one_client =
    CLIENT(CONNECT_HERE(0), SEND(0, .text = "hello"), EXPECT(0, .text = "hello"), HALF_CLOSE(0),
           EXPECT_END(0), CLOSE(0));
static const struct driver_script every_octet =
    CLIENT(CONNECT_HERE(0), SEND(0, .pattern_len = 256), EXPECT(0, .pattern_len = 256),
           HALF_CLOSE(0), EXPECT_END(0), CLOSE(0));
static const struct driver_script half_close =
    CLIENT(CONNECT_HERE(0), SEND(0, .pattern_len = 40000), HALF_CLOSE(0),
           EXPECT(0, .pattern_len = 40000), EXPECT_END(0), CLOSE(0));
static const struct driver_script silent_first =
    CLIENT(CONNECT_HERE(0), CONNECT_HERE(1), SEND(1, .text = "of the second"),
           EXPECT(1, .text = "of the second"), CLOSE(1), SEND(0, .text = "of the first"),
           EXPECT(0, .text = "of the first"));
static const struct driver_script slow_reader = CLIENT(
    CONNECT_HERE(0), {.action = DRIVER_FLOOD_UNREAD, .socket = 0, .bytes.pattern_len = 1 << 20},
    HALF_CLOSE(0), EXPECT_END(0), CLOSE(0));
static const struct driver_script leaves_unread =
    CLIENT(CONNECT_HERE(0), SEND(0, .pattern_len = 65536), RESET(0), CONNECT_HERE(1),
           SEND(1, .text = "hello"), EXPECT(1, .text = "hello"));
static const struct driver_script control_octets =
    CLIENT(CONNECT_HERE(0), SEND(0, .text = "\x1b[2J\a\xff"), EXPECT(0, .text = "\x1b[2J\a\xff"),
           HALF_CLOSE(0), EXPECT_END(0));
static const struct driver_script interrupts =
    CLIENT(CONNECT_HERE(0), SEND(0, .text = "before"), EXPECT(0, .text = "before"),
           SIGNAL_SUBJECT(SIGSTOP), {.action = DRIVER_IDLE, .ms = 50}, SIGNAL_SUBJECT(SIGCONT),
           SEND(0, .text = "behind"), EXPECT(0, .text = "behind"));
static const struct tcp_listener_script left_over = {.path = PATH, .reach = TCP_PEER_REFUSES};
static const struct tcp_listener_script running = {.path = PATH,
                                                   .clients = {{{{.action = TCP_PEER_HOLD}}}}};

/* A case of the server, with this script of clients. */
#define SERVES(name_, requirement_, script_, about_)                                        \
  {                                                                                         \
    .name = (name_), .requirement = (requirement_), .about = (about_), .role = ROLE_SERVER, \
    .variant = "server", .quiet = true, .fixtures = {{&driver, &(script_)}}, .checks = {    \
      CHECK_CLIENTS_SERVED,                                                                 \
      CHECK_ENDS_CLEANLY,                                                                   \
      CHECK_LEFT_BEHIND(PATH, "nothing")                                                    \
    }                                                                                       \
  }

/* A path that the server cannot have. */
#define REFUSED(name_, requirement_, path_, about_)                                       \
  .name = (name_), .requirement = (requirement_), .about = (about_), .role = ROLE_SERVER, \
  .variant = "server", .quiet = true, .values = {{"path", (path_)}}

/* --- For the client --- */

#define SERVER(...)                                                       \
  {                                                                       \
    .path = PATH, .clients = {                                            \
      {{{.action = TCP_PEER_READ, .count = MESSAGE_OCTETS}, __VA_ARGS__}} \
    }                                                                     \
  }
#define SAY(...) \
  { .action = TCP_PEER_SEND, .bytes.text = __VA_ARGS__ }

static const struct tcp_listener_script echo =
    SERVER(SAY(MESSAGE), {.action = TCP_PEER_READ_TO_END});
static const struct tcp_listener_script in_pieces =
    SERVER(SAY(MESSAGE, .cut = 1, .ms = 2), {.action = TCP_PEER_READ_TO_END});
static const struct tcp_listener_script altered =
    SERVER(SAY("Is anybody there>"), {.action = TCP_PEER_READ_TO_END});
static const struct tcp_listener_script too_short = SERVER(SAY("Is anybody "));
static const struct tcp_listener_script too_long =
    SERVER(SAY(MESSAGE "!"), {.action = TCP_PEER_READ_TO_END});
static const struct tcp_listener_script silent = SERVER({.action = TCP_PEER_HOLD});
static const struct tcp_listener_script echo_nothing = {
    .path = PATH, .clients = {{{{.action = TCP_PEER_READ_TO_END}}}}};

#define ASKS(name_, requirement_, script_, about_)                                        \
  .name = (name_), .requirement = (requirement_), .about = (about_), .variant = "client", \
  .timeout_s = 1, .quiet = true, .fixtures = {{&tcp_listener, &(script_)}}

#define WITHOUT_SERVER(name_, requirement_, path_, about_)                                \
  .name = (name_), .requirement = (requirement_), .about = (about_), .variant = "client", \
  .timeout_s = 1, .quiet = true, .values = {{"path", (path_)}},                           \
  .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("received")}

#define MISUSED(name_, variant_, about_)                                          \
  {                                                                               \
    .name = (name_), .requirement = "P60", .about = (about_), .role = ROLE_LOCAL, \
    .variant = (variant_), .checks = {                                            \
      CHECK_EXIT_CODE(2),                                                         \
      CHECK_TOLD_ON_STDERR                                                        \
    }                                                                             \
  }

static const struct case_def CASES[] = {
    SERVES("server-echo", "E01", one_client, "What a client sends comes back, until it ends."),
    SERVES("server-every-octet", "E01", every_octet, "Every value of an octet comes back."),
    SERVES("server-half-close", "E02", half_close,
           "A client that has ended its side still gets all that it sent."),
    SERVES("server-silent-client", "E04", silent_first,
           "A client that keeps silent does not keep another from its echo."),
    SERVES("server-slow-reader", "P11", slow_reader,
           "A megabyte comes back to a client that reads late: partial writes are gone on with."),
    SERVES("server-client-gone", "P10", leaves_unread,
           "A client that leaves with its echo unread does not end the server."),
    SERVES("server-interrupted", "P03", interrupts,
           "A server that was stopped while it waited, and goes on, serves on."),
    {.name = "server-control-octets",
     .requirement = "P63",
     .about = "What a terminal would obey is echoed as it is, and printed escaped.",
     .role = ROLE_SERVER,
     .variant = "server",
     .quiet = true,
     .fixtures = {{&driver, &control_octets}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_PRINTABLE, CHECK_PRINTED_ONCE("data")}},
    {.name = "server-sigint",
     .requirement = "P71",
     .about = "SIGINT too ends the server by its own hand, and its path is gone.",
     .role = ROLE_SERVER,
     .variant = "server",
     .stop_signal = SIGINT,
     .quiet = true,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY, CHECK_LEFT_BEHIND(PATH, "nothing")}},
    {.name = "server-path-removed",
     .requirement = "P71",
     .about = "A server that ends takes its path away: close() does not.",
     .role = ROLE_SERVER,
     .variant = "server",
     .quiet = true,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_LEFT_BEHIND(PATH, "nothing"), CHECK_ENDS_CLEANLY}},
    {.name = "server-restarted",
     .requirement = "P71",
     .about = "A server can be started again at once on its path.",
     .role = ROLE_SERVER,
     .variant = "server",
     .quiet = true,
     .runs = 2,
     .fixtures = {{&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_LISTENS_EVERY_RUN}},
    {.name = "server-left-over",
     .requirement = "P72",
     .about = "The socket of a server that was killed stands in the way of none.",
     .role = ROLE_SERVER,
     .variant = "server",
     .quiet = true,
     .fixtures = {{&tcp_listener, &left_over}, {&driver, &one_client}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "server-running",
     .requirement = "P72",
     .about = "A server that is running keeps its path: the second one says so and ends.",
     .role = ROLE_SERVER,
     .variant = "server",
     .quiet = true,
     .fixtures = {{&tcp_listener, &running}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_LEFT_BEHIND(PATH, "socket")}},
    {REFUSED("server-regular-file", "P72", PATH,
             "A file that is no socket is somebody else's: it stays, and the server says so."),
     .files = {{.name = PATH, .text = "not a socket"}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_LEFT_BEHIND(PATH, "file")}},
    {REFUSED("server-folder", "P72", PATH, "A folder of that name stays, and the server says so."),
     .files = {{.name = PATH, .directory = true}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_LEFT_BEHIND(PATH, "folder")}},
    {REFUSED("server-missing-folder", "P73", "none/" PATH,
             "A folder that is not there is not made: the server says so."),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_LEFT_BEHIND("none", "nothing")}},
    {REFUSED("server-path-too-long", "P73", X240,
             "A path that does not fit an address is not cut to another one."),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE}},
    {ASKS("client-echo", "E11", echo, "The whole message comes back, and that is success."),
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {ASKS("client-in-pieces", "E12", in_pieces,
          "An echo that comes an octet at a time is gathered until it is whole."),
     .checks = {CHECK_MESSAGE_RECEIVED}},
    {ASKS("client-altered", "E11", altered, "One octet is another: that is no echo."),
     .checks = {CHECK_MESSAGE_NOT_CLAIMED, CHECK_TOLD_IN_ONE_LINE}},
    {ASKS("client-short", "E15", too_short, "The server ends before the whole echo came."),
     .checks = {CHECK_MESSAGE_NOT_CLAIMED, CHECK_TOLD_IN_ONE_LINE}},
    {ASKS("client-long", "E11", too_long, "One octet more came than was sent: that is no echo."),
     .checks = {CHECK_MESSAGE_NOT_CLAIMED, CHECK_TOLD_IN_ONE_LINE}},
    {ASKS("client-silent", "E14", silent, "An echo that does not come is not waited for for ever."),
     .checks = {CHECK_MESSAGE_NOT_CLAIMED, CHECK_TOLD_IN_ONE_LINE, CHECK_ENDED_WITHIN_MS(6000)}},
    {ASKS("client-empty-message", "P09", echo_nothing,
          "The echo of nothing is nothing, and then the end."),
     .values = {{"message", ""}}, .checks = {CHECK_SUCCEEDED}},
    {WITHOUT_SERVER("client-no-path", "P67", PATH,
                    "Where nothing stands at the path, it is told.")},
    {WITHOUT_SERVER("client-regular-file", "P67", PATH, "A file that is no socket is told."),
     .files = {{.name = PATH, .text = "not a socket"}}},
    {WITHOUT_SERVER("client-left-over", "P67", PATH, "Where nobody listens any more, it is told."),
     .fixtures = {{&tcp_listener, &left_over}}},
    {WITHOUT_SERVER("client-path-too-long", "P73", X240,
                    "A path that does not fit an address is not cut to another one.")},
    MISUSED("no-role", NULL, "Server or client: one has to be said."),
    MISUSED("both-roles", "both", "Server and client at once are one too many."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .role = ROLE_LOCAL,
     .variant = "help",
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "unix-echo"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_unix_echo = {
    .name = "unix-echo",
    .protocol = "unix",
    .role = ROLE_CLIENT,
    .wants = CAN_AF_UNIX,
    .values = {{"path", PATH}, {"message", MESSAGE}},
    .plain = "client-echo",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
