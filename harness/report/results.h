/* A set of results and the run that gave it, in memory: what results.json says (schema 1). */
#ifndef SOCKPROOF_REPORT_RESULTS_H
#define SOCKPROOF_REPORT_RESULTS_H

#include "report/result.h"
#include "report/summary.h"

#include <jansson.h>
#include <stdint.h>

enum { RESULTS_NOT_IMPLEMENTED_MAX = 48 };

struct run_host {
  char name[64];                             /* its host name */
  char system[64], release[64], machine[64]; /* as uname(2) says */
  unsigned cpus;                             /* online */
};

struct run_info {
  char subject[128], subject_version[128];
  char target[32];          /* "native" */
  char target_version[128]; /* "": it tells none, as this host does */
  enum tier tier;
  uint64_t seed; /* up to INT64_MAX */
  struct run_host host;
  char started[32]; /* ISO 8601, UTC: "2026-11-20T21:40:05Z" */
  double duration_ms;
  bool strict;                /* --strict: what would be a warn is a fail */
  bool finished;              /* false: the run was cut short */
  char command[1024];         /* as a person would type it again */
  char catalogue_version[64]; /* of the catalogue of cases: the newest that the program knew */
  char catalogue_limit[64];   /* --catalogue: later cases were left out; "": none was */
  char not_implemented[RESULTS_NOT_IMPLEMENTED_MAX][48]; /* recipes without an entry */
  size_t not_implemented_count;
  size_t not_implemented_cases; /* how many cases those recipes have */
};

/* Fills `host` and `started` from the system; the rest is left as it is. */
void run_info_of_system(struct run_info *info, int64_t realtime_ns);

struct results {
  struct run_info run;
  struct result **cases; /* owned */
  size_t case_count;
  struct summary summary;
  char *path; /* the file that it was read from, or "" */
};

struct results *results_create(const struct run_info *run) MUST_USE; /* NULL: no memory */
void results_destroy(struct results *results);                       /* NULL is fine */

/* Takes `result` over, and counts it. False (and it is destroyed): no memory. */
bool results_add(struct results *results, struct result *result);

/* Reads results.json. ERR_SYSTEM: it cannot be read; ERR_INPUT names the file and what is wrong in
 * it: not JSON (line), another schema, a member that is missing. The counts are made anew from the
 * cases. The caller owns *results. */
enum err_code results_read(const char *path, struct results **results, struct err *err) MUST_USE;

/* The members of a run but for duration_ms and finished; NULL: no memory. */
json_t *run_info_to_json(const struct run_info *run) MUST_USE;

/* The members of "summary"; NULL: no memory. */
json_t *summary_to_json(const struct summary *summary) MUST_USE;

#endif
