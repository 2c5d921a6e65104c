#include "base/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool set(int fd, enum descriptor_kind kind) {
  return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
         (kind == DESCRIPTOR_WAITS || fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
}

int descriptor_own(int fd, enum descriptor_kind kind) {
  if (fd < 0 || set(fd, kind)) return fd;
  const int reason = errno;
  close(fd);
  errno = reason;
  return -1;
}

bool descriptor_own_pair(const int ends[static 2], enum descriptor_kind kind) {
  if (set(ends[0], kind) && set(ends[1], kind)) return true;
  const int reason = errno;
  close(ends[0]);
  close(ends[1]);
  errno = reason;
  return false;
}
