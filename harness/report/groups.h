/* Results that did not pass, by what they have in common: the most frequent first. */
#ifndef SOCKPROOF_REPORT_GROUPS_H
#define SOCKPROOF_REPORT_GROUPS_H

#include "report/result.h"

struct result_group {
  const char *name; /* a result's `group`, or its requirement, or (broken) its kind; the result's */
  const struct result *const *results; /* in the order given; owned by the groups */
  size_t count;
};

struct result_groups {
  struct result_group *list; /* by count, then by first appearance */
  size_t count;
  const struct result **members; /* what the groups point into */
};

/* The results must outlive the groups. False: no memory. */
bool groups_of(const struct result *const *results, size_t count, struct result_groups *groups);
void groups_free(struct result_groups *groups);

#endif
