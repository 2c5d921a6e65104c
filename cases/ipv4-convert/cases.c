/* The cases of ipv4-convert: every way to write an IPv4 address, and what only looks like one. */
#include "cases/catalogue.h"

#define CONVERTS(name_, requirement_, address_, packed_, unpacked_, about_) \
  {                                                                         \
    .name = (name_), .requirement = (requirement_), .about = (about_),      \
    .values = {{"addresses", (address_)}}, .checks = {                      \
      CHECK_SUCCEEDED,                                                      \
      CHECK_OBSERVED("packed", packed_),                                    \
      CHECK_OBSERVED("unpacked", unpacked_),                                \
      CHECK_PRINTED_ONCE("unpacked"),                                       \
      CHECK_SENDS_NOTHING                                                   \
    }                                                                       \
  }

/* Nobody takes it: told in one line, and not one octet of an answer. */
#define REFUSES(name_, address_, about_)                      \
  {                                                           \
    .name = (name_), .requirement = "P14", .about = (about_), \
    .values = {{"addresses", (address_)}}, .checks = {        \
      CHECK_FAILED,                                           \
      CHECK_TOLD_IN_ONE_LINE,                                 \
      CHECK_NOT_OBSERVED("packed"),                           \
      CHECK_NOT_OBSERVED("unpacked")                          \
    }                                                         \
  }

