/* The cases of daytime-server (RFC 867 over TCP and UDP): scripts of clients, and what each gets.
 */
#include "cases/catalogue.h"
#include "cases/common/driver_steps.h"
#include "fixtures/once_server.h"

#include <signal.h>

/* What a TCP client does: nothing but to take a line, and the end behind it. */
#define TAKE_LINE(socket_) CONNECT(socket_), EXPECT_LINE(socket_), EXPECT_END(socket_)
#define ASK_LINE(socket_, ...) SEND(socket_, __VA_ARGS__), EXPECT_LINE(socket_)

static const struct driver_script connect_only = {.steps = {TAKE_LINE(0), CLOSE(0)}};

static const struct driver_script half_close_first = {
    .steps = {CONNECT(0), HALF_CLOSE(0), EXPECT_LINE(0), EXPECT_END(0), CLOSE(0)}};

/* The octets are there before the server can look. */
static const struct driver_script client_speaks_first = {
    .steps = {SIGNAL_SUBJECT(SIGSTOP), CONNECT(0), SEND(0, .pattern_len = 6000),
              SIGNAL_SUBJECT(SIGCONT), EXPECT_LINE(0), EXPECT_END(0), CLOSE(0)}};

static const struct driver_script clients_that_stay = {
    .steps = {TAKE_LINE(0), TAKE_LINE(1), TAKE_LINE(2), OPEN_UDP(3), ASK_LINE(3, .text = ""),
              TAKE_LINE(4), CLOSE(4)}};

static const struct driver_script gone_before_served = {
    .steps = {SIGNAL_SUBJECT(SIGSTOP), CONNECT(0), RESET(0), CONNECT(1), RESET(1),
              SIGNAL_SUBJECT(SIGCONT), TAKE_LINE(2), CLOSE(2)}};

static const struct driver_script empty_datagram = {
    .steps = {OPEN_UDP(0), ASK_LINE(0, .text = "")}};

static const struct driver_script text_datagram = {
    .steps = {OPEN_UDP(0), ASK_LINE(0, .text = "what time is it?")}};

static const struct driver_script long_datagram = {
    .steps = {OPEN_UDP(0), ASK_LINE(0, .pattern_len = 5000)}};

static const struct driver_script answered_once = {
    .steps = {OPEN_UDP(0), ASK_LINE(0, .text = "12345678"), EXPECT_NOTHING(0, 60)}};

static const struct driver_script asked_three_times = {
    .steps = {OPEN_UDP(0), OPEN_UDP(1), ASK_LINE(0, .text = ""), ASK_LINE(1, .text = "x"),
              ASK_LINE(0, .text = "again")}};

static const struct driver_script both_in_turn = {
    .steps = {OPEN_UDP(0), ASK_LINE(0, .text = ""), TAKE_LINE(1), CLOSE(1), ASK_LINE(0, .text = ""),
              TAKE_LINE(2), CLOSE(2)}};

static const struct driver_script second_address_answers = {
    .steps = {OPEN_UDP(0), SEND_TO_SECOND(0, .text = ""), EXPECT_LINE(0)}};

/* A datagram from a service that would answer the answer; another client's is answered. */
#define LOOPING(port_)                                           \
  {                                                              \
    .steps = {                                                   \
      {.action = DRIVER_OPEN_UDP, .socket = 0, .port = (port_)}, \
      OPEN_UDP(1),                                               \
      SEND(0, .text = ""),                                       \
      ASK_LINE(1, .text = ""),                                   \
      EXPECT_NOTHING(0, 50)                                      \
    }                                                            \
  }
static const struct driver_script source_port_7 = LOOPING(7);
static const struct driver_script source_port_13 = LOOPING(13);
static const struct driver_script source_port_17 = LOOPING(17);
static const struct driver_script source_port_19 = LOOPING(19);
static const struct driver_script source_port_37 = LOOPING(37);

static const struct driver_script ended_while_serving = {
    .steps = {TAKE_LINE(0), OPEN_UDP(1), ASK_LINE(1, .text = ""), STOP_SUBJECT}};

/* Other servers, which have the port already. */
static const struct once_server_script first_tcp_server = {.behaviour = ONCE_SAYS};
static const struct once_server_script first_udp_server = {.udp = true};

#define TCP_LINE \
  { "line.text", "ignore", NULL, "the line says the time, and is another in every run" }
#define UDP_LINE                                                                            \
  {"udp.payload", "ignore", NULL, "the line says the time, and is another in every run"}, { \
    "udp.length", "ignore", NULL, "a Saturday's line is longer than a Sunday's"             \
  }
