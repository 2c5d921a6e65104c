/* The cases of time-client (RFC 868), over UDP and TCP: servers that tell the time well, badly or
 * not at all. */
#include "cases/catalogue.h"
#include "fixtures/once_server.h"

/* A name that is looked up where it must be found at once, or not at all. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X300 X60 X60 X60 X60 X60

/* 2026-03-14 15:09:26 UTC, and what comes behind it where there is too much. */
#define NUMBER 3982489766
static const uint8_t OCTETS[8] = {0xed, 0x5f, 0xf8, 0xa6, 0xde, 0xad, 0xbe, 0xef};

/* The first octets of that. */
#define FIRST(length)           \
  {                             \
    .raw = { OCTETS, (length) } \
  }
#define SERVER(...)                                      \
  {                                                      \
    {                                                    \
      &time_server, &(const struct once_server_script) { \
        __VA_ARGS__                                      \
      }                                                  \
    }                                                    \
  }

/* A number told over UDP, and over TCP. */
#define OCTET(number, shift) (uint8_t)((number) >> (shift)&0xff)
#define SAYS_NUMBER(over_udp, number)                                                            \
  SERVER(.udp = (over_udp), .says.raw = {(const uint8_t[]){OCTET(number, 24), OCTET(number, 16), \
                                                           OCTET(number, 8), OCTET(number, 0)},  \
                                         4})
#define VECTOR(udp_name, tcp_name, number, about_)                                    \
  {.name = (udp_name),                                                                \
   .requirement = "T05",                                                              \
   .about = (about_),                                                                 \
   .families = ON_BOTH,                                                               \
   .fixtures = SAYS_NUMBER(true, number),                                             \
   .checks = {CHECK_TIME_TOLD(number)}},                                              \
  {                                                                                   \
    .name = (tcp_name), .requirement = "T05", .about = (about_), .families = ON_BOTH, \
    .variant = "tcp", .fixtures = SAYS_NUMBER(false, number), .checks = {             \
      CHECK_TIME_TOLD(number)                                                         \
    }                                                                                 \
  }
#define WRAPPED(udp_name, tcp_name, number, about_)                                \
  {.name = (udp_name),                                                             \
   .requirement = "T06",                                                           \
   .about = (about_),                                                              \
   .fixtures = SAYS_NUMBER(true, number),                                          \
   .checks = {CHECK_TIME_TOLD_OR_REFUSED(number)}},                                \
  {                                                                                \
    .name = (tcp_name), .requirement = "T06", .about = (about_), .variant = "tcp", \
    .fixtures = SAYS_NUMBER(false, number), .checks = {                            \
      CHECK_TIME_TOLD_OR_REFUSED(number)                                           \
    }                                                                              \
  }

/* A server that says too little and ends; a datagram that has not four octets. */
#define TOO_LITTLE(name_, length, about_)                                          \
  {                                                                                \
    .name = (name_), .requirement = "T03", .about = (about_), .families = ON_BOTH, \
    .variant = "tcp", .fixtures = SERVER(.says = FIRST(length)), .checks = {       \
      CHECK_REJECTED,                                                              \
      CHECK_TOLD_ON_STDERR                                                         \
    }                                                                              \
  }
#define WRONG_LENGTH(name_, length, about_)                                                        \
  {                                                                                                \
    .name = (name_), .requirement = "T10", .about = (about_), .families = ON_BOTH, .timeout_s = 1, \
    .fixtures = SERVER(.udp = true, .says = FIRST(length)), .checks = {                            \
      CHECK_REJECTED,                                                                              \
      CHECK_TOLD_ON_STDERR                                                                         \
    }                                                                                              \
  }

/* Whether the client ends while there is something that it has not read shows in how it closes. */
#define ANY_CLOSE \
  { "tcp.close", "ignore", NULL, "a close with octets unread is a reset, and when is luck" }

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
      CHECK_REJECTED,                                                                         \
      CHECK_TOLD_IN_ONE_LINE,                                                                 \
      CHECK_SENDS_NOTHING                                                                     \
    }                                                                                         \
  }