/* Taken by some systems and refused by others. */
#define MAY_CONVERT(name_, address_, unpacked_, about_)       \
  {                                                           \
    .name = (name_), .requirement = "P14", .about = (about_), \
    .values = {{"addresses", (address_)}}, .checks = {        \
      CHECK_OBSERVED_OR_REFUSED("unpacked", unpacked_),       \
      CHECK_PRINTABLE                                         \
    }                                                         \
  }

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct case_def CASES[] = {
    CONVERTS("four-parts", "P14", "127.0.0.1", "7f000001", "127.0.0.1",
             "Four numbers are four octets, in this order."),
    CONVERTS("four-different-octets", "P14", "1.2.3.4", "01020304", "1.2.3.4",
             "The octets are packed as they go over the wire, on every host."),
    CONVERTS("octets-above-127", "P14", "192.168.200.255", "c0a8c8ff", "192.168.200.255",
             "An octet has no sign."),
    CONVERTS("two-parts", "P14", "127.1", "7f000001", "127.0.0.1",
             "The second of two parts has 24 bits."),
    CONVERTS("three-parts", "P14", "1.2.3", "01020003", "1.2.0.3",
             "The third of three parts has 16 bits."),
    CONVERTS("large-last-part", "P14", "192.168.257", "c0a80101", "192.168.1.1",
             "The last part fills all octets that are left."),
    CONVERTS("largest-of-24-bits", "P14", "10.16777215", "0affffff", "10.255.255.255",
             "24 bits hold 16777215."),
    CONVERTS("one-part", "P14", "2130706433", "7f000001", "127.0.0.1", "One part has all 32 bits."),
    CONVERTS("hexadecimal", "P14", "0x7f.1", "7f000001", "127.0.0.1",
             "A part that begins with 0x is hexadecimal."),
    CONVERTS("hexadecimal-whole", "P14", "0xC0A80001", "c0a80001", "192.168.0.1",
             "One hexadecimal part may be the whole address."),
    CONVERTS("octal", "P14", "0177.0.0.1", "7f000001", "127.0.0.1",
             "A part that begins with 0 is octal."),
    CONVERTS("octal-is-not-decimal", "P14", "010.0.0.1", "08000001", "8.0.0.1",
             "010 is 8: who reads 10 lets through what was to be kept out."),
    CONVERTS("all-zeros", "P14", "0.0.0.0", "00000000", "0.0.0.0", "Zeros are an address."),
    CONVERTS("zero-alone", "P14", "0", "00000000", "0.0.0.0", "One zero is the same address."),
    CONVERTS("all-ones", "P15", "255.255.255.255", "ffffffff", "255.255.255.255",
             "The address of the limited broadcast is no error, though inet_addr() returns its "
             "value for one."),
    CONVERTS("all-ones-in-one-part", "P15", "4294967295", "ffffffff", "255.255.255.255",
             "Written as one number it is no error either."),
    {.name = "several",
     .requirement = "P14",
     .about = "Each address is answered with its own, in the order of the arguments.",
     .values = {{"addresses", "127.0.0.1 192.0.2.50 10.1"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("packed", "7f000001\nc0000232\n0a000001"),
                CHECK_OBSERVED_LIST("unpacked", "127.0.0.1\n192.0.2.50\n10.0.0.1")}},
    {.name = "bad-one-between",
     .requirement = "P14",
     .about = "A bad address is told, the rest go on, and the end is a failure.",
     .values = {{"addresses", "127.0.0.1 256.1.1.1 10.0.0.1"}},
     .checks = {CHECK_EXIT_CODE(1), CHECK_TOLD_IN_ONE_LINE,
                CHECK_OBSERVED_LIST("unpacked", "127.0.0.1\n10.0.0.1")}},
    {.name = "all-ones-between",
     .requirement = "P15",
     .about = "255.255.255.255 between others is an address like them.",
     .values = {{"addresses", "127.0.0.1 255.255.255.255 10.0.0.1"}},
     .checks = {CHECK_SUCCEEDED,
                CHECK_OBSERVED_LIST("unpacked", "127.0.0.1\n255.255.255.255\n10.0.0.1")}},
    /* glibc and the BSDs take both, musl refuses them. */
    MAY_CONVERT("blank-behind", "'127.0.0.1 '", "127.0.0.1",
                "A blank behind the address is ignored by some systems, and refused by others."),
    MAY_CONVERT("words-behind-blank", "'127.0.0.1 \033[2J'", "127.0.0.1",
                "What follows that blank is ignored with it, and reaches no terminal raw."),
    REFUSES("octet-256", "256.1.1.1", "An octet ends at 255."),
    REFUSES("last-octet-256", "1.1.1.256", "The last of four parts has 8 bits."),
    REFUSES("last-part-over-16-bits", "1.2.65536", "The last of three parts has 16 bits."),
    REFUSES("last-part-over-24-bits", "1.16777216", "The last of two parts has 24 bits."),
    REFUSES("over-32-bits", "4294967296", "One part has 32 bits."),
    REFUSES("five-parts", "1.2.3.4.5", "An address has four parts at most."),
    REFUSES("empty-part", "1..2.3", "A part has at least one figure."),
    REFUSES("blank-before", "' 127.0.0.1'", "A blank before the address is not skipped."),
    REFUSES("figure-8-in-octal", "08", "A part that begins with 0 is octal, and has no 8."),
    REFUSES("octal-9-between", "127.09.0.1", "No part of an address has a 9 in octal."),
    REFUSES("letter-behind", "127.0.0.1x", "An address ends where it ends."),
    REFUSES("negative", "-1", "A part has no sign."),
    REFUSES("ipv6", "::1", "An IPv6 address is no IPv4 address."),
    REFUSES("mapped-ipv4", "::ffff:127.0.0.1", "Nor is one that has an IPv4 address in it."),
    REFUSES("host-name", "localhost", "A name is no address, and nobody is asked for it."),
    REFUSES("empty", "''", "Nothing is no address."),
    REFUSES("300-octets", X50 X50 X50 X50 X50 X50, "300 octets are told in one line."),
    REFUSES("control-octets", "'\033[2J\a'", "What is told of a bad address is printable."),
    REFUSES("invalid-utf-8", "'\xff\xfe'", "What is told of a bad address is ASCII."),
    {.name = "none",
     .requirement = "P60",
     .about = "Without an address there is nothing to answer.",
     .values = {{"addresses", ""}},
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_NOT_OBSERVED("packed")}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .values = {{"addresses", "--help"}},
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "ipv4-convert"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_ipv4_convert = {
    .name = "ipv4-convert",
    .protocol = "addresses",
    .role = ROLE_LOCAL,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
