/* The cases of upper-server: what clients send, in whatever pieces and numbers, and the same in
 * upper case. */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "cases/common/server_arguments.h"
#include "fixtures/echo_server.h"

#include <signal.h>

/* Another server, which has the port already. */
static const struct echo_server_script first_server = {.behaviour = ECHO_FAITHFUL};

static const uint8_t NULS[3000];
static const uint8_t OTHERS[] = {'@',  '[',  '`',  '{',  0x00, 0x1b, 0x7f,
                                 0x80, 0xc3, 0xa9, 0xe1, 0xfa, 0xff};

/* Sends, gets the answer, and sees the end. */
#define ASKED(socket_, question_, answer_) \
  SEND(socket_, .text = (question_)), EXPECT(socket_, .text = (answer_))
#define ENDED(socket_) HALF_CLOSE(socket_), EXPECT_END(socket_), CLOSE(socket_)

static const struct driver_script a_line = {
    .steps = {CONNECT(0), ASKED(0, "hello, world\n", "HELLO, WORLD\n"), ENDED(0)}};

static const struct driver_script every_letter = {
    .steps = {CONNECT(0),
              ASKED(0, "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789",
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789"),
              ENDED(0)}};

static const struct driver_script no_letters = {
    .steps = {CONNECT(0), SEND(0, .raw = {OTHERS, sizeof OTHERS}),
              EXPECT(0, .raw = {OTHERS, sizeof OTHERS}), ENDED(0)}};

static const struct driver_script without_a_line_feed = {
    .steps = {CONNECT(0), ASKED(0, "h", "H"), ASKED(0, "ello", "ELLO"), ENDED(0)}};

static const struct driver_script turn_by_turn = {
    .steps = {CONNECT(0), ASKED(0, "one\n", "ONE\n"), ASKED(0, "two\n", "TWO\n"),
              ASKED(0, "three\n", "THREE\n"), ENDED(0)}};

static const struct driver_script octet_by_octet = {
    .steps = {CONNECT(0),
              {.action = DRIVER_SEND, .bytes = {.text = "a little at a time"}, .cut = 1},
              EXPECT(0, .text = "A LITTLE AT A TIME"),
              ENDED(0)}};

static const struct driver_script half_close_short = {
    .steps = {CONNECT(0), SEND(0, .text = "and out\n"), HALF_CLOSE(0),
              EXPECT(0, .text = "AND OUT\n"), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script nothing_sent = {.steps = {CONNECT(0), ENDED(0)}};

static const struct driver_script more_than_a_segment = {
    .steps = {CONNECT(0), SEND(0, .raw = {NULS, sizeof NULS}), SEND(0, .text = "x"),
              EXPECT(0, .raw = {NULS, sizeof NULS}), EXPECT(0, .text = "X"), ENDED(0)}};

/* Octets of zero are their own upper case, and the driver holds what comes against what it sent. */
static uint8_t MUCH[4 << 20]; /* not const: zeros that the program file need not hold */
static const struct driver_script slow_reader = {
    .steps = {CONNECT(0),
              {.action = DRIVER_FLOOD_UNREAD, .bytes = {.raw = {MUCH, sizeof MUCH}}},
              ENDED(0)}};

static const struct driver_script idle_client = {
    .steps = {CONNECT(0), CONNECT(1), ASKED(1, "me first\n", "ME FIRST\n"), ENDED(1),
              ASKED(0, "now me\n", "NOW ME\n"), ENDED(0)}};

static const struct driver_script five_at_once = {
    .steps = {CONNECT(0), CONNECT(1), CONNECT(2), CONNECT(3), CONNECT(4), ASKED(4, "e", "E"),
              ASKED(3, "d", "D"), ASKED(2, "c", "C"), ASKED(1, "b", "B"), ASKED(0, "a", "A"),
              CLOSE(0), CLOSE(1), CLOSE(2), CLOSE(3), CLOSE(4)}};

static const struct driver_script reset_then_another = {
    .steps = {CONNECT(0), ASKED(0, "a", "A"), RESET(0), CONNECT(1), ASKED(1, "b", "B"), ENDED(1)}};

/* As the echo server's. */
#define GONE(socket_)                                                           \
  CONNECT(socket_), ASKED(socket_, "a", "A"), SIGNAL_SUBJECT(SIGSTOP),          \
      SEND(socket_, .pattern_len = 14000), HALF_CLOSE(socket_), RESET(socket_), \
      SIGNAL_SUBJECT(SIGCONT)

static const struct driver_script gone_while_answered = {
    .steps = {GONE(0), GONE(1), GONE(2), CONNECT(3), ASKED(3, "b", "B"), ENDED(3)}};

static const struct driver_script stopped_first = {
    .steps = {CONNECT(0), ASKED(0, "a", "A"), STOP_SUBJECT, EXPECT_END(0), CLOSE(0)}};

static const struct driver_script interrupted_first = {
    .steps = {CONNECT(0), ASKED(0, "a", "A"), SIGNAL_SUBJECT(SIGINT), EXPECT_END(0), CLOSE(0)}};

static const struct case_def CASES[] = {
    {.name = "a-line",
     .requirement = "P46",
     .about = "A line comes back in upper case.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &a_line}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "every-letter",
     .requirement = "P46",
     .about = "Every letter from a to z is changed, and capitals and figures stay.",
     .fixtures = {{&driver, &every_letter}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "no-letters",
     .requirement = "P46",
     .about = "The neighbours of the letters, control octets, UTF-8 and Latin-1 come back as they "
              "are: to the wire they are no letters.",
     .fixtures = {{&driver, &no_letters}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_PRINTABLE}},
    {.name = "without-a-line-feed",
     .requirement = "P46",
     .about = "No line feed is waited for.",
     .fixtures = {{&driver, &without_a_line_feed}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "turn-by-turn",
     .requirement = "P46",
     .about = "A connection is served for as long as its client goes on.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &turn_by_turn}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "octet-by-octet",
     .requirement = "P11",
     .about = "What comes in segments of one octet is answered whole.",
     .fixtures = {{&driver, &octet_by_octet}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    {.name = "more-than-a-segment",
     .requirement = "P11",
     .about = "What is longer than a segment is answered whole.",
     .fixtures = {{&driver, &more_than_a_segment}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    {.name = "slow-reader",
     .requirement = "P11",
     .about = "A client that sends until nothing more goes, and only then reads, gets everything.",
     .limit_ms = 30000,
     .flood = true,
     .wants = CAN_CLOSED_WINDOW,
     .fixtures = {{&driver, &slow_reader}},
     .no_golden =
         "the driver compares all 4 MiB, and where one direction waits for the other is luck",
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "half-close-short",
     .requirement = "P09",
     .about = "The client ends its side at once: its answer still comes, then the server's end.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &half_close_short}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {{"tcp.half_close", "ignore", NULL,
                "whether the FIN comes before the answer is luck"}}},
    {.name = "nothing-sent",
     .requirement = "P09",
     .about = "A client that ends without a word gets the server's end, and no octet.",
     .fixtures = {{&driver, &nothing_sent}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "tells-how-much-was-sent",
     .requirement = "P49",
     .about = "It tells how many octets it has sent to a client.",
     .fixtures = {{&driver, &a_line}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("sent", "13")}},
    {.name = "idle-client",
     .requirement = "P44",
     .about = "A client that says nothing keeps no other waiting, and is served when it speaks.",
     .families = ON_BOTH,
     .fixtures = {{&driver, &idle_client}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "five-at-once",
     .requirement = "P44",
     .about = "Five connections are open at once, and each gets its own answer.",
     .fixtures = {{&driver, &five_at_once}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "reset-then-another",
     .requirement = "P44",
     .about = "A client resets its connection: the next one is served.",
     .fixtures = {{&driver, &reset_then_another}},
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "gone-while-answered",
     .requirement = "P10",
     .about =
         "Writing to clients that are gone (EPIPE, SIGPIPE) is an error to be handled, and not "
         "the server's death.",
     .fixtures = {{&driver, &gone_while_answered}},
     .no_golden = "how much of the answer leaves before the client is gone is luck",
     .checks = {CHECK_CLIENTS_SERVED}},
    {.name = "restart-during-time-wait",
     .requirement = "P05",
     .about = "A server that has closed a connection first is started again at once on its port.",
     .families = ON_BOTH,
     .wants = CAN_SHARED_STACK | CAN_STOP_SIGNALS,
     .runs = 2,
     .fixtures = {{&driver, &stopped_first}},
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
     .about = "Without a port it listens on 8080, and says so.",
     .variant = "bare",
     .fixtures = {{&driver, &a_line}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_OBSERVED("port", "8080")}},
    {.name = "sigterm-while-serving",
     .requirement = "P17",
     .about = "SIGTERM ends the server by its own hand, with exit 0, and its client with a FIN.",
     .fixtures = {{&driver, &stopped_first}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    {.name = "sigint-while-serving",
     .requirement = "P17",
     .about = "SIGINT ends the server by its own hand, with exit 0, and its client with a FIN.",
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &interrupted_first}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY}},
    WRONG_PORTS,
    WRONG_ARGUMENTS("unknown-option", "unknown-option",
                    "An option that it does not have is not passed over."),
    ASKED_FOR_HELP,
};

const struct recipe_def recipe_upper_server = {
    .name = "upper-server",
    .protocol = "tcp",
    .role = ROLE_SERVER,
    .port = 8080,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
