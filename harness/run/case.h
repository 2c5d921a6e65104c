/* What a case is: one recipe, the scripts of its fixtures, and what must be observed; said by data.
 *
 *   {.name = "origin-low-bit-flipped", .requirement = "S36",
 *    .about = "A reply whose origin differs from the request in its lowest bit alone is not an
 * answer.", .fixtures = {{&ntp_server, &origin_low_bit_flipped}}, .checks = {CHECK_REJECTED}}
 *
 * A recipe's cases.c holds its table and one `struct recipe_def`; the catalogue lists the recipes.
 */
#ifndef SOCKPROOF_RUN_CASE_H
#define SOCKPROOF_RUN_CASE_H

#include "base/verdict.h"
#include "fixture/fixture.h"
#include "run/check.h"
#include "subject/profile.h"

enum { CASE_FIXTURES_MAX = 3, CASE_CHECKS_MAX = 8, CASE_VALUES_MAX = 4, CASE_RULES_MAX = 6 };

/* A case of both families is two cases: `name` on IPv4 and `name-ipv6` on IPv6. */
enum case_families { ON_IPV4 = 0, ON_IPV6 = 1, ON_BOTH = 2 };

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
  enum tier needs;     /* below this tier the case is broken */
  const char *variant; /* command variant of the profile ("udp"); NULL: the plain command */
  const char *host;    /* {host}; NULL: the peer's address in figures */
  uint16_t port;       /* {port}; 0: the recipe's */
  unsigned timeout_s;  /* {timeout_s}; 0: 2 */
  struct placeholder values[CASE_VALUES_MAX]; /* {message}, ...: over the recipe's */
  unsigned runs;         /* how often the subject is run, one after the other; 0: once */
  unsigned limit_ms;     /* after which a run is ended and failed; 0: 15,000 */
  bool flood;            /* more than some thousand packets: the capture is set up for it */
  bool quiet;            /* the subject must not send anything: no packet is due */
  const char *no_golden; /* why no two correct runs send the same packets; NULL: they do, and a
                            golden says which. The checks judge all the same */
  const char *input;     /* on standard input; NULL: /dev/null */
  struct fixture_use fixtures[CASE_FIXTURES_MAX];
  struct check checks[CASE_CHECKS_MAX];
  struct fixture_rule
      rules[CASE_RULES_MAX]; /* of the golden, beside those that the fixtures give */
};

enum recipe_role { ROLE_CLIENT, ROLE_SERVER, ROLE_LOCAL };

struct recipe_def {
  const char *name;     /* folder of cases/, of pcaps/, section of a profile */
  const char *protocol; /* label: "ntp", "echo" */
  enum recipe_role role;
  uint16_t port;                              /* its protocol's, where a case names none */
  struct placeholder values[CASE_VALUES_MAX]; /* defaults of the recipe's own placeholders */
  const struct case_def *cases;
  size_t case_count;
};

#endif
