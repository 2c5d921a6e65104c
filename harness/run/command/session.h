/* What `run` and `bless` have in common before the first case starts: everything that a command
 * line names, found, read and checked, so that a mistake in it is told before anything is written.
 */
#ifndef SOCKPROOF_RUN_SESSION_H
#define SOCKPROOF_RUN_SESSION_H

#include "run/catalogue/catalogue.h"
#include "run/catalogue/version_choice.h"
#include "run/command/run_options.h"
#include "run/play/settings.h"
#include "run/programs/mutant.h"

struct session {
  struct arena *arena; /* owns what the rest points to */
  struct settings settings;
  struct pattern *peer_ready; /* what the settings have as such; may be NULL */
  struct ledger ledger;
  struct version_choice version_choice;
  struct expectation_list expectations, target_expectations;
  char version[128];           /* of the subject, as its own command tells it; "": it tells none */
  char target_version[128];    /* the same of the target */
  struct instance_list all;    /* the whole catalogue */
  struct instance_list chosen; /* what is to be run */
  const struct mutant *mutant; /* which runs in the recipe's place; NULL: none */
  const char *reports;         /* the reports folder's path */
  bool whole;                  /* nothing was left out: orphans among the goldens can be told */

  /* Recipes of the choice that the profile has no entry for. */
  const char *not_implemented[PROFILE_ENTRIES_MAX];
  size_t not_implemented_count, not_implemented_cases;
};

/* ERR_USAGE or ERR_INPUT: nothing was written. The reports folder exists and is open when this
 * returns ERR_OK. */
enum err_code session_open(const struct catalogue *catalogue, const struct run_options *options,
                           struct session *session, struct err *err) MUST_USE;
void session_close(struct session *session);

/* Why the run's target is without a recipe that the profile has; NULL: it is not. The target's. */
const char *session_why_not_built(const struct session *session, const char *recipe);

/* Every case names a requirement that exists and whose row names its recipe; ERR_INPUT says which
 * does not. */
enum err_code session_check_requirements(const struct instance_list *all,
                                         const struct ledger *ledger, struct err *err) MUST_USE;

#endif
