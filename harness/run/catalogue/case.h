/* What a case is: one recipe, the scripts of its fixtures, and what must be observed; said by data.
 *
 *   {.name = "origin-low-bit-flipped", .requirement = "S36",
 *    .about = "A reply whose origin differs from the request in its lowest bit alone is not an
 * answer.", .fixtures = {{&ntp_server, &origin_low_bit_flipped}}, .checks = {CHECK_REJECTED}}
 *
 * A recipe's cases.c holds its table and one `struct recipe_def`; the catalogue lists the recipes.
 * What goes through all cases of a recipe does it by recipe_case() (run/instance.h).
 *
 * No case fixes an address of its network: a host, a value and a file of /etc name it as {peer},
 * {peer2}, {subject} and so on (sandbox/sandbox_addresses.h).
 */
#ifndef SOCKPROOF_RUN_CASE_H
#define SOCKPROOF_RUN_CASE_H

#include "base/verdict.h"
#include "fixture/fixture.h"
#include "run/check/check.h"
#include "sandbox/sandbox.h"
#include "subject/target.h"

enum {
  CASE_FIXTURES_MAX = 3,
  CASE_CHECKS_MAX = 8,
  CASE_VALUES_MAX = 4,
  CASE_RULES_MAX = 6,
  CASE_FILES_MAX = 3,
  RECIPE_SHARED_MAX = 4,
  CASE_LIMIT_DEFAULT_MS = 15000
};

/* A case of both families is two cases: `name` on IPv4 and `name-ipv6` on IPv6. */
enum case_families { ON_IPV4 = 0, ON_IPV6 = 1, ON_BOTH = 2 };

/* Whom the subject plays. */
enum recipe_role { ROLE_OF_RECIPE = 0, ROLE_CLIENT, ROLE_SERVER, ROLE_LOCAL };

/* When a server is ready for the script: over which transports it has come to listen. */
enum case_listens { LISTENS_AT_ALL = 0, LISTENS_TCP = 1, LISTENS_UDP = 2, LISTENS_BOTH = 3 };

/* A file in the subject's scratch folder, made before it starts; it may read it, not change it. */
struct case_file {
  const char *name;       /* "data.bin"; NULL: none */
  uint64_t sparse_octets; /* it begins with a hole of so many zeros; then: */
  const char *text;       /* these octets; NULL: none */
  size_t pattern_len;     /* and so many octets of the driver's pattern, seed 0 */
  bool directory;
  bool unreadable; /* no one may read it */
};

struct fixture_use {
  const struct fixture_class *class;
  const void
      *script; /* of the type that the class's header declares; NULL: the class's plain script */
};

struct case_def {
  const char *name;        /* stable: it names the golden, the CTest test and the report's line */
  const char *requirement; /* id in a ledger */
  const char *about;       /* one sentence: what must happen, and why */
  enum case_families families;
  enum recipe_role role; /* where a recipe has both ends: which one the subject is here */
  enum tier needs;       /* below this tier the case is broken. What only a private sandbox can give
                            (etc, host_name, ipv6_off, may_set_host_name, a name server) needs
                            TIER_CAPTURE_PRIVATE without saying so */

  unsigned wants; /* enum capability: what the target must have, beside what follows from the rest
                     of the case */
  enum case_listens listens; /* where it is not the recipe's */

  const char *variant;   /* command variant of the profile ("udp"); NULL: the plain command */
  const char *host;      /* {host}; NULL: the peer's address in figures, to a server its own */
  uint16_t port;         /* {port}; 0: the recipe's */
  const char *port_text; /* {port} in these words instead: "http", "65536", "" */
  unsigned timeout_s;    /* {timeout_s}; 0: 2 */
  struct placeholder values[CASE_VALUES_MAX]; /* {message}, ...: over the recipe's */
  const char *input;                          /* on standard input; NULL: /dev/null */
  bool input_stays_open;                      /* no end of file behind it while the subject runs */
  struct case_file files[CASE_FILES_MAX];

  const struct sandbox_file *etc; /* over those of the sandbox's /etc; ended by a name of NULL */
  const char *host_name;          /* the sandbox's host name; NULL: as ever */
  bool ipv6_off;                  /* the sandbox's kernel speaks IPv4 alone */
  bool may_set_host_name;         /* sethostname() works, in the sandbox; else EPERM */

  unsigned runs;         /* how often the subject is run, one after the other; 0: once */
  unsigned limit_ms;     /* after which, and 5 s at least, a run is ended and failed; 0:
                            CASE_LIMIT_DEFAULT_MS */
  int stop_signal;       /* which ends a server; 0: SIGTERM */
  bool flood;            /* more than some thousand packets: the capture is set up for it */
  bool any_server;       /* any honest server may be the peer, as its checks need no script: it can
                            be run with --peer */
  bool quiet;            /* the subject must not send anything: no packet is due. So it is for
                            ROLE_LOCAL without fixtures, anyway */
  const char *no_golden; /* why no two correct runs send the same packets; NULL: they do, and a
                            golden says which. The checks judge all the same */
  const char *golden;    /* path of a golden of the case's own, without its ending; NULL: it stands
                            with those of the profile */
  const char *origin;    /* "FILE:LINE" of the case file that it is from; NULL: it is built in */
  /* Where none of them is a name server, and the case says nothing else of names (etc, host_name),
     a private sandbox has one that gives every name the peer's address. */
  struct fixture_use fixtures[CASE_FIXTURES_MAX];
  struct check checks[CASE_CHECKS_MAX];
  struct fixture_rule
      rules[CASE_RULES_MAX]; /* of the golden, beside those that the fixtures give */
};

/* Cases that several recipes have; such tables stand in cases/common/. */
struct case_table {
  const struct case_def *cases;
  size_t count;
};

struct recipe_def {
  const char *name;     /* folder of cases/, of pcaps/, section of a profile */
  const char *protocol; /* label: "ntp", "echo" */
  enum recipe_role role;
  uint16_t port; /* its protocol's, where a case names none. 0: a server chooses its own, and the
                    first socket on which it listens is the one that the case means */
  enum case_listens listens; /* when a server is ready for a case that does not say it itself: one
                                that speaks both transports may bind the other first */
  uint16_t well_known_port;  /* that of a program which cannot be told one; 0: the same */
  enum application application;               /* what a server of it speaks there */
  unsigned wants;                             /* enum capability: of all its cases */
  struct placeholder values[CASE_VALUES_MAX]; /* defaults of the recipe's own placeholders */
  const struct case_table *shared[RECIPE_SHARED_MAX]; /* listed before its own */
  const struct case_def *cases;                       /* its own */
  const char
      *plain; /* the case that shows the recipe at its plainest; NULL: the first of its own */
  size_t case_count;
};

#endif
