/* The cases of byte-order: numbers whose octets tell which way round they were turned. */
#include "cases/catalogue.h"

/* What the functions make of a number on a little-endian host and, the second line, on a big-endian
 * one, which leaves it as it is. */
#define LONG_IS(little_, big_)                           \
  CHECK_OBSERVED_ONE_OF("long_host", little_ "\n" big_), \
      CHECK_OBSERVED_ONE_OF("long_network", little_ "\n" big_)
#define SHORT_IS(little_, big_)                           \
  CHECK_OBSERVED_ONE_OF("short_host", little_ "\n" big_), \
      CHECK_OBSERVED_ONE_OF("short_network", little_ "\n" big_)

#define CONVERTS(name_, number_, long_, short_, about_)                                           \
  {                                                                                               \
    .name = (name_), .requirement = "P57", .about = (about_), .values = {{"numbers", (number_)}}, \
    .checks = {                                                                                   \
      CHECK_SUCCEEDED,                                                                            \
      CHECK_OBSERVED_LIST("original", number_ "\n" number_),                                      \
      LONG_IS(long_, number_),                                                                    \
      SHORT_IS(short_, number_),                                                                  \
      CHECK_SENDS_NOTHING                                                                         \
    }                                                                                             \
  }

/* 32 bits hold it, 16 do not: the first is printed, the second is an error. */
#define CONVERTS_LONG(name_, number_, long_, about_)                                              \
  {                                                                                               \
    .name = (name_), .requirement = "P58", .about = (about_), .values = {{"numbers", (number_)}}, \
    .checks = {                                                                                   \
      CHECK_FAILED,                                                                               \
      CHECK_TOLD_IN_ONE_LINE,                                                                     \
      LONG_IS(long_, number_),                                                                    \
      CHECK_NOT_OBSERVED("short_host"),                                                           \
      CHECK_NOT_OBSERVED("short_network")                                                         \
    }                                                                                             \
  }

#define TOO_LARGE(name_, number_, about_)                                                         \
  {                                                                                               \
    .name = (name_), .requirement = "P58", .about = (about_), .values = {{"numbers", (number_)}}, \
    .checks = {                                                                                   \
      CHECK_FAILED,                                                                               \
      CHECK_TOLD_IN_ONE_LINE,                                                                     \
      CHECK_NOT_OBSERVED("original")                                                              \
    }                                                                                             \
  }

#define NO_NUMBER(name_, numbers_, about_)                                                         \
  {                                                                                                \
    .name = (name_), .requirement = "P60", .about = (about_), .values = {{"numbers", (numbers_)}}, \
    .checks = {                                                                                    \
      CHECK_EXIT_CODE(2),                                                                          \
      CHECK_TOLD_ON_STDERR,                                                                        \
      CHECK_NOT_OBSERVED("original")                                                               \
    }                                                                                              \
  }

static const struct case_def CASES[] = {
    CONVERTS("1234", "1234", "3523477504", "53764",
             "1234 is 3523477504 and 53764 where the order differs, and 1234 where it does not."),
    CONVERTS("zero", "0", "0", "0", "0 is 0 in every order."),
    CONVERTS("one", "1", "16777216", "256", "The lowest octet becomes the highest."),
    CONVERTS("lowest-octet", "255", "4278190080", "65280", "An octet moves whole, without a sign."),
    CONVERTS("second-octet", "256", "65536", "1", "The second octet becomes the last but one."),
    CONVERTS("port-8080", "8080", "2417950720", "36895", "A port is turned round as 16 bits."),
    CONVERTS("highest-short-bit", "32768", "8388608", "128", "Bit 15 is no sign."),
    CONVERTS("largest-short", "65535", "4294901760", "65535", "65535 fits into 16 bits."),
    CONVERTS_LONG("one-too-large-for-short", "65536", "256",
                  "65536 is converted as 32 bits, and refused as 16: it is not 0."),
    CONVERTS_LONG("low-half-of-1234", "66770", "3523477760",
                  "66770 is not cut to the 1234 of its lower 16 bits."),
    CONVERTS_LONG("four-different-octets", "305419896", "2018915346",
                  "The four octets of 0x12345678 come back in the opposite order."),
    CONVERTS_LONG("highest-long-bit", "2147483648", "128", "Bit 31 is no sign."),
    CONVERTS_LONG("largest-long", "4294967295", "4294967295", "4294967295 fits into 32 bits."),
    TOO_LARGE("one-too-large-for-long", "4294967296", "A number of 33 bits is not taken for 0."),
    TOO_LARGE("low-half-of-33-bits", "4294968530", "A number of 33 bits is not taken for 1234."),
    TOO_LARGE("beyond-64-bits", "18446744073709552850",
              "A number of 65 bits is not taken for 1234 either."),
    TOO_LARGE("eighty-figures",
              "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
              "A number that no integer holds is told in one line."),
    {.name = "order-of-this-host",
     .requirement = "P57",
     .about = "The order that is told is the one of the host that it runs on.",
     .values = {{"numbers", "1234"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_IN_NETWORK_ORDER("long_host", 1234, 4),
                CHECK_OBSERVED_IN_NETWORK_ORDER("long_network", 1234, 4),
                CHECK_OBSERVED_IN_NETWORK_ORDER("short_host", 1234, 2),
                CHECK_OBSERVED_IN_NETWORK_ORDER("short_network", 1234, 2)}},
    {.name = "several",
     .requirement = "P57",
     .about = "Each number is answered, in the order of the arguments.",
     .values = {{"numbers", "1234 0 65535"}},
     .checks = {CHECK_SUCCEEDED,
                CHECK_OBSERVED_LIST("original", "1234\n1234\n0\n0\n65535\n65535")}},
    {.name = "goes-on-after-error",
     .requirement = "P58",
     .about = "A number that does not fit keeps no other from its answer, and is not forgotten.",
     .values = {{"numbers", "65536 4294967296 1"}},
     .checks = {CHECK_FAILED, CHECK_TOLD_ON_STDERR,
                CHECK_OBSERVED_LIST("original", "65536\n1\n1")}},
    NO_NUMBER("negative", "-1", "A number of the wire has no sign."),
    NO_NUMBER("plus", "+1", "A number of the wire has no sign, not even a plus."),
    NO_NUMBER("hexadecimal", "0x10", "A number is decimal."),
    NO_NUMBER("fraction", "1.5", "A number is whole."),
    NO_NUMBER("letter-behind", "12x", "Figures with a letter behind them are no number."),
    NO_NUMBER("blank-before", "' 1'", "A blank before the figures is a slip of the finger."),
    NO_NUMBER("empty", "''", "An empty argument is no number."),
    NO_NUMBER("second-wrong", "1234 http",
              "All arguments are looked at before the first is answered."),
    NO_NUMBER("none", "", "Without a number there is nothing to answer."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .values = {{"numbers", "--help"}},
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "byte-order"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_byte_order = {
    .name = "byte-order",
    .protocol = "byte order",
    .role = ROLE_LOCAL,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
