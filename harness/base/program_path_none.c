/* Where the system does not say (or in a way that we do not know): as the shell found it. */
#include "base/program_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool program_path(const char *called, char path[static PATH_MAX]) {
  if (strchr(called, '/') != NULL) return realpath(called, path) != NULL;
  const char *folder = getenv("PATH");
  while (folder != NULL) {
    const size_t len = strcspn(folder, ":");
    char tried[PATH_MAX];
    /* An empty folder in PATH is the working directory (POSIX, XBD 8.3). */
    const int tried_len =
        snprintf(tried, sizeof tried, "%.*s%s%s", (int)len, folder, len > 0 ? "/" : "./", called);
    if (tried_len > 0 && (size_t)tried_len < sizeof tried && access(tried, X_OK) == 0)
      return realpath(tried, path) != NULL;
    folder = folder[len] == ':' ? folder + len + 1 : NULL;
  }
  errno = ENOENT;
  return false;
}
