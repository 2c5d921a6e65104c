/* The cases of daytime-client (RFC 867), over TCP and UDP: servers that say the date in whatever
 * form, or something else, or nothing. */
#include "cases/catalogue.h"
#include "fixtures/once_server.h"

/* A name that is looked up where it must be found at once, or not at all. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X300 X60 X60 X60 X60 X60

#define SERVER(...)                                         \
  {                                                         \
    {                                                       \
      &daytime_server, &(const struct once_server_script) { \
        __VA_ARGS__                                         \
      }                                                     \
    }                                                       \
  }

/* The two forms that the RFC calls popular, and the one that many systems send. */
#define WORDS "Tuesday, February 22, 1982 17:37:43-PST"
#define MAIL "02 FEB 82 07:59:01 PST"
#define CLOCK "Sat Nov 21 01:12:41 2026"

#define FORM(tcp_name, udp_name, line_, end_, about_)                                       \
  {.name = (tcp_name),                                                                      \
   .requirement = "D03",                                                                    \
   .about = (about_),                                                                       \
   .families = ON_BOTH,                                                                     \
   .fixtures = SERVER(.says.text = line_ end_),                                             \
   .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", line_), CHECK_PRINTABLE}},       \
  {                                                                                         \
    .name = (udp_name), .requirement = "D08", .about = (about_), .families = ON_BOTH,       \
    .variant = "udp", .fixtures = SERVER(.udp = true, .says.text = line_ end_), .checks = { \
      CHECK_SUCCEEDED,                                                                      \
      CHECK_OBSERVED_LIST("line", line_),                                                   \
      CHECK_PRINTABLE                                                                       \
    }                                                                                       \
  }

/* Octets that a terminal would obey, or cannot show. What it prints of them is its own business,
 * and whether it takes the text for a date. */
#define CONTROL(tcp_name, udp_name, octets_, about_)                                               \
  {.name = (tcp_name),                                                                             \
   .requirement = "D04",                                                                           \
   .about = (about_),                                                                              \
   .fixtures = SERVER(.says.raw = OCTETS_OF(octets_)),                                             \
   .checks = {CHECK_PRINTABLE}},                                                                   \
  {                                                                                                \
    .name = (udp_name), .requirement = "D04", .about = (about_), .variant = "udp", .timeout_s = 1, \
    .fixtures = SERVER(.udp = true, .says.raw = OCTETS_OF(octets_)), .checks = {                   \
      CHECK_PRINTABLE                                                                              \
    }                                                                                              \
  }
#define OCTETS_OF(literal) \
  { (const uint8_t *)(literal), sizeof(literal) - 1 }

#define WRONG_PORT(name_, port_, about_)                                                           \
  {                                                                                                \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), .quiet = true, \
    .checks = {                                                                                    \
      CHECK_EXIT_CODE(2),                                                                          \
      CHECK_TOLD_ON_STDERR,                                                                        \
      CHECK_SENDS_NOTHING                                                                          \
    }                                                                                              \
  }
#define WRONG_HOST(name_, host_, about_)                                                      \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .quiet = true, .checks = {                                                                \
      CHECK_FAILED,                                                                           \
      CHECK_TOLD_IN_ONE_LINE,                                                                 \
      CHECK_SENDS_NOTHING                                                                     \
    }                                                                                         \
  }

