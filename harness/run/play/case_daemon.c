/* A client that never ends by itself: it is judged by what it printed, sent and set once it has got
 * what it asked for, or once its time is over. */
#include "run/play/case_limit.h"
#include "run/play/case_observe.h"
#include "run/play/case_parts.h"

/* Beyond so many octets the patterns are tried only when the output has doubled: one that prints
 * without end must not keep its judge busy. */
enum { LOOK_ALWAYS_OCTETS = 64 * 1024 };

bool case_is_daemon(const struct case_run *run) {
  return instance_role(run->instance) == ROLE_CLIENT && case_entry(run)->daemon;
}

static bool is_worth_a_look(struct case_run *run, const struct subject_outcome *outcome) {
  const size_t len = outcome->out.kept.len + outcome->err.kept.len;
  if (len > LOOK_ALWAYS_OCTETS && len < 2 * run->daemon_looked_upto) return false;
  run->daemon_looked_upto = len;
  return true;
}

void case_daemon_look(struct case_run *run) {
  struct run_record *record = &run->runs[run->run_count - 1];
  if (!case_is_daemon(run) || !is_worth_a_look(run, record->outcome)) return;
  struct err err = {0};
  if (case_observe(case_entry(run), record, &err) != ERR_OK) {
    case_note_failure(run, &err);
  } else {
    run->daemon_succeeded = record->success;
  }
}

static bool is_done(const struct case_run *run) {
  return run->subject_ended || (run->daemon_succeeded && !case_fixtures_have_more(run));
}

void case_daemon_await(struct case_run *run) {
  (void)case_wait_until(run, is_done, case_daemon_limit_ms(run->settings, run->instance));
}
