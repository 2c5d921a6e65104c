#include "report/groups.h"

#include <stdlib.h>
#include <string.h>

static const char *common_of(const struct result *result) {
  if (result->group[0] != '\0') return result->group;
  /* What is broken says nothing about its requirement. */
  if (result->requirement[0] == '\0' || result->verdict == VERDICT_BROKEN) return result->kind;
  return result->requirement;
}

static struct result_group *find(struct result_groups *groups, const char *name) {
  for (size_t i = 0; i < groups->count; i++) {
    if (strcmp(groups->list[i].name, name) == 0) return &groups->list[i];
  }
  return NULL;
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
  groups->order = calloc(count + 1, sizeof *groups->order);
  if (!groups->list || !groups->order) {
    groups_free(groups);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    struct result_group *group = find(groups, common_of(results[i]));
    if (!group) {
      group = &groups->list[groups->count++];
      group->name = common_of(results[i]);
    }
    group->count++;
  }
  sort_by_count(groups);
  const struct result **next = groups->order;
  for (size_t g = 0; g < groups->count; g++) {
    groups->list[g].results = next;
    for (size_t i = 0; i < count; i++) {
      if (strcmp(common_of(results[i]), groups->list[g].name) == 0) *next++ = results[i];
    }
  }
  return true;
}

void groups_free(struct result_groups *groups) {
  free(groups->list);
  free(groups->order);
  *groups = (struct result_groups){0};
}
