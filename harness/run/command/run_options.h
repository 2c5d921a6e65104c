/* The command line of `sockproof run` and `sockproof bless`. */
#ifndef SOCKPROOF_RUN_RUN_OPTIONS_H
#define SOCKPROOF_RUN_RUN_OPTIONS_H

#include "base/verdict.h"

#include <stddef.h>
#include <stdint.h>

enum { RUN_GLOBS_MAX = 64, RUN_RULES_MAX = 16 };

/* A floor below which a run is not green: at least `judged` cases of a recipe were judged. 0: a run
 * of which nothing is judged will do. */
struct run_floor {
  const char *recipe; /* a name, or a glob over names, whose cases are counted together */
  unsigned judged;
};

struct run_options {
  const char *globs[RUN_GLOBS_MAX];
  size_t glob_count;
  const char *excludes[RUN_GLOBS_MAX];
  size_t exclude_count;
  const char *const *command; /* behind "--", NULL-ended; NULL: none */
  const char *cases;          /* a folder of case files; NULL: none */
  const char *subject;        /* a profile's path; NULL: the reference recipes */
  const char *target;         /* name or path of a target file; NULL: this host */
  const char *peer;           /* words of a server in the fixtures' place; NULL: none */
  const char *peer_ready;     /* what it prints when it is ready; NULL: nothing is awaited */
  const char *mutant;         /* the recipe's mutant to run in its place; NULL: none */
  const char *catalogue;      /* only the cases of that version of the catalogue; NULL: of all */
  const char *reports;        /* NULL: reports/ of the project */
  const char *replay;         /* an evidence folder to play again; NULL: none */
  const char *wrapper;        /* words before the subject's own; NULL: none */
  unsigned jobs;              /* 0: as many as keep the processors busy */
  unsigned shard, shards;
  unsigned repeat; /* at least 1 */
  uint64_t seed;
  bool seed_given;
  bool gdb; /* the one case chosen, with the subject under a debugger on this terminal */
  bool strict, valgrind, until_fail, verbose, keep_evidence, junit_strict;
  bool explain; /* run the plainest case of each recipe, and tell what the profile makes of it */
  enum tier at_most;  /* do not use a better tier */
  enum tier at_least; /* --require tier=...: below it nothing is run */
  struct run_floor floors[RUN_RULES_MAX];
  size_t floor_count;
  bool write_expectations;
  bool help;
};

/* ERR_USAGE says which argument is wrong and what is allowed. Texts point into argv. `argv[0]` is
 * the verb. */
enum err_code run_options_parse(int argc, char **argv, struct run_options *options,
                                struct err *err) MUST_USE;

extern const char RUN_USAGE[];

#endif
