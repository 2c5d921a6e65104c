#include "descriptor.h"

enum { PIPE_OCTETS = 512 };

struct pipe {
  CRITICAL_SECTION lock;
  HANDLE readable;
  unsigned ends;
  size_t held;
  unsigned char octets[PIPE_OCTETS];
};

struct pipe *pipe_make(void) {
  struct pipe *made = calloc(1, sizeof *made);
  if (made == NULL) return NULL;
  made->readable = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (made->readable == NULL) {
    free(made);
    return NULL;
  }
  InitializeCriticalSection(&made->lock);
  made->ends = 2;
  return made;
}

HANDLE pipe_readable(const struct pipe *pipe) {
  return pipe->readable;
}

static size_t take(struct pipe *pipe, void *buffer, size_t size) {
  EnterCriticalSection(&pipe->lock);
  size_t taken = size < pipe->held ? size : pipe->held;
  memcpy(buffer, pipe->octets, taken);
  memmove(pipe->octets, pipe->octets + taken, pipe->held - taken);
  pipe->held -= taken;
  if (pipe->held == 0) ResetEvent(pipe->readable);
  LeaveCriticalSection(&pipe->lock);
  return taken;
}

ssize_t pipe_read(struct pipe *pipe, void *buffer, size_t size, bool nonblocking) {
  size_t taken = take(pipe, buffer, size);
  while (taken == 0 && size > 0 && !nonblocking) {
    stream_flush();
    (void)WaitForSingleObject(pipe->readable, INFINITE);
    taken = take(pipe, buffer, size);
  }
  if (taken > 0 || size == 0) return (ssize_t)taken;
  errno = EAGAIN;
  return -1;
}

ssize_t pipe_write(struct pipe *pipe, const void *buffer, size_t size) {
  EnterCriticalSection(&pipe->lock);
  bool fits = size <= sizeof pipe->octets - pipe->held;
  if (fits) {
    memcpy(pipe->octets + pipe->held, buffer, size);
    pipe->held += size;
    if (size > 0) SetEvent(pipe->readable);
  }
  LeaveCriticalSection(&pipe->lock);
  if (fits) return (ssize_t)size;
  errno = EAGAIN;
  return -1;
}

void pipe_close_end(struct pipe *pipe) {
  if (--pipe->ends > 0) return;
  CloseHandle(pipe->readable);
  DeleteCriticalSection(&pipe->lock);
  free(pipe);
}
