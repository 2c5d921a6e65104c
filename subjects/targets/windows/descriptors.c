#include "descriptor.h"

#include <stdarg.h>

static struct descriptor table[DESCRIPTORS_MAX];
static bool standard_streams_known;

static void know_standard_streams(void) {
  if (standard_streams_known) return;
  standard_streams_known = true;
  for (int i = 0; i < 3; i++)
    table[i] = (struct descriptor){.kind = DESCRIPTOR_FILE, .file = i};
}

int descriptor_take(void) {
  know_standard_streams();
  for (int i = 0; i < DESCRIPTORS_MAX; i++) {
    if (table[i].kind == DESCRIPTOR_FREE) {
      table[i] = (struct descriptor){.socket = INVALID_SOCKET, .file = -1};
      return i;
    }
  }
  errno = EMFILE;
  return -1;
}

int descriptor_set(int number, const struct descriptor *made) {
  table[number] = *made;
  return number;
}

struct descriptor *descriptor_get(int number) {
  know_standard_streams();
  if (number < 0 || number >= DESCRIPTORS_MAX) return NULL;
  return table[number].kind == DESCRIPTOR_FREE ? NULL : &table[number];
}

SOCKET descriptor_socket(int number) {
  const struct descriptor *descriptor = descriptor_get(number);
  return descriptor != NULL && descriptor->kind == DESCRIPTOR_SOCKET ? descriptor->socket
                                                                     : INVALID_SOCKET;
}

int descriptor_of_socket(SOCKET made) {
  if (made == INVALID_SOCKET) return errors_from_winsock();
  int number = descriptor_take();
  if (number < 0) {
    closesocket(made);
    errno = EMFILE;
    return -1;
  }
  table[number].kind = DESCRIPTOR_SOCKET;
  table[number].socket = made;
  return number;
}

int posix_close(int number) {
  struct descriptor *descriptor = descriptor_get(number);
  if (descriptor == NULL) {
    errno = EBADF;
    return -1;
  }
  struct descriptor closed = *descriptor;
  descriptor->kind = DESCRIPTOR_FREE;
  switch (closed.kind) {
    case DESCRIPTOR_SOCKET:
      return closesocket(closed.socket) == 0 ? 0 : errors_from_winsock();
    case DESCRIPTOR_FILE:
      return _close(closed.file);
    case DESCRIPTOR_PIPE_OUT:
    case DESCRIPTOR_PIPE_IN:
      pipe_close_end(closed.pipe);
      break;
    case DESCRIPTOR_FREE:
    case DESCRIPTOR_RANDOM:
      break;
  }
  return 0;
}

int posix_pipe(int ends[2]) {
  struct pipe *made = pipe_make();
  if (made == NULL) {
    errno = ENOMEM;
    return -1;
  }
  for (int i = 0; i < 2; i++) {
    ends[i] = descriptor_take();
    if (ends[i] < 0) {
      if (i == 1) (void)posix_close(ends[0]);
      pipe_close_end(made);
      if (i == 0) pipe_close_end(made);
      errno = EMFILE;
      return -1;
    }
    table[ends[i]].kind = i == 0 ? DESCRIPTOR_PIPE_OUT : DESCRIPTOR_PIPE_IN;
    table[ends[i]].pipe = made;
  }
  return 0;
}

static int duplicate_socket(SOCKET socket) {
  WSAPROTOCOL_INFOW information;
  if (WSADuplicateSocketW(socket, GetCurrentProcessId(), &information) != 0)
    return errors_from_winsock();
  return descriptor_of_socket(
      WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &information, 0, 0));
}

int posix_dup(int number) {
  const struct descriptor *descriptor = descriptor_get(number);
  if (descriptor == NULL || descriptor->kind != DESCRIPTOR_SOCKET) {
    errno = EBADF;
    return -1;
  }
  int second = duplicate_socket(descriptor->socket);
  if (second >= 0) table[second].nonblocking = descriptor->nonblocking;
  return second;
}

static int set_flags(struct descriptor *descriptor, int flags) {
  u_long nonblocking = (flags & O_NONBLOCK) != 0;
  if (descriptor->kind == DESCRIPTOR_SOCKET &&
      ioctlsocket(descriptor->socket, FIONBIO, &nonblocking) != 0)
    return errors_from_winsock();
  descriptor->nonblocking = nonblocking != 0;
  return 0;
}

int posix_fcntl(int number, int command, ...) {
  struct descriptor *descriptor = descriptor_get(number);
  va_list arguments;
  va_start(arguments, command);
  int flags = command == F_SETFL ? va_arg(arguments, int) : 0;
  va_end(arguments);
  if (descriptor == NULL) {
    errno = EBADF;
    return -1;
  }
  if (command == F_GETFL) return O_RDWR | (descriptor->nonblocking ? O_NONBLOCK : 0);
  if (command == F_SETFL) return set_flags(descriptor, flags);
  errno = EINVAL;
  return -1;
}
