/* The cases of service-port: names that have a port, names that have none, and lists that are not
 * there. */
#include "cases/catalogue.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

static const struct sandbox_file EMPTY_LIST[] = {{"services", ""}, {0}};
static const struct sandbox_file NO_LIST[] = {{"services", NULL}, {0}};
static const struct sandbox_file EDGES_LIST[] = {
    {"services", "lowest 1/tcp\nhighest 65535/tcp\nboth 5000/udp\nboth 6000/tcp\n"}, {0}};

/* What has no port: told on standard error, and no port is made up. */
#define UNKNOWN(name_, service_, about_)                                                        \
  {                                                                                             \
    .name = (name_), .requirement = "P13", .about = (about_), .values = {{"name", (service_)}}, \
    .checks = {                                                                                 \
      CHECK_FAILED,                                                                             \
      CHECK_TOLD_IN_ONE_LINE,                                                                   \
      CHECK_NOT_OBSERVED("port")                                                                \
    }                                                                                           \
  }

static const struct case_def CASES[] = {
    {.name = "known",
     .requirement = "P12",
     .about = "The port is that of the system's list, in the order of octets that people read.",
     .wants = CAN_SERVICES,
     .values = {{"name", "http"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "80"), CHECK_OBSERVED("protocol", "tcp"),
                CHECK_SENDS_NOTHING}},
    {.name = "lowest-port",
     .requirement = "P12",
     .about = "Port 1 is printed as 1, and not as 256.",
     .etc = EDGES_LIST,
     .values = {{"name", "lowest"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "1")}},
    {.name = "highest-port",
     .requirement = "P12",
     .about = "Port 65535 is printed as such, and not as -1.",
     .etc = EDGES_LIST,
     .values = {{"name", "highest"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "65535")}},
    {.name = "alias",
     .requirement = "P12",
     .about = "A service is found by each of its names.",
     .wants = CAN_SERVICES,
     .values = {{"name", "www"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "80")}},
    {.name = "udp",
     .requirement = "P12",
     .about = "ntp has a port over UDP.",
     .variant = "protocol",
     .wants = CAN_SERVICES,
     .values = {{"name", "ntp"}, {"protocol", "udp"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "123"), CHECK_OBSERVED("protocol", "udp")}},
    {.name = "any-protocol",
     .requirement = "P12",
     .about = "Without a protocol ntp is found as what it is, over UDP.",
     .wants = CAN_SERVICES,
     .values = {{"name", "ntp"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "123"), CHECK_OBSERVED("protocol", "udp")}},
    {.name = "protocol-decides",
     .requirement = "P12",
     .about = "Where a name has one port over UDP and another over TCP, the protocol asked for "
              "decides.",
     .variant = "protocol",
     .etc = EDGES_LIST,
     .values = {{"name", "both"}, {"protocol", "tcp"}},
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("port", "6000"),
                CHECK_OBSERVED("protocol", "tcp")}},
    {.name = "wrong-protocol",
     .requirement = "P13",
     .about = "ntp has no port over TCP: a null pointer, and told as what it is.",
     .variant = "protocol",
     .wants = CAN_SERVICES,
     .values = {{"name", "ntp"}, {"protocol", "tcp"}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("port")}},
    UNKNOWN("unknown", "nonesuch", "A name that is not in the list is told."),
    UNKNOWN("capital-letters", "HTTP", "Names differ by their case, as the list is compared."),
    UNKNOWN("figures", "80", "Figures are no name of a service."),
    UNKNOWN("blank-before", "' http'", "A name with a blank before it is another name."),
    UNKNOWN("control-octets", "'bad\x1b[2J\x07\xff'",
            "What a terminal would obey is not sent to it raw."),
    UNKNOWN("300-characters", X60 X60 X60 X60 X60, "A name of 300 characters is just unknown."),
    {.name = "empty-list",
     .requirement = "P13",
     .about = "With an empty list no name has a port, and nothing crashes.",
     .etc = EMPTY_LIST,
     .values = {{"name", "http"}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("port")}},
    {.name = "missing-list",
     .requirement = "P13",
     .about = "With no list at all no name has a port, and nothing crashes.",
     .etc = NO_LIST,
     .values = {{"name", "http"}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("port")}},
    {.name = "empty-name",
     .requirement = "P60",
     .about = "An empty argument is no name.",
     .values = {{"name", "''"}},
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_NOT_OBSERVED("port")}},
    {.name = "no-name",
     .requirement = "P60",
     .about = "Without a name there is nothing to answer.",
     .values = {{"name", ""}},
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_NOT_OBSERVED("port")}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "help",
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "service-port"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_service_port = {
    .name = "service-port",
    .protocol = "services",
    .role = ROLE_LOCAL,
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
