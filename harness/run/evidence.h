/* The folder that a case leaves for a person: packets, canonical text, output, command, difference.
 */
#ifndef SOCKPROOF_RUN_EVIDENCE_H
#define SOCKPROOF_RUN_EVIDENCE_H

#include "run/judge.h"

struct evidence_files {
  const struct trace *trace;         /* NULL: none */
  const struct canonical *canonical; /* NULL: none */
  const struct run_record *runs;
  size_t run_count;
  const char *const *argv; /* of the last run; NULL: none was started */
  const char *const *envp;
};

/* Writes to evidence/<id>/ below the reports folder, and sets result->evidence. A failure (a full
 * disk) is told in the result's details and changes no verdict. */
void evidence_write(const struct settings *settings, const struct evidence_files *files,
                    struct result *result);

#endif
