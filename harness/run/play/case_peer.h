/* A real server in the place of a case's fixture (`--peer COMMAND`): a second process in the
 * subject's sandbox, with a supervisor of its own. It may set no clock and reach no other network.
 */
#ifndef SOCKPROOF_RUN_CASE_PEER_H
#define SOCKPROOF_RUN_CASE_PEER_H

#include "run/play/settings.h"

/* What its words are filled in with. */
struct peer_place {
  const char *host; /* where it is to serve, in figures */
  const char *port;
  const char *family;  /* "4" or "6" */
  const char *scratch; /* a folder that it may write to; the subject's as well */
};

/* ERR_USAGE: unbalanced quotes, or another placeholder than these; says which there are. *argv is
 * NULL-ended and the arena's. */
enum err_code peer_command(const char *words, const struct peer_place *place, struct arena *arena,
                           const char *const **argv, struct err *err) MUST_USE;

/* Whether such a command can be started at all. ERR_USAGE says why not. */
enum err_code peer_check(const char *words, struct arena *arena, struct err *err) MUST_USE;

/* Why the case cannot be put to a subject with that peer of somebody's own; NULL: it can. */
const char *peer_excludes(const char *words, const struct instance *instance);

#endif