static const struct case_def CASES[] = {
    {.name = "tcp-time",
     .requirement = "T01",
     .about = "The time is told over TCP, and the client has sent nothing.",
     .families = ON_BOTH,
     .variant = "tcp",
     .fixtures = SERVER(.says = FIRST(4)),
     .checks = {CHECK_TIME_TOLD(NUMBER), CHECK_CLIENT_SENT("\\A\\z"), CHECK_PRINTED_ONCE("time")}},
    {.name = "tcp-octet-by-octet",
     .requirement = "T02",
     .about = "Four octets that come one at a time are one number.",
     .families = ON_BOTH,
     .variant = "tcp",
     .timeout_s = 10,
     .fixtures = SERVER(.says = FIRST(4), .cut = 1, .cut_ms = 40),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    {.name = "tcp-three-and-one",
     .requirement = "T02",
     .about = "Three octets and one are one number.",
     .variant = "tcp",
     .fixtures = SERVER(.says = FIRST(4), .cut = 3, .cut_ms = 60),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    TOO_LITTLE("tcp-ends-at-once", 0, "A server that ends at once cannot tell the time."),
    TOO_LITTLE("tcp-1-octet", 1, "One octet and an end are no time."),
    TOO_LITTLE("tcp-3-octets", 3, "Three octets and an end are no time."),
    {.name = "tcp-5-octets",
     .requirement = "T04",
     .about = "A fifth octet is ignored.",
     .variant = "tcp",
     .fixtures = SERVER(.says = FIRST(5)),
     .checks = {CHECK_TIME_TOLD(NUMBER)},
     .rules = {ANY_CLOSE}},
    {.name = "tcp-8-octets",
     .requirement = "T04",
     .about = "Eight octets are the time in the first four, and four that are ignored.",
     .variant = "tcp",
     .fixtures = SERVER(.says = FIRST(8)),
     .checks = {CHECK_TIME_TOLD(NUMBER)},
     .rules = {ANY_CLOSE}},
    VECTOR("udp-1970", "tcp-1970", 2208988800, "2,208,988,800 is 1 January 1970, as the RFC says."),
    VECTOR("udp-1976", "tcp-1976", 2398291200, "2,398,291,200 is 1 January 1976, as the RFC says."),
    VECTOR("udp-1980", "tcp-1980", 2524521600, "2,524,521,600 is 1 January 1980, as the RFC says."),
    VECTOR("udp-1983", "tcp-1983", 2629584000, "2,629,584,000 is 1 May 1983, as the RFC says."),
    VECTOR("udp-leap-day", "tcp-leap-day", 3918153599,
           "The last second of 28 February 2024 is followed by a 29th."),
    WRAPPED("udp-wrap-0", "tcp-wrap-0", 0,
            "0 is the second of 2036 in which the count begins again, or refused."),
    WRAPPED("udp-wrap-1000", "tcp-wrap-1000", 1000, "1,000 is a time in 2036, or refused."),
    WRAPPED("udp-last-of-count", "tcp-last-of-count", 4294967295,
            "4,294,967,295 is the last second before the count begins again, or refused."),
    {.name = "tcp-kept-open",
     .requirement = "T07",
     .about = "A server that does not close is not waited for.",
     .families = ON_BOTH,
     .variant = "tcp",
     .timeout_s = 12,
     .limit_ms = 7000,
     .fixtures = SERVER(.says = FIRST(4), .behaviour = ONCE_KEEPS_OPEN),
     .checks = {CHECK_TIME_TOLD(NUMBER), CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "tcp-endless",
     .requirement = "T07",
     .about = "A server that sends for ever is left after four octets.",
     .variant = "tcp",
     .timeout_s = 12,
     .no_golden = "how much is sent before the client goes is luck",
     .fixtures = SERVER(.says = FIRST(4), .behaviour = ONCE_ENDLESS),
     .checks = {CHECK_TIME_TOLD(NUMBER), CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "tcp-late",
     .requirement = "T07",
     .about = "A time that comes after 200 ms is waited for.",
     .variant = "tcp",
     .fixtures = SERVER(.says = FIRST(4), .delay_ms = 200),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    {.name = "tcp-silent",
     .requirement = "T11",
     .about = "A server that takes the connection and says nothing is not waited for for ever.",
     .families = ON_BOTH,
     .variant = "tcp",
     .timeout_s = 1,
     .limit_ms = 7000,
     .fixtures = SERVER(.says = FIRST(4), .behaviour = ONCE_SILENT),
     .checks = {CHECK_REJECTED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "tcp-refused",
     .requirement = "T11",
     .about = "Nobody listens: that is told at once.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .variant = "tcp",
     .timeout_s = 12,
     .fixtures = SERVER(.says = FIRST(4), .behaviour = ONCE_CLOSED),
     .checks = {CHECK_REJECTED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "tcp-reset",
     .requirement = "T11",
     .about = "A connection that is reset before a time came is an error.",
     .families = ON_BOTH,
     .variant = "tcp",
     .timeout_s = 5,
     .fixtures = SERVER(.says = FIRST(0), .behaviour = ONCE_RESETS, .delay_ms = 30),
     .checks = {CHECK_REJECTED, CHECK_TOLD_ON_STDERR}},
    {.name = "tcp-reset-after-two",
     .requirement = "T11",
     .about = "A connection that is reset after two octets is an error, and the octets no time.",
     .variant = "tcp",
     .timeout_s = 5,
     .fixtures = SERVER(.says = FIRST(2), .behaviour = ONCE_RESETS, .delay_ms = 30),
     .checks = {CHECK_REJECTED, CHECK_TOLD_ON_STDERR}},
    {.name = "udp-time",
     .requirement = "T08",
     .about = "One empty datagram asks, and its answer is the time.",
     .families = ON_BOTH,
     .fixtures = SERVER(.udp = true, .says = FIRST(4)),
     .checks = {CHECK_TIME_TOLD(NUMBER), CHECK_CLIENT_SENT("\\A\\z"),
                CHECK_REQUEST_COUNT("peer", 1, 1), CHECK_PRINTED_ONCE("time"),
                CHECK_ONLY_EXPECTED_DESTINATIONS}},
    {.name = "udp-port-37",
     .requirement = "T08",
     .about = "Where no port is named, it is 37.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "no-port",
     .fixtures = SERVER(.udp = true, .says = FIRST(4)),
     .checks = {CHECK_TIME_TOLD(NUMBER), CHECK_REQUEST_PORT(37)}},
    {.name = "udp-twice",
     .requirement = "T08",
     .about = "A second copy of the answer is nothing more: one time is told.",
     .fixtures = SERVER(.udp = true, .says = FIRST(4), .behaviour = ONCE_TWICE),
     .checks = {CHECK_TIME_TOLD(NUMBER), CHECK_PRINTED_ONCE("time")}},
    {.name = "udp-silent",
     .requirement = "T09",
     .about = "A reply that does not come is told after the timeout.",
     .families = ON_BOTH,
     .timeout_s = 1,
     .limit_ms = 7000,
     .fixtures = SERVER(.udp = true, .says = FIRST(4), .behaviour = ONCE_SILENT),
     .checks = {CHECK_REJECTED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "udp-late",
     .requirement = "T09",
     .about = "A reply that takes 200 ms is waited for.",
     .fixtures = SERVER(.udp = true, .says = FIRST(4), .delay_ms = 200),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    WRONG_LENGTH("udp-0-octets", 0, "An empty datagram is no time."),
    WRONG_LENGTH("udp-3-octets", 3, "A datagram of three octets is no time."),
    WRONG_LENGTH("udp-5-octets", 5, "A datagram of five octets is not cut to a time."),
    WRONG_LENGTH("udp-8-octets", 8, "A datagram of eight octets is not cut to a time."),
    {.name = "udp-wrong-size-named",
     .requirement = "T22",
     .about = "How long the wrong reply was is told.",
     .timeout_s = 1,
     .fixtures = SERVER(.udp = true, .says = FIRST(3)),
     .checks = {CHECK_FAILED, CHECK_OBSERVED("wrong_size", "3")}},
    {.name = "udp-longest-reply",
     .requirement = "T22",
     .about = "A reply of 65,507 octets is told with its whole length.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 1,
     .fixtures = SERVER(.udp = true, .says.pattern_len = 65507),
     .checks = {CHECK_FAILED, CHECK_OBSERVED("wrong_size", "65507")}},
    {.name = "udp-foreign-address-first",
     .requirement = "T16",
     .about = "A datagram from another address is ignored, and the time behind it is taken.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = SERVER(.udp = true, .says = FIRST(4), .behaviour = ONCE_FOREIGN_FIRST),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    {.name = "udp-foreign-port-first",
     .requirement = "T16",
     .about = "A datagram from another port is ignored, and the time behind it is taken.",
     .needs = TIER_CAPTURE_SHARED,
     .fixtures = SERVER(.udp = true, .says = FIRST(4), .behaviour = ONCE_FOREIGN_PORT_FIRST),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    {.name = "udp-closed-port",
     .wants = CAN_ICMP_ERRORS,
     .requirement = "P07",
     .about = "A closed port is told at once, long before the timeout.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .fixtures = SERVER(.udp = true, .says = FIRST(4), .behaviour = ONCE_CLOSED),
     .checks = {CHECK_REJECTED, CHECK_TOLD_ON_STDERR, CHECK_ENDED_AFTER_ICMP_MS(1500)}},
    {.name = "udp-two-addresses",
     .requirement = "T17",
     .about = "Nobody answers at the first address of the host: the second one is asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = SERVER(.udp = true, .says = FIRST(4)),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    {.name = "tcp-two-addresses",
     .requirement = "T17",
     .about = "Nobody listens at the first address of the host: the second one is asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .variant = "tcp",
     .fixtures = SERVER(.says = FIRST(4)),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
    {.name = "host-by-name",
     .requirement = "P66",
     .about = "The host can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .fixtures = SERVER(.udp = true, .says = FIRST(4)),
     .checks = {CHECK_TIME_TOLD(NUMBER)}},
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
    WRONG_PORT("port-65573", "65573", "A port has 16 bits: 65573 is not taken for 37."),
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
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "time-client"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_time_client = {
    .name = "time-client",
    .protocol = "time",
    .role = ROLE_CLIENT,
    .port = 37,
    .plain = "udp-time",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
