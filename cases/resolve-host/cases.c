/* The cases of resolve-host: a fake name server that answers well, badly or not at all. */
#include "cases/catalogue.h"
#include "fixtures/dns_server.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

#define HOST "host.sockproof.example"
#define ADDRESS "192.0.2.10"
#define ADDRESS_2 "192.0.2.20"
#define ADDRESS_3 "192.0.2.5"
#define IPV6 "2001:db8::10"
#define IPV6_2 "2001:db8::20"

/* --- what the name server knows ----------------------------------------------------------------
 */

static const struct dns_server_script zone = {
    .records = {
        {HOST, "A", ADDRESS, 0},
        {"three.sockproof.example", "A", ADDRESS, 0},
        {"three.sockproof.example", "A", ADDRESS_2, 0},
        {"three.sockproof.example", "A", ADDRESS_3, 0},
        {"both.sockproof.example", "A", ADDRESS, 0},
        {"both.sockproof.example", "AAAA", IPV6, 0},
        {"ipv6.sockproof.example", "AAAA", IPV6, 0},
        {"ipv6.sockproof.example", "AAAA", IPV6_2, 0},
        {"mail.sockproof.example", "NS", "ns.sockproof.example", 0},
        {"10.2.0.192.in-addr.arpa", "PTR", HOST, 0},
        {"0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "PTR",
         "six.sockproof.example", 0},
        {"20.2.0.192.in-addr.arpa", "PTR", "bad\x1b[2J\xff.sockproof.example", 0},
    }};

/* www is an alias of web, which is an alias of the host. */
static const struct dns_server_script aliases = {
    .records = {{"www.sockproof.example", "CNAME", "web.sockproof.example", 0},
                {"web.sockproof.example", "CNAME", HOST, 0},
                {HOST, "A", ADDRESS, 0},
                {HOST, "A", ADDRESS_2, 0},
                {"six.sockproof.example", "CNAME", "ipv6.sockproof.example", 0},
                {"ipv6.sockproof.example", "AAAA", IPV6, 0},
                {"loop.sockproof.example", "CNAME", "loop2.sockproof.example", 0},
                {"loop2.sockproof.example", "CNAME", "loop.sockproof.example", 0},
                {"dead.sockproof.example", "CNAME", "gone.sockproof.example", 0}}};

/* One script a behaviour, over the same zone. */
#define BEHAVES(name_, behaviour_)                                                              \
  static const struct dns_server_script name_ = {                                               \
      .records = {{HOST, "A", ADDRESS, 0}, {HOST, "AAAA", IPV6, 0}, {HOST, "A", ADDRESS_2, 0}}, \
      .rules = {{.behaviour = (behaviour_)}}}
BEHAVES(truncated, DNS_TRUNCATED);
BEHAVES(servfail, DNS_SERVFAIL);
BEHAVES(refused, DNS_REFUSED);
BEHAVES(formerr, DNS_FORMERR);
BEHAVES(silent, DNS_SILENT);
BEHAVES(wrong_id_first, DNS_WRONG_ID_FIRST);
BEHAVES(wrong_id, DNS_WRONG_ID);
BEHAVES(wrong_question_first, DNS_WRONG_QUESTION_FIRST);
BEHAVES(wrong_question, DNS_WRONG_QUESTION);
BEHAVES(pointer_loop, DNS_POINTER_LOOP);
BEHAVES(bad_length, DNS_BAD_LENGTH);
BEHAVES(cut_short, DNS_CUT_SHORT);
BEHAVES(nxdomain, DNS_NXDOMAIN);
BEHAVES(empty, DNS_EMPTY);

static const struct dns_server_script slow = {.records = {{HOST, "A", ADDRESS, 0}},
                                              .rules = {{.delay_ms = 300}}};
static const struct dns_server_script ipv6_fails = {
    .records = {{HOST, "A", ADDRESS, 0}}, .rules = {{.type = "AAAA", .behaviour = DNS_SERVFAIL}}};
static const struct dns_server_script long_lived = {
    .records = {{HOST, "A", ADDRESS, 2147483647}, {HOST, "A", ADDRESS_2, 1}}};
static const struct dns_server_script by_plain_name = {.every_name = true};

