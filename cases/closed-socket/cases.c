/* The cases of closed-socket: each use of a descriptor that is no more, of a new socket and of one
 * that was connected. */
#include "cases/catalogue.h"
#include "fixtures/tcp_listener.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X300 X60 X60 X60 X60 X60

/* Names are looked for in /etc/hosts alone: no question goes to a name server. */
static const struct sandbox_file NO_DNS[] = {{"nsswitch.conf", "hosts: files\nservices: files\n"},
                                             {0}};

static const struct tcp_listener_script holds = {.clients = {{{{.action = TCP_PEER_HOLD}}}}};
static const struct tcp_listener_script refuses = {.reach = TCP_PEER_REFUSES};

/* EBADF where sockets are descriptors as files are: Linux, the BSDs, macOS. ENOTSOCK where they are
 * something else: Windows (WSAENOTSOCK). */
#define NONE_SUCH "EBADF\nENOTSOCK"
#define FAILS(call_) CHECK_OBSERVED_BY_SYSTEM(call_, 1, NONE_SUCH)

/* One use of a socket that was never connected. */
#define USE(call_)                                                                        \
  {                                                                                       \
    .name = (call_), .requirement = "P69", .role = ROLE_LOCAL, .limit_ms = 4000,          \
    .about = call_ "() on a closed socket fails as such, and neither crashes nor waits.", \
    .checks = {                                                                           \
      CHECK_SUCCEEDED,                                                                    \
      FAILS(call_),                                                                       \
      CHECK_SENDS_NOTHING                                                                 \
    }                                                                                     \
  }

#define WRONG_PORT(name_, port_, about_)                                            \
  {                                                                                 \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), \
    .variant = "connected", .quiet = true, .checks = {                              \
      CHECK_EXIT_CODE(2),                                                           \
      CHECK_TOLD_ON_STDERR,                                                         \
      CHECK_SENDS_NOTHING                                                           \
    }                                                                               \
  }

#define WRONG_HOST(name_, host_, about_)                                                      \
  {                                                                                           \
    .name = (name_), .requirement = "P66", .about = (about_), .host = (host_), .etc = NO_DNS, \
    .variant = "connected", .quiet = true, .checks = {                                        \
      CHECK_FAILED,                                                                           \
      CHECK_TOLD_IN_ONE_LINE,                                                                 \
      CHECK_SENDS_NOTHING                                                                     \
    }                                                                                         \
  }

static const struct case_def CASES[] = {
    USE("bind"),
    USE("listen"),
    USE("accept"),
    USE("connect"),
    USE("getsockname"),
    USE("getpeername"),
    USE("getsockopt"),
    USE("setsockopt"),
    USE("send"),
    USE("recv"),
    USE("sendto"),
    USE("recvfrom"),
    USE("write"),
    USE("read"),
    USE("shutdown"),
    USE("fcntl"),
    USE("close"),
    {.name = "poll",
     .requirement = "P69",
     .about = "poll() reports a closed socket at once, by POLLNVAL; where a system fails the call "
              "instead, it is by the error of all the others.",
     .role = ROLE_LOCAL,
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED_BY_SYSTEM("poll", 1, "POLLNVAL\n" NONE_SUCH),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "connected-names",
     .requirement = "P69",
     .about = "A socket that was connected has no names any more once it is closed.",
     .families = ON_BOTH,
     .variant = "connected",
     .limit_ms = 4000,
     .fixtures = {{&tcp_listener, &holds}},
     .checks = {CHECK_SUCCEEDED, FAILS("getsockname"), FAILS("getpeername"), FAILS("getsockopt"),
                FAILS("setsockopt"), FAILS("connect"), FAILS("shutdown"), FAILS("close")}},
    {.name = "connected-data",
     .requirement = "P69",
     .about = "A socket that was connected neither sends nor receives once it is closed: not one "
              "octet is on the wire behind its end.",
     .families = ON_BOTH,
     .variant = "connected",
     .limit_ms = 4000,
     .fixtures = {{&tcp_listener, &holds}},
     .checks = {CHECK_SUCCEEDED, FAILS("send"), FAILS("recv"), FAILS("sendto"), FAILS("recvfrom"),
                FAILS("write"), FAILS("read"), CHECK_CLIENT_SENT("\\A\\z")}},
    {.name = "refused",
     .requirement = "P67",
     .about = "Where there is nothing to connect to, that is told, and nothing is tried.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_SHARED,
     .variant = "connected",
     .fixtures = {{&tcp_listener, &refuses}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("send")}},
    WRONG_PORT("port-0", "0", "Nothing listens on port 0."),
    WRONG_PORT("port-65536", "65536", "A port has 16 bits: 65536 is not taken for 0."),
    WRONG_PORT("port-negative", "-1", "A port has no sign."),
    WRONG_PORT("port-in-words", "http", "This port is a number."),
    WRONG_PORT("port-empty", "", "An empty argument is no port."),
    WRONG_HOST("host-256", "256.1.1.1", "256.1.1.1 is no address, and no host has that name."),
    WRONG_HOST("host-label-64", X60 "xxxx.test", "A label of a name has at most 63 octets."),
    WRONG_HOST("host-control-octets", "\x1b[2J\xff.test",
               "A name that a terminal would obey is told escaped."),
    WRONG_HOST("host-300-characters", X300, "A name of 300 characters is told as unknown."),
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .role = ROLE_LOCAL,
     .variant = "help",
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "closed-socket"), CHECK_PRINTABLE}},
};

const struct recipe_def recipe_closed_socket = {
    .name = "closed-socket",
    .protocol = "tcp",
    .role = ROLE_CLIENT,
    .port = 7,
    .plain = "bind",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
