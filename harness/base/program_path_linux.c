#include "base/program_path.h"

#include <errno.h>
#include <unistd.h>

bool program_path(const char *called, char path[static PATH_MAX]) {
  (void)called; /* a caller may have put anything there */
  const ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);
  if (len < 0) return false;
  if (len >= PATH_MAX) {
    errno = ENAMETOOLONG;
    return false;
  }
  path[len] = '\0';
  return true;
}