static const struct sandbox_file OWN_HOSTS[] = {
    {"hosts",
     "192.0.2.77 known.sockproof.example other.sockproof.example\n"
     "192.0.2.78 known.sockproof.example\n"},
    {0}};
static const struct sandbox_file NO_SERVER[] = {{"resolv.conf",
                                                 "nameserver 127.0.0.3\noptions "
                                                 "timeout:1 attempts:1\n"},
                                                {0}};

/* --- judgements --------------------------------------------------------------------------------
 */

#define ASKS(script_) .fixtures = {{&dns_server, &(script_)}}

/* The one question is answered by this address. */
#define FINDS(address_) \
  .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", (address_)), CHECK_PRINTED_ONCE("ip")}

/* Told by kind, in one line, with no address made up; within two time-outs of a second. */
#define FAILS_AS(kind_)                                                      \
  .checks = {CHECK_FAILED, CHECK_NOT_OBSERVED("ip"), CHECK_TOLD_IN_ONE_LINE, \
             CHECK_ENDED_WITHIN_MS(4000), CHECK_OBSERVED_ONE_OF("error", kind_)}

/* Nothing is sent, and nothing is printed but why. */
#define REFUSES(kind_)                                                                            \
  .checks = {CHECK_FAILED, CHECK_NOT_OBSERVED("ip"), CHECK_TOLD_IN_ONE_LINE, CHECK_SENDS_NOTHING, \
             CHECK_OBSERVED_ONE_OF("error", kind_)}

/* glibc says NO_RECOVERY to most of what makes no sense; other resolvers drop it, and wait for an
 * answer that does. */
#define NO_SENSE "no recovery\ntry again"

#define USAGE(name_, variant_, host_, about_)                                        \
  {                                                                                  \
    .name = (name_), .requirement = "N16", .about = (about_), .variant = (variant_), \
    .host = (host_), .quiet = true, .checks = {                                      \
      CHECK_EXIT_CODE(2),                                                            \
      CHECK_TOLD_ON_STDERR,                                                          \
      CHECK_NOT_OBSERVED("usage"),                                                   \
      CHECK_SENDS_NOTHING                                                            \
    }                                                                                \
  }

