#include "fuzz_file.h"

#include "fuzz.h"

#include <unistd.h>

const char *fuzz_file(const uint8_t *bytes, size_t len) {
  static int fd = -1;
  static char path[32];
  if (fd < 0) {
    char name[] = "/tmp/sockproof-fuzz.XXXXXX";
    fd = mkstemp(name);
    REQUIRE(fd >= 0 && unlink(name) == 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fd);
  }
  REQUIRE(ftruncate(fd, 0) == 0);
  REQUIRE(pwrite(fd, bytes, len, 0) == (ssize_t)len);
  REQUIRE(lseek(fd, 0, SEEK_SET) == 0); /* where such a path is a duplicate, it shares the place */
  return path;
}
