#include "run/check/check_common.h"

#include "run/check/uncaught.h"

/* False, with the finding filled, where a run never came to listen: then no client was played. */
static bool listened(const struct check *check, const struct judged_case *judged,
                     struct finding *finding) {
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    bool concerns = check->index == 0 || check->index == i + 1;
    if (!concerns || judged->runs[i].ready) continue;
    finding_fails(
        finding, "%s%s, %s", words_of_run(judged, i, label),
        judged->tells_ready ? "no line at descriptor 4 told that it listens" : "it never listened",
        words_of_exit(&judged->runs[i], how));
    return false;
  }
  return true;
}

void check_driver_satisfied(const struct check *check, const struct judged_case *judged,
                            struct finding *finding) {
  finding_expect(finding, "every client is served as its script says");
  if (!listened(check, judged, finding)) return;
  char uncaught[UNCAUGHT_MAX];
  if (judged->unmet == NULL) {
    finding_holds(finding, "every client was served");
  } else if (uncaught_find(judged->runs[judged->run_count - 1].outcome, uncaught)) {
    finding_fails(finding, "%s; the server tells of an exception, `%s`", judged->unmet, uncaught);
  } else {
    finding_fails(finding, "%s", judged->unmet);
  }
}

void check_ends_cleanly(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  (void)check;
  finding_expect(finding, "the signal to end ends the server by its own hand, with exit 0");
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct subject_outcome *outcome = judged->runs[i].outcome;
    if (!check_has_exit(judged, i, finding)) return;
    if (!outcome->timed_out && outcome->signal == 0 && outcome->exit_code == 0) continue;
    finding_fails(finding, "%s%s", words_of_run(judged, i, label),
                  words_of_exit(&judged->runs[i], how));
    return;
  }
  finding_holds(finding, "exit 0");
}

void check_listens_every_run(const struct check *check, const struct judged_case *judged,
                             struct finding *finding) {
  finding_expect(finding, "the server comes to listen in every run");
  if (listened(check, judged, finding)) finding_holds(finding, "it listened in every run");
}
