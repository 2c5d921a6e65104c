/* A case from the inside: what its capture, its fixtures and its subject share while it runs; for
 * the files case_*.c that play it alone. */
#ifndef SOCKPROOF_RUN_CASE_PARTS_H
#define SOCKPROOF_RUN_CASE_PARTS_H

#include "capture/capture.h"
#include "run/play/byte_log.h"
#include "run/play/case_command.h"
#include "run/play/case_name_server.h"
#include "run/play/case_network.h"
#include "run/play/case_run.h"
#include "run/play/journal.h"
#include "run/play/peer_clock.h"
#include "run/play/shared_capture.h"
#include "subject/ready_pipe.h"

enum {
  CASE_RUNS_MAX = 32,
  CASE_ENDPOINTS_MAX = 8,
  /* Far beyond what a loaded machine needs; an event ends it as a rule. */
  CASE_SENTINEL_LIMIT_MS = 5000
};

struct case_run {
  const struct settings *settings;
  const struct sandbox *sandbox;
  const struct instance *instance; /* NULL until execute */
  bool again;                      /* it is played for the second time */
  struct arena *arena;
  uv_loop_t loop;
  uv_timer_t limit;
  bool limit_met;

  struct capture *capture; /* NULL at the tier fixture-log */
  uv_poll_t capture_poll;
  struct byte_log *byte_log; /* only at the tier fixture-log */
  bool lacks_peer2; /* a fixture was to be at a second address of this side, which has none */
  struct shared_places places; /* only at the tier capture-shared */
  struct trace *trace;
  bool sentinels_complete;

  struct network network;
  uint16_t port;
  struct random random;
  struct peer_clock peer_clock;
  struct journal journal;
  struct fixture_env env;
  struct fixture *fixtures[CASE_FIXTURES_MAX];
  struct case_name_server name_server;
  struct named_endpoint endpoints[CASE_ENDPOINTS_MAX];
  size_t endpoint_count;

  struct ready_pipe *ready_pipe; /* of a subject with a stack of its own; NULL else */
  struct subject *subject;       /* of the run that is going on */
  struct subject *subjects[CASE_RUNS_MAX];
  struct subject *peer; /* of --peer, in this run; NULL: none */
  bool peer_bound, peer_told_ready, peer_ended;
  struct subject *far_side; /* of a target that has one, in this run; NULL: none */
  bool far_side_ended, line_ready;
  int line; /* the launcher's end of the line to it */
  struct run_record runs[CASE_RUNS_MAX];
  size_t run_count;
  struct case_command command;
  uint64_t told_out, told_err; /* octets of its streams that the journal has told */
  bool subject_ready, subject_ended, script_finished;
  uint64_t stopped_at_ns;    /* since when a script has it stopped (SIGSTOP); 0: it goes on */
  uint64_t stopped_ns;       /* for how long scripts had, altogether */
  bool daemon_succeeded;     /* a daemon has got what it asks for */
  size_t daemon_looked_upto; /* octets of its output that were looked at */
  unsigned listens;          /* enum case_listens: over what the subject does so far */
  const char *unmet;
  struct err failure; /* the first; ERR_OK: none */
  const char *failure_kind;
};

/* How the profile maps the recipe: there is an entry for whatever is run. */
const struct profile_entry *case_entry(const struct case_run *run);

void case_note_failure(struct case_run *run, const struct err *err);

typedef bool (*case_condition)(const struct case_run *run);
/* Runs the loop until the condition holds; false when the limit or a failure came first. */
bool case_wait_until(struct case_run *run, case_condition holds, uint64_t limit_ms);

/* --- case_capture.c */
/* Between the subject and the fixtures is a wire. */
bool case_has_wire(const struct case_run *run);
enum err_code case_capture_open_warm(struct case_run *run, struct err *err) MUST_USE;
void case_capture_suit(struct case_run *run); /* a flood's is set up otherwise */
void case_capture_open_shared(struct case_run *run);
void case_capture_close(struct case_run *run);
/* Everything that was sent before this call has been captured when it returns, or
 * sentinels_complete is false. */
void case_capture_pass_barrier(struct case_run *run);

/* --- case_fixtures.c */
void case_fixtures_set_env(struct case_run *run);
void case_fixtures_start_servers(struct case_run *run);
/* How many there are. */
size_t case_fixtures_start_drivers(struct case_run *run, const struct endpoint *subject);
void case_fixtures_stop(struct case_run *run);
/* Something of their scripts is still to come by itself. */
bool case_fixtures_have_more(const struct case_run *run);
void case_fixtures_name_subject(struct case_run *run);
int case_stop_signal(const struct case_run *run);

/* --- case_daemon.c: a client that never ends by itself. */
bool case_is_daemon(const struct case_run *run);
/* It printed something, or set the clock: is it done? */
void case_daemon_look(struct case_run *run);
/* Waits until it has got what it asked for and its peers have nothing more to say, or its time is
 * over. */
void case_daemon_await(struct case_run *run);

/* --- case_peer.c: the server of --peer; each does nothing without one */
void case_peer_name(struct case_run *run);  /* as an endpoint of the case, in the fixtures' place */
void case_peer_start(struct case_run *run); /* returns when it is ready */
void case_peer_await_end(struct case_run *run); /* after the subject's, which is its own */

/* --- case_far_side.c: what a target's launcher talks to, in the subject's network */
bool case_has_far_side(const struct case_run *run);
/* True also where the target has none: then nothing is done. `limits` are the subject's. */
bool case_far_side_start(struct case_run *run, const struct subject_limits *limits,
                         struct err *err) MUST_USE;
void case_far_side_await_end(struct case_run *run); /* after the subject's, which is its own */

/* --- case_subject.c: all runs of the subject, each driven and awaited. */
void case_subject_run(struct case_run *run);
void case_subject_signal(struct case_run *run, int signal_number); /* to the run that goes on */

/* --- case_journal.c: of the run that goes on, or has just ended. */
void case_journal_start(struct case_run *run);
void case_journal_socket(struct case_run *run, const struct subject_socket *socket);
void case_journal_printed(struct case_run *run); /* since it was told last */
void case_journal_signal(struct case_run *run, int signal_number);
void case_journal_end(struct case_run *run);

#endif
