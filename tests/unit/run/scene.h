/* A case that was run, for tests of its verdict. */
#ifndef SOCKPROOF_TESTS_UNIT_RUN_SCENE_H
#define SOCKPROOF_TESTS_UNIT_RUN_SCENE_H

#include "files.h"
#include "run/verdict/judge.h"
#include "trace/trace.h"

/* What the one check of the case is found to be: its `low`. */
enum { DOES_NOT_HOLD, HOLDS, UNJUDGEABLE, UNOBSERVABLE };

/* A case that was run once, without packets and without a golden; each test spoils something. */
struct scene {
  struct case_def def;
  struct recipe_def recipe;
  struct instance instance;
  struct settings settings;
  struct subject_outcome outcome;
  struct run_record run;
  struct case_evidence evidence;
  struct trace *trace;
  struct conversation *conversation;
  struct result *result;
};

int scene_set_up(void **state);
int scene_tear_down(void **state);
#define SCENE_TEST(function) \
  cmocka_unit_test_setup_teardown(function, scene_set_up, scene_tear_down)

/* A check that finds what its `low` says. */
void check_always(const struct check *check, const struct judged_case *judged,
                  struct finding *finding);

/* Judges, and asserts what comes of it. */
void judged(struct scene *scene, enum verdict verdict, const char *kind);

/* One datagram, over a loopback that others use where the tier says so; to 127.0.0.1, or elsewhere.
 */
void scene_add_flow(struct scene *scene, uint16_t port);
void scene_add_flow_to(struct scene *scene, const uint8_t destination[4], uint16_t port);
/* What was added becomes the conversation that is judged. */
void scene_tell_flows(struct scene *scene);

extern const struct expectation_list NOTHING_FORESEEN;

#endif
