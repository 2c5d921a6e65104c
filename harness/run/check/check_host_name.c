/* What a subject did to the name of its host, as the supervisor of its calls saw it. */
#include "run/check/check_common.h"

#include <string.h>

static bool is_set_to(const struct run_record *run, const char *name) {
  const struct subject_outcome *outcome = run->outcome;
  bool is = false;
  for (size_t i = 0; i < outcome->host_name_attempt_count; i++) {
    const struct host_name_attempt *attempt = &outcome->host_name_attempts[i];
    if (attempt->answered_errno != 0) continue;
    /* A NUL that was counted too is an octet of the name. */
    is = strcmp(attempt->name, name) == 0 && attempt->len_octets == (int64_t)strlen(name);
  }
  return is;
}

void check_host_name_set(const struct check *check, const struct judged_case *judged,
                         struct finding *finding) {
  finding_expect(finding, "it names its host `%s`", check->text);
  char label[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    if (is_set_to(&judged->runs[i], check->text)) continue;
    finding_fails(finding, "%sthe host has another name", words_of_run(judged, i, label));
    return;
  }
  finding_holds(finding, "the host is named `%s`", check->text);
}

void check_host_name_left_alone(const struct check *check, const struct judged_case *judged,
                                struct finding *finding) {
  (void)check;
  finding_expect(finding, "it does not try to name its host");
  char label[WORDS_MAX], words[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct subject_outcome *outcome = judged->runs[i].outcome;
    if (outcome->host_name_attempt_count == 0) continue;
    const char *name = outcome->host_name_attempts[0].name;
    finding_fails(finding, "%sit tried to name its host %s", words_of_run(judged, i, label),
                  words_of_octets(span_of_text(name), words));
    return;
  }
  finding_holds(finding, "the host's name was left alone");
}
