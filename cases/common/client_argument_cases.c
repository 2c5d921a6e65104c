/* What a client makes of a port that is none, a host that is none, and options that make no sense:
 * it tells which, and sends nothing. */
#include "cases/common/client_arguments.h"

/* Nobody is asked for a name, so that not one packet is due. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X300 X60 X60 X60 X60 X60

#define USAGE_TOLD \
  { CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_SENDS_NOTHING }
#define WRONG_PORT(name_, port_, about_)                                                           \
  {                                                                                                \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), .quiet = true, \
    .checks = USAGE_TOLD                                                                           \
  }
#define WRONG_OPTION(name_, options_, about_)                                       \
  {                                                                                 \
    .name = (name_), .requirement = "P60", .about = (about_), .variant = "options", \
    .values = {{"options", (options_)}}, .quiet = true, .checks = USAGE_TOLD        \
  }
#define WRONG_HOST(name_, host_, about_)                                                      \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .timeout_s = 1, .quiet = true, .checks = {                                                \
      CHECK_FAILED,                                                                           \
      CHECK_TOLD_IN_ONE_LINE,                                                                 \
      CHECK_SENDS_NOTHING                                                                     \
    }                                                                                         \
  }

static const struct case_def CASES[] = {
    WRONG_PORT("port-0", "0", "Port 0 is none that one can send to."),
    WRONG_PORT("port-65536", "65536", "A port has 16 bits, and 65536 is not port 0."),
    WRONG_PORT("port-negative", "-1", "A port is not negative, and -1 is not 65535."),
    WRONG_PORT("port-is-a-word", "http",
               "Where a number is due, the name of a service is no port."),
    WRONG_PORT("port-empty", "", "Nothing at all is no port."),
    WRONG_PORT("port-with-a-tail", "80x", "What begins with a number is not yet one."),
    WRONG_OPTION("timeout-0", "--timeout 0", "A timeout of 0 leaves no time."),
    WRONG_OPTION("timeout-negative", "--timeout -1", "Time does not go backwards."),
    WRONG_OPTION("timeout-is-a-word", "--timeout soon", "A timeout is a number."),
    WRONG_OPTION("timeout-without-a-bound", "--timeout 1e20",
                 "A time that no clock can count is none to wait for."),
    WRONG_OPTION("timeout-missing", "--timeout", "An option that has a value is nothing alone."),
    WRONG_OPTION("unknown-option", "--colour red",
                 "An option that it does not have is not passed over."),
    WRONG_OPTION("stray-argument", "1 2 3", "What nobody asked for is not passed over."),
    WRONG_HOST("host-256", "256.1.1.1", "256.1.1.1 is no address, and no host has that name."),
    WRONG_HOST("host-of-three-parts", "1.2.3",
               "1.2.3 is 1.2.0.3 to systems that read it as of old, and there is no way there; to "
               "others it is nobody's name."),
    WRONG_HOST("host-label-of-64", X60 "xxxx.test", "A label of a name has at most 63 octets."),
    WRONG_HOST("host-of-300", X300, "A name of 300 characters is told as unknown."),
    WRONG_HOST("host-of-control-octets", "\x1b[2J\xff.test",
               "A name that a terminal would obey is told escaped."),
    {.name = "host-empty",
     .requirement = "P60",
     .about = "An empty argument is no host.",
     .host = "",
     .etc = NO_DNS,
     .quiet = true,
     .checks = USAGE_TOLD},
    {.name = "no-arguments",
     .requirement = "P60",
     .about = "Without any argument there is nobody to ask.",
     .variant = "bare",
     .etc = NO_DNS,
     .quiet = true,
     .checks = USAGE_TOLD},
    {.name = "help",
     .requirement = "P61",
     .about = "Asked for help, it prints its usage and ends with status 0, and asks nobody.",
     .variant = "options",
     .values = {{"options", "--help"}},
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_PRINTED_ONCE("usage"), CHECK_PRINTABLE,
                CHECK_SENDS_NOTHING}},
};

const struct case_table client_argument_cases = {CASES, sizeof CASES / sizeof CASES[0]};
