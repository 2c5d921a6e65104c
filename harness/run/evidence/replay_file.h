/* replay.json of an evidence folder: what is needed to play a case to its subject again. */
#ifndef SOCKPROOF_RUN_REPLAY_FILE_H
#define SOCKPROOF_RUN_REPLAY_FILE_H

#include "report/result.h"
#include "run/play/journal.h"
#include "run/play/peer_clock.h"
#include "run/play/settings.h"

enum { REPLAY_SCHEMA = 1, REPLAY_WORDS_MAX = 256 };

struct replay_source {
  const struct settings *settings;
  const struct instance *instance;
  const struct result *result;
  const struct journal *journal;
  const struct peer_clock *clock;
};

/* ERR_LIMIT: no memory. */
enum err_code replay_file_text(const struct replay_source *source, struct text *out,
                               struct err *err) MUST_USE;

/* What was recorded; texts are the arena's, NULL where there was none. */
struct replay_record {
  const char *case_id;
  const char *cases;  /* the absolute path of the folder of case files; NULL: it is built in */
  const char *digest; /* of what the case asked (run/case_digest.h) */
  const char *folder; /* the working directory of the run */
  uint64_t seed;
  bool strict, valgrind;
  enum tier tier;
  const char *profile; /* its absolute path */
  const char *mutant, *target, *wrapper;
  const char *peer, *peer_ready; /* --peer and --peer-ready */
  const char *const *command;    /* behind "--", NULL-ended */
  enum verdict verdict;          /* before --strict */
  const char *kind;
  const int64_t *clock_ns; /* the fixtures' readings */
  size_t clock_count;
};

/* ERR_USAGE: the file is not there, is no JSON (line), is of another schema, lacks a member: one
 * sentence that names the file. */
enum err_code replay_file_read(const char *path, struct arena *arena, struct replay_record *record,
                               struct err *err) MUST_USE;

#endif
