/* `run --replay DIR`: the case of an evidence folder again, before the same peer. */
#ifndef SOCKPROOF_RUN_REPLAY_H
#define SOCKPROOF_RUN_REPLAY_H

#include "run/command/session.h"
#include "run/evidence/replay_file.h"
#include "trace/canonical.h"

#include <stdio.h>

struct replay {
  struct run_options options; /* of the recorded run, with what was given over them */
  struct replay_record record;
  struct canonical *recorded; /* its packets; NULL: none were kept */
  struct arena *arena;        /* owns what the rest points to */
};

/* ERR_USAGE, one sentence: the folder holds no evidence, or of another schema, or of a case that is
 * not in the catalogue or now asks something else; its profile is gone; its command was given in
 * another folder; `given` would write over it. `given` outlives the replay. On failure there is
 * nothing to close. */
enum err_code replay_open(const struct run_options *given, const struct catalogue *catalogue,
                          struct replay *replay, struct err *err) MUST_USE;
void replay_close(struct replay *replay);

/* The fixtures' clock of the sessions' cases. */
void replay_prepare(const struct replay *replay, struct session *session);

/* Says whether verdict and packets are those recorded, and what differs. `result` is of the case as
 * it came now (NULL: none came). */
void replay_tell(const struct replay *replay, const struct session *session,
                 const struct result *result, FILE *out);

#endif
