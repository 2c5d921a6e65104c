/* What becomes of the subject, as the journal tells it. */
#include "run/evidence/debugger.h"
#include "run/play/case_parts.h"

#include <string.h>

void case_journal_socket(struct case_run *run, const struct subject_socket *socket) {
  char address[IP_ADDRESS_TEXT_MAX];
  if (socket->path[0] != '\0') {
    journal_note(&run->journal, JOURNAL_PROCESS, "listens at %s", socket->path);
  } else {
    journal_note(&run->journal, JOURNAL_PROCESS, "%s %s, port %u",
                 socket->tcp ? "listens: TCP" : "is bound: UDP",
                 ip_address_text(&socket->at.address, address), (unsigned)socket->at.port);
  }
}

void case_journal_start(struct case_run *run) {
  const struct subject_outcome *outcome = run->runs[run->run_count - 1].outcome;
  journal_note_at(&run->journal, outcome->started_ns, JOURNAL_PROCESS,
                  "started (run %zu), process %ld", run->run_count,
                  (long)subject_pid(run->subject));
  run->told_out = run->told_err = 0;
}

void case_journal_signal(struct case_run *run, int signal_number) {
  journal_note(&run->journal, JOURNAL_HARNESS, "sends signal %d (%s)", signal_number,
               strsignal(signal_number));
}

/* Of what it printed since it was last looked at, the first octets. */
static void note_printed(struct case_run *run, const char *stream,
                         const struct subject_output *output, uint64_t *told) {
  enum { SHOWN_MAX = 120 };
  if (output->total_bytes == *told) return;
  struct span kept = span_of(text_chars(&output->kept), output->kept.len);
  struct span fresh = span_part(kept, (size_t)*told, kept.len);
  if (run->settings->options->gdb) debugger_show(fresh);
  struct text words = TEXT_INIT(512);
  text_append_escaped(&words, span_part(fresh, 0, SHOWN_MAX));
  journal_note(&run->journal, JOURNAL_PROCESS, "wrote %llu octets to standard %s: %s%s",
               (unsigned long long)(output->total_bytes - *told), stream, text_chars(&words),
               fresh.len > SHOWN_MAX ? "..." : "");
  text_free(&words);
  *told = output->total_bytes;
}

void case_journal_printed(struct case_run *run) {
  const struct subject_outcome *outcome = run->runs[run->run_count - 1].outcome;
  note_printed(run, "output", &outcome->out, &run->told_out);
  note_printed(run, "error", &outcome->err, &run->told_err);
}

/* What it tried to do to the clock and to the host name. */
static void note_attempts(struct case_run *run, const struct subject_outcome *outcome) {
  for (size_t i = 0; i < outcome->clock_attempt_count; i++) {
    const struct clock_attempt *attempt = &outcome->clock_attempts[i];
    const char *what = attempt->change == CLOCK_CHANGE_SET     ? "to"
                       : attempt->change == CLOCK_CHANGE_SHIFT ? "by"
                                                               : "otherwise,";
    journal_note_at(&run->journal, attempt->at_ns, JOURNAL_PROCESS,
                    "would change the clock (%s) %s %.9f s: %s", attempt->call, what,
                    (double)attempt->value_ns / 1e9,
                    attempt->answered_success ? "answered with success, not done" : "refused");
  }
  for (size_t i = 0; i < outcome->host_name_attempt_count; i++) {
    const struct host_name_attempt *attempt = &outcome->host_name_attempts[i];
    struct text name = TEXT_INIT(512);
    text_append_escaped(&name, span_of_text(attempt->name));
    journal_note(&run->journal, JOURNAL_PROCESS, "had set the host name to '%s': %s",
                 text_chars(&name),
                 attempt->answered_errno == 0 ? "done" : strerror(attempt->answered_errno));
    text_free(&name);
  }
}

void case_journal_end(struct case_run *run) {
  const struct subject_outcome *outcome = run->runs[run->run_count - 1].outcome;
  case_journal_printed(run);
  note_attempts(run, outcome);
  if (outcome->timed_out)
    journal_note(&run->journal, JOURNAL_HARNESS, "its time was over: SIGKILL");
  if (outcome->signal != 0) {
    journal_note_at(&run->journal, outcome->ended_ns, JOURNAL_PROCESS, "ended by signal %d (%s)",
                    outcome->signal, strsignal(outcome->signal));
  } else {
    journal_note_at(&run->journal, outcome->ended_ns, JOURNAL_PROCESS, "ended, exit %d",
                    outcome->exit_code);
  }
  if (outcome->stray_processes > 0)
    journal_note(&run->journal, JOURNAL_HARNESS, "killed %u processes that it left",
                 outcome->stray_processes);
}
