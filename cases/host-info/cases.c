/* The cases of host-info: names of every length, and lists that have them or not. */
#include "cases/catalogue.h"

/* Linux's longest: 64 octets. */
#define LONGEST_NAME "a2345678901234567890123456789012345678901234567890123456789.test"
_Static_assert(sizeof LONGEST_NAME == 64 + 1, "the length is what the case rests on");

static const struct sandbox_file DEBIAN[] = {
    {"hosts", "127.0.0.1 localhost\n127.0.1.1 proof-host\n"}, {0}};
static const struct sandbox_file AS_ALIAS[] = {
    {"hosts", "127.0.0.1 localhost\n192.0.2.50 proof.sockproof.test proof-host\n"}, {0}};
static const struct sandbox_file TWO_ADDRESSES[] = {
    {"hosts", "127.0.0.2 proof-host\n127.0.0.1 proof-host\n"}, {0}};
/* Lists alone are asked: a local program has nothing to send. */
#define LISTS_ALONE "hosts: files\n"
static const struct sandbox_file NOT_LISTED[] = {
    {"hosts", "127.0.0.1 localhost\n"}, {"nsswitch.conf", LISTS_ALONE}, {0}};
static const struct sandbox_file NO_LIST[] = {{"hosts", NULL}, {"nsswitch.conf", LISTS_ALONE}, {0}};
static const struct sandbox_file IPV6_ALONE[] = {
    {"hosts", "127.0.0.1 localhost\nfd00:50::2 proof-host\n"}, {"nsswitch.conf", LISTS_ALONE}, {0}};

/* No address, no crash, and one line that says so. */
#define WITHOUT_ADDRESS(name_, etc_, about_)                                             \
  {                                                                                      \
    .name = (name_), .requirement = "P51", .about = (about_), .host_name = "proof-host", \
    .etc = (etc_), .checks = {                                                           \
      CHECK_FAILED,                                                                      \
      CHECK_TOLD_IN_ONE_LINE,                                                            \
      CHECK_NOT_OBSERVED("address"),                                                     \
      CHECK_SENDS_NOTHING                                                                \
    }                                                                                    \
  }

static const struct case_def CASES[] = {
    {.name = "name-and-address",
     .requirement = "P50",
     .about = "The name is the host's, the address is the name's, and nobody is asked for either.",
     .host_name = "proof-host",
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "proof-host"),
                CHECK_OBSERVED("address", "127.0.0.1"), CHECK_PRINTED_ONCE("name"),
                CHECK_PRINTED_ONCE("address"), CHECK_HOST_NAME_LEFT_ALONE, CHECK_SENDS_NOTHING}},
    {.name = "one-letter",
     .requirement = "P50",
     .about = "A name of one octet is a name.",
     .host_name = "p",
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "p")}},
    {.name = "longest-name",
     .requirement = "P50",
     .about = "A name as long as Linux takes (64 octets) is printed whole, and nothing behind it.",
     .host_name = LONGEST_NAME,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", LONGEST_NAME), CHECK_PRINTABLE}},
    {.name = "qualified-name",
     .requirement = "P50",
     .about = "A name with a domain is printed with it.",
     .host_name = "proof.sockproof.test",
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "proof.sockproof.test"),
                CHECK_OBSERVED("address", "127.0.0.1")}},
    {.name = "letters-of-both-cases",
     .requirement = "P50",
     .about = "A name is printed as the system has it, capital letters and all.",
     .host_name = "Proof-Host",
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "Proof-Host")}},
    {.name = "own-loopback-address",
     .requirement = "P51",
     .about =
         "The address is what the lists say of the name (127.0.1.1 on Debian), not localhost's.",
     .host_name = "proof-host",
     .etc = DEBIAN,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("address", "127.0.1.1")}},
    {.name = "name-is-an-alias",
     .requirement = "P51",
     .about = "A name that the lists have as an alias has its address, and stays as it is.",
     .host_name = "proof-host",
     .etc = AS_ALIAS,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("name", "proof-host"),
                CHECK_OBSERVED("address", "192.0.2.50")}},
    {.name = "two-addresses",
     .requirement = "P51",
     .about = "Of two addresses one is printed; systems choose differently which.",
     .host_name = "proof-host",
     .etc = TWO_ADDRESSES,
     .checks = {CHECK_SUCCEEDED, CHECK_PRINTED_ONCE("address"),
                CHECK_OBSERVED_ONE_OF("address", "127.0.0.2\n127.0.0.1")}},
    WITHOUT_ADDRESS("not-listed", NOT_LISTED,
                    "A host whose name no list has is told as such, and nothing crashes."),
    WITHOUT_ADDRESS("no-list", NO_LIST, "A host without any list is told as such."),
    WITHOUT_ADDRESS("ipv6-alone", IPV6_ALONE,
                    "A host whose name has an IPv6 address alone has no IPv4 address to print."),
    {.name = "argument",
     .requirement = "P60",
     .about = "There is nothing to say to it: an argument is told with the usage.",
     .variant = "arguments",
     .values = {{"arguments", "proof-host"}},
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_NOT_OBSERVED("name")}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "arguments",
     .values = {{"arguments", "--help"}},
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "host-info"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_host_info = {
    .name = "host-info",
    .protocol = "names",
    .role = ROLE_LOCAL,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