static const struct case_def CASES[] = {
    FORM("tcp-words", "udp-words", WORDS, "\r\n", "A line of the RFC's first form is printed."),
    FORM("tcp-mail", "udp-mail", MAIL, "\r\n",
         "A line of the RFC's second form, that of mail, is printed."),
    FORM("tcp-clock", "udp-clock", CLOCK, "\n",
         "A line that ends with a line feed alone is printed."),
    FORM("tcp-no-line-end", "udp-no-line-end", MAIL, "",
         "A line without an end of line is printed as well."),
    {.name = "tcp-sends-nothing",
     .requirement = "D03",
     .about = "The client connects once, and sends nothing.",
     .fixtures = SERVER(.says.text = MAIL "\r\n"),
     .checks = {CHECK_SUCCEEDED, CHECK_CLIENT_SENT("\\A\\z"), CHECK_REQUEST_COUNT("peer", 1, 1),
                CHECK_ONLY_EXPECTED_DESTINATIONS}},
    {.name = "tcp-octet-by-octet",
     .requirement = "D03",
     .about = "A line that comes an octet at a time is gathered until the server closes.",
     .families = ON_BOTH,
     .timeout_s = 10,
     .fixtures = SERVER(.says.text = MAIL "\r\n", .cut = 1, .cut_ms = 5),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "tcp-in-two",
     .requirement = "D03",
     .about = "A line that is cut between CR and LF is one line.",
     .fixtures = SERVER(.says.text = MAIL "\r\n", .cut = sizeof MAIL, .cut_ms = 60),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL), CHECK_PRINTABLE}},
    {.name = "tcp-late",
     .requirement = "D03",
     .about = "A line that comes after 200 ms is waited for.",
     .fixtures = SERVER(.says.text = MAIL "\r\n", .delay_ms = 200),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "tcp-port-13",
     .requirement = "D03",
     .about = "Where no port is named, it is 13.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "no-port",
     .fixtures = SERVER(.says.text = MAIL "\r\n"),
     .checks = {CHECK_SUCCEEDED, CHECK_REQUEST_PORT(13)}},
    CONTROL("tcp-escape", "udp-escape", "\x1b]0;owned\x07" MAIL "\x1b[2J\r\n",
            "An escape sequence does not reach the terminal."),
    CONTROL("tcp-nul", "udp-nul", "\0" MAIL "\0\r\n", "A NUL does not reach the terminal."),
    CONTROL("tcp-invalid-utf-8", "udp-invalid-utf-8",
            MAIL " \xc3\x28\xff\xfe\x9b"
                 "2J\r\n",
            "Octets that are no UTF-8, and the control octets beyond ASCII, are not printed raw."),
    CONTROL("tcp-carriage-return", "udp-carriage-return", "01 JAN 70\r" MAIL "\b\b\b\x7f\n",
            "A carriage return within a line, and a backspace, write nothing over."),
    {.name = "tcp-behind-nul",
     .requirement = "D03",
     .about = "A NUL is no end of the text: what stands behind it is printed too.",
     .fixtures = SERVER(.says.raw = OCTETS_OF("02 FEB 82\0"
                                              " 07:59:01 PST\r\n")),
     .checks = {CHECK_PRINTABLE, CHECK_OBSERVED("last_word", "PST")}},
    {.name = "tcp-endless",
     .requirement = "D05",
     .about = "A server that sends lines without end is left after a while.",
     .families = ON_BOTH,
     .timeout_s = 1,
     .no_golden = "how much is sent before the client goes is luck",
     .flood = true,
     .fixtures = SERVER(.says.text = MAIL "\r\n", .behaviour = ONCE_ENDLESS),
     .checks = {CHECK_PRINTABLE, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "tcp-endless-drip",
     .requirement = "D05",
     .about = "Octets that come one by one, and each in time, are not waited for without end.",
     .timeout_s = 1,
     .limit_ms = 7000,
     .no_golden = "how much is sent before the client goes is luck",
     .fixtures = SERVER(.says.text = "0", .behaviour = ONCE_ENDLESS, .cut = 1, .cut_ms = 50),
     .checks = {CHECK_PRINTABLE, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "tcp-10-mb",
     .requirement = "D05",
     .about = "Ten million octets of anything are no date, and cost no time.",
     .timeout_s = 5,
     .no_golden = "how much is sent before the client goes is luck",
     .flood = true,
     .fixtures = SERVER(.says.pattern_len = 10000000),
     .checks = {CHECK_PRINTABLE, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "udp-longest-reply",
     .requirement = "D05",
     .about = "A datagram of 65,507 octets of anything does no harm.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "udp",
     .timeout_s = 1,
     .fixtures = SERVER(.udp = true, .says.pattern_len = 65507),
     .checks = {CHECK_PRINTABLE, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "tcp-kept-open",
     .requirement = "D05",
     .about = "A server that has said its line and does not close is not waited for for ever.",
     .timeout_s = 1,
     .limit_ms = 7000,
     .fixtures = SERVER(.says.text = MAIL "\r\n", .behaviour = ONCE_KEEPS_OPEN),
     .checks = {CHECK_PRINTABLE, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "tcp-empty",
     .requirement = "D07",
     .about = "A server that ends without a word has told no time.",
     .families = ON_BOTH,
     .fixtures = SERVER(.behaviour = ONCE_SAYS),
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR}},
    {.name = "tcp-silent",
     .requirement = "D07",
     .about = "A server that takes the connection and says nothing is told after the timeout.",
     .timeout_s = 1,
     .limit_ms = 7000,
     .fixtures = SERVER(.behaviour = ONCE_SILENT),
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "tcp-refused",
     .requirement = "D07",
     .about = "Nobody listens: that is told at once.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .fixtures = SERVER(.behaviour = ONCE_CLOSED),
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "tcp-reset",
     .requirement = "D07",
     .about = "A connection that is reset before a word came is an error.",
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = ONCE_RESETS, .delay_ms = 30),
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR}},
    {.name = "udp-empty",
     .requirement = "D07",
     .about = "An empty datagram has told no time.",
     .variant = "udp",
     .timeout_s = 1,
     .fixtures = SERVER(.udp = true),
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR}},
    {.name = "udp-silent",
     .requirement = "D07",
     .about = "A reply that does not come is told after the timeout.",
     .variant = "udp",
     .timeout_s = 1,
     .limit_ms = 7000,
     .fixtures = SERVER(.udp = true, .behaviour = ONCE_SILENT),
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "udp-one-datagram",
     .requirement = "D08",
     .about = "One datagram asks, and a second copy of the answer is nothing more.",
     .variant = "udp",
     .fixtures = SERVER(.udp = true, .says.text = MAIL "\r\n", .behaviour = ONCE_TWICE),
     .checks = {CHECK_SUCCEEDED, CHECK_REQUEST_COUNT("peer", 1, 1), CHECK_PRINTED_ONCE("line"),
                CHECK_ONLY_EXPECTED_DESTINATIONS}},
    {.name = "udp-late",
     .requirement = "D08",
     .about = "A reply that takes 200 ms is waited for.",
     .variant = "udp",
     .fixtures = SERVER(.udp = true, .says.text = MAIL "\r\n", .delay_ms = 200),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "udp-foreign-address-first",
     .requirement = "D09",
     .about = "A datagram from another address is ignored, and the line behind it is taken.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "udp",
     .fixtures = SERVER(.udp = true, .says.text = MAIL, .behaviour = ONCE_FOREIGN_FIRST),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "udp-foreign-port-first",
     .requirement = "D09",
     .about = "A datagram from another port is ignored, and the line behind it is taken.",
     .needs = TIER_CAPTURE_SHARED,
     .variant = "udp",
     .fixtures = SERVER(.udp = true, .says.text = MAIL, .behaviour = ONCE_FOREIGN_PORT_FIRST),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "udp-closed-port",
     .wants = CAN_ICMP_ERRORS,
     .requirement = "P07",
     .about = "A closed port is told at once, long before the timeout.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .variant = "udp",
     .timeout_s = 12,
     .fixtures = SERVER(.udp = true, .behaviour = ONCE_CLOSED),
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_AFTER_ICMP_MS(1500)}},
    {.name = "tcp-two-addresses",
     .requirement = "D10",
     .about = "Nobody listens at the first address of the host: the second one is asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = SERVER(.says.text = MAIL "\r\n"),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "udp-two-addresses",
     .requirement = "D10",
     .about = "Nobody answers at the first address of the host: the second one is asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .variant = "udp",
     .fixtures = SERVER(.udp = true, .says.text = MAIL "\r\n"),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "host-by-name",
     .requirement = "P66",
     .about = "The host can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .fixtures = SERVER(.says.text = MAIL "\r\n"),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("line", MAIL)}},
    {.name = "host-empty",
     .requirement = "P60",
     .about = "An empty argument is no host.",
     .host = "",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_SENDS_NOTHING}},
    WRONG_HOST("host-256", "256.1.1.1", "256.1.1.1 is no address, and no host has that name."),
    WRONG_HOST("host-300-characters", X300, "A name of 300 characters is told as unknown."),
    WRONG_HOST("host-label-64", X60 "xxxx.test", "A label of a name has at most 63 octets."),
    WRONG_HOST("host-control-octets", "\x1b[2J\xff.test",
               "A name that a terminal would obey is told escaped."),
    WRONG_PORT("port-0", "0", "Nothing can be sent to port 0."),
    WRONG_PORT("port-65536", "65536", "A port has 16 bits: 65536 is not taken for 0."),
    WRONG_PORT("port-65549", "65549", "A port has 16 bits: 65549 is not taken for 13."),
    WRONG_PORT("port-negative", "-1", "A port has no sign."),
    WRONG_PORT("port-name", "http", "A port is a number here, and no service."),
    WRONG_PORT("port-empty", "", "An empty argument is no port."),
    {.name = "no-arguments",
     .requirement = "P60",
     .about = "Without a host nothing is sent: none is built in.",
     .variant = "bare",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_SENDS_NOTHING}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "help",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "daytime-client"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_daytime_client = {
    .name = "daytime-client",
    .protocol = "daytime",
    .role = ROLE_CLIENT,
    .port = 13,
    .plain = "tcp-words",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
