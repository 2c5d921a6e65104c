#include "report/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, struct span contents) {
  for (size_t done = 0; done < contents.len;) {
    const ssize_t wrote = write(fd, contents.bytes + done, contents.len - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    if (wrote == 0) return ENOSPC;
    done += (size_t)wrote;
  }
  return 0;
}

enum err_code whole_file_write(const char *path, struct span contents, struct err *err) {
  char *temporary = NULL;
  if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
    return err_set(err, ERR_SYSTEM, "cannot write %s: no memory", path);
  const int fd = mkstemp(temporary);
  int failed = fd < 0 ? errno : write_all(fd, contents);
  if (!failed && fchmod(fd, 0644)) failed = errno;
  if (fd >= 0 && close(fd) && !failed) failed = errno;
  if (!failed && rename(temporary, path)) failed = errno;
  if (failed && fd >= 0) (void)unlink(temporary);
  free(temporary);
  return failed ? err_set_errno(err, failed, "cannot write %s", path) : ERR_OK;
}
