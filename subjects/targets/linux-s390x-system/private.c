/* Loaded into QEMU before its libraries (LD_PRELOAD): opens the file that SOCKPROOF_MEMORY names to
 * be read alone. It is the memory of the saved machine, which each machine that goes on from there
 * maps as its own (MAP_PRIVATE), so that none changes it; but QEMU opens it to be written
 * nevertheless, which whoever runs a program may not. From QEMU 8.2 a memory backend has `rom=off`
 * for that. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int __open64_2(const char *path,
               int flags); /* open64() of two arguments, as Debian builds programs */

static int open_file(const char *path, int flags, mode_t mode) {
  const char *memory = getenv("SOCKPROOF_MEMORY");
  if (memory != NULL && strcmp(path, memory) == 0) flags = (flags & ~O_ACCMODE) | O_RDONLY;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *file, int oflag, ...) {
  mode_t mode = 0;
  if (__OPEN_NEEDS_MODE(oflag)) {
    va_list rest;
    va_start(rest, oflag);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  return open_file(file, oflag, mode);
}

int __open64_2(const char *path, int flags) {
  return open_file(path, flags, 0);
}
