/* The folder that a case leaves for a person: packets as they came and as they were expected,
 * output, command, timeline, difference, and what a replay needs. */
#ifndef SOCKPROOF_RUN_EVIDENCE_H
#define SOCKPROOF_RUN_EVIDENCE_H

#include "run/play/journal.h"
#include "run/play/peer_clock.h"
#include "run/verdict/judge.h"

struct evidence_files {
  const struct trace *trace;         /* NULL: none */
  const struct canonical *canonical; /* NULL: none */
  const struct run_record *runs;
  size_t run_count;
  const char *const *argv; /* of the last run; NULL: none was started */
  const char *const *envp;
  const struct instance *instance;
  const struct journal *journal;
  const struct peer_clock *peer_clock;
  const struct named_endpoint *endpoints;
  size_t endpoint_count;
};

/* Writes to evidence/<id>/ below the reports folder, and sets result->evidence. A failure (a full
 * disk) is told in the result's details and changes no verdict. */
void evidence_write(const struct settings *settings, const struct evidence_files *files,
                    struct result *result);

#endif
