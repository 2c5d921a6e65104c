/* The cases of send-file: a server that reads all, reads slowly, not at all, or
 * leaves; files that are whole, in part, empty, larger than 4 GiB or not there.
 * Both ways of sending are asked to do the same. */
#include "cases/catalogue.h"
#include "fixtures/tcp_listener.h"

#define SERVER(...)                                        \
  {                                                        \
    {                                                      \
      &tcp_listener, &(const struct tcp_listener_script) { \
        __VA_ARGS__                                        \
      }                                                    \
    }                                                      \
  }
#define STEPS(...) .clients = {{.steps = {__VA_ARGS__}}}
#define READS_ALL SERVER(STEPS({.action = TCP_PEER_READ_TO_END}))

#define LINES "Is anybody there?\nYes.\n"
#define FIGURES "0123456789abcdef"

/* The first, some in the middle and the last of the octets that the harness
 * fills a file with. The middle ones stand where many a program's buffer ends,
 * at 65,535. */
#define EVERY_VALUE "(?s)\\A\\x00\\x1f\\x3e\\x5d.{248}\\x84\\xa3\\xc2\\xe1\\z"
#define PATTERN_OF_100000                                                   \
  "(?s)\\A\\x00\\x1f\\x3e\\x5d.{32765}.{32766}\\xe0\\x00\\x1f\\x3e.{34459}" \
  "\\xa8\\xc7\\z"

/* A part of the 16 figures. */
#define PART(name_, requirement_, options_, sent_, pattern_, about_)                   \
  {                                                                                    \
    .name = (name_), .requirement = (requirement_), .about = (about_), .timeout_s = 5, \
    .values = {{"options", (options_)}}, .files = {{.name = "data", .text = FIGURES}}, \
    .fixtures = READS_ALL, .checks = {                                                 \
      CHECK_SUCCEEDED,                                                                 \
      CHECK_OBSERVED("sent", (sent_)),                                                 \
      CHECK_CLIENT_SENT(pattern_)                                                      \
    }                                                                                  \
  }

/* A file that cannot be sent, and nobody is bothered. */
#define NO_FILE(name_, about_, ...)                                                       \
  {                                                                                       \
    .name = (name_), .requirement = "P33", .about = (about_), .quiet = true, __VA_ARGS__, \
    .checks = {                                                                           \
      CHECK_FAILED,                                                                       \
      CHECK_TOLD_IN_ONE_LINE,                                                             \
      CHECK_NOT_OBSERVED("sent"),                                                         \
      CHECK_SENDS_NOTHING                                                                 \
    }                                                                                     \
  }

/* An argument that makes no sense: the usage, exit 2, and nobody is bothered.
 */
#define WRONG(name_, about_, ...)                                            \
  {                                                                          \
    .name = (name_), .requirement = "P60", .about = (about_), .quiet = true, \
    .files = {{.name = "data", .text = FIGURES}}, __VA_ARGS__, .checks = {   \
      CHECK_EXIT_CODE(2),                                                    \
      CHECK_TOLD_ON_STDERR,                                                  \
      CHECK_NOT_OBSERVED("sent"),                                            \
      CHECK_SENDS_NOTHING                                                    \
    }                                                                        \
  }
#define WRONG_PORT(name_, port_, about_) WRONG(name_, about_, .port_text = (port_))
#define WRONG_OPTIONS(name_, options_, about_) \
  WRONG(name_, about_, .values = {{"options", (options_)}})

static const struct sandbox_file NO_NAME_SERVER[] = {
    {"nsswitch.conf", "hosts: files\nservices: files\n"}, {0}};

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define NO_HOST(name_, host_, about_)                                                             \
  {                                                                                               \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_),                    \
    .etc = NO_NAME_SERVER, .quiet = true, .files = {{.name = "data", .text = LINES}}, .checks = { \
      CHECK_FAILED,                                                                               \
      CHECK_TOLD_IN_ONE_LINE,                                                                     \
      CHECK_SENDS_NOTHING                                                                         \
    }                                                                                             \
  }

