/* The cases of create-connection: addresses that take a connection, refuse it, or say nothing, and
 * the end from which it is made. */
#include "cases/catalogue.h"
#include "fixtures/dns_server.h"
#include "fixtures/tcp_listener.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

/* Names come from the file alone, so that an unknown one asks nobody. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\n"}, {0}};

static const struct tcp_listener_script takes = {
    .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script second_takes = {
    .at = AT_PEER2, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script never_accepts = {
    .accept_after_ms = 60000, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
/* TCP asks again after a second, and then there is an answer. */
static const struct tcp_listener_script answers_late = {
    .drop_ms = 200, .clients = {{.steps = {{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script refuses_late = {.drop_ms = 200, .reach = TCP_PEER_REFUSES};
static const struct tcp_listener_script ends_first = {
    .clients = {{.steps = {{.action = TCP_PEER_END}}}}};
static const struct tcp_listener_script refuses = {.reach = TCP_PEER_REFUSES};
static const struct tcp_listener_script second_refuses = {.reach = TCP_PEER_REFUSES,
                                                          .at = AT_PEER2};
static const struct tcp_listener_script drops = {.reach = TCP_PEER_DROPS};
static const struct tcp_listener_script second_drops = {.reach = TCP_PEER_DROPS, .at = AT_PEER2};

#define NOT_CONNECTED CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("to")
#define CONNECTED_TO(endpoint_) CHECK_SUCCEEDED, CHECK_OBSERVED_ADDRESS("to", endpoint_)
#define OWN_END(n) CHECK_OBSERVED_CLIENT_END("from", "from_port", n)

/* An end from which no connection can be made: told, and no packet leaves. */
#define NO_SOURCE(name_, source_, about_)                                                    \
  {                                                                                          \
    .name = (name_), .requirement = "P24", .about = (about_), .needs = TIER_CAPTURE_PRIVATE, \
    .variant = "source", .values = {{"source", (source_)}}, .quiet = true,                   \
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

/* Nobody is at the first, the second refuses, and the third is the peer. */
static const struct dns_server_script three_addresses = {
    .records = {{"three.sockproof.example", "A", "127.0.0.3", 0},
                {"three.sockproof.example", "A", SANDBOX_SECOND_IPV4, 0},
                {"three.sockproof.example", "A", "peer", 0}}};
/* getaddrinfo() sorts what it has been given (RFC 6724): here, into that order. And it asks for
 * IPv6 addresses when it has the others, and not at some time before. */
static const struct sandbox_file IN_THAT_ORDER[] = {
    {"resolv.conf", "nameserver {peer}\noptions timeout:1 attempts:1 single-request\n"},
    {"gai.conf",
     "precedence ::ffff:127.0.0.3/128 12\n"
     "precedence ::ffff:{peer2}/128 11\n"
     "precedence ::ffff:0:0/96 10\n"},
    {0}};

static const struct case_def CASES[] = {
    {.name = "connects",
     .requirement = "P23",
     .about = "Both ends are told as the system has them, and not an octet is sent.",
     .families = ON_BOTH,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1), CHECK_PRINTED_ONCE("from"),
                CHECK_PRINTED_ONCE("to"), CHECK_CLIENT_SENT("\\A\\z")}},
    {.name = "port-of-the-peer",
     .requirement = "P23",
     .about = "The port of the peer is the one that was asked for, in the order of octets that "
              "people read.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .port = 4660,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("to_port", "4660")}},
    {.name = "server-by-name",
     .requirement = "P20",
     .about = "The server can be given by its name.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1)}},
    {.name = "server-by-name-of-ipv6",
     .requirement = "P20",
     .about = "The server can be given by a name that has an IPv6 address alone.",
     .families = ON_IPV6,
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer6.sockproof.test",
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
     .about = "The first of two addresses refuses: the second is connected to, and told.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(2), CHECK_PRINTED_ONCE("to")}},
    {.name = "third-of-three-addresses",
     .requirement = "N09",
     .about = "The first two of three addresses that the name server gives refuse: the third is "
              "connected to.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "three.sockproof.example",
     .etc = IN_THAT_ORDER,
     .fixtures = {{&dns_server, &three_addresses},
                  {&tcp_listener, &second_refuses},
                  {&tcp_listener, &takes}},
     .rules =
         {{"udp.turns", "ignore", NULL,
           "musl knows no single-request: what comes first, answer or next question, is luck"}},
     .checks = {CONNECTED_TO("peer"), CHECK_PRINTED_ONCE("to")}},
    {.name = "first-address-refuses-of-ipv6",
     .requirement = "P20",
     .about = "The first of two IPv6 addresses refuses: the second is connected to, and told.",
     .families = ON_IPV6,
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses6.sockproof.test",
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), OWN_END(2), CHECK_PRINTED_ONCE("to")}},
    {.name = "first-address-is-silent",
     .requirement = "P22",
     .about = "The first of two addresses never answers: the second is still tried, soon.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .timeout_s = 4, /* a share of it is enough on a busy emulator, too */
     .fixtures = {{&tcp_listener, &second_drops}, {&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_ENDED_WITHIN_MS(7000)}},
    {.name = "all-addresses-refuse",
     .requirement = "P20",
     .about = "Both addresses refuse: each was asked once, and the failure is told.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "two-addresses.sockproof.test",
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &second_refuses}, {&tcp_listener, &refuses}},
     .checks = {NOT_CONNECTED, CHECK_REQUEST_COUNT("peer2", 1, 1),
                CHECK_REQUEST_COUNT("peer", 1, 1), CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "refused",
     .requirement = "P21",
     .about = "Nobody listens: a socket that has become writable is not yet a connected one.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {NOT_CONNECTED, CHECK_NOT_OBSERVED("from")}},
    {.name = "refused-at-once",
     .requirement = "P25",
     .about = "Nobody listens: that is told at once, long before the timeout.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {NOT_CONNECTED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "refused-late",
     .requirement = "P21",
     .about = "The refusal comes when the client waits for the connection already: the socket is "
              "writable then, and not connected.",
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &refuses_late}},
     .checks = {NOT_CONNECTED, CHECK_NOT_OBSERVED("from"), CHECK_ENDED_WITHIN_MS(6000)}},
    {.name = "answered-late",
     .requirement = "P22",
     .about = "The handshake takes a second, which is within the timeout: it is waited for.",
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 12,
     .fixtures = {{&tcp_listener, &answers_late}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1)}},
    {.name = "silent",
     .requirement = "P22",
     .about = "Nobody answers: the timeout holds, and is told.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .timeout_s = 1,
     .limit_ms = 6000,
     .fixtures = {{&tcp_listener, &drops}},
     .checks = {NOT_CONNECTED, CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "not-accepted",
     .requirement = "P21",
     .about =
         "The connection is there with the handshake, whether the server accepts it ever or never.",
     .timeout_s = 5,
     .needs = TIER_CAPTURE_SHARED,
     .fixtures = {{&tcp_listener, &never_accepts}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1)}},
    {.name = "server-ends-first",
     .requirement = "P23",
     .about = "A server that ends at once has still been connected to.",
     .fixtures = {{&tcp_listener, &ends_first}},
     .checks = {CONNECTED_TO("peer"), OWN_END(1)},
     .rules = {{"tcp.half_close", "ignore", NULL, "whose FIN comes first is luck"}}},
    {.name = "source-address",
     .requirement = "P24",
     .about = "The connection comes from the address that was asked for.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "source",
     .values = {{"source", "{subject2}"}},
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("from", "{subject2}"), OWN_END(1)}},
    {.name = "source-address-of-ipv6",
     .requirement = "P24",
     .about = "The connection comes from the IPv6 address that was asked for.",
     .families = ON_IPV6,
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "source",
     .values = {{"source", "{subject2_6}"}},
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("from", "{subject2_6}"), OWN_END(1)}},
    {.name = "source-port",
     .requirement = "P24",
     .about = "The connection comes from the address and the port that were asked for.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "source",
     .values = {{"source", "{subject2}:4660"}},
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("from", "{subject2}"),
                CHECK_OBSERVED("from_port", "4660"), OWN_END(1)}},
    {.name = "source-port-of-ipv6",
     .requirement = "P24",
     .about = "The connection comes from the IPv6 address and the port that were asked for.",
     .families = ON_IPV6,
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "source",
     .values = {{"source", "[{subject2_6}]:4660"}},
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("from", "{subject2_6}"),
                CHECK_OBSERVED("from_port", "4660"), OWN_END(1)}},
    {.name = "source-of-one-family",
     .requirement = "P24",
     .about = "Of a name with addresses of both families, those of the source's own are tried.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "source",
     .host = "peer.sockproof.test",
     .values = {{"source", "{subject2}"}},
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {CONNECTED_TO("peer"), CHECK_OBSERVED("from", "{subject2}"), OWN_END(1)}},
    {.name = "source-taken",
     .requirement = "P24",
     .about = "A port on which another program listens is not ours to connect from.",
     .needs = TIER_CAPTURE_PRIVATE,
     .wants = CAN_SHARED_STACK,
     .variant = "source",
     .values = {{"source", "{subject}:80"}},
     .quiet = true,
     .fixtures = {{&tcp_listener, &takes}},
     .checks = {NOT_CONNECTED, CHECK_SENDS_NOTHING}},
    NO_SOURCE("source-of-another-host", "192.0.2.99",
              "An address that this host does not have is told."),
    NO_SOURCE("source-of-another-family", "::1",
              "An IPv6 address cannot be the source of an IPv4 connection."),
    NO_HOST("unknown-host", "nobody.sockproof.test", "A name that does not exist is told."),
    NO_HOST("no-address", "256.1.1.1", "What is no address, and no name, is told."),
    NO_HOST("short-address", "1.2.3",
            "1.2.3 is 1.2.0.3 to systems that read it as of old, and there is no way there; to "
            "others it is nobody's name."),
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
    MISUSE("port-by-name", "localhost http", "A port is a number here."),
    MISUSE("port-empty", "localhost ''", "An empty argument is no port."),
    MISUSE("port-half-a-number", "localhost 80x", "A number with something behind it is none."),
    MISUSE("timeout-0", "localhost 80 --timeout 0", "A timeout of 0 leaves no time."),
    MISUSE("timeout-negative", "localhost 80 --timeout -1", "Time does not go backwards."),
    MISUSE("timeout-no-number", "localhost 80 --timeout soon", "A timeout is a number."),
    MISUSE("source-256", "localhost 80 --source 256.1.1.1", "256.1.1.1 is no address."),
    MISUSE("source-port-0", "localhost 80 --source 127.0.0.1:0", "Port 0 is none to ask for."),
    MISUSE("source-unclosed", "localhost 80 --source [::1", "A bracket that opens is closed."),
    MISUSE("unknown-option", "localhost 80 --colour red", "An option that does not exist."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "arguments",
     .values = {{"arguments", "--help"}},
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "create-connection"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_create_connection = {
    .name = "create-connection",
    .protocol = "tcp",
    .role = ROLE_CLIENT,
    .port = 80,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
