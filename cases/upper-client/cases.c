/* The cases of upper-client: servers that answer line by line, in pieces, late, too little, too
 * much, or not at all. */
#include "cases/catalogue.h"
#include "fixtures/tcp_listener.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

/* Names come from the file alone, so that an unknown one asks nobody. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\n"}, {0}};

/* A line of 65,536 octets with its line feed. Made of doublings, as a text so long is beyond what a
 * compiler must take. */
#define X8 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'
#define X64 X8, X8, X8, X8, X8, X8, X8, X8
#define X512 X64, X64, X64, X64, X64, X64, X64, X64
#define X4096 X512, X512, X512, X512, X512, X512, X512, X512
#define X32768 X4096, X4096, X4096, X4096, X4096, X4096, X4096, X4096
static const char LINE_65536[] = {
    X32768, X4096, X4096, X4096, X4096, X4096, X4096, X4096, X512, X512, X512, X512, X512,
    X512,   X512,  X64,   X64,   X64,   X64,   X64,   X64,   X64,  X8,   X8,   X8,   X8,
    X8,     X8,    X8,    'x',   'x',   'x',   'x',   'x',   'x',  'x',  '\n', '\0'};
_Static_assert(sizeof LINE_65536 == 65536 + 1, "the length is what a case rests on");

static const struct tcp_listener_script answers = {
    .clients = {{.steps = {{.action = TCP_PEER_UPPER_LINES}}}}};
static const struct tcp_listener_script answers_in_a_small_window = {
    .window_octets = 4096, .clients = {{.steps = {{.action = TCP_PEER_UPPER_LINES}}}}};
