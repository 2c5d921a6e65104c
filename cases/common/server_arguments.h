/* What every server that is told its port must make of arguments: rows for its table of cases. The
 * recipe's profile has the variant "help" and the observation `usage`. */
#ifndef SOCKPROOF_CASES_SERVER_ARGUMENTS_H
#define SOCKPROOF_CASES_SERVER_ARGUMENTS_H

#include "run/catalogue/case.h"

/* Wrong arguments: told with the usage, and nobody can connect; how that shows, the rest says. */
#define WRONG_PORT(name_, port_text_, about_, ...)                                \
  {                                                                               \
    .name = (name_), .requirement = "P60", .about = (about_), .role = ROLE_LOCAL, \
    .limit_ms = 3000, .port_text = (port_text_), .checks = {                      \
      CHECK_EXIT_CODE(2),                                                         \
      CHECK_TOLD_ON_STDERR,                                                       \
      __VA_ARGS__                                                                 \
    }                                                                             \
  }

#define WRONG_PORTS_AND(...)                                                               \
  WRONG_PORT("port-0", "0", "Port 0 is none to listen on: nobody would know which it is.", \
             __VA_ARGS__),                                                                 \
      WRONG_PORT("port-65536", "65536", "A port has 16 bits, and 65536 is not port 0.",    \
                 __VA_ARGS__),                                                             \
      WRONG_PORT("port-negative", "-1", "A port is not negative, and -1 is not 65535.",    \
                 __VA_ARGS__),                                                             \
      WRONG_PORT("port-is-a-word", "http",                                                 \
                 "Where a number is due, the name of a service is "                        \
                 "no port.",                                                               \
                 __VA_ARGS__),                                                             \
      WRONG_PORT("port-empty", "", "Nothing at all is no port.", __VA_ARGS__),             \
      WRONG_PORT("port-with-a-tail", "80x", "What begins with a number is not yet one.",   \
                 __VA_ARGS__)

/* Of a server that tells its port once it listens; and of one that tells nothing. */
#define WRONG_PORTS WRONG_PORTS_AND(CHECK_NOT_OBSERVED("port"))
#define WRONG_PORTS_OF_SILENT_SERVER WRONG_PORTS_AND(CHECK_NOT_OBSERVED("usage"))

/* A case of a variant of the command that ends with the usage, and status 2. */
#define WRONG_ARGUMENTS(name_, variant_, about_)                                  \
  {                                                                               \
    .name = (name_), .requirement = "P60", .about = (about_), .role = ROLE_LOCAL, \
    .limit_ms = 3000, .variant = (variant_), .checks = {                          \
      CHECK_EXIT_CODE(2),                                                         \
      CHECK_TOLD_ON_STDERR                                                        \
    }                                                                             \
  }

#define ASKED_FOR_HELP_AND(...)                                                                    \
  {                                                                                                \
    .name = "help", .requirement = "P61", .role = ROLE_LOCAL, .limit_ms = 3000, .variant = "help", \
    .about = "Asked for help, it prints its usage and ends with status 0, and serves nobody.",     \
    .checks = {                                                                                    \
      CHECK_SUCCEEDED,                                                                             \
      CHECK_PRINTED_ONCE("usage"),                                                                 \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }
#define ASKED_FOR_HELP ASKED_FOR_HELP_AND(CHECK_NOT_OBSERVED("port"))
#define HELP_OF_SILENT_SERVER ASKED_FOR_HELP_AND(CHECK_PRINTABLE)

#endif
