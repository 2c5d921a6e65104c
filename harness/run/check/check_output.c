#include "run/check/check_common.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void check_succeeded(const struct check *check, const struct judged_case *judged,
                     struct finding *finding) {
  (void)check;
  finding_expect(finding, "it succeeds");
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    if (run->success) continue;
    finding_fails(finding, "%s%s", words_of_run(judged, i, label), words_of_exit(run, how));
    return;
  }
  finding_holds(finding, "it succeeded");
}

/* One that was killed at its limit said nothing by its exit. */
/* A check of one run among several; 0: of all. */
static bool concerns(const struct check *check, size_t run) {
  return check->index == 0 || check->index == run + 1;
}

void check_failed(const struct check *check, const struct judged_case *judged,
                  struct finding *finding) {
  finding_expect(finding, "it does not succeed, and its exit says so");
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    if (!concerns(check, i)) continue;
    if (!run->success && check_ended_itself(run)) continue;
    finding_fails(finding, "%s%s", words_of_run(judged, i, label), words_of_exit(run, how));
    return;
  }
  finding_holds(finding, "it did not succeed");
}

void check_told_on_stderr(const struct check *check, const struct judged_case *judged,
                          struct finding *finding) {
  (void)check;
  finding_expect(finding, "standard error tells a person what went wrong");
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    if (run->outcome->err.total_bytes > 0) continue;
    finding_fails(finding, "%sstandard error is empty, %s", words_of_run(judged, i, label),
                  words_of_exit(run, how));
    return;
  }
  finding_holds(finding, "standard error is not empty");
}

static bool is_harmless(uint8_t octet) {
  return (octet >= 0x20 && octet < 0x7f) || octet == '\n' || octet == '\t';
}

static bool is_one_line(struct span octets) {
  if (octets.len < 2 || memchr(octets.bytes, '\n', octets.len) != octets.bytes + octets.len - 1)
    return false;
  for (size_t i = 0; i < octets.len; i++) {
    if (!is_harmless(octets.bytes[i])) return false;
  }
  return true;
}

void check_told_in_one_line(const struct check *check, const struct judged_case *judged,
                            struct finding *finding) {
  finding_expect(finding, "standard error is one printable line that tells what went wrong");
  char label[WORDS_MAX];
  char words[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct text *kept = &judged->runs[i].outcome->err.kept;
    struct span octets = span_of(text_chars(kept), kept->len);
    if (!concerns(check, i) || is_one_line(octets)) continue;
    finding_fails(finding, "%sstandard error is %s", words_of_run(judged, i, label),
                  words_of_octets(octets, words));
    return;
  }
  finding_holds(finding, "one line");
}

void check_exit_code(const struct check *check, const struct judged_case *judged,
                     struct finding *finding) {
  finding_expect(finding, "exit %" PRId64, check->low);
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct subject_outcome *outcome = judged->runs[i].outcome;
    if (!check_has_exit(judged, i, finding)) return;
    if (!outcome->timed_out && outcome->signal == 0 && outcome->exit_code == check->low) continue;
    finding_fails(finding, "%s%s", words_of_run(judged, i, label),
                  words_of_exit(&judged->runs[i], how));
    return;
  }
  finding_holds(finding, "exit %" PRId64, check->low);
}

void check_printable(const struct check *check, const struct judged_case *judged,
                     struct finding *finding) {
  (void)check;
  finding_expect(finding, "standard output holds nothing but printable ASCII, newlines and tabs");
  char label[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    struct span output = check_output_of(&judged->runs[i]);
    for (size_t k = 0; k < output.len; k++) {
      if (is_harmless(output.bytes[k])) continue;
      finding_fails(finding, "%sat offset %zu of standard output stands the octet 0x%02x",
                    words_of_run(judged, i, label), k, output.bytes[k]);
      return;
    }
  }
  finding_holds(finding, "standard output is printable");
}

/* An observation holds the start of what was printed; more of the message cannot be compared. */
static bool is_message(const struct observation *seen, const char *message) {
  size_t room = sizeof seen->text - 1;
  size_t len = strlen(message);
  return len < room ? strcmp(seen->text, message) == 0 : strncmp(seen->text, message, room) == 0;
}

void check_message_received(const struct check *check, const struct judged_case *judged,
                            struct finding *finding) {
  (void)check;
  const char *message = judged->message == NULL ? "" : judged->message;
  char words[WORDS_MAX];
  finding_expect(finding, "it succeeds, and has received its message %s",
                 words_of_octets(span_of_text(message), words));
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    if (!run->success) {
      finding_fails(finding, "%s%s", words_of_run(judged, i, label), words_of_exit(run, how));
      return;
    }
    const struct observation *seen = check_observation(judged, i, "received", finding);
    if (seen == NULL) return;
    if (is_message(seen, message)) continue;
    finding_fails(finding, "%s`received` is %s, %s", words_of_run(judged, i, label),
                  words_of_octets(span_of_text(seen->text), words), words_of_exit(run, how));
    return;
  }
  finding_holds(finding, "the whole message was received");
}

void check_message_not_claimed(const struct check *check, const struct judged_case *judged,
                               struct finding *finding) {
  (void)check;
  finding_expect(finding, "it does not claim success, because its message did not come back");
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  char words[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    if (!run->success) continue;
    const struct observation *seen = observation_find(&run->observed, "received");
    finding_fails(finding, "%s%s, `received` is %s", words_of_run(judged, i, label),
                  words_of_exit(run, how),
                  seen == NULL ? "not printed" : words_of_octets(span_of_text(seen->text), words));
    return;
  }
  finding_holds(finding, "it did not succeed");
}
