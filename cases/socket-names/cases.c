/* The cases of socket-names: the ends that the system chose, and services by name and by number. */
#include "cases/catalogue.h"
#include "fixtures/tcp_listener.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

/* Names come from the file alone, so that an unknown one asks nobody. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};
static const struct sandbox_file NO_LIST[] = {{"services", NULL}, {0}};
static const struct sandbox_file OTHER_LIST[] = {
    {"services", "both 5000/udp\nboth 4660/tcp\nodd 4660/tcp\n"}, {0}};

static const struct tcp_listener_script takes = {
    .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script second_takes = {
    .at = AT_PEER2, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script ends_first = {
    .clients = {{.steps = {{.action = TCP_PEER_END}}}}};
static const struct tcp_listener_script refuses = {.reach = TCP_PEER_REFUSES};
static const struct tcp_listener_script second_refuses = {.reach = TCP_PEER_REFUSES,
                                                          .at = AT_PEER2};

#define NOT_CONNECTED CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("to")
#define CONNECTED_TO(endpoint_) CHECK_SUCCEEDED, CHECK_OBSERVED_ADDRESS("to", endpoint_)
#define OWN_END(n) CHECK_OBSERVED_CLIENT_END("from", "from_port", n)

#define NO_SERVICE(name_, service_, etc_, about_)                                                 \
  {                                                                                               \
    .name = (name_), .requirement = "P13", .about = (about_), .needs = TIER_CAPTURE_PRIVATE,      \
    .port_text = (service_), .etc = (etc_), .quiet = true, .fixtures = {{&tcp_listener, &takes}}, \
    .checks = {                                                                                   \
      NOT_CONNECTED,                                                                              \
      CHECK_SENDS_NOTHING                                                                         \
    }                                                                                             \
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
    {.name = "both-ends",
     .requirement = "P23",
     .about = "Both ends are told as the system has them, and not an octet is sent.",
     .families = ON_BOTH,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1), CHECK_PRINTED_ONCE("from"),
                CHECK_PRINTED_ONCE("to"), CHECK_CLIENT_SENT("\\A\\z")}},
    {.name = "port-of-the-peer",
     .requirement = "P23",
     .about = "The port of the peer is told in the order of octets that people read.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .port = 4660,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("to_port", "4660")}},
    {.name = "address-that-the-system-chose",
     .requirement = "P23",
     .about = "To another address than its usual one: the local address is the one in use, and "
              "neither that of the server nor that of the host's name (Linux takes 127.0.0.1).",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "{peer2}",
     .fixtures = {{&tcp_listener, &second_takes}},
     .checks = {CONNECTED_TO("peer2"), OWN_END(1)}},
    {.name = "ipv6-address-that-the-system-chose",
     .requirement = "P23",
     .about = "The same over IPv6, where Linux takes the server's address itself.",
     .families = ON_IPV6,
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "{peer2_6}",
     .fixtures = {{&tcp_listener, &second_takes}},
     .checks = {CONNECTED_TO("peer2"), OWN_END(1)}},
    {.name = "server-ends-first",
     .requirement = "P23",
     .about = "A server that ends at once has both ends still.",
     .fixtures = {{&tcp_listener, &ends_first}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1)},
     .rules = {{"tcp.half_close", "ignore", NULL, "whose FIN comes first is luck"}}},
    {.name = "service-by-name",
     .requirement = "P12",
     .about = "A service by its name is at the port that the system's list has for it.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .wants = CAN_SERVICES,
     .port_text = "http",
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("to_port", "80")}},
    {.name = "service-by-alias",
     .requirement = "P12",
     .about = "A service is found by each of its names.",
     .needs = TIER_CAPTURE_PRIVATE,
     .wants = CAN_SERVICES,
     .port_text = "www",
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("to_port", "80")}},
    {.name = "service-over-tcp",
     .requirement = "P12",
     .about = "Where a name has one port over UDP and another over TCP, that over TCP is meant.",
     .needs = TIER_CAPTURE_PRIVATE,
     .port = 4660,
     .port_text = "both",
     .etc = OTHER_LIST,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("to_port", "4660")}},
    {.name = "number-without-a-list",
     .requirement = "P13",
     .about = "A port in figures needs no list of services.",
     .needs = TIER_CAPTURE_PRIVATE,
     .etc = NO_LIST,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("to_port", "80")}},
    NO_SERVICE("unknown-service", "nonesuch", NO_DNS, "A service that is not in the list is told."),
    NO_SERVICE("service-of-udp-alone", "ntp", NO_DNS,
               "ntp has no port over TCP, and that of UDP is not taken for it."),
    NO_SERVICE("service-without-a-list", "http", NO_LIST,
               "With no list at all no name has a port, and nothing crashes."),
    NO_SERVICE("port-half-a-number", "80x", NO_DNS,
               "A number with something behind it is at best the name of a service."),
    {.name = "server-by-name",
     .requirement = "P20",
     .about = "The server can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1)}},
    {.name = "first-address-takes",
     .requirement = "P20",
     .about = "The first address takes the connection: the second is not asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = {{&tcp_listener, &second_takes}, {&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer2"), CHECK_REQUEST_COUNT("peer", 0, 0)}},
    {.name = "first-address-refuses",
     .requirement = "P20",
     .about = "The first of two addresses refuses: the ends are those of the connection to the "
              "second.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(2), CHECK_PRINTED_ONCE("to")}},
    {.name = "first-address-refuses-of-ipv6",
     .requirement = "P20",
     .about = "The first of two IPv6 addresses refuses: the ends are those of the connection to "
              "the second.",
     .families = ON_IPV6,
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses6.sockproof.test",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(2), CHECK_PRINTED_ONCE("to")}},
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
     .about = "Nobody listens: that is told at once, and no end is made up.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {NOT_CONNECTED, CHECK_NOT_OBSERVED("from"), CHECK_ENDED_WITHIN_MS(5000)}},
    NO_HOST("unknown-host", "nobody.sockproof.test", "A name that does not exist is told."),
    NO_HOST("no-address", "256.1.1.1", "What is no address, and no name, is told."),
    NO_HOST("label-of-64", X60 "xxxx.test", "A label of 64 characters is just unknown."),
    NO_HOST("host-of-300", X60 X60 X60 X60 X60, "A name of 300 characters is just unknown."),
    NO_HOST("host-of-control-octets", "\x1b[2J\xff.test",
            "A name that a terminal would obey is told escaped."),
    MISUSE("no-arguments", "", "Without a host and a port there is nothing to connect to."),
    MISUSE("no-port", "localhost", "Without a port there is nothing to connect to."),
    MISUSE("three-arguments", "localhost 80 81", "A third argument is one too many."),
    MISUSE("empty-host", "'' 80", "An empty argument is no host."),
    MISUSE("port-0", "localhost 0", "Port 0 is none that one can connect to."),
    MISUSE("port-65536", "localhost 65536", "Port 65536 does not exist, and is not port 0."),
    MISUSE("port-negative", "localhost -1", "There is no negative port."),
    MISUSE("port-empty", "localhost ''", "An empty argument is neither a port nor a service."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "arguments",
     .values = {{"arguments", "--help"}},
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "socket-names"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_socket_names = {
    .name = "socket-names",
    .protocol = "tcp",
    .role = ROLE_CLIENT,
    .port = 80,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
