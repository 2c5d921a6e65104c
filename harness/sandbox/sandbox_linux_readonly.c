/* What a subject may write: its scratch directory, and nothing else that is a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sandbox_linux.h"

/* The kernel's own header, where the C library's does not have this: both at once clash with some.
 */
#ifndef OPEN_TREE_CLONE
#include <linux/mount.h>
#endif

bool readonly_but(const char *scratch, const char **what) {
  *what = "setting the scratch directory apart";
  const int kept = (int)syscall(SYS_open_tree, AT_FDCWD, scratch, OPEN_TREE_CLONE | O_CLOEXEC);
  if (kept < 0 && errno == ENOSYS) return readonly_one_by_one(scratch, what);
  if (kept < 0) return false;

  *what = "making all files read-only";
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes) !=
      0) {
    const int reason = errno;
    close(kept);
    errno = reason;
    return reason == ENOSYS && readonly_one_by_one(scratch, what);
  }

  *what = "making the scratch directory writable";
  const long moved = syscall(SYS_move_mount, kept, "", AT_FDCWD, scratch, MOVE_MOUNT_F_EMPTY_PATH);
  const int reason = errno;
  close(kept);
  errno = reason;
  return moved == 0;
}

/* The flags that a bind remount must repeat: in a user namespace they may not be taken away. */
static unsigned long flags_to_keep(const char *path) {
  struct statvfs now;
  if (statvfs(path, &now) != 0) return 0;
  unsigned long flags = 0;
  if (now.f_flag & ST_NOSUID) flags |= MS_NOSUID;
  if (now.f_flag & ST_NODEV) flags |= MS_NODEV;
  if (now.f_flag & ST_NOEXEC) flags |= MS_NOEXEC;
  if (now.f_flag & ST_NOATIME) flags |= MS_NOATIME;
  if (now.f_flag & ST_NODIRATIME) flags |= MS_NODIRATIME;
  if (now.f_flag & ST_RELATIME) flags |= MS_RELATIME;
  return flags;
}

/* The fifth field of a line of mountinfo, decoded in place: blanks are written as \040. NULL where
 * there is none. */
static char *mount_point_of(char *line) {
  enum { FIELDS_BEFORE = 4 };
  for (int field = 0; field < FIELDS_BEFORE; field++) {
    line = strchr(line, ' ');
    if (line == NULL) return NULL;
    line++;
  }
  char *end = strchr(line, ' ');
  if (end == NULL) return NULL;
  *end = '\0';
  char *to = line;
  for (const char *from = line; *from != '\0'; to++) {
    const bool escaped = from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' &&
                         from[2] <= '7' && from[3] >= '0' && from[3] <= '7';
    *to = escaped ? (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0')) : *from;
    from += escaped ? 4 : 1;
  }
  *to = '\0';
  return line;
}

static bool make_one_readonly(const char *path, const char *scratch) {
  if (strcmp(path, scratch) == 0) return true;
  const unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | flags_to_keep(path);
  /* A mount that another one covers, or that this user cannot reach, is no way to write either. */
  return mount("none", path, "none", flags, NULL) == 0 || errno == EINVAL || errno == EACCES ||
         errno == ENOENT;
}

bool readonly_but_ids(const char **what) {
  *what = "leaving /proc writable, but for the system's settings";
  if (mount("/proc/sys", "/proc/sys", "none", MS_BIND | MS_REC, NULL) != 0) return false;
  return mount("none", "/proc", "none", MS_REMOUNT | MS_BIND | flags_to_keep("/proc"), NULL) == 0;
}

bool readonly_one_by_one(const char *scratch, const char **what) {
  static char lines[64 * 1024]; /* static: this runs in a forked child, and stacks are small */
  *what = "making the scratch directory a mount of its own";
  if (mount(scratch, scratch, "none", MS_BIND, NULL) != 0) return false;

  *what = "making files read-only, one mount at a time";
  const int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t held = 0;
  for (;;) {
    const ssize_t got = read(fd, lines + held, sizeof lines - 1 - held);
    if (got <= 0) break;
    held += (size_t)got;
    lines[held] = '\0';
    char *line = lines;
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
      *end = '\0';
      const char *path = mount_point_of(line);
      if (path != NULL && !make_one_readonly(path, scratch)) {
        close(fd);
        return false;
      }
    }
    held = strlen(line);
    memmove(lines, line, held);
  }
  close(fd);
  return true;
}
