/* How much the goldens of a folder compare: fields, what is ignored and why: strength FOLDER */
#include "golden_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASONS_MAX = 128 };

struct reason {
  struct policy_rule rule;
  size_t goldens;
};

struct report {
  struct canonical_strength sum;
  size_t goldens;
  struct reason reasons[REASONS_MAX];
  size_t reason_count;
};

static void add_reason(struct report *report, const struct policy_rule *rule) {
  for (size_t i = 0; i < report->reason_count; i++) {
    struct reason *known = &report->reasons[i];
    if (strcmp(known->rule.field, rule->field) == 0 &&
        strcmp(known->rule.reason, rule->reason) == 0) {
      known->goldens++;
      return;
    }
  }
  if (report->reason_count == REASONS_MAX) return;
  report->reasons[report->reason_count++] = (struct reason){.rule = *rule, .goldens = 1};
}

static bool add(struct report *report, const struct golden *golden,
                const struct canonical *canonical) {
  struct canonical_strength strength = canonical_strength(canonical);
  report->goldens++;
  report->sum.fields += strength.fields;
  report->sum.ignored_fields += strength.ignored_fields;
  report->sum.variables_used_once += strength.variables_used_once;
  if (strength.ignored_fields > 0 || strength.variables_used_once > 0) {
    printf("%s: %zu fields, %zu ignored, %zu variables used once\n", golden->id, strength.fields,
           strength.ignored_fields, strength.variables_used_once);
  }
  bool good = true;
  const struct canonical_head *head = canonical_head_of(canonical);
  for (size_t i = 0; i < head->rule_count; i++) {
    if (head->rules[i].policy != POLICY_IGNORE) continue;
    add_reason(report, &head->rules[i]);
    if (head->rules[i].reason[0] != '\0') continue;
    printf("%s: ignores %s without a reason\n", golden->id, head->rules[i].field);
    good = false;
  }
  return good;
}

static bool check(void *context, const struct golden *golden) {
  struct report *report = context;
  struct opened opened;
  bool good = golden_open(golden, &opened) && add(report, golden, opened.expected);
  golden_close(&opened);
  return good;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  static struct report report;
  bool good = goldens_visit(arguments[1], check, &report);
  printf(
      "%zu goldens: %zu fields, of which %zu are ignored; %zu variables are used once, which is "
      "as good as ignored\n",
      report.goldens, report.sum.fields, report.sum.ignored_fields, report.sum.variables_used_once);
  for (size_t i = 0; i < report.reason_count; i++) {
    const struct reason *reason = &report.reasons[i];
    printf("  %s is ignored in %zu: %s\n", reason->rule.field, reason->goldens,
           reason->rule.reason);
  }
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
