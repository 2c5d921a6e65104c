/* The cases of buffer-size: wishes that a system grants, changes or refuses. */
#include "cases/catalogue.h"

/* A size that every system grants. Linux reads back twice as much (socket(7)), others what was
 * wished for. */
#define GRANTED(name_, variant_, after_, buffer_, octets_, text_, twice_, about_)    \
  {                                                                                  \
    .name = (name_), .requirement = "P01", .about = (about_), .variant = (variant_), \
    .wants = CAN_BUFFER_SIZES, .values = {{(variant_), (text_)}}, .checks = {        \
      CHECK_SUCCEEDED,                                                               \
      CHECK_OBSERVED_BY_SYSTEM(after_, 1, twice_ "\n" text_),                        \
      CHECK_OBSERVED_BUFFER(after_, buffer_, octets_),                               \
      CHECK_SENDS_NOTHING                                                            \
    }                                                                                \
  }
#define GRANTED_TO_SEND(name_, octets_, text_, twice_, about_) \
  GRANTED(name_, "send", "send_after", BUFFER_TO_SEND, octets_, text_, twice_, about_)
#define GRANTED_TO_RECEIVE(name_, octets_, text_, twice_, about_) \
  GRANTED(name_, "receive", "receive_after", BUFFER_TO_RECEIVE, octets_, text_, twice_, about_)

/* Beyond what it may be: Linux moves it within its bounds (at least 4608 to send and 2304 to
 * receive on 64-bit machines; at most twice net.core.wmem_max and rmem_max), the BSDs refuse it
 * (ENOBUFS) and leave what was there. Told is what is in force, whichever way. */
#define MOVED(name_, variant_, after_, buffer_, octets_, text_, about_)              \
  {                                                                                  \
    .name = (name_), .requirement = "P01", .about = (about_), .variant = (variant_), \
    .wants = CAN_BUFFER_SIZES, .values = {{(variant_), (text_)}}, .checks = {        \
      CHECK_OBSERVED_BUFFER(after_, buffer_, octets_),                               \
      CHECK_OBSERVED_MILLI(after_, 1000, INT64_C(2147483647000)),                    \
      CHECK_OBSERVED("nodelay_after", "1")                                           \
    }                                                                                \
  }

#define NO_SIZE(name_, size_, about_)                                            \
  {                                                                              \
    .name = (name_), .requirement = "P60", .about = (about_), .variant = "send", \
    .values = {{"send", (size_)}}, .checks = {                                   \
      CHECK_EXIT_CODE(2),                                                        \
      CHECK_TOLD_ON_STDERR,                                                      \
      CHECK_NOT_OBSERVED("send_before")                                          \
    }                                                                            \
  }

static const struct case_def CASES[] = {
    {.name = "before-and-after",
     .wants = CAN_BUFFER_SIZES,
     .requirement = "P01",
     .about = "Both buffers have a size before, and another after; each is told once.",
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_MILLI("send_before", 1000, INT64_C(2147483647000)),
                CHECK_OBSERVED_MILLI("receive_before", 1000, INT64_C(2147483647000)),
                CHECK_OBSERVED_BY_SYSTEM("send_after", 1, "8192\n4096"),
                CHECK_OBSERVED_BY_SYSTEM("receive_after", 1, "8192\n4096"),
                CHECK_PRINTED_ONCE("send_after"), CHECK_PRINTED_ONCE("receive_after"),
                CHECK_SENDS_NOTHING}},
    GRANTED_TO_SEND("send-8192", 8192, "8192", "16384", "8192 octets to send."),
    GRANTED_TO_SEND("send-10001", 10001, "10001", "20002", "An odd number is not rounded."),
    GRANTED_TO_SEND("send-65536", 65536, "65536", "131072", "65536 is no number of 16 bits."),
    GRANTED_TO_RECEIVE("receive-8192", 8192, "8192", "16384", "8192 octets to receive."),
    GRANTED_TO_RECEIVE("receive-10001", 10001, "10001", "20002", "An odd number is not rounded."),
    GRANTED_TO_RECEIVE("receive-65536", 65536, "65536", "131072", "65536 is no number of 16 bits."),
    {.name = "each-its-own",
     .wants = CAN_BUFFER_SIZES,
     .requirement = "P01",
     .about = "The two buffers are two, and each has its own size.",
     .variant = "both",
     .values = {{"send", "16384"}, {"receive", "32768"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_BY_SYSTEM("send_after", 1, "32768\n16384"),
                CHECK_OBSERVED_BUFFER("send_before", BUFFER_TO_SEND, 0),
                CHECK_OBSERVED_BUFFER("receive_before", BUFFER_TO_RECEIVE, 0),
                CHECK_OBSERVED_BUFFER("send_after", BUFFER_TO_SEND, 16384),
                CHECK_OBSERVED_BY_SYSTEM("receive_after", 1, "65536\n32768"),
                CHECK_OBSERVED_BUFFER("receive_after", BUFFER_TO_RECEIVE, 32768)}},
    MOVED("send-too-little", "send", "send_after", BUFFER_TO_SEND, 1, "1",
          "One octet to send is less than a system can work with."),
    MOVED("receive-too-little", "receive", "receive_after", BUFFER_TO_RECEIVE, 1, "1",
          "One octet to receive is less than a system can work with."),
    MOVED("send-too-much", "send", "send_after", BUFFER_TO_SEND, 1073741824, "1073741824",
          "One GiB to send is more than a system allows; what it does is told, not the wish."),
    MOVED("receive-too-much", "receive", "receive_after", BUFFER_TO_RECEIVE, 1073741824,
          "1073741824",
          "One GiB to receive is more than a system allows; what it does is told, not the wish."),
    MOVED("send-largest", "send", "send_after", BUFFER_TO_SEND, 2147483647, "2147483647",
          "The largest int is not doubled into a negative number."),
    MOVED("receive-largest", "receive", "receive_after", BUFFER_TO_RECEIVE, 2147483647,
          "2147483647", "The largest int is not doubled into a negative number."),
    {.name = "no-delay",
     .wants = CAN_BUFFER_SIZES,
     .requirement = "P59",
     .about = "TCP_NODELAY is off at first, and on after it was set, whatever number says so.",
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("nodelay_before", "0"),
                CHECK_OBSERVED("nodelay_after", "1")}},
    NO_SIZE("size-0", "0", "No buffer has no room."),
    NO_SIZE("size-negative", "-1", "A size has no sign."),
    NO_SIZE("size-plus", "+1", "A size has no sign, not even a plus."),
    NO_SIZE("size-beyond-int", "2147483648", "A size is an int to the system."),
    NO_SIZE("size-wraps", "4294967297", "A size beyond 32 bits is not taken for 1."),
    NO_SIZE("size-with-unit", "4k", "Figures with a letter behind them are no size."),
    NO_SIZE("size-empty", "''", "An empty argument is no size."),
    NO_SIZE("size-missing", "", "An option without its value is half a wish."),
    {.name = "argument",
     .requirement = "P60",
     .about = "A size without an option belongs to no buffer.",
     .variant = "arguments",
     .values = {{"arguments", "8192"}},
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_NOT_OBSERVED("send_before")}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "arguments",
     .values = {{"arguments", "--help"}},
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "buffer-size"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_buffer_size = {
    .name = "buffer-size",
    .protocol = "options",
    .role = ROLE_LOCAL,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
