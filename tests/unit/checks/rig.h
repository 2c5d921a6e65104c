/* A judged case made by hand: runs with what they printed, endpoints with names, and packets. */
#ifndef SOCKPROOF_TESTS_CHECKS_RIG_H
#define SOCKPROOF_TESTS_CHECKS_RIG_H

#include "packets.h"
#include "run/check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RIG_RUNS_MAX = 4 };

/* When the first run begins: 2026-01-01. Each takes ten seconds of time. */
#define RIG_START_NS (INT64_C(1767225600) * 1000000000)
#define RIG_RUN_NS (INT64_C(10) * 1000000000)

#define SUBJECT at("127.0.0.1", 40000)
#define PEER at("127.0.0.1", 123)
#define PEER2 at("127.0.0.2", 123)

struct rig {
  struct packets packets;
  struct subject_outcome outcomes[RIG_RUNS_MAX];
  struct run_record runs[RIG_RUNS_MAX];
  struct named_endpoint endpoints[2]; /* "peer" and "peer2" */
  struct profile_entry entry;         /* observes what rig_observes() says, nothing at first */
  struct judged_case judged;
  struct finding finding; /* of the last check */
};

/* One run, which exited with 0; `judged` points into *rig. Ends with rig_destroy(). */
void rig_create(struct rig *rig);
void rig_destroy(struct rig *rig);

void rig_set_runs(struct rig *rig, size_t count);
void rig_observes(struct rig *rig, const char *name);
void rig_exits(struct rig *rig, size_t run, int code); /* success follows */

/* What a run printed; the profile is made to observe it. */
struct observation *rig_prints(struct rig *rig, size_t run, const char *name, const char *text);
/* Several matches of one pattern, a line each. */
void rig_prints_lines(struct rig *rig, size_t run, const char *name, const char *lines);
void rig_prints_time(struct rig *rig, size_t run, int64_t unix_ns, int64_t resolution_ns);
void rig_prints_number(struct rig *rig, size_t run, const char *name, const char *text);

/* The next packets belong to this run, `ms` after its start. */
void rig_at(struct rig *rig, size_t run, unsigned ms);
/* A plain request, with what is asked for in `transmit`; and the reply to it. */
void rig_request(struct rig *rig, struct endpoint from, struct endpoint to, ntp_timestamp transmit);
void rig_reply(struct rig *rig, struct endpoint from, struct endpoint to, ntp_timestamp transmit);

/* Judges, and asserts what the finding is; `words` stand somewhere in what was seen. */
void rig_holds(struct rig *rig, struct check check);
void rig_fails(struct rig *rig, struct check check, const char *words);
void rig_unobservable(struct rig *rig, struct check check);
void rig_unjudgeable(struct rig *rig, struct check check);

/* Tests of one kind are a table of these: each gets a fresh rig. */
int rig_setup(void **state);
int rig_teardown(void **state);
#define RIG_TEST(function) cmocka_unit_test_setup_teardown(function, rig_setup, rig_teardown)

/* A check made by its macro, as an expression. */
#define CHECK(...) ((struct check)__VA_ARGS__)

#endif
