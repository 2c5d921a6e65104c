/* The cases of service-name: ports with a name, without one, and lists that are not there. */
#include "cases/catalogue.h"

static const struct sandbox_file EMPTY_LIST[] = {{"services", ""}, {0}};
static const struct sandbox_file NO_LIST[] = {{"services", NULL}, {0}};
/* Port 20480 is port 80 with its two octets the other way round. */
static const struct sandbox_file SWAPPED_LIST[] = {
    {"services", "first 80/tcp\nswapped 20480/tcp\nlast 65535/tcp\n"}, {0}};

/* What is no port: told with the usage, and not one line of an answer. */
#define NO_PORT(name_, ports_, about_)                                                         \
  {                                                                                            \
    .name = (name_), .requirement = "P60", .about = (about_), .values = {{"ports", (ports_)}}, \
    .checks = {                                                                                \
      CHECK_EXIT_CODE(2),                                                                      \
      CHECK_TOLD_ON_STDERR,                                                                    \
      CHECK_NOT_OBSERVED("service"),                                                           \
      CHECK_NOT_OBSERVED("nameless")                                                           \
    }                                                                                          \
  }

static const struct case_def CASES[] = {
    {.name = "named",
     .requirement = "P12",
     .about = "The name of a port is that of the system's list.",
     .wants = CAN_SERVICES,
     .values = {{"ports", "80"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("service", "http"), CHECK_SENDS_NOTHING}},
    {.name = "network-byte-order",
     .requirement = "P12",
     .about = "Port 80 is not port 20480, whatever order this machine keeps octets in.",
     .etc = SWAPPED_LIST,
     .values = {{"ports", "80 20480 65535"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("service", "first\nswapped\nlast")}},
    {.name = "nameless",
     .requirement = "P13",
     .about = "A port without a name is a null pointer, and is told as what it is.",
     .values = {{"ports", "81"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("nameless", "81"), CHECK_NOT_OBSERVED("service")}},
    {.name = "several",
     .requirement = "P12",
     .about = "Each port is answered for itself, in the order of the arguments, and one without a "
              "name keeps no other from its answer.",
     .wants = CAN_SERVICES,
     .values = {{"ports", "80 81 25 123"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("service", "http\nsmtp\nntp"),
                CHECK_OBSERVED_LIST("nameless", "81")}},
    {.name = "udp",
     .requirement = "P12",
     .about = "Port 123 is ntp over UDP.",
     .variant = "protocol",
     .wants = CAN_SERVICES,
     .values = {{"protocol", "udp"}, {"ports", "123"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("service", "ntp")}},
    {.name = "tcp",
     .requirement = "P12",
     .about = "Port 123 has no name over TCP: the protocol is part of the question.",
     .variant = "protocol",
     .wants = CAN_SERVICES,
     .values = {{"protocol", "tcp"}, {"ports", "123"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("nameless", "123"), CHECK_NOT_OBSERVED("service")}},
    {.name = "unknown-protocol",
     .requirement = "P13",
     .about = "No port has a name over a protocol that nobody knows.",
     .variant = "protocol",
     .values = {{"protocol", "nonesuch"}, {"ports", "80"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("nameless", "80"), CHECK_NOT_OBSERVED("service")}},
    {.name = "highest-port",
     .requirement = "P12",
     .about = "Port 65535 is a port, and has no name here.",
     .values = {{"ports", "65535"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("nameless", "65535")}},
    {.name = "empty-list",
     .requirement = "P13",
     .about = "With an empty list no port has a name, and nothing crashes.",
     .etc = EMPTY_LIST,
     .values = {{"ports", "80 123"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("nameless", "80\n123"),
                CHECK_NOT_OBSERVED("service")}},
    {.name = "missing-list",
     .requirement = "P13",
     .about = "With no list at all no port has a name, and nothing crashes.",
     .etc = NO_LIST,
     .values = {{"ports", "80 123"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_LIST("nameless", "80\n123"),
                CHECK_NOT_OBSERVED("service")}},
    NO_PORT("port-0", "0", "Port 0 is none that a service could have."),
    NO_PORT("port-65536", "65536", "A port has 16 bits: 65536 is not taken for 0."),
    NO_PORT("port-65616", "65616", "A port has 16 bits: 65616 is not taken for 80."),
    NO_PORT("port-negative", "-1", "A port has no sign."),
    NO_PORT("port-in-words", "http", "A word is no port."),
    NO_PORT("port-with-letters", "80x", "Figures with a letter behind them are no port."),
    NO_PORT("port-empty", "''", "An empty argument is no port."),
    NO_PORT("second-port-wrong", "80 65536",
            "All arguments are looked at before the first is answered."),
    NO_PORT("no-port", "", "Without a port there is nothing to answer."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "help",
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "service-name"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_service_name = {
    .name = "service-name",
    .protocol = "services",
    .role = ROLE_LOCAL,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