static const struct tcp_listener_script octet_by_octet = {
    .clients = {
        {.steps = {{.action = TCP_PEER_READ_LINE},
                   {.action = TCP_PEER_SEND, .bytes = {.text = "HELLO\n"}, .cut = 1, .ms = 2},
                   {.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script halves_apart = {
    .clients = {
        {.steps = {{.action = TCP_PEER_READ_LINE},
                   {.action = TCP_PEER_SEND, .bytes = {.text = "HELLO\n"}, .cut = 3, .ms = 100},
                   {.action = TCP_PEER_UPPER_LINES}}}}};
static const struct tcp_listener_script two_at_once = {
    .clients = {{.steps = {{.action = TCP_PEER_READ_LINE},
                           {.action = TCP_PEER_SEND, .bytes = {.text = "ONE\nTWO\n"}},
                           {.action = TCP_PEER_READ_LINE},
                           {.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script late = {
    .accept_after_ms = 150,
    .clients = {{.steps = {{.action = TCP_PEER_READ_LINE},
                           {.action = TCP_PEER_PAUSE, .ms = 150},
                           {.action = TCP_PEER_SEND, .bytes = {.text = "HELLO\n"}},
                           {.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script silent = {
    .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script ends_within = {
    .clients = {{.steps = {{.action = TCP_PEER_READ_LINE},
                           {.action = TCP_PEER_SEND, .bytes = {.text = "HEL"}},
                           {.action = TCP_PEER_END}}}}};
static const struct tcp_listener_script ends_at_once = {
    .clients = {{.steps = {{.action = TCP_PEER_END}}}}};
static const struct tcp_listener_script ends_after_one = {
    .clients = {{.steps = {{.action = TCP_PEER_READ_LINE},
                           {.action = TCP_PEER_SEND, .bytes = {.text = "ONE\n"}},
                           {.action = TCP_PEER_END}}}}};
static const struct tcp_listener_script resets = {
    .clients = {{.steps = {{.action = TCP_PEER_READ_LINE}, {.action = TCP_PEER_RESET}}}}};
static const struct tcp_listener_script resets_within_a_line = {
    .window_octets = 2304,
    .clients = {{.steps = {{.action = TCP_PEER_READ, .count = 1}, {.action = TCP_PEER_RESET}}}}};
static const struct tcp_listener_script for_ever = {
    .clients = {
        {.steps = {
             {.action = TCP_PEER_READ_LINE},
             {.action = TCP_PEER_SEND_EVER, .bytes = {.text = "SPAM"}, .cut = 64, .ms = 2}}}}};
static const struct tcp_listener_script octets_for_a_terminal = {
    .clients = {
        {.steps = {{.action = TCP_PEER_READ_LINE},
                   {.action = TCP_PEER_SEND,
                    .bytes = {.raw = {(const uint8_t *)"A\x1b[2J\x07\x00\xc3(\xff\r\n", 12}}},
                   {.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script second_answers = {
    .at = AT_PEER2, .clients = {{.steps = {{.action = TCP_PEER_UPPER_LINES}}}}};
static const struct tcp_listener_script refuses = {.reach = TCP_PEER_REFUSES};
static const struct tcp_listener_script second_refuses = {.reach = TCP_PEER_REFUSES,
                                                          .at = AT_PEER2};
static const struct tcp_listener_script drops = {.reach = TCP_PEER_DROPS};
static const struct tcp_listener_script second_drops = {.reach = TCP_PEER_DROPS, .at = AT_PEER2};

#define HELLO_ANSWERED CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", "HELLO")
#define NOT_ANSWERED CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("reply")

#define NO_HOST(name_, host_, about_)                                                         \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .input = "hello\n", .quiet = true, .checks = {                                            \
      NOT_ANSWERED,                                                                           \
      CHECK_SENDS_NOTHING                                                                     \
    }                                                                                         \
  }
#define MISUSE(name_, arguments_, about_)                                             \
  {                                                                                   \
    .name = (name_), .requirement = "P60", .about = (about_), .variant = "arguments", \
    .values = {{"arguments", (arguments_)}}, .quiet = true, .checks = {               \
      CHECK_EXIT_CODE(2),                                                             \
      CHECK_TOLD_ON_STDERR,                                                           \
      CHECK_SENDS_NOTHING                                                             \
    }                                                                                 \
  }

static const struct case_def CASES[] = {
    {.name = "one-line",
     .requirement = "P27",
     .about = "A line is sent with its line feed, and the reply is printed.",
     .families = ON_BOTH,
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {HELLO_ANSWERED, CHECK_OBSERVED("sent", "6"), CHECK_CLIENT_SENT("\\Ahello\\n\\z")}},
    {.name = "several-lines",
     .requirement = "P27",
     .about = "Each line is sent, and each has its own reply, in their order.",
     .families = ON_BOTH,
     .input = "one\nTwo and a half\n3\n",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", "ONE\nTWO AND A HALF\n3"),
                CHECK_OBSERVED_LIST("sent", "4\n15\n2"),
                CHECK_CLIENT_SENT("\\Aone\\nTwo and a half\\n3\\n\\z")}},
    {.name = "last-line-without-its-end",
     .requirement = "P27",
     .about = "A last line that has no line feed gets one, as nothing else ends it for the server.",
     .input = "one\nhello",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", "ONE\nHELLO"),
                CHECK_CLIENT_SENT("\\Aone\\nhello\\n\\z")}},
    {.name = "empty-line",
     .requirement = "P27",
     .about = "An empty line is a line.",
     .input = "\nhello\n",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", "\nHELLO"),
                CHECK_OBSERVED_LIST("sent", "1\n6")}},
    {.name = "no-line",
     .requirement = "P27",
     .about = "With nothing to say, nothing is sent, and that is no failure.",
     .input = "",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {CHECK_SUCCEEDED, CHECK_NOT_OBSERVED("sent"), CHECK_CLIENT_SENT("\\A\\z")}},
    {.name = "octets-beyond-ascii",
     .requirement = "P27",
     .about = "What is typed is sent as it is, octet by octet.",
     .input = "gr\xc3\xbc\xc3\x9f dich\n",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "12"),
                CHECK_CLIENT_SENT("\\Agr\\xc3\\xbc\\xc3\\x9f dich\\n\\z")}},
    {.name = "octet-by-octet",
     .requirement = "P27",
     .about = "A reply that comes an octet at a time is gathered until it is whole.",
     .families = ON_BOTH,
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &octet_by_octet}},
     .checks = {HELLO_ANSWERED, CHECK_PRINTED_ONCE("reply")}},
    {.name = "reply-in-two-parts",
     .requirement = "P11",
     .about = "Half a reply is not taken for all of it, nor the other half for the next.",
     .input = "hello\nworld\n",
     .fixtures = {{&tcp_listener, &halves_apart}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", "HELLO\nWORLD")}},
    {.name = "two-replies-at-once",
     .requirement = "P27",
     .about = "What comes behind a reply is the next one, and is not lost.",
     .input = "one, and slowly\ntwo\n",
     .fixtures = {{&tcp_listener, &two_at_once}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("reply", "ONE\nTWO")}},
    {.name = "long-line",
     .requirement = "P11",
     .about = "A line of 65,536 octets through a small window: sends that move a part are gone on "
              "with, and the reply is gathered.",
     .timeout_s = 10,
     .input = LINE_65536,
     .fixtures = {{&tcp_listener, &answers_in_a_small_window}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "65536"),
                CHECK_CLIENT_SENT("\\Ax{65535}\\n\\z")},
     .rules = {{"tcp.turns", "ignore", NULL,
                "both directions flow at once, and where one waits for the other is luck"}}},
    {.name = "reply-late",
     .requirement = "P22",
     .about = "A server that accepts and answers late, but in time, is waited for.",
     .input = "hello\n",
     .timeout_s = 5,
     .fixtures = {{&tcp_listener, &late}},
     .checks = {HELLO_ANSWERED}},
    {.name = "silent",
     .requirement = "P02",
     .about = "A reply that does not come is told after the timeout, and not taken for an end.",
     .families = ON_BOTH,
     .input = "hello\n",
     .timeout_s = 1,
     .limit_ms = 6000,
     .fixtures = {{&tcp_listener, &silent}},
     .checks = {NOT_ANSWERED, CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "ends-within-a-reply",
     .requirement = "P09",
     .about = "The server ends in the middle of a reply: that is an error, and no reply.",
     .families = ON_BOTH,
     .input = "hello\n",
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &ends_within}},
     .checks = {NOT_ANSWERED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "ends-at-once",
     .requirement = "P09",
     .about = "The server ends before it has answered anything: that is an error.",
     .input = "hello\n",
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &ends_at_once}},
     .no_golden = "whether the line leaves before the client sees the end is luck",
     .checks = {NOT_ANSWERED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "ends-after-one-of-two",
     .requirement = "P09",
     .about = "The server ends behind its first reply: that is printed, and the second is missed.",
     .input = "one\ntwo\n",
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &ends_after_one}},
     .no_golden = "whether the second line leaves before the client sees the end is luck",
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_OBSERVED_LIST("reply", "ONE"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "reset",
     .requirement = "P10",
     .about = "The server resets the connection instead of answering: that is told.",
     .families = ON_BOTH,
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &resets}},
     .checks = {NOT_ANSWERED}},
    {.name = "reset-while-sending",
     .requirement = "P10",
     .about = "The server resets while a long line is being sent: an error to be told, and not the "
              "client's death.",
     .input = LINE_65536,
     .fixtures = {{&tcp_listener, &resets_within_a_line}},
     .no_golden = "how much is sent before the reset is luck",
     .checks = {NOT_ANSWERED, CHECK_EXIT_CODE(1)}},
    {.name = "reply-without-end",
     .requirement = "P29",
     .about = "A server that sends for ever, and never a line feed, is given up.",
     .input = "hello\n",
     .timeout_s = 1,
     .limit_ms = 6000,
     .fixtures = {{&tcp_listener, &for_ever}},
     .no_golden = "how much comes before the client has had enough is luck",
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "octets-for-a-terminal",
     .requirement = "P63",
     .about = "Escape sequences, a NUL, a bell and what is no UTF-8 do not reach a terminal raw.",
     .input = "make it blink\n",
     .fixtures = {{&tcp_listener, &octets_for_a_terminal}},
     .checks = {CHECK_PRINTABLE, CHECK_OBSERVED("sent", "14")}},
    {.name = "port-by-default",
     .requirement = "P27",
     .about = "Where no port is given, it is 8080.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "no-port",
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {HELLO_ANSWERED, CHECK_REQUEST_PORT(8080)}},
    {.name = "server-by-name",
     .requirement = "P20",
     .about = "The server can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &answers}},
     .checks = {HELLO_ANSWERED}},
    {.name = "first-address-takes",
     .requirement = "P20",
     .about = "The first address takes the connection: the second is not asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &second_answers}, {&tcp_listener, &answers}},
     .checks = {HELLO_ANSWERED, CHECK_REQUEST_COUNT("peer", 0, 0)}},
    {.name = "first-address-refuses",
     .requirement = "P20",
     .about = "The first of two addresses refuses: the second answers.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &answers}},
     .checks = {HELLO_ANSWERED}},
    {.name = "first-address-is-silent",
     .requirement = "P22",
     .about = "The first of two addresses never answers: the second is still tried, soon.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .input = "hello\n",
     .timeout_s = 4, /* a share of it is enough on a busy emulator, too */
     .fixtures = {{&tcp_listener, &second_drops}, {&tcp_listener, &answers}},
     .checks = {HELLO_ANSWERED, CHECK_ENDED_WITHIN_MS(7000)}},
    {.name = "refused",
     .requirement = "P21",
     .about = "Nobody listens: a socket that has become writable is not yet a connected one, and "
              "nothing counts as sent.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .input = "hello\n",
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {NOT_ANSWERED, CHECK_NOT_OBSERVED("sent")}},
    {.name = "refused-at-once",
     .requirement = "P25",
     .about = "Nobody listens: that is told at once, long before the timeout.",
     .needs = TIER_CAPTURE_SHARED,
     .input = "hello\n",
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {NOT_ANSWERED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "connection-unanswered",
     .requirement = "P22",
     .about = "Nobody answers: the timeout holds, and is told.",
     .needs = TIER_CAPTURE_SHARED,
     .input = "hello\n",
     .timeout_s = 1,
     .fixtures = {{&tcp_listener, &drops}},
     .checks = {NOT_ANSWERED, CHECK_NOT_OBSERVED("sent"), CHECK_ENDED_WITHIN_MS(4000)}},
    NO_HOST("unknown-host", "nobody.sockproof.test", "A name that does not exist is told."),
    NO_HOST("no-address", "256.1.1.1", "What is no address, and no name, is told."),
    NO_HOST("label-of-64", X60 "xxxx.test", "A label of 64 characters is just unknown."),
    NO_HOST("host-of-300", X60 X60 X60 X60 X60, "A name of 300 characters is just unknown."),
    NO_HOST("host-of-control-octets", "\x1b[2J\xff.test",
            "A name that a terminal would obey is told escaped."),
    MISUSE("port-0", "--host localhost --port 0", "Port 0 is none that one can connect to."),
    MISUSE("port-65536", "--host localhost --port 65536",
           "Port 65536 does not exist, and is not port 0."),
    MISUSE("port-negative", "--host localhost --port -1", "There is no negative port."),
    MISUSE("port-by-name", "--host localhost --port http", "A port is a number here."),
    MISUSE("port-empty", "--host localhost --port ''", "An empty argument is no port."),
    MISUSE("port-missing", "--host localhost --port", "An option has a value."),
    MISUSE("host-empty", "--host ''", "An empty argument is no host."),
    MISUSE("timeout-0", "--host localhost --timeout 0", "A timeout of 0 leaves no time."),
    MISUSE("stray-argument", "--host localhost hello", "What is to be sent is no argument."),
    MISUSE("unknown-option", "--host localhost --colour red", "An option that does not exist."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "arguments",
     .values = {{"arguments", "--help"}},
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "upper-client"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_upper_client = {
    .name = "upper-client",
    .protocol = "upper",
    .role = ROLE_CLIENT,
    .port = 8080,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