static const struct case_def CASES[] = {
    {.name = "one-address",
     .requirement = "N18",
     .about = "The address of a name is printed; the name server alone was asked, once a family.",
     .families = ON_BOTH,
     .host = HOST,
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", ADDRESS), CHECK_PRINTED_ONCE("ip"),
                CHECK_REQUEST_COUNT("dns", 1, 2), CHECK_ASKS_ONCE,
                CHECK_ONLY_EXPECTED_DESTINATIONS}},
    {.name = "final-dot",
     .requirement = "N18",
     .about = "A name with a final dot is the same name.",
     .host = HOST ".",
     ASKS(zone),
     FINDS(ADDRESS)},
    {.name = "capital-letters",
     .requirement = "N18",
     .about = "A name in capital letters is the same name.",
     .host = "HOST.Sockproof.EXAMPLE",
     ASKS(zone),
     FINDS(ADDRESS)},
    {.name = "slow",
     .requirement = "N18",
     .about = "An answer that takes 300 ms is waited for, and one look-up asks for it.",
     .host = HOST,
     ASKS(slow),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", ADDRESS), CHECK_PRINTED_ONCE("ip"),
                CHECK_REQUEST_COUNT("dns", 1, 2)}},
    {.name = "time-to-live",
     .requirement = "N18",
     .about = "How long an answer may be kept makes no difference to who asks once.",
     .variant = "all",
     .host = HOST,
     ASKS(long_lived),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("address", ADDRESS "\n" ADDRESS_2)}},
    {.name = "every-name",
     .requirement = "N18",
     .about = "A name server that gives every name its own address is believed.",
     .families = ON_BOTH,
     .host = "anything.sockproof.example",
     ASKS(by_plain_name),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_ADDRESS("ip", "dns")}},
    {.name = "public-name",
     .wants = CAN_RESOLVE,
     .requirement = "N18",
     .about = "Where a case brings no name server, the name of a public server is the peer's: a "
              "program that has one built in can be tested.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "pool.ntp.org",
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_ADDRESS("ip", "dns"),
                CHECK_ONLY_EXPECTED_DESTINATIONS}},
    {.name = "hosts-file-first",
     .requirement = "N18",
     .about = "A name of the system's own list is resolved by it; nobody is asked.",
     .host = "known.sockproof.example",
     .etc = OWN_HOSTS,
     .quiet = true,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", "192.0.2.77"), CHECK_SENDS_NOTHING}},
    {.name = "hosts-file-alias",
     .requirement = "N18",
     .about = "A name of the list by its second name: that one is an alias, the first canonical.",
     .variant = "all",
     .host = "other.sockproof.example",
     .etc = OWN_HOSTS,
     .quiet = true, /* whether IPv6 addresses are asked for too is the resolver's choice */
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "known.sockproof.example"),
                /* musl has the canonical name among the aliases too, before the others. */
                CHECK_OBSERVED_ONE_OF("alias", "other.sockproof.example\nknown.sockproof.example"),
                CHECK_OBSERVED("address", "192.0.2.77")}},

    {.name = "wrong-id-first",
     .requirement = "N01",
     .about = "A forged answer whose id differs in one bit is passed over for the one after it.",
     .families = ON_BOTH,
     .host = HOST,
     ASKS(wrong_id_first),
     FINDS(ADDRESS)},
    {.name = "wrong-id",
     .requirement = "N01",
     .about = "A forged answer with another id, and no other: there is no address.",
     .host = HOST,
     ASKS(wrong_id),
     FAILS_AS("try again")},
    {.name = "wrong-question-first",
     .requirement = "N02",
     .about = "An answer to a name that was not asked for is passed over for the one after it.",
     .families = ON_BOTH,
     .host = HOST,
     ASKS(wrong_question_first),
     FINDS(ADDRESS)},
    {.name = "wrong-question",
     .requirement = "N02",
     .about = "An answer to a name that was not asked for, and no other: there is no address.",
     .host = HOST,
     ASKS(wrong_question),
     FAILS_AS("try again")},

    {.name = "unknown-host",
     .requirement = "N03",
     .about = "A name that does not exist is told as unknown.",
     .families = ON_BOTH,
     .host = "nobody.sockproof.example",
     ASKS(zone),
     FAILS_AS("unknown host")},
    {.name = "unknown-host-all",
     .requirement = "N03",
     .about = "A name that does not exist has no canonical name either.",
     .variant = "all",
     .host = HOST,
     ASKS(nxdomain),
     .checks = {CHECK_FAILED, CHECK_NOT_OBSERVED("name"), CHECK_NOT_OBSERVED("address"),
                CHECK_TOLD_IN_ONE_LINE, CHECK_OBSERVED("error", "unknown host")}},
    {.name = "server-failure",
     .requirement = "N04",
     .about = "A name server that has failed may answer another time: the name is not unknown.",
     .families = ON_BOTH,
     .host = HOST,
     ASKS(servfail),
     FAILS_AS("try again")},
    {.name = "refused",
     .requirement = "N04",
     .about = "A name server that refuses says nothing about the name.",
     .host = HOST,
     ASKS(refused),
     FAILS_AS("try again\nno recovery")},
    {.name = "silence",
     .requirement = "N04",
     .about = "A name server that says nothing is waited for, but not for ever.",
     .families = ON_BOTH,
     .host = HOST,
     ASKS(silent),
     FAILS_AS("try again")},
    {.name = "no-name-server",
     .requirement = "N04",
     .about = "No name server listens where the system says that there is one: told at once.",
     .host = HOST,
     .etc = NO_SERVER,
     FAILS_AS("try again")},
    {.name = "not-by-errno",
     .requirement = "N11",
     .about = "The reason is the resolver's: errno may say anything by then, even success.",
     .host = "nobody.sockproof.example",
     ASKS(zone),
     .checks = {CHECK_FAILED, CHECK_OBSERVED("error", "unknown host"), CHECK_TOLD_IN_ONE_LINE}},

    {.name = "no-address",
     .requirement = "N05",
     .about = "The name exists and has no address: no error of the name server, and no answer.",
     .families = ON_BOTH,
     .host = "mail.sockproof.example",
     ASKS(zone),
     FAILS_AS("no data")},
    {.name = "no-address-all",
     .requirement = "N05",
     .about = "A name without an address has nothing to list.",
     .variant = "all",
     .host = HOST,
     ASKS(empty),
     .checks = {CHECK_FAILED, CHECK_NOT_OBSERVED("address"), CHECK_TOLD_IN_ONE_LINE,
                CHECK_OBSERVED("error", "no data")}},

    {.name = "pointer-loop",
     .requirement = "N06",
     .about = "A name that points to itself is followed by nobody for ever.",
     .families = ON_BOTH,
     .host = HOST,
     ASKS(pointer_loop),
     FAILS_AS(NO_SENSE)},
    {.name = "address-of-three-octets",
     .requirement = "N06",
     .about = "An address of three octets is none, and is not filled up with what lies behind it.",
     .host = HOST,
     ASKS(bad_length),
     FAILS_AS(NO_SENSE)},
    {.name = "cut-short",
     .requirement = "N06",
     .about = "A record that ends two octets early gives no address.",
     .host = HOST,
     ASKS(cut_short),
     FAILS_AS(NO_SENSE)},
    {.name = "format-error",
     .requirement = "N06",
     .about = "A name server that did not understand the question has not answered it.",
     .host = HOST,
     ASKS(formerr),
     FAILS_AS(NO_SENSE)},

    {.name = "truncated",
     .requirement = "N07",
     .about = "No address over UDP, but TC: the whole answer is fetched over TCP.",
     .families = ON_BOTH,
     .host = HOST,
     ASKS(truncated),
     FINDS(ADDRESS)},
    {.name = "truncated-all",
     .requirement = "N07",
     .about = "All addresses of a truncated answer are there, of both families.",
     .variant = "all",
     .host = HOST,
     ASKS(truncated),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("address", ADDRESS "\n" ADDRESS_2 "\n" IPV6)}},

    {.name = "alias-of-alias",
     .requirement = "N08",
     .about = "Two aliases lead to the address.",
     .families = ON_BOTH,
     .host = "www.sockproof.example",
     ASKS(aliases),
     FINDS(ADDRESS)},
    {.name = "canonical-name",
     .requirement = "N08",
     .about = "The canonical name is that at the end of the aliases, and each of them is told.",
     .variant = "all",
     .host = "www.sockproof.example",
     ASKS(aliases),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", HOST),
                CHECK_OBSERVED_SET("alias", "www.sockproof.example\nweb.sockproof.example"),
                CHECK_OBSERVED_LIST("address", ADDRESS "\n" ADDRESS_2)}},
    {.name = "alias-of-ipv6",
     .requirement = "N08",
     .about = "An alias leads to an IPv6 address as well.",
     .variant = "all",
     .host = "six.sockproof.example",
     ASKS(aliases),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "ipv6.sockproof.example"),
                CHECK_OBSERVED("address", IPV6)}},
    {.name = "alias-loop",
     .requirement = "N08",
     .about = "Aliases of each other have no address, and are not followed for ever.",
     .host = "loop.sockproof.example",
     ASKS(aliases),
     FAILS_AS("no recovery\ntry again\nno data\nunknown host")},
    {.name = "alias-of-nobody",
     .requirement = "N08",
     .about = "An alias of a name that does not exist has no address.",
     .host = "dead.sockproof.example",
     ASKS(aliases),
     FAILS_AS("unknown host\nno data")},

    {.name = "every-address",
     .requirement = "N09",
     .about = "Three addresses are all there, in the order of the answer.",
     .families = ON_BOTH,
     .variant = "all",
     .host = "three.sockproof.example",
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "three.sockproof.example"),
                CHECK_OBSERVED_LIST("address", ADDRESS "\n" ADDRESS_2 "\n" ADDRESS_3)}},
    {.name = "first-address",
     .requirement = "N09",
     .about = "Where one address is asked for, it is the first of three.",
     .host = "three.sockproof.example",
     ASKS(zone),
     FINDS(ADDRESS)},
    {.name = "two-look-ups",
     .requirement = "N10",
     .about = "The IPv4 address is still right when the IPv6 address has been looked up after it.",
     .families = ON_BOTH,
     .variant = "all",
     .host = "both.sockproof.example",
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "both.sockproof.example"),
                CHECK_OBSERVED_LIST("address", ADDRESS "\n" IPV6)}},

    {.name = "ipv6-alone",
     .requirement = "N15",
     .about = "A name that has no IPv4 address is resolved to an IPv6 address.",
     .host = "ipv6.sockproof.example",
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_ONE_OF("ip", IPV6 "\n" IPV6_2),
                CHECK_PRINTED_ONCE("ip")}},
    {.name = "ipv6-all",
     .requirement = "N15",
     .about = "All IPv6 addresses of a name are there; the system may put them in another order.",
     .families = ON_BOTH,
     .variant = "all",
     .host = "ipv6.sockproof.example",
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_SET("address", IPV6 "\n" IPV6_2)}},
    {.name = "ipv6-fails",
     .requirement = "N15",
     .about = "IPv4 addresses were found and the question for others failed: that is not all, and "
              "is told.",
     .variant = "all",
     .host = HOST,
     ASKS(ipv6_fails),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_OBSERVED("error", "try again")}},

    {.name = "figures",
     .requirement = "N12",
     .about = "An address in figures comes back as it is, and nobody is asked.",
     .host = "192.0.2.10",
     .quiet = true,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", "192.0.2.10"), CHECK_SENDS_NOTHING}},
    {.name = "figures-all",
     .requirement = "N12",
     .about = "Nor is anybody asked for all that is known of an address in figures.",
     .variant = "all",
     .host = "192.0.2.10",
     .quiet = true,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("address", "192.0.2.10"),
                CHECK_PRINTED_ONCE("address"), CHECK_SENDS_NOTHING}},
    {.name = "figures-ipv6",
     .requirement = "N12",
     .about = "An IPv6 address in figures comes back as it is, or in another form of it.",
     .host = "2001:db8::10",
     .quiet = true,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", IPV6), CHECK_SENDS_NOTHING}},
    /* Where the C library has inet_aton()'s forms these are addresses; else they are names like
     * others, which nobody has, or none at all. */
    {.name = "two-figures",
     .requirement = "N12",
     .about = "127.1 is an address in an old form, and nobody is asked for it.",
     .host = "127.1",
     .quiet = true,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", "127.0.0.1"), CHECK_SENDS_NOTHING}},
    {.name = "three-figures",
     .requirement = "N12",
     .about = "1.2.3 is an address in an old form, and nobody is asked for it.",
     .host = "1.2.3",
     .quiet = true,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("ip", "1.2.0.3"), CHECK_SENDS_NOTHING}},
    {.name = "figure-too-large",
     .requirement = "N12",
     .about = "256.1.1.1 is no address, and no other one is made of it; whether it is asked for as "
              "a name is the resolver's choice.",
     .host = "256.1.1.1",
     .quiet = true,
     ASKS(zone),
     FAILS_AS("unknown host\nno host name")},

    {.name = "label-of-63",
     .requirement = "N13",
     .about = "A label of 63 octets is the longest that there may be, and is asked for.",
     .host = X60 "xxx.sockproof.example",
     ASKS(by_plain_name),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_ADDRESS("ip", "dns")}},
    {.name = "label-of-64",
     .requirement = "N13",
     .about = "A label of 64 octets cannot be asked for.",
     .host = X60 "xxxx.sockproof.example",
     .quiet = true,
     REFUSES("no host name\nunknown host\nno recovery")},
    {.name = "name-of-300",
     .requirement = "N13",
     .about = "A name of 300 characters cannot be asked for.",
     .host = X60 "." X60 "." X60 "." X60 "." X60,
     .quiet = true,
     REFUSES("no host name\nunknown host\nno recovery")},
    {.name = "300-characters",
     .requirement = "N13",
     .about = "Nor can one label of 300 characters.",
     .host = X60 X60 X60 X60 X60,
     .quiet = true,
     REFUSES("no host name\nunknown host\nno recovery")},
    {.name = "empty-label",
     .requirement = "N13",
     .about = "A name with an empty label cannot be asked for.",
     .host = "host..example",
     .quiet = true,
     REFUSES("no host name\nunknown host\nno recovery")},
    {.name = "control-octets",
     .requirement = "N19",
     .about = "What a terminal would obey is not sent to it raw, wherever it comes from.",
     .host = "bad\x1b[2J\x07\xff",
     ASKS(zone),
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_PRINTABLE}},

    {.name = "reverse",
     .requirement = "N14",
     .about = "An address is looked up octet by octet from the last to the first, and has a name.",
     .families = ON_BOTH,
     .variant = "reverse",
     .host = "192.0.2.10",
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", HOST),
                CHECK_OBSERVED("address", "192.0.2.10"), CHECK_REQUEST_COUNT("dns", 1, 1)}},
    {.name = "reverse-of-ipv6",
     .requirement = "N14",
     .about = "An IPv6 address is looked up by its 32 figures from the last to the first.",
     .families = ON_BOTH,
     .variant = "reverse",
     .host = "2001:db8::10",
     ASKS(zone),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "six.sockproof.example"),
                CHECK_OBSERVED("address", IPV6), CHECK_REQUEST_COUNT("dns", 1, 1)}},
    {.name = "reverse-by-hosts-file",
     .requirement = "N14",
     .about = "The name of ::1 is in the system's own list.",
     .needs = TIER_CAPTURE_PRIVATE,
     .variant = "reverse",
     .host = "::1",
     .quiet = true,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "localhost"), CHECK_SENDS_NOTHING}},
    {.name = "reverse-unknown",
     .requirement = "N14",
     .about = "An address without a name is told as unknown.",
     .variant = "reverse",
     .host = "192.0.2.99",
     ASKS(zone),
     .checks = {CHECK_FAILED, CHECK_NOT_OBSERVED("name"), CHECK_TOLD_IN_ONE_LINE,
                CHECK_OBSERVED("error", "unknown host")}},
    {.name = "reverse-of-ipv6-unknown",
     .requirement = "N14",
     .about = "An IPv6 address without a name is told as unknown, and not by its figures.",
     .variant = "reverse",
     .host = "2001:db8::99",
     ASKS(zone),
     .checks = {CHECK_FAILED, CHECK_NOT_OBSERVED("name"), CHECK_TOLD_IN_ONE_LINE,
                CHECK_OBSERVED("error", "unknown host")}},
    {.name = "reverse-server-failure",
     .requirement = "N04",
     .about = "A name server that has failed says nothing about an address either.",
     .families = ON_BOTH,
     .variant = "reverse",
     .host = "192.0.2.10",
     ASKS(servfail),
     .checks = {CHECK_FAILED, CHECK_NOT_OBSERVED("name"), CHECK_TOLD_IN_ONE_LINE,
                CHECK_OBSERVED("error", "try again")}},
    /* Resolvers refuse such a name, or leave it to the program to print it well. */
    {.name = "reverse-control-octets",
     .requirement = "N19",
     .about =
         "A name server's answer with octets that a terminal would obey is not sent to it raw.",
     .variant = "reverse",
     .host = "192.0.2.20",
     ASKS(zone),
     .checks = {CHECK_PRINTABLE}},

    USAGE("no-argument", "bare", NULL, "Without an argument there is nothing to do."),
    USAGE("empty-name", NULL, "", "An empty name is none."),
    USAGE("two-names", "two-names", HOST, "One name is asked for at a time."),
    USAGE("all-of-nothing", "all-bare", NULL, "--all needs a name."),
    USAGE("unknown-option", "option", HOST, "An option that there is not is told."),
    USAGE("reverse-of-a-name", "reverse", HOST, "What is to be reversed is an address."),
    USAGE("reverse-256", "reverse", "256.1.1.1", "An octet of an address is at most 255."),
    USAGE("reverse-three-figures", "reverse", "1.2.3", "An address has four figures."),
    USAGE("reverse-300-characters", "reverse", X60 X60 X60 X60 X60,
          "300 characters are no address."),
    {.name = "help",
     .requirement = "N17",
     .about = "--help prints the usage, and nobody is asked.",
     .variant = "help",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_PRINTED_ONCE("usage"), CHECK_SENDS_NOTHING}},
};

const struct recipe_def recipe_resolve_host = {.name = "resolve-host",
                                               .protocol = "dns",
                                               .role = ROLE_CLIENT,
                                               .port = 53,
                                               .cases = CASES,
                                               .case_count = sizeof CASES / sizeof CASES[0]};
