#include "base/verdict.h"

#include <stddef.h>
#include <string.h>

static const char *const VERDICT_NAMES[] = {
    [VERDICT_PASS] = "pass",
    [VERDICT_WARN] = "warn",
    [VERDICT_FAIL] = "fail",
    [VERDICT_BROKEN] = "broken",
    [VERDICT_UNSUPPORTED] = "unsupported",
};
static const char *const LEVEL_NAMES[] = {
    [LEVEL_MUST] = "MUST",
    [LEVEL_SHOULD] = "SHOULD",
    [LEVEL_MAY] = "MAY",
    [LEVEL_PRACTICE] = "practice",
};
static const char *const TIER_NAMES[] = {
    [TIER_FIXTURE_LOG] = "fixture-log",
    [TIER_CAPTURE_SHARED] = "capture-shared",
    [TIER_CAPTURE_PRIVATE] = "capture-private",
};

#define COUNT_OF(names) (sizeof(names) / sizeof((names)[0]))

static const char *name_of(const char *const *names, size_t count, size_t value) {
  return value < count ? names[value] : "unknown";
}

/* The index of `name`, or `count` where it is none of them. */
static size_t index_of(const char *const *names, size_t count, const char *name) {
  size_t i = 0;
  while (i < count && strcmp(names[i], name) != 0) {
    i++;
  }
  return i;
}

const char *verdict_name(enum verdict verdict) {
  return name_of(VERDICT_NAMES, COUNT_OF(VERDICT_NAMES), (size_t)verdict);
}

bool verdict_parse(const char *name, enum verdict *verdict) {
  size_t index = index_of(VERDICT_NAMES, COUNT_OF(VERDICT_NAMES), name);
  if (index == COUNT_OF(VERDICT_NAMES)) return false;
  *verdict = (enum verdict)index;
  return true;
}

const char *level_name(enum level level) {
  return name_of(LEVEL_NAMES, COUNT_OF(LEVEL_NAMES), (size_t)level);
}

bool level_parse(const char *name, enum level *level) {
  size_t index = index_of(LEVEL_NAMES, COUNT_OF(LEVEL_NAMES), name);
  if (index == COUNT_OF(LEVEL_NAMES)) return false;
  *level = (enum level)index;
  return true;
}

const char *tier_name(enum tier tier) {
  return name_of(TIER_NAMES, COUNT_OF(TIER_NAMES), (size_t)tier);
}

bool tier_parse(const char *name, enum tier *tier) {
  size_t index = index_of(TIER_NAMES, COUNT_OF(TIER_NAMES), name);
  if (index == COUNT_OF(TIER_NAMES)) return false;
  *tier = (enum tier)index;
  return true;
}