static const struct case_def CASES[] = {
    {.name = "whole-file",
     .requirement = "P30",
     .about = "The octets of the connection are those of the file, and their "
              "count is printed.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .files = {{.name = "data", .text = LINES}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "23"),
                CHECK_CLIENT_SENT("\\AIs anybody there\\?\\nYes\\.\\n\\z"),
                CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "whole-file-portable",
     .requirement = "P30",
     .about = "Without sendfile() the same octets are sent.",
     .families = ON_BOTH,
     .variant = "no-sendfile",
     .timeout_s = 5,
     .files = {{.name = "data", .text = LINES}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "23"),
                CHECK_CLIENT_SENT("\\AIs anybody there\\?\\nYes\\.\\n\\z")}},
    {.name = "every-octet",
     .requirement = "P30",
     .about = "Octets of every value are sent as they are.",
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 256}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "256"), CHECK_CLIENT_SENT(EVERY_VALUE)}},
    {.name = "every-octet-portable",
     .requirement = "P30",
     .about = "Without sendfile() octets of every value are sent as they are.",
     .variant = "no-sendfile",
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 256}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "256"), CHECK_CLIENT_SENT(EVERY_VALUE)}},
    {.name = "empty-file",
     .requirement = "P32",
     .about = "A file of no octets is sent, which is a connection of no octets.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .files = {{.name = "data", .text = ""}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "0"), CHECK_CLIENT_SENT("\\A\\z")}},
    {.name = "server-by-name",
     .requirement = "P30",
     .about = "The server can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .timeout_s = 5,
     .files = {{.name = "data", .text = LINES}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "23")}},

    {.name = "small-window",
     .requirement = "P11",
     .about = "100,000 octets through a small window: what a call leaves is "
              "gone on with, from "
              "where it stopped.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 100000}},
     .fixtures = SERVER(STEPS({.action = TCP_PEER_READ_TO_END}), .window_octets = 4096),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "100000"),
                CHECK_CLIENT_SENT(PATTERN_OF_100000)}},
    {.name = "small-window-portable",
     .requirement = "P11",
     .about = "Without sendfile() what send() leaves is sent again, and "
              "nothing else.",
     .families = ON_BOTH,
     .variant = "no-sendfile",
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 100000}},
     .fixtures = SERVER(STEPS({.action = TCP_PEER_READ_TO_END}), .window_octets = 4096),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "100000"),
                CHECK_CLIENT_SENT(PATTERN_OF_100000)}},
    {.name = "read-late",
     .requirement = "P11",
     .about = "A server that begins to read after 200 ms is waited for.",
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 100000}},
     .fixtures = SERVER(STEPS({.action = TCP_PEER_READ_TO_END}), .window_octets = 4096,
                        .accept_after_ms = 200),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "100000"),
                CHECK_CLIENT_SENT(PATTERN_OF_100000)}},
    {.name = "more-than-a-buffer",
     .requirement = "P11",
     .about = "What is more than any buffer takes at once arrives whole.",
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 200000}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "200000"),
                CHECK_CLIENT_SENT("(?s)\\A(?:.{50000}){4}\\z")}},

    PART("offset", "P31", "--offset 5", "11", "\\A56789abcdef\\z",
         "The first octets are left out, and only they."),
    PART("count", "P31", "--count 4", "4", "\\A0123\\z", "No more is sent than was asked for."),
    PART("offset-and-count", "P31", "--offset 10 --count 3", "3", "\\Aabc\\z",
         "A part in the middle is that part."),
    PART("count-0", "P31", "--count 0", "0", "\\A\\z", "A count of 0 is a count, and not all."),
    PART("count-beyond-end", "P32", "--offset 10 --count 100", "6", "\\Aabcdef\\z",
         "Where the file ends before the count, its end is the end."),
    PART("count-beyond-32-bits", "P32", "--offset 10 --count 4294967298", "6", "\\Aabcdef\\z",
         "A count of 2^32 + 2 is not 2."),
    PART("offset-at-end", "P32", "--offset 16", "0", "\\A\\z", "Behind the last octet is nothing."),
    PART("offset-beyond-end", "P32", "--offset 1000 --count 3", "0", "\\A\\z",
         "Beyond the end is nothing, and it ends."),
    {.name = "offset-and-count-portable",
     .requirement = "P31",
     .about = "Without sendfile() a part in the middle is that part.",
     .variant = "no-sendfile",
     .timeout_s = 5,
     .values = {{"options", "--offset 10 --count 3"}},
     .files = {{.name = "data", .text = FIGURES}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "3"), CHECK_CLIENT_SENT("\\Aabc\\z")}},
    {.name = "offset-beyond-4-gib",
     .requirement = "P31",
     .about = "An offset of 2^32 is not 0: of a file so long its last octets "
              "are sent.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .values = {{"options", "--offset 4294967296 --count 7"}},
     .files = {{.name = "data", .sparse_octets = UINT64_C(4294967296), .text = "the end of it"}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "7"), CHECK_CLIENT_SENT("\\Athe end\\z")}},
    {.name = "offset-beyond-4-gib-portable",
     .requirement = "P31",
     .about = "Without sendfile() an offset of 2^32 + 4 is that.",
     .variant = "no-sendfile",
     .timeout_s = 5,
     .values = {{"options", "--offset 4294967300"}},
     .files = {{.name = "data", .sparse_octets = UINT64_C(4294967296), .text = "the end of it"}},
     .fixtures = READS_ALL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "9"),
                CHECK_CLIENT_SENT("\\Aend of it\\z")}},

    NO_FILE("missing", "A file that is not there is told.", .values = {{"file", "nonesuch"}}),
    NO_FILE("directory", "A directory is no file, although it can be opened.",
            .files = {{.name = "data", .directory = true}}),
    NO_FILE("unreadable", "A file that may not be read is told.",
            .files = {{.name = "data", .text = LINES, .unreadable = true}}),
    NO_FILE("endless-device", "What is no file but a device has no end, and is not sent.",
            .values = {{"file", "/dev/zero"}}),

    {.name = "refused",
     .requirement = "P34",
     .about = "Nobody listens: that is told at once.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .files = {{.name = "data", .text = LINES}},
     .fixtures = SERVER(.reach = TCP_PEER_REFUSES),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("sent"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    WRONG("host-empty", "An empty argument is no host.", .host = ""),
    NO_HOST("host-256", "256.1.1.1", "256.1.1.1 is no address, and no host has that name."),
    NO_HOST("host-label-of-64", X60 "xxxx.test", "A label of a name has at most 63 octets."),
    NO_HOST("host-of-300", X60 X60 X60 X60 X60, "A name of 300 characters is told as unknown."),
    NO_HOST("host-of-control-octets", "\x1b[2J\xff.test",
            "A name that a terminal would obey is told escaped."),
    {.name = "file-of-control-octets",
     .requirement = "P33",
     .about = "A file's name that a terminal would obey is told escaped.",
     .values = {{"file", "\x1b[2J\xff"}},
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_SENDS_NOTHING}},
    {.name = "host-unknown",
     .requirement = "P34",
     .about = "A name without an address is told.",
     .host = "nonesuch.sockproof.test",
     .etc = NO_NAME_SERVER,
     .quiet = true,
     .files = {{.name = "data", .text = LINES}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("sent")}},
    {.name = "first-address-refuses",
     .requirement = "P34",
     .about = "Where the first address of a host refuses, the next one is asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .timeout_s = 5,
     .files = {{.name = "data", .text = LINES}},
     .fixtures = {{&tcp_listener,
                   &(const struct tcp_listener_script){.reach = TCP_PEER_REFUSES, .at = AT_PEER2}},
                  {&tcp_listener,
                   &(const struct tcp_listener_script){STEPS({.action = TCP_PEER_READ_TO_END})}}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "23")}},
    {.name = "never-read",
     .requirement = "P35",
     .about = "A server that takes nothing is told after a stated time, and "
              "nothing is claimed.",
     .timeout_s = 1,
     .files = {{.name = "data", .pattern_len = 5000000}},
     .no_golden = "how much the buffers take is the system's",
     .fixtures = SERVER(STEPS({.action = TCP_PEER_LEAVE_UNREAD}), .window_octets = 2304),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("sent"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "never-read-portable",
     .requirement = "P35",
     .about = "Without sendfile() a server that takes nothing is told as well.",
     .variant = "no-sendfile",
     .timeout_s = 1,
     .files = {{.name = "data", .pattern_len = 5000000}},
     .no_golden = "how much the buffers take is the system's",
     .fixtures = SERVER(STEPS({.action = TCP_PEER_LEAVE_UNREAD}), .window_octets = 2304),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("sent"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "reset-in-the-middle",
     .requirement = "P10",
     .about = "A reset in the middle is an error to be told, and not the "
              "program's death.",
     .families = ON_BOTH,
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 5000000}},
     .no_golden = "how much is sent before the reset is luck",
     .fixtures =
         SERVER(STEPS({.action = TCP_PEER_READ, .count = 10000}, {.action = TCP_PEER_RESET}),
                .window_octets = 2304),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("sent"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "reset-in-the-middle-portable",
     .requirement = "P10",
     .about = "Without sendfile() a reset is an error to be told, and not the "
              "program's death.",
     .variant = "no-sendfile",
     .timeout_s = 5,
     .files = {{.name = "data", .pattern_len = 5000000}},
     .no_golden = "how much is sent before the reset is luck",
     .fixtures =
         SERVER(STEPS({.action = TCP_PEER_READ, .count = 10000}, {.action = TCP_PEER_RESET}),
                .window_octets = 2304),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("sent"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "reset-after-all",
     .requirement = "P36",
     .about = "All is handed over, and then the server resets: what it read "
              "nobody knows.",
     .timeout_s = 5,
     .files = {{.name = "data", .text = LINES}},
     .no_golden = "whether the client's FIN leaves before the reset comes is luck",
     .fixtures = SERVER(STEPS({.action = TCP_PEER_READ, .count = 23}, {.action = TCP_PEER_RESET})),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("sent")}},
    {.name = "server-speaks",
     .requirement = "P36",
     .about = "What the server says meanwhile is read, so that the end is no "
              "reset that throws the "
              "file away.",
     .timeout_s = 5,
     .files = {{.name = "data", .text = LINES}},
     .fixtures = SERVER(STEPS({.action = TCP_PEER_SEND, .bytes = {.text = "Send it!\n"}},
                              {.action = TCP_PEER_READ_TO_END},
                              {.action = TCP_PEER_SEND, .bytes = {.text = "I have it.\n"}})),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "23"),
                CHECK_SERVER_SENT("\\ASend it!\\nI have it\\.\\n\\z")},
     .rules = {{"tcp.turns", "ignore", NULL, "both sides begin to speak at once"},
               {"tcp.half_close", "ignore", NULL,
                "whether the file is sent before the server begins to speak is luck"}}},
    {.name = "server-keeps-open",
     .requirement = "P36",
     .about = "A server that does not end its side is no reason to wait for ever.",
     .needs = TIER_CAPTURE_SHARED, /* it ends with the case, which its own log does not tell */
     .timeout_s = 1,
     .limit_ms = 6000, /* the server outlasts it, whatever it is multiplied by */
     .files = {{.name = "data", .text = LINES}},
     .fixtures =
         SERVER(STEPS({.action = TCP_PEER_READ_TO_END}, {.action = TCP_PEER_PAUSE, .ms = 60000})),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("sent", "23"), CHECK_ENDED_WITHIN_MS(5000)}},

    WRONG_PORT("port-0", "0", "Port 0 is nobody's."),
    WRONG_PORT("port-65536", "65536", "Port 65536 is not port 0."),
    WRONG_PORT("port-negative", "-1", "Port -1 is not port 65535."),
    WRONG_PORT("port-by-name", "http", "A name is no port here."),
    WRONG_PORT("port-empty", "", "An empty argument is no port."),
    WRONG_OPTIONS("offset-negative", "--offset -1", "There is nothing before a file."),
    WRONG_OPTIONS("offset-with-letters", "--offset 5x", "5x is no number."),
    WRONG_OPTIONS("offset-beyond-64-bits", "--offset 18446744073709551621", "2^64 + 5 is not 5."),
    WRONG_OPTIONS("count-negative", "--count -1", "-1 is no count, nor all there is."),
    WRONG_OPTIONS("count-empty", "--count ''", "An empty argument is no count."),
    WRONG_OPTIONS("count-missing", "--count", "An option without its value is none."),
    WRONG_OPTIONS("one-file-more", "data", "One file is sent, not two."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "help",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "send-file"), CHECK_PRINTABLE,
                CHECK_SENDS_NOTHING}},
};

const struct recipe_def recipe_send_file = {
    .name = "send-file",
    .protocol = "tcp",
    .role = ROLE_CLIENT,
    .port = 9,
    .values = {{"file", "data"}, {"options", ""}},
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
