/* The cases of greeting-server: a dialogue in lines, and clients that do not keep to it. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"
#include "fixtures/echo_server.h"

#include <signal.h>

/* Another server, which has the port already. */
static const struct echo_server_script first_server = {.behaviour = ECHO_FAITHFUL};

static const uint8_t ENDLESS[8192]; /* no line feed among them */
static const uint8_t CONTROLS[] = {0x1b, '[', '2', 'J', 0x07, 0x9b, 0xff, 0xfe, '\n'};

/* Each client has a port of its own, by which it is greeted in every run alike. Any two differ in
 * both of their octets, so that no damage to one octet moves a packet from one client to another.
 */
#define CLIENT_PORT(socket_) (20001 + 0x211 * (socket_))
#define GREETED(socket_)                            \
  CONNECT_FROM_PORT(socket_, CLIENT_PORT(socket_)), \
      EXPECT(socket_, .form = "Welcome, ('{address}', {port})\nPlease enter a string: ")
#define ANSWERED(socket_, string_, count_)                                                  \
  SEND(socket_, .text = (string_)),                                                         \
      EXPECT(socket_, .text = "You entered " count_ " characters.\n"), EXPECT_END(socket_), \
      CLOSE(socket_)

static const struct driver_script dialogue = {.steps = {GREETED(0), ANSWERED(0, "hello\n", "5")}};

static const struct driver_script carriage_return = {
    .steps = {GREETED(0), ANSWERED(0, "hello\r\n", "5")}};

static const struct driver_script empty_string = {.steps = {GREETED(0), ANSWERED(0, "\n", "0")}};

static const struct driver_script octet_by_octet = {
    .steps = {GREETED(0),
              {.action = DRIVER_SEND, .bytes = {.text = "little by little\n"}, .cut = 1},
              EXPECT(0, .text = "You entered 16 characters.\n"),
              EXPECT_END(0),
              CLOSE(0)}};