#define ANY_TURNS \
  { "tcp.turns", "ignore", NULL, "whether the line comes before what the client does is luck" }

/* The server has a port of its own, so that all of these are a client's to take. */
#define NO_REPLY_TO(name_, port_, service_)                                  \
  {                                                                          \
    .name = (name_), .requirement = "D12",                                   \
    .about = "A datagram that claims to come from the " service_             \
             " port is not answered; another client is.",                    \
    .needs = TIER_CAPTURE_PRIVATE, .port = 1037, .listens = LISTENS_UDP,     \
    .fixtures = {{&driver, &source_port_##port_}},                           \
    .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME}, .rules = { \
      UDP_LINE                                                               \
    }                                                                        \
  }
#define WRONG_PORT(name_, port_, about_)                                                           \
  {                                                                                                \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), .quiet = true, \
    .checks = {                                                                                    \
      CHECK_EXIT_CODE(2),                                                                          \
      CHECK_TOLD_ON_STDERR,                                                                        \
      CHECK_SENDS_NOTHING                                                                          \
    }                                                                                              \
  }

static const struct case_def CASES[] = {
    {.name = "tcp-connect-only",
     .requirement = "D01",
     .about = "A client that only connects gets the line, and the server's end.",
     .families = ON_BOTH,
     .listens = LISTENS_TCP,
     .fixtures = {{&driver, &connect_only}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {TCP_LINE}},
    {.name = "tcp-half-close-first",
     .requirement = "D01",
     .about = "A client that ends its side before the line came gets it all the same.",
     .listens = LISTENS_TCP,
     .fixtures = {{&driver, &half_close_first}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {TCP_LINE, ANY_TURNS}},
    {.name = "tcp-one-line",
     .requirement = "D06",
     .about = "One line of printable ASCII is sent on a connection, and no more.",
     .listens = LISTENS_TCP,
     .fixtures = {{&driver, &connect_only}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_SENT("\\A[ -~]+(?:\\r?\\n)?\\z")},
     .rules = {TCP_LINE}},
    {.name = "udp-one-line",
     .requirement = "D06",
     .about = "One line of printable ASCII is sent in a datagram, and no more.",
     .listens = LISTENS_UDP,
     .fixtures = {{&driver, &text_datagram}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_SENT("\\A[ -~]+(?:\\r?\\n)?\\z")},
     .rules = {UDP_LINE}},
    {.name = "both-in-turn",
     .requirement = "D01",
     .about = "Over either transport the line is right, again and again.",
     .families = ON_BOTH,
     .listens = LISTENS_BOTH,
     .fixtures = {{&driver, &both_in_turn}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {TCP_LINE, UDP_LINE}},
    {.name = "udp-empty-datagram",
     .requirement = "D02",
     .about = "An empty datagram is answered by the line.",
     .families = ON_BOTH,
     .listens = LISTENS_UDP,
     .fixtures = {{&driver, &empty_datagram}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {UDP_LINE}},
    {.name = "udp-text-datagram",
     .requirement = "D02",
     .about = "What a datagram says makes no difference: it is answered by the line.",
     .families = ON_BOTH,
     .listens = LISTENS_UDP,
     .fixtures = {{&driver, &text_datagram}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {UDP_LINE}},
    {.name = "udp-long-datagram",
     .requirement = "D02",
     .about = "A datagram of 5,000 octets is answered like any other.",
     .listens = LISTENS_UDP,
     .fixtures = {{&driver, &long_datagram}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {UDP_LINE}},
    {.name = "udp-answered-once",
     .requirement = "D02",
     .about = "One datagram, however long, is one answer.",
     .listens = LISTENS_UDP,
     .fixtures = {{&driver, &answered_once}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {UDP_LINE}},
    {.name = "udp-asked-three-times",
     .requirement = "D02",
     .about = "Two clients in turn get an answer each time.",
     .listens = LISTENS_UDP,
     .fixtures = {{&driver, &asked_three_times}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {UDP_LINE}},
    {.name = "udp-second-address-answers",
     .wants = CAN_SECOND_ADDRESS,
     .requirement = "D11",
     .about = "The answer to a datagram for the host's second address comes from that address.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .listens = LISTENS_UDP,
     .fixtures = {{&driver, &second_address_answers}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {UDP_LINE}},
    NO_REPLY_TO("source-port-7", 7, "echo"),
    NO_REPLY_TO("source-port-13", 13, "daytime"),
    NO_REPLY_TO("source-port-17", 17, "quote of the day"),
    NO_REPLY_TO("source-port-19", 19, "character generator"),
    NO_REPLY_TO("source-port-37", 37, "time"),
    {.name = "clients-that-stay",
     .requirement = "D13",
     .about = "Three clients that do not end keep nobody from the line, over either transport.",
     .listens = LISTENS_BOTH,
     .fixtures = {{&driver, &clients_that_stay}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {TCP_LINE, UDP_LINE}},
    {.name = "tcp-client-speaks-first",
     .wants = CAN_SHARED_STACK,
     .requirement = "D14",
     .about = "A client that has sent 6,000 octets gets the line and an end, not a reset.",
     .needs = TIER_CAPTURE_PRIVATE,
     .listens = LISTENS_TCP,
     .fixtures = {{&driver, &client_speaks_first}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {TCP_LINE}},
    {.name = "tcp-gone-before-served",
     .wants = CAN_SHARED_STACK,
     .requirement = "P10",
     .about = "Two clients have reset before the server could look: the next one is served.",
     .needs = TIER_CAPTURE_PRIVATE,
     .listens = LISTENS_TCP,
     .fixtures = {{&driver, &gone_before_served}},
     .checks = {CHECK_CLIENTS_SERVED},
     .rules = {TCP_LINE}},
    {.name = "without-ipv6",
     .requirement = "D01",
     .about = "Where the system has no IPv6, IPv4 is served over both transports.",
     .ipv6_off = true,
     .listens = LISTENS_BOTH,
     .fixtures = {{&driver, &both_in_turn}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {TCP_LINE, UDP_LINE}},
    {.name = "port-13",
     .requirement = "D01",
     .about = "Where no port is named, it is 13.",
     .needs = TIER_CAPTURE_PRIVATE,
     .listens = LISTENS_BOTH,
     .variant = "plain",
     .fixtures = {{&driver, &both_in_turn}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_SERVER_TELLS_DAYTIME},
     .rules = {TCP_LINE, UDP_LINE}},
    {.name = "restart-during-time-wait",
     .wants = CAN_SHARED_STACK,
     .requirement = "P05",
     .about = "A server that has closed connections first is started again at once, and listens on "
              "its port.",
     .families = ON_BOTH,
     .listens = LISTENS_TCP,
     .runs = 2,
     .fixtures = {{&driver, &connect_only}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_LISTENS_EVERY_RUN},
     .rules = {TCP_LINE}},
    {.name = "tcp-port-in-use",
     .wants = CAN_SHARED_STACK,
     .requirement = "P06",
     .about = "Where another server listens on the TCP port, this one says so and ends.",
     .needs = TIER_CAPTURE_PRIVATE,
     .listens = LISTENS_BOTH,
     .quiet = true,
     .fixtures = {{&daytime_server, &first_tcp_server}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE}},
    {.name = "udp-port-in-use",
     .wants = CAN_SHARED_STACK,
     .requirement = "P06",
     .about = "Where another server has the UDP port, this one says so and ends.",
     .needs = TIER_CAPTURE_PRIVATE,
     .listens = LISTENS_BOTH,
     .quiet = true,
     .fixtures = {{&daytime_server, &first_udp_server}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE}},
    {.name = "ended-by-sigterm",
     .requirement = "P17",
     .about = "SIGTERM ends the server by its own hand, with exit 0, also while a client stays.",
     .listens = LISTENS_BOTH,
     .fixtures = {{&driver, &ended_while_serving}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY},
     .rules = {TCP_LINE, UDP_LINE}},
    {.name = "ended-by-sigint",
     .requirement = "P17",
     .about = "SIGINT ends the server as SIGTERM does.",
     .listens = LISTENS_BOTH,
     .stop_signal = SIGINT,
     .fixtures = {{&driver, &ended_while_serving}},
     .checks = {CHECK_CLIENTS_SERVED, CHECK_ENDS_CLEANLY},
     .rules = {TCP_LINE, UDP_LINE}},
    WRONG_PORT("port-0", "0", "Nobody can be served on port 0."),
    WRONG_PORT("port-65536", "65536", "A port has 16 bits: 65536 is not taken for 0."),
    WRONG_PORT("port-65549", "65549", "A port has 16 bits: 65549 is not taken for 13."),
    WRONG_PORT("port-negative", "-1", "A port has no sign."),
    WRONG_PORT("port-name", "daytime", "A port is a number here, and no service."),
    WRONG_PORT("port-empty", "", "An empty argument is no port."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to, and ends.",
     .variant = "help",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "daytime-server"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_daytime_server = {
    .name = "daytime-server",
    .protocol = "daytime",
    .role = ROLE_SERVER,
    .port = 13,
    .application = APPLICATION_LINES,
    .plain = "tcp-one-line",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
