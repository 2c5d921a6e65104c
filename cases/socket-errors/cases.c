/* The cases of socket-errors: an HTTP/1.0 server that replies well, badly or not at all, and
 * everything that keeps a client from it.
 *
 * The request names the port where it is not 80, so its golden needs ports that are the sandbox's
 * own. What the subject calls a failure is `failure`, printed wherever its profile finds it. */
#include "cases/catalogue.h"
#include "fixtures/http_server.h"

/* 64,801 octets: a path that does not fit the buffers of a connection nobody reads from. Made of
 * copies, as a text so long is beyond what a compiler must take. */
#define X4 'x', 'x', 'x', 'x'
#define X36 X4, X4, X4, X4, X4, X4, X4, X4, X4
#define X360 X36, X36, X36, X36, X36, X36, X36, X36, X36, X36
#define X3600 X360, X360, X360, X360, X360, X360, X360, X360, X360, X360
#define X21600 X3600, X3600, X3600, X3600, X3600, X3600
static const char LONG_PATH[] = {'/', X21600, X21600, X21600, '\0'};
_Static_assert(sizeof LONG_PATH == 64801 + 1, "the length is what the cases rest on");

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10

/* Names come from the file alone: nobody is asked, so that nothing is sent. */
static const struct sandbox_file NO_NAME_SERVER[] = {
    {"nsswitch.conf", "hosts: files\nservices: files\n"}, {0}};
static const struct sandbox_file NO_SERVICES[] = {{"services", NULL}, {0}};
static const struct sandbox_file ODD_SERVICES[] = {{"services", "odd-port 513/tcp\n"}, {0}};

static const uint8_t NUL_BODY[] = {'b', 'e', 'f', 'o', 'r', 'e', 0,   0,   'a',
                                   'f', 't', 'e', 'r', ' ', 'i', 't', '\n'};

#define SERVER(...)                                      \
  {                                                      \
    {                                                    \
      &http_server, &(const struct http_server_script) { \
        __VA_ARGS__                                      \
      }                                                  \
    }                                                    \
  }

/* The reply is whole: it is printed, as far as its own length says, and that is success. */
#define READS(name_, requirement_, about_, body_, ...)                                          \
  {                                                                                             \
    .name = (name_), .requirement = (requirement_), .about = (about_),                          \
    .needs = TIER_CAPTURE_PRIVATE, .timeout_s = 5, .fixtures = SERVER(__VA_ARGS__), .checks = { \
      CHECK_SUCCEEDED,                                                                          \
      CHECK_OBSERVED("body", (body_))                                                           \
    }                                                                                           \
  }

/* The reply is not what was asked for, or not whole, and the exit says so. */
#define REFUSES(name_, requirement_, about_, ...)                                               \
  {                                                                                             \
    .name = (name_), .requirement = (requirement_), .about = (about_),                          \
    .needs = TIER_CAPTURE_PRIVATE, .timeout_s = 5, .fixtures = SERVER(__VA_ARGS__), .checks = { \
      CHECK_FAILED,                                                                             \
      CHECK_ENDED_WITHIN_MS(4000)                                                               \
    }                                                                                           \
  }

/* An argument that makes no sense: the usage, exit 2, and nobody is bothered. */
#define WRONG_PORT(name_, port_, about_)                                                           \
  {                                                                                                \
    .name = (name_), .requirement = "P60", .about = (about_), .port_text = (port_), .quiet = true, \
    .checks = {                                                                                    \
      CHECK_EXIT_CODE(2),                                                                          \
      CHECK_TOLD_ON_STDERR,                                                                        \
      CHECK_SENDS_NOTHING                                                                          \
    }                                                                                              \
  }
/* The path is refused, or sent in a form that is one word (%20): the request is one request line
 * and fields, and no field is the path's. */
#define UNSAFE_FILE(name_, file_, about_)                                                    \
  {                                                                                          \
    .name = (name_), .requirement = "H16", .about = (about_), .values = {{"file", (file_)}}, \
    .needs = TIER_CAPTURE_PRIVATE, .timeout_s = 5, .quiet = true,                            \
    .fixtures = SERVER(.behaviour = HTTP_REPLIES), .checks = {                               \
      CHECK_CLIENT_SENT_OR_REFUSED("\\AGET /[!-~]* HTTP/1\\.[01]\\r\\n"                      \
                                   "(?:(?!X-Other)[!-9;-~]+:[^\\r\\n]*\\r\\n)*\\r\\n\\z")    \
    }                                                                                        \
  }

