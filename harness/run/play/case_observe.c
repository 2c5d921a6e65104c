#include "run/play/case_observe.h"

static bool set_the_clock(const struct observations *found) {
  for (size_t i = 0; i < found->count; i++) {
    if (found->list[i].from_clock) return true;
  }
  return false;
}

enum err_code case_observe(const struct profile_entry *entry, struct run_record *record,
                           struct err *err) {
  const struct subject_outcome *outcome = record->outcome;
  const struct text *out = &outcome->out.kept, *errors = &outcome->err.kept;
  const struct span output = span_of(text_chars(out), out->len);
  const struct printed printed = {.out = output, .err = span_of(text_chars(errors), errors->len)};
  enum err_code code = observe_output(entry, &printed, &record->observed, err);
  if (code != ERR_OK) return code;
  observe_clock(entry, outcome->clock_attempts, outcome->clock_attempt_count, &record->observed);
  if (entry->daemon && entry->success == NULL) {
    record->success = set_the_clock(&record->observed);
    return ERR_OK;
  }
  return observe_success(entry, output, outcome->exit_code, &record->success, err);
}
