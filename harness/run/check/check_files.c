/* What a subject left in its scratch folder. */
#include "run/check/check_common.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *kind_of(const struct stat *status) {
  if (S_ISREG(status->st_mode)) return "file";
  if (S_ISSOCK(status->st_mode)) return "socket";
  return S_ISDIR(status->st_mode) ? "folder" : "something else";
}

void check_left_behind(const struct check *check, const struct judged_case *judged,
                       struct finding *finding) {
  char path[512];
  struct stat status;
  finding_expect(finding, "what stands at %s in the end: %s", check->name, check->text);
  int len = snprintf(path, sizeof path, "%s/%s", judged->scratch == NULL ? "" : judged->scratch,
                     check->name);
  bool is_there = lstat(path, &status) == 0;
  if (judged->scratch == NULL || len < 0 || (size_t)len >= sizeof path ||
      (!is_there && errno != ENOENT)) {
    finding_unjudgeable(finding, "the scratch folder cannot be looked at");
    return;
  }
  const char *kind = is_there ? kind_of(&status) : "nothing";
  if (strcmp(kind, check->text) == 0) {
    finding_holds(finding, "%s", kind);
  } else {
    finding_fails(finding, "%s", kind);
  }
}
