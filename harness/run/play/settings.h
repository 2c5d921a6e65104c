/* What a run was asked to do, as the worker, the judge and the pool see it. Nothing in here changes
 * while it runs. */
#ifndef SOCKPROOF_RUN_SETTINGS_H
#define SOCKPROOF_RUN_SETTINGS_H

#include "run/catalogue/instance.h"
#include "run/catalogue/ledger.h"
#include "run/command/run_options.h"
#include "run/verdict/expectation.h"
#include "sandbox/sandbox.h"

struct settings {
  const struct run_options *options; /* as given; of a replay: as recorded */
  const char *subject_path;          /* absolute: of the profile that --subject names; NULL: none */
  const char *folder;                /* the working directory */
  const int64_t *peer_clock_ns; /* of a replay: what the fixtures' clock reads; NULL: the time */
  size_t peer_clock_count;
  const char *root;        /* the project's folder: cases/, pcaps/, subjects/ */
  const char *recipes_dir; /* {bin}: where the reference recipes were built */
  const struct profile *profile;
  const char *cases_path;      /* absolute, of the folder of case files; NULL: none */
  const struct target *target; /* NULL: this host */
  const struct ledger *ledger;
  const struct fixture_class *name_server;     /* of cases that bring none; NULL: there is none */
  const struct expectation_list *expectations; /* of the subject; may be empty */
  const struct expectation_list *target_expectations; /* of the target; may be empty */
  struct sandbox_plan plan;
  uint64_t seed;
  unsigned slowness; /* 1; more under a wrapper that slows the subject down */
  const char *peer;  /* words of the server in the fixtures' place (--peer); NULL: none */
  const struct pattern *peer_ready; /* what it prints once it can be asked; NULL: nothing */
  const char *const *wrapper;       /* words put before the subject's own; NULL-ended; NULL: none */
  int tool_error_exit; /* the exit code by which the wrapper tells that it found an error; -1: none
                        */
  bool unbounded_memory; /* a wrapper or a sanitizer reserves address space without end */
  bool keep_evidence;    /* of every case, not only of those that did not pass */
  bool explain;          /* results tell all that was seen, and no evidence is written */
  bool compare_goldens;  /* the profile owns goldens, and they are to be held against the trace */
  bool compare_own_goldens; /* the same of those that case files name */
  int reports_fd; /* an open descriptor of the reports folder: it stays valid where mounts change */
  const char
      *rerun_prefix; /* "sockproof run", with --subject and the like, to which an id is added */
  const char *rerun_suffix; /* " -- COMMAND", or "" */
};

#endif
