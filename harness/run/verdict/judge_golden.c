#include "run/verdict/golden.h"
#include "run/verdict/golden_words.h"
#include "run/verdict/judge_parts.h"
#include "trace/diff.h"

#include <stdio.h>
#include <string.h>

enum { GOLDEN_WORDS_MAX = 600 };

static void tell_golden_difference(const struct diff_result *difference,
                                   const struct canonical *golden, const struct canonical *actual,
                                   struct result *result) {
  const struct difference *first = &difference->list[0];
  char group[128];
  snprintf(group, sizeof group, "golden %s", first->field[0] == '\0' ? "event" : first->field);
  judge_fail(result, VERDICT_FAIL, "golden-mismatch", group);
  struct text reason = TEXT_INIT(GOLDEN_WORDS_MAX), expected = TEXT_INIT(GOLDEN_WORDS_MAX),
              seen = TEXT_INIT(GOLDEN_WORDS_MAX);
  golden_words_reason(difference, &reason);
  golden_words_expected(first, &expected);
  golden_words_actual(first, &seen);
  result_set(&result->reason, text_chars(&reason));
  result_set(&result->expected_text, text_chars(&expected));
  result_set(&result->actual_text, text_chars(&seen));
  text_free(&reason);
  text_free(&expected);
  text_free(&seen);
  struct text details = TEXT_INIT(DETAILS_MAX);
  diff_print(difference, golden, actual, result->requirement, &details);
  result_set(&result->details, text_chars(&details));
  text_free(&details);
}

static const char BY_CHANCE[] = "port-drawn-twice";

bool judge_is_by_chance(const struct result *result) {
  return result->verdict == VERDICT_BROKEN && strcmp(result->kind, BY_CHANCE) == 0;
}

void judge_compare_golden(const struct settings *settings, const struct case_evidence *evidence,
                          const struct canonical *actual, struct result *result) {
  const struct instance *instance = evidence->instance;
  struct err err = {0};
  struct canonical *golden = NULL;
  bool missing;
  enum err_code code =
      golden_load(instance, settings->profile->goldens_dir, &golden, &missing, &err);
  if (code != ERR_OK) {
    judge_broken(result, "golden-unreadable", err.text);
    return;
  }
  if (missing) {
    judge_fail(result, VERDICT_FAIL, "golden-missing", "golden missing");
    result_setf(&result->reason,
                "there is no golden; look at the packets, then: sockproof bless %s", instance->id);
    return;
  }
  struct diff_result difference = {0};
  if (diff_canonical(golden, actual, &difference, &err) != ERR_OK) {
    judge_broken(result, "golden-unreadable", err.text);
  } else if (difference.count > 0 && !evidence->again &&
             canonical_drew_a_port_twice(golden, actual)) {
    judge_broken(result, BY_CHANCE,
                 "two sockets had one port, perhaps by chance; only a second play tells");
  } else if (difference.count > 0) {
    tell_golden_difference(&difference, golden, actual, result);
  }
  diff_free(&difference);
  canonical_destroy(golden);
}

bool judge_is_held_to_golden(const struct settings *settings, const struct case_def *def) {
  if (def->no_golden != NULL) return false;
  return def->golden != NULL ? settings->compare_own_goldens : settings->compare_goldens;
}
