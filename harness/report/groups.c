#include "report/groups.h"

#include <stdlib.h>
#include <string.h>

static const char *common_of(const struct result *result) {
  if (result->group[0] != '\0') return result->group;
  /* What is broken says nothing about its requirement. */
  if (result->requirement[0] == '\0' || result->verdict == VERDICT_BROKEN) return result->kind;
  return result->requirement;
}

static bool share(const struct result *a, const struct result *b) {
  return strcmp(common_of(a), common_of(b)) == 0;
}

static bool is_first_of_group(const struct result *const *results, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (share(results[i], results[index])) return false;
  }
  return true;
}

/* Few and already almost in order: insertion keeps equal ones as they came. */
static void sort_by_count(struct result_groups *groups) {
  for (size_t i = 1; i < groups->count; i++) {
    const struct result_group moving = groups->list[i];
    size_t to = i;
    for (; to > 0 && groups->list[to - 1].count < moving.count; to--)
      groups->list[to] = groups->list[to - 1];
    groups->list[to] = moving;
  }
}

bool groups_of(const struct result *const *results, size_t count, struct result_groups *groups) {
  *groups = (struct result_groups){0};
  groups->list = calloc(count + 1, sizeof *groups->list);
  groups->members = calloc(count + 1, sizeof *groups->members);
  if (!groups->list || !groups->members) {
    groups_free(groups);
    return false;
  }
  const struct result **next = groups->members;
  for (size_t first = 0; first < count; first++) {
    if (!is_first_of_group(results, first)) continue;
    struct result_group group = {.name = common_of(results[first]), .results = next};
    for (size_t i = first; i < count; i++) {
      if (!share(results[i], results[first])) continue;
      *next++ = results[i];
      group.count++;
    }
    groups->list[groups->count++] = group;
  }
  sort_by_count(groups);
  return true;
}

void groups_free(struct result_groups *groups) {
  free(groups->list);
  free(groups->members);
  *groups = (struct result_groups){0};
}