/* A host that is nowhere to be found, told by the name of that failure. */
#define NO_SUCH_HOST(name_, host_, about_)                                     \
  {                                                                            \
    .name = (name_), .requirement = "H18", .about = (about_), .host = (host_), \
    .etc = NO_NAME_SERVER, .quiet = true, .checks = {                          \
      CHECK_FAILED,                                                            \
      CHECK_OBSERVED("failure", "Address-related error connecting to server")  \
    }                                                                          \
  }

static const struct case_def CASES[] = {
    {.name = "request",
     .requirement = "H01",
     .about =
         "The request is GET, the path and the version of HTTP/1, header lines, and an empty line.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = HTTP_REPLIES),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("status", "200"),
                CHECK_OBSERVED("body", "It works.\n"),
                CHECK_CLIENT_SENT("\\AGET /file\\.txt HTTP/1\\.[01]\\r\\n"
                                  "([!-9;-~]+:[^\\r\\n]*\\r\\n)*\\r\\n\\z"),
                CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "host-named",
     .requirement = "H02",
     .about = "Host names the server as it was asked for, an IPv6 address in brackets, and no "
              "connection that stays open is asked for.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = HTTP_REPLIES),
     .checks = {CHECK_CLIENT_SENT("(?i)\\r\\nHost:[ \\t]*(\\[[0-9a-f:]+\\]|[0-9.]+)(:80)?\\r\\n"),
                CHECK_CLIENT_SENT("(?i)\\A(?!(?s:.)*\\nConnection:[^\\r\\n]*keep-alive)")}},
    {.name = "host-by-name",
     .requirement = "H02",
     .about = "Host holds the name that was given, and not the address that it has.",
     .needs = TIER_CAPTURE_PRIVATE,
     .host = "peer4.sockproof.test",
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = HTTP_REPLIES),
     .checks = {CHECK_SUCCEEDED,
                CHECK_CLIENT_SENT("(?i)\\r\\nHost:[ \\t]*peer4\\.sockproof\\.test(:80)?\\r\\n")}},
    {.name = "host-with-port",
     .requirement = "H02",
     .about = "Host names the port where it is not 80.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .port = 8080,
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = HTTP_REPLIES),
     .checks = {CHECK_SUCCEEDED, CHECK_CLIENT_SENT("(?i)\\r\\nHost:[^\\r\\n]*[^:]:8080\\r\\n")}},

    READS("reason-absent", "H03", "A status line without a reason is one all the same.",
          "It works.\n", .status = "HTTP/1.0 200"),
    READS("reason-empty", "H03", "A reason of no characters is a reason.", "It works.\n",
          .status = "HTTP/1.0 200 "),
    READS("reason-misleading", "H03", "The three figures are the status, whatever the reason says.",
          "It works.\n", .status = "HTTP/1.0 200 404 Not Found"),
    READS("reply-of-http-1-1", "H03", "A server that says HTTP/1.1 is understood.", "It works.\n",
          .status = "HTTP/1.1 200 OK"),
    READS("status-201", "H03", "All of 2xx is success, not 200 alone.", "It works.\n",
          .status = "HTTP/1.0 201 Created"),
    {.name = "not-found",
     .requirement = "H04",
     .about = "404 is a failure, although a page came with it.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.status = "HTTP/1.0 404 Not Found", .body = {.text = "No such file.\n"}),
     .checks = {CHECK_FAILED, CHECK_OBSERVED("status", "404"),
                CHECK_OBSERVED("body", "No such file.\n")}},
    REFUSES("not-found-misleading", "H04", "404 is a failure, whatever the reason says.",
            .status = "HTTP/1.0 404 200 OK"),
    REFUSES("server-error", "H04", "500 is a failure.",
            .status = "HTTP/1.0 500 Internal Server Error"),
    {.name = "reason-not-printable",
     .requirement = "H20",
     .about = "What a terminal would obey is not sent to it raw by way of an error message.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.status = "HTTP/1.0 404 \x1b[2J\x07\xff\xfe"),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE}},

    READS("body-to-end", "H05", "Without a Content-Length the body ends with the connection.",
          "It works.\n", .content_length = ""),
    REFUSES("body-short", "H06", "10 octets where 50 were announced are not the file.",
            .content_length = "50"),
    REFUSES("body-one-octet-short", "H06", "An octet less than announced is not the file.",
            .content_length = "11"),
    READS("body-long", "H07", "What comes behind the announced 5 octets is not the file's.",
          "It wo", .content_length = "5"),
    READS("body-of-no-octets", "H07", "A length of 0 is a length.", "", .content_length = "0"),
    {.name = "body-then-open",
     .requirement = "H07",
     .about = "With all that was announced the reply is over, also where the connection is not.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 10,
     .fixtures = SERVER(.behaviour = HTTP_KEEPS_OPEN),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("body", "It works.\n"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    READS("length-in-small-letters", "H07", "Names of fields do not differ by case.", "It wo",
          .content_length = "", .fields = "content-length:5\n"),
    READS("length-between-blanks", "H07", "Blanks around the value are not the value's.", "It wo",
          .content_length = "", .fields = "Content-Length: \t 5 \t\n"),
    READS("length-of-another-name", "H07",
          "A field that only ends as Content-Length does is another one.", "It works.\n",
          .fields = "X-Content-Length: 3\nContent-Length-X: 4\n"),

    REFUSES("reply-empty", "H08", "The end of the connection is no reply.",
            .behaviour = HTTP_ENDS_UNANSWERED),
    {.name = "closed-at-once",
     .requirement = "H08",
     .about = "A server that ends the connection before it has read anything did not reply.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .no_golden = "whether the request leaves before the client sees the end is luck",
     .fixtures = SERVER(.behaviour = HTTP_ENDS_AT_ACCEPT),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(4000)}},
    REFUSES("header-half", "H08", "Half of a header, then the end: that is no reply.",
            .behaviour = HTTP_ENDS_IN_HEADER, .content_length = ""),
    REFUSES("garbage", "H09", "What does not begin as HTTP does is no reply.",
            .instead = {.text = "SSH-2.0-OpenSSH_9.2\r\n\r\n"}),
    REFUSES("garbage-in-octets", "H09", "NUL, ESC and octets beyond ASCII are no reply.",
            .instead = {.pattern_len = 700}),
    REFUSES("status-missing", "H09", "A status line without figures says nothing.",
            .status = "HTTP/1.0 OK"),
    REFUSES("status-of-four-figures", "H09", "A status has three figures.",
            .status = "HTTP/1.0 2000 OK"),
    READS("bare-line-feeds", "H10", "Lines that end with LF alone are lines.", "It works.\n",
          .bare_lf = true),

    REFUSES("length-negative", "H11", "-1 is no length.", .content_length = "-1"),
    REFUSES("length-with-exponent", "H11", "1e20 is no length, and not 1 either.",
            .content_length = "1e20"),
    REFUSES("length-beyond-64-bits", "H11",
            "2^64 + 10 is not 10, which is what is left of it in 64 bits.",
            .content_length = "18446744073709551626"),
    REFUSES("length-beyond-32-bits", "H11",
            "2^32 + 10 is not 10, which is what is left of it in 32 bits.",
            .content_length = "4294967306"),
    REFUSES("length-with-letters", "H11", "10x is no length.", .content_length = "10x"),
    REFUSES("length-with-plus", "H11", "+10 is no length.", .content_length = "+10"),
    REFUSES("length-blank", "H11", "A length of no figures is none.", .content_length = " "),
    REFUSES("two-lengths", "H11", "Of two lengths that differ neither can be relied on.",
            .fields = "Content-Length: 5\n"),

    {.name = "header-of-400-kb",
     .requirement = "H12",
     .about = "A header may not take as much memory as the server likes.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .no_golden = "how much of the header is under way when the client leaves is luck",
     .fixtures = SERVER(.padding_octets = 400000),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(4000)}},
    READS("header-of-4-kb", "H12", "A header of some kilobytes is an ordinary one.", "It works.\n",
          .padding_octets = 4000),
    {.name = "octet-by-octet",
     .requirement = "H13",
     .about = "A reply that comes an octet at a time is the same reply.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 30, /* for some 90 octets, each of which a busy host may keep for 200 ms */
     .limit_ms = 35000,
     .fixtures = SERVER(.behaviour = HTTP_DRIPS),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("status", "200"),
                CHECK_OBSERVED("body", "It works.\n")}},
    {.name = "nul-in-body",
     .requirement = "H13",
     .about = "A NUL is an octet as any other, and what stands behind it is printed too.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.body = {.raw = {NUL_BODY, sizeof NUL_BODY}}),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("behind_nul", "after it")}},
    {.name = "body-of-300-kb",
     .requirement = "H13",
     .about = "A body of more than one segment is printed to its last octet.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.body = {.pattern_len = 300000}),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("body_of_300000", "HTTP")}},

    {.name = "refused",
     .requirement = "H18",
     .about = "Nobody listens: that is told at once, as an error of the connection.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 12,
     .fixtures = SERVER(.behaviour = HTTP_REFUSES),
     .checks = {CHECK_FAILED, CHECK_OBSERVED("failure", "Connection error"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "reset-at-accept",
     .requirement = "H14",
     .about = "A reset at once is told, whether connect, send or recv learns of it.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .no_golden = "whether the request leaves before the reset comes is luck",
     .fixtures = SERVER(.behaviour = HTTP_RESETS_AT_ACCEPT),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(4000)}},
    {.name = "reset-while-sending",
     .requirement = "P10",
     .about = "A reset while a long request is under way is told, and is not the client's death.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .values = {{"file", LONG_PATH}},
     .no_golden = "how much is sent before the reset is luck",
     .fixtures = SERVER(.behaviour = HTTP_RESETS_AT_ACCEPT, .window_octets = 2304),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(4000)}},
    REFUSES("reset-in-header", "H14", "A reset within the header is no reply.",
            .behaviour = HTTP_RESETS_IN_HEADER),
    REFUSES("reset-in-body", "H14", "A reset within the body is not the end of the body.",
            .behaviour = HTTP_RESETS_IN_BODY, .content_length = ""),
    {.name = "stalls",
     .requirement = "H14",
     .about = "A reply that does not come is not waited for for ever.",
     .families = ON_BOTH,
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 1,
     .fixtures = SERVER(.behaviour = HTTP_STALLS),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "stalls-in-header",
     .requirement = "H14",
     .about = "The rest of a header is not waited for for ever.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 1,
     .fixtures = SERVER(.behaviour = HTTP_STALLS_IN_HEADER),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "stalls-in-body",
     .requirement = "H14",
     .about = "The rest of a body is not waited for for ever.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 1,
     .fixtures = SERVER(.behaviour = HTTP_STALLS_IN_BODY),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "sends-for-ever",
     .requirement = "H14",
     .about = "A body without an end is not read for ever.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 1,
     .no_golden = "how much comes within the time is luck",
     .fixtures = SERVER(.behaviour = HTTP_SENDS_FOR_EVER, .content_length = "", .drip_ms = 30),
     .checks = {CHECK_FAILED, CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "redirect-loop",
     .requirement = "H15",
     .about = "A redirect that leads to itself is not followed, or five times at most.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures =
         SERVER(.status = "HTTP/1.0 302 Moved Temporarily", .fields = "Location: /file.txt\n"),
     .checks = {CHECK_REQUEST_COUNT("peer", 1, 6), CHECK_ENDED_WITHIN_MS(4000)}},

    UNSAFE_FILE("file-with-line-end", "/file.txt HTTP/1.0\r\nX-Other: 1\r\n\r\n",
                "A path that would end the line writes no lines of its own into the request."),
    UNSAFE_FILE("file-with-blank", "/a file.txt", "A blank ends the path, so a path has none."),
    {.name = "file-empty",
     .requirement = "P60",
     .about = "An empty argument is no file.",
     .values = {{"file", ""}},
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_SENDS_NOTHING}},
    {.name = "file-without-slash",
     .requirement = "H17",
     .about = "A path on a server begins with a slash, also where a person leaves it out.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .values = {{"file", "file.txt"}},
     .fixtures = SERVER(.behaviour = HTTP_REPLIES),
     .checks = {CHECK_SUCCEEDED, CHECK_CLIENT_SENT("\\AGET /file\\.txt HTTP/1\\.[01]\\r\\n")}},

    {.name = "request-not-read",
     .requirement = "H18",
     .about = "A request that the server does not take is an error of sending, told in time.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 1,
     .values = {{"file", LONG_PATH}},
     .no_golden = "how much of the request the buffers take is the system's",
     .fixtures = SERVER(.behaviour = HTTP_LEAVES_UNREAD, .window_octets = 2304),
     .checks = {CHECK_FAILED, CHECK_OBSERVED("failure", "Error sending data"),
                CHECK_ENDED_WITHIN_MS(5000)}},
    {.name = "port-name-named",
     .requirement = "H18",
     .about = "That a name is no service's is a failure of its own.",
     .needs = TIER_CAPTURE_PRIVATE,
     .port_text = "nonesuch",
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_OBSERVED("failure", "Unknown port name")}},
    {.name = "receiving-named",
     .requirement = "H18",
     .about = "What comes and is no whole reply is a failure of receiving.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = HTTP_ENDS_IN_HEADER),
     .checks = {CHECK_FAILED, CHECK_OBSERVED("failure", "Error receiving data")}},
    {.name = "ipv6-off",
     .requirement = "H18",
     .about = "An IPv6 address where IPv6 is switched off fails at connect (Linux with its IPv6 "
              "disabled), at socket (a kernel without it) or as an address.",
     .host = "::1",
     .ipv6_off = true,
     .timeout_s = 1,
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_OBSERVED_ONE_OF("failure",
                                                    "Connection error\nError creating socket\n"
                                                    "Address-related error connecting to server")}},
    NO_SUCH_HOST("host-unknown", "nonesuch.sockproof.test", "A name without an address is told."),
    NO_SUCH_HOST("host-of-256", "256.1.1.1", "256.1.1.1 is no address, and no name that is known."),
    NO_SUCH_HOST("host-of-300-characters", A60 A60 A60 A60 A60,
                 "A name of 300 characters is longer than names can be."),
    NO_SUCH_HOST("host-label-of-64", A60 "aaaa.sockproof.test",
                 "A label of 64 characters is longer than labels can be."),
    {.name = "host-of-three-figures",
     .requirement = "H18",
     .about = "1.2.3 is 1.2.0.3 to inet_aton (glibc, BSD) and no address to others: a failure of "
              "connecting, or of the address.",
     .host = "1.2.3",
     .timeout_s = 1,
     .etc = NO_NAME_SERVER,
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_OBSERVED_ONE_OF("failure",
                                                    "Connection error\nAddress-related error "
                                                    "connecting to server")}},

    {.name = "port-by-name",
     .requirement = "H19",
     .about = "The port can be the name of a service, http.",
     .families = ON_BOTH,
     .wants = CAN_SERVICES,
     .needs = TIER_CAPTURE_PRIVATE,
     .port_text = "http",
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = HTTP_REPLIES),
     .checks = {CHECK_SUCCEEDED, CHECK_OBSERVED("body", "It works.\n"),
                CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "port-by-odd-name",
     .requirement = "H19",
     .about = "Port 513 is 513 and not 258: the list's order of octets is the network's.",
     .port = 513,
     .port_text = "odd-port",
     .timeout_s = 5,
     .etc = ODD_SERVICES,
     .fixtures = SERVER(.behaviour = HTTP_REPLIES),
     .checks = {CHECK_SUCCEEDED, CHECK_REQUEST_COUNT("peer", 1, 1)}},
    {.name = "port-name-unknown",
     .requirement = "H19",
     .about = "A name that no service has is told, and nobody is asked.",
     .needs = TIER_CAPTURE_PRIVATE,
     .port_text = "nonesuch",
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_SENDS_NOTHING}},
    {.name = "port-name-of-udp",
     .requirement = "H19",
     .about = "tftp is a service over UDP alone, so over TCP it has no port.",
     .needs = TIER_CAPTURE_PRIVATE,
     .port_text = "tftp",
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_SENDS_NOTHING}},
    {.name = "port-name-without-list",
     .requirement = "H19",
     .about = "Without a list of services there is no http, and nothing crashes.",
     .port_text = "http",
     .etc = NO_SERVICES,
     .quiet = true,
     .checks = {CHECK_FAILED, CHECK_SENDS_NOTHING}},
    WRONG_PORT("port-0", "0", "Port 0 is nobody's."),
    WRONG_PORT("port-65536", "65536", "Port 65536 is not port 0."),
    WRONG_PORT("port-negative", "-1", "Port -1 is not port 65535."),
    WRONG_PORT("port-empty", "", "An empty argument is no port."),
    WRONG_PORT("port-beyond-64-bits", "18446744073709551696", "2^64 + 80 is not port 80."),
    {.name = "failure-in-one-line",
     .requirement = "H20",
     .about = "A failure is one line on standard error.",
     .needs = TIER_CAPTURE_PRIVATE,
     .timeout_s = 5,
     .fixtures = SERVER(.behaviour = HTTP_ENDS_UNANSWERED),
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to.",
     .variant = "help",
     .quiet = true,
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "socket-errors"), CHECK_PRINTABLE,
                CHECK_SENDS_NOTHING}},
};

const struct recipe_def recipe_socket_errors = {
    .name = "socket-errors",
    .protocol = "http",
    .role = ROLE_CLIENT,
    .port = 80,
    .values = {{"file", "/file.txt"}},
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
