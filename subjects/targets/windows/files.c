/* Reading and writing by number, and the C library's streams. */
#include "descriptor.h"

#include <stdarg.h>
#include <stdint.h>

unsigned char NTAPI SystemFunction036(void *buffer, unsigned long size);

static int bad_descriptor(void) {
  errno = EBADF;
  return -1;
}

void stream_flush(void) {
  fflush(stdout);
}

/* --- by number -------------------------------------------------------------------------------- */

static ssize_t read_random(void *buffer, size_t size) {
  if (SystemFunction036(buffer, (unsigned long)size)) return (ssize_t)size;
  errno = EIO;
  return -1;
}

ssize_t posix_read(int number, void *buffer, size_t size) {
  const struct descriptor *descriptor = descriptor_get(number);
  if (descriptor == NULL) return bad_descriptor();
  switch (descriptor->kind) {
    case DESCRIPTOR_SOCKET:
      return posix_recv(number, buffer, size, 0);
    case DESCRIPTOR_PIPE_OUT:
      return pipe_read(descriptor->pipe, buffer, size, descriptor->nonblocking);
    case DESCRIPTOR_RANDOM:
      return read_random(buffer, size);
    case DESCRIPTOR_FILE:
      return _read(descriptor->file, buffer, (unsigned)size);
    case DESCRIPTOR_PIPE_IN:
    case DESCRIPTOR_FREE:
      break;
  }
  return bad_descriptor();
}

ssize_t posix_write(int number, const void *buffer, size_t size) {
  const struct descriptor *descriptor = descriptor_get(number);
  if (descriptor == NULL) return bad_descriptor();
  switch (descriptor->kind) {
    case DESCRIPTOR_SOCKET:
      return posix_send(number, buffer, size, 0);
    case DESCRIPTOR_PIPE_IN:
      return pipe_write(descriptor->pipe, buffer, size);
    case DESCRIPTOR_FILE:
      return _write(descriptor->file, buffer, (unsigned)size);
    case DESCRIPTOR_PIPE_OUT:
    case DESCRIPTOR_RANDOM:
    case DESCRIPTOR_FREE:
      break;
  }
  return bad_descriptor();
}

ssize_t posix_pread(int number, void *buffer, size_t size, long long offset) {
  const struct descriptor *descriptor = descriptor_get(number);
  if (descriptor == NULL || descriptor->kind != DESCRIPTOR_FILE) return bad_descriptor();
  if (_lseeki64(descriptor->file, offset, SEEK_SET) < 0) return -1;
  return _read(descriptor->file, buffer, (unsigned)size);
}

int posix_fstat(int number, struct stat *status) {
  const struct descriptor *descriptor = descriptor_get(number);
  if (descriptor == NULL || descriptor->kind != DESCRIPTOR_FILE) return bad_descriptor();
  return fstat(descriptor->file, status);
}

int posix_open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
  va_end(arguments);
  int number = descriptor_take();
  if (number < 0) return -1;
  struct descriptor made = {.kind = DESCRIPTOR_RANDOM, .socket = INVALID_SOCKET, .file = -1};
  if (strcmp(path, "/dev/urandom") != 0) {
    made.kind = DESCRIPTOR_FILE;
    made.file = _open(path, (flags & ~O_NONBLOCK) | _O_BINARY, mode);
    if (made.file < 0) return -1;
  }
  return descriptor_set(number, &made);
}

/* --- streams ---------------------------------------------------------------------------------- */

/* Windows takes _IOLBF for full buffering: what waits flushes. */
int posix_setvbuf(FILE *stream, char *buffer, int mode, size_t size) {
  return setvbuf(stream, buffer, mode == _IOLBF ? _IOFBF : mode, size);
}

ssize_t posix_getline(char **line, size_t *room, FILE *stream) {
  enum { PIECE_OCTETS = 256 };
  size_t len = 0;
  stream_flush();
  for (int octet; (octet = getc(stream)) != EOF;) {
    if (len + 2 > *room) {
      char *longer = realloc(*line, *room + PIECE_OCTETS);
      if (longer == NULL) return -1;
      *line = longer;
      *room += PIECE_OCTETS;
    }
    (*line)[len++] = (char)octet;
    if (octet == '\n') break;
  }
  if (len == 0) return -1;
  (*line)[len] = '\0';
  return (ssize_t)len;
}

/* The stream's number of the C library owns the handle from now on. */
FILE *posix_fdopen(int number, const char *mode) {
  struct descriptor *descriptor = descriptor_get(number);
  if (descriptor == NULL || descriptor->kind != DESCRIPTOR_SOCKET) {
    errno = EBADF;
    return NULL;
  }
  int file = _open_osfhandle((intptr_t)descriptor->socket, _O_BINARY);
  FILE *stream = file < 0 ? NULL : _fdopen(file, mode);
  descriptor->stream = stream;
  return stream;
}

int posix_fclose(FILE *stream) {
  for (int i = 0; i < DESCRIPTORS_MAX; i++) {
    struct descriptor *descriptor = descriptor_get(i);
    if (descriptor != NULL && descriptor->stream == stream) descriptor->kind = DESCRIPTOR_FREE;
  }
  return fclose(stream);
}