static const struct driver_script end_for_a_line_feed = {
    .steps = {GREETED(0), SEND(0, .text = "abc"), HALF_CLOSE(0),
              EXPECT(0, .text = "You entered 3 characters.\n"), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script end_before_the_string = {
    .steps = {GREETED(0), HALF_CLOSE(0), CLOSE(0), GREETED(1), ANSWERED(1, "next\n", "4")}};

static const struct driver_script waiting_in_the_queue = {
    .steps = {GREETED(0), CONNECT_FROM_PORT(1, CLIENT_PORT(1)),
              CONNECT_FROM_PORT(2, CLIENT_PORT(2)), ANSWERED(0, "a\n", "1"),
              EXPECT(1, .form = "Welcome, ('{address}', {port})\nPlease enter a string: "),
              ANSWERED(1, "bb\n", "2"),
              EXPECT(2, .form = "Welcome, ('{address}', {port})\nPlease enter a string: "),
              ANSWERED(2, "ccc\n", "3")}};

static const struct driver_script sent_ahead = {
    .steps = {CONNECT_FROM_PORT(0, CLIENT_PORT(0)), SEND(0, .text = "hello\n"),
              EXPECT(0, .form = "Welcome, ('{address}', {port})\nPlease enter a string: "
                                "You entered 5 characters.\n"),
              EXPECT_END(0), CLOSE(0)}};

static const struct driver_script says_nothing = {
    .steps = {GREETED(0), CONNECT_FROM_PORT(1, CLIENT_PORT(1)),
              EXPECT(1, .form = "Welcome, ('{address}', {port})\nPlease enter a string: "),
              ANSWERED(1, "hello\n", "5"), CLOSE(0)}};

static const struct driver_script endless = {
    .steps = {GREETED(0), SEND(0, .raw = {ENDLESS, sizeof ENDLESS}), GREETED(1),
              ANSWERED(1, "hello\n", "5"), CLOSE(0)}};

static const struct driver_script controls = {.steps = {GREETED(0),
                                                        SEND(0, .raw = {CONTROLS, sizeof CONTROLS}),
                                                        EXPECT_LINE(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script reset_at_the_prompt = {
    .steps = {GREETED(0), RESET(0), GREETED(1), ANSWERED(1, "hello\n", "5")}};

/* The string is there, and whoever sent it is not. */
static const struct driver_script gone_before_the_answer = {
    .steps = {GREETED(0), SEND(0, .text = "hello\n"), RESET(0), GREETED(1),
              ANSWERED(1, "hello\n", "5")}};

static const struct driver_script stopped_at_the_prompt = {
    .steps = {GREETED(0), STOP_SUBJECT, CLOSE(0)}};

static const struct driver_script interrupted_at_the_prompt = {
    .steps = {GREETED(0), SIGNAL_SUBJECT(SIGINT), CLOSE(0)}};

static const struct case_def CASES[] = {
    {.name = "dialogue",
     .requirement = "P47",
     .about = "It greets the client by its own address and port, asks, and counts the characters.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &dialogue}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "carriage-return",
     .requirement = "P47",
     .about = "A line that ends with CR LF, as of telnet, has no more characters for it.",
     .fixtures = {{&driver, &carriage_return}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "empty-string",
     .requirement = "P47",
     .about = "An empty line is a string of no characters.",
     .fixtures = {{&driver, &empty_string}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octet-by-octet",
     .requirement = "P11",
     .about = "A string that comes in segments of one octet is one string.",
     .fixtures = {{&driver, &octet_by_octet}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "sent-ahead",
     .requirement = "P47",
     .about = "A string that is there before it is asked for is taken.",
     .fixtures = {{&driver, &sent_ahead}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "whether the greeting or the string is first is luck"}}},
    {.name = "end-for-a-line-feed",
     .requirement = "P09",
     .about = "The client's end is the end of its string too, and the answer still reaches it.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &end_for_a_line_feed}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "end-before-the-string",
     .requirement = "P09",
     .about = "A client that ends before its string is one that ends, and the next one is served.",
     .fixtures = {{&driver, &end_before_the_string}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "waiting-in-the-queue",
     .requirement = "P44",
     .about = "Three clients are there at once, and each gets its own dialogue.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &waiting_in_the_queue}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL, "a server may greet them one by one or all at once"}}},
    {.name = "says-nothing",
     .requirement = "P44",
     .about = "A client that says nothing keeps the next one waiting for a bounded time at most.",
     .timeout_s = 1,
     .fixtures = {{&driver, &says_nothing}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "endless-string",
     .requirement = "P45",
     .about = "A string that does not end is bounded, and the next client is served.",
     .timeout_s = 60,
     .fixtures = {{&driver, &endless}},
     .no_golden = "how much arrives before the server has enough, and resets, is luck",
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "control-octets",
     .requirement = "P49",
     .about = "Control octets and invalid UTF-8 in a string do not reach the terminal.",
     .fixtures = {{&driver, &controls}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_PRINTABLE}},
    {.name = "reset-at-the-prompt",
     .requirement = "P44",
     .about = "A client resets its connection: the next one is served.",
     .fixtures = {{&driver, &reset_at_the_prompt}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "gone-before-the-answer",
     .requirement = "P10",
     .about = "Answering a client that is gone (EPIPE, SIGPIPE) is not the server's death.",
     .fixtures = {{&driver, &gone_before_the_answer}},
     .no_golden = "whether the answer leaves before the client is gone is luck",
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "restart-during-time-wait",
     .requirement = "P05",
     .about = "A server that has closed a connection first is started again at once on its port.",
     .families = ON_BOTH,
     .runs = 2,
     .fixtures = {{&driver, &dialogue}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_LISTENS_EVERY_RUN}},
    {.name = "second-instance",
     .wants = CAN_SHARED_STACK,
     .requirement = "P06",
     .needs = TIER_CAPTURE_PRIVATE,
     .about = "Where another server listens on the port, this one says so and ends.",
     .limit_ms = 3000,
     .quiet = true,
     .fixtures = {{&echo_server, &first_server}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("port")}},
    {.name = "default-port",
     .requirement = "P49",
     .needs = TIER_CAPTURE_PRIVATE,
     .about = "Without a port it listens on 51444, and says so.",
     .variant = "bare",
     .fixtures = {{&driver, &dialogue}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("port", "51444")}},
    {.name = "sigterm-at-the-prompt",
     .requirement = "P17",
     .about = "SIGTERM ends the server by its own hand, with exit 0, though a client has still to "
              "answer.",
     .timeout_s = 60,
     .fixtures = {{&driver, &stopped_at_the_prompt}},
     .no_golden = "which side ends the connection first is luck",
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "sigint-at-the-prompt",
     .requirement = "P17",
     .about = "SIGINT (Ctrl-C) ends the server by its own hand, with exit 0, though a client has "
              "still to answer.",
     .timeout_s = 60,
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &interrupted_at_the_prompt}},
     .no_golden = "which side ends the connection first is luck",
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    WRONG_PORTS,
    WRONG_ARGUMENTS("timeout-0", "timeout-0", "A client must have some time for its string."),
    WRONG_ARGUMENTS("unknown-option", "unknown-option",
                    "An option that it does not have is not passed over."),
    ASKED_FOR_HELP,
};

const struct recipe_def recipe_greeting_server = {
    .name = "greeting-server",
    .protocol = "tcp",
    .role = ROLE_SERVER,
    .listens = LISTENS_TCP,
    .port = 51444,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
