/* Pipes in memory. */
#include "board.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { PIPE_FIRST = 16, PIPE_COUNT = (BOARD_FIRST_SOCKET - PIPE_FIRST) / 2, PIPE_OCTETS = 4096 };

/* The descriptor PIPE_FIRST + 2 * i reads what is written to the next one. */
static struct {
  unsigned open_ends; /* bit 0 reads, bit 1 writes */
  size_t len;
  char octets[PIPE_OCTETS];
} pipes[PIPE_COUNT];

static unsigned index_of(int descriptor) {
  return (unsigned)(descriptor - PIPE_FIRST) / 2;
}

static unsigned end_of(int descriptor) {
  return 1U << ((descriptor - PIPE_FIRST) & 1);
}

bool pipe_has(int descriptor) {
  return descriptor >= PIPE_FIRST && descriptor < BOARD_FIRST_SOCKET &&
         (pipes[index_of(descriptor)].open_ends & end_of(descriptor)) != 0;
}

int pipe(int ends[2]) {
  for (int i = 0; i < PIPE_COUNT; i++) {
    if (pipes[i].open_ends != 0) continue;
    pipes[i].open_ends = 3;
    pipes[i].len = 0;
    ends[0] = PIPE_FIRST + 2 * i;
    ends[1] = ends[0] + 1;
    return 0;
  }
  errno = EMFILE;
  return -1;
}

short pipe_events(int descriptor) {
  if (!pipe_has(descriptor)) return POLLNVAL;
  size_t len = pipes[index_of(descriptor)].len;
  if (end_of(descriptor) == 1) return len > 0 ? POLLIN : 0;
  return len < PIPE_OCTETS ? POLLOUT : 0;
}

/* Nobody else could fill it while a reader waits, so that none does. */
int pipe_read(int descriptor, void *octets, size_t room) {
  size_t *len = &pipes[index_of(descriptor)].len, taken = *len < room ? *len : room;
  char *held = pipes[index_of(descriptor)].octets;
  if (taken == 0) {
    errno = EAGAIN;
    return -1;
  }
  memcpy(octets, held, taken);
  memmove(held, held + taken, *len - taken);
  *len -= taken;
  return (int)taken;
}

int pipe_write(int descriptor, const void *octets, size_t count) {
  size_t *len = &pipes[index_of(descriptor)].len;
  if (count > PIPE_OCTETS - *len) {
    errno = EAGAIN;
    return -1;
  }
  memcpy(pipes[index_of(descriptor)].octets + *len, octets, count);
  *len += count;
  return (int)count;
}

int pipe_close(int descriptor) {
  pipes[index_of(descriptor)].open_ends &= ~end_of(descriptor);
  return 0;
}
