/* What newlib asks of an operating system, by semihosting: files, memory, time. */
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <lwip/sockets.h>

enum { FILE_COUNT = 16 };

/* --- descriptors of files: handles are QEMU's ------------------------------------------------- */

static struct { int handle; /* and 1: 0 is none */ } files[FILE_COUNT];

/* stdin is what `launch` has at descriptor 6, as reading QEMU's console would stop the machine for
 * ever; this stops it until there is something. stdout and stderr have one name, and are told apart
 * by how it is opened. */
static int open_stream(int descriptor) {
  if (descriptor > 0) return board_open(":tt", descriptor == 1 ? 4 : 8);
  int handle = board_open("/dev/fd/6", 1);
  return handle >= 0 ? handle : board_open("/dev/null", 1);
}

static int handle_of(int descriptor) {
  if (descriptor < 0 || descriptor >= FILE_COUNT) return -1;
  if (descriptor < 3 && files[descriptor].handle == 0)
    files[descriptor].handle = open_stream(descriptor) + 1;
  return files[descriptor].handle - 1;
}

static int fail(int reason) {
  errno = reason;
  return -1;
}

/* QEMU gives the host's number, which newlib shares with Linux as far as files are concerned. */
static int fail_as_host(void) {
  return fail(board_ask(SYS_ERRNO, NULL));
}

int _open(const char *name, int flags, ...) {
  int mode = (flags & O_ACCMODE) == O_RDONLY ? 1 : (flags & O_APPEND) != 0 ? 9 : 5;
  for (int i = 3; i < FILE_COUNT; i++) {
    if (files[i].handle != 0) continue;
    int handle = board_open(name, mode);
    if (handle < 0) return fail_as_host();
    files[i].handle = handle + 1;
    return i;
  }
  return fail(EMFILE);
}

static int transfer(enum semihosting_request request, int descriptor, const void *octets,
                    size_t len) {
  const struct {
    int handle;
    const void *octets;
    uint32_t len;
  } block = {handle_of(descriptor), octets, len};
  if (block.handle < 0) return fail(EBADF);
  int left = board_ask(request, &block);
  return left < 0 || (size_t)left > len ? fail_as_host() : (int)len - left;
}

int _read(int descriptor, void *octets, size_t len) {
  if (descriptor >= BOARD_FIRST_SOCKET) return (int)recv(descriptor, octets, len, 0);
  if (pipe_has(descriptor)) return pipe_read(descriptor, octets, len);
  return transfer(SYS_READ, descriptor, octets, len);
}

int _write(int descriptor, const void *octets, size_t len) {
  if (descriptor >= BOARD_FIRST_SOCKET) return (int)send(descriptor, octets, len, 0);
  if (pipe_has(descriptor)) return pipe_write(descriptor, octets, len);
  return transfer(SYS_WRITE, descriptor, octets, len);
}

int _close(int descriptor) {
  if (descriptor >= BOARD_FIRST_SOCKET) return lwip_close(descriptor);
  if (pipe_has(descriptor)) return pipe_close(descriptor);
  int handle = handle_of(descriptor);
  if (handle < 0) return fail(EBADF);
  files[descriptor].handle = 0;
  return board_ask(SYS_CLOSE, &handle) < 0 ? fail_as_host() : 0;
}

int _fstat(int descriptor, struct stat *about) {
  memset(about, 0, sizeof *about);
  int handle = handle_of(descriptor);
  if (descriptor < BOARD_FIRST_SOCKET && handle < 0) return fail(EBADF);
  about->st_mode = descriptor < 3 ? S_IFCHR : S_IFREG;
  if (descriptor >= 3 && descriptor < FILE_COUNT) about->st_size = board_ask(SYS_FLEN, &handle);
  return 0;
}

int _lseek(int descriptor, int offset, int whence) {
  const int block[2] = {handle_of(descriptor), offset};
  if (whence != SEEK_SET || descriptor < 3) return fail(ESPIPE);
  return board_ask(SYS_SEEK, block) < 0 ? fail_as_host() : offset;
}

ssize_t pread(int descriptor, void *octets, size_t len, off_t offset) {
  return _lseek(descriptor, (int)offset, SEEK_SET) < 0 ? -1 : _read(descriptor, octets, len);
}

int _isatty(int descriptor) {
  (void)descriptor;
  return 0;
}

/* There is one process, which is given no signals but its own. */
int _getpid(void) {
  return 1;
}

int _kill(int process, int signal_number) {
  (void)process;
  _exit(128 + signal_number);
}

/* --- memory ----------------------------------------------------------------------------------- */

void *_sbrk(ptrdiff_t octets) {
  extern char heap_first[], heap_end[];
  static char *next = heap_first;
  if (octets > heap_end - next) {
    errno = ENOMEM;
    return (void *)-1;
  }
  char *given = next;
  next += octets;
  return given;
}

/* --- time ------------------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *now) {
  uint64_t ns = clock == CLOCK_REALTIME ? board_epoch_ns() : board_elapsed_ns();
  *now = (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
  return 0;
}

int _gettimeofday(struct timeval *now, void *zone) {
  struct timespec time;
  (void)zone;
  (void)clock_gettime(CLOCK_REALTIME, &time);
  *now = (struct timeval){.tv_sec = time.tv_sec, .tv_usec = time.tv_nsec / 1000};
  return 0;
}
