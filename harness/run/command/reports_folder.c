#include "run/command/reports_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes a folder and those above it that are missing. */
static bool make_folders(const char *path) {
  char part[1024];
  if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part) {
    errno = ENAMETOOLONG;
    return false;
  }
  for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(part, 0777) != 0 && errno != EEXIST) return false;
    *slash = '/';
  }
  return mkdir(part, 0777) == 0 || errno == EEXIST;
}

enum err_code reports_folder_open(const char *path, int *fd, struct err *err) {
  if (!make_folders(path)) {
    return err_set_errno(err, errno, "cannot make the reports folder %s (--reports names another)",
                         path);
  }
  int opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0 || faccessat(opened, ".", W_OK, 0) != 0) {
    int reason = errno;
    if (opened >= 0) close(opened);
    return err_set_errno(err, reason,
                         "cannot write to the reports folder %s (--reports names another)", path);
  }
  *fd = opened;
  return ERR_OK;
}
