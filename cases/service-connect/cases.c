/* The cases of service-connect: services that the list has, and that it has not, and servers that
 * take the connection or refuse it. */
#include "cases/catalogue.h"
#include "fixtures/tcp_listener.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

/* Names come from the file alone, so that an unknown one asks nobody. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};
static const struct sandbox_file NO_LIST[] = {{"services", NULL}, {0}};
static const struct sandbox_file EMPTY_LIST[] = {{"services", ""}, {0}};
static const struct sandbox_file OTHER_LIST[] = {
    {"services", "both 5000/udp\nboth 4660/tcp\nhighest 65535/tcp\n"}, {0}};

static const struct tcp_listener_script takes = {
    .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script takes_at_4660 = {
    .port = 4660, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script takes_at_65535 = {
    .port = 65535, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script second_takes = {
    .at = AT_PEER2, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script never_accepts = {
    .accept_after_ms = 60000, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script refuses = {.reach = TCP_PEER_REFUSES};
static const struct tcp_listener_script second_refuses = {.reach = TCP_PEER_REFUSES,
                                                          .at = AT_PEER2};

#define SOCKET_AND_PORT "Creating socket\nLooking up port number"
#define STEPS(port_) SOCKET_AND_PORT "\nConnecting to remote host on port " port_
#define NOT_CONNECTED CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("port")

#define NO_SERVICE(name_, service_, etc_, about_)                                            \
  {                                                                                          \
    .name = (name_), .requirement = "P13", .about = (about_), .needs = TIER_CAPTURE_PRIVATE, \
    .etc = (etc_), .values = {{"service", (service_)}}, .quiet = true,                       \
    .fixtures = {{&tcp_listener, &takes}}, .checks = {                                       \
      NOT_CONNECTED,                                                                         \
      CHECK_SENDS_NOTHING                                                                    \
    }                                                                                        \
  }
#define NO_HOST(name_, host_, about_)                                                         \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .quiet = true, .checks = {                                                                \
      NOT_CONNECTED,                                                                          \
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
    {.name = "connects",
     .requirement = "P26",
     .about = "The three steps are told as they are done, and a connection without an octet is "
              "made.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("step", STEPS("80")),
                CHECK_CLIENT_SENT("\\A\\z"), CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "alias",
     .requirement = "P12",
     .about = "A service is found by each of its names.",
     .needs = TIER_CAPTURE_PRIVATE,
     .values = {{"service", "www"}},
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "80")}},
    {.name = "protocol-decides",
     .requirement = "P12",
     .about = "Where a name has one port over UDP and another over TCP, that over TCP is meant.",
     .needs = TIER_CAPTURE_PRIVATE,
     .etc = OTHER_LIST,
     .values = {{"service", "both"}},
     .fixtures = {{&tcp_listener, &takes_at_4660}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "4660"),
                CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "highest-port",
     .requirement = "P12",
     .about = "Port 65535 is connected to, and printed as such.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .etc = OTHER_LIST,
     .values = {{"service", "highest"}},
     .fixtures = {{&tcp_listener, &takes_at_65535}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "65535"),
                CHECK_REQUEST_COUNT("peer", 1, 1)}},
    NO_SERVICE("unknown-service", "nonesuch", NO_DNS,
               "A service that is not in the list is told, and nobody is connected to."),
    NO_SERVICE("service-of-udp-alone", "ntp", NO_DNS,
               "ntp has no port over TCP, and that of UDP is not taken for it."),
    NO_SERVICE("figures", "80", NO_DNS, "Figures are no name of a service."),
    NO_SERVICE("missing-list", "http", NO_LIST,
               "With no list at all no name has a port, and nothing crashes."),
    NO_SERVICE("empty-list", "http", EMPTY_LIST,
               "With an empty list no name has a port, and nothing crashes."),
    NO_SERVICE("control-octets", "'bad\x1b[2J\x07\xff'", NO_DNS,
               "What a terminal would obey is not sent to it raw."),
    NO_SERVICE("service-of-300", X60 X60 X60 X60 X60, NO_DNS,
               "A name of 300 characters is just unknown."),
    {.name = "unknown-service-is-not-done",
     .requirement = "P26",
     .about = "A port that was not found is not told as done, and no step comes behind it.",
     .needs = TIER_CAPTURE_PRIVATE,
     .values = {{"service", "nonesuch"}},
     .quiet = true,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CHECK_FAILED, CHECK_OBSERVED("step", "Creating socket"),
                CHECK_PRINTED_ONCE("step")}},
    {.name = "server-by-name",
     .requirement = "P20",
     .about = "The server can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "first-address-takes",
     .requirement = "P20",
     .about = "The first address takes the connection: the second is not asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = {{&tcp_listener, &second_takes}, {&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_REQUEST_COUNT("peer2", 1, 1),
                CHECK_REQUEST_COUNT("peer", 0, 0)}},
    {.name = "first-address-refuses",
     .requirement = "P20",
     .about = "The first of two addresses refuses: the second is connected to, and each step is "
              "told once.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_PRINTED_ONCE("port"), CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "first-address-refuses-of-ipv6",
     .requirement = "P20",
     .about = "The first of two IPv6 addresses refuses: the second is connected to.",
     .families = ON_IPV6,
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses6.sockproof.test",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_PRINTED_ONCE("port"), CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "all-addresses-refuse",
     .requirement = "P20",
     .about = "Both addresses refuse: each was asked once, and the failure is told.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &refuses}},
     .checks = {NOT_CONNECTED, CHECK_REQUEST_COUNT("peer2", 1, 1),
                CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "refused",
     .requirement = "P25",
     .about = "Nobody listens: that is told at once.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {NOT_CONNECTED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "refused-is-not-done",
     .requirement = "P26",
     .about = "A connection that was refused is not told as done; what came before it is.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {CHECK_FAILED, CHECK_OBSERVED_LIST("step", SOCKET_AND_PORT)}},
    {.name = "not-accepted",
     .requirement = "P26",
     .about =
         "The connection is there with the handshake, whether the server accepts it ever or never.",
     .needs = TIER_CAPTURE_PRIVATE,
     .fixtures = {{&tcp_listener, &never_accepts}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "80")}},
    NO_HOST("unknown-host", "nobody.sockproof.test", "A name that does not exist is told."),
    NO_HOST("no-address", "256.1.1.1", "What is no address, and no name, is told."),
    NO_HOST("label-of-64", X60 "xxxx.test", "A label of 64 characters is just unknown."),
    NO_HOST("host-of-300", X60 X60 X60 X60 X60, "A name of 300 characters is just unknown."),
    NO_HOST("host-of-control-octets", "\x1b[2J\xff.test",
            "A name that a terminal would obey is told escaped."),
    MISUSE("no-arguments", "", "Without a host and a service there is nothing to connect to."),
    MISUSE("no-service", "localhost", "Without a service there is nothing to connect to."),
    MISUSE("three-arguments", "localhost http 81", "A third argument is one too many."),
    MISUSE("empty-host", "'' http", "An empty argument is no host."),
    MISUSE("empty-service", "localhost ''", "An empty argument is no service."),
    MISUSE("service-negative", "localhost -1", "There is no negative port, and no such option."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "arguments",
     .values = {{"arguments", "--help"}},
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "service-connect"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_service_connect = {
    .name = "service-connect",
    .protocol = "tcp",
    .role = ROLE_CLIENT,
    .port = 80,
    .values = {{"service", "http"}},
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
