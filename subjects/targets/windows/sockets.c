/* POSIX's calls by Winsock's. */
#include "descriptor.h"

static int told(int status) {
  return status == 0 ? 0 : errors_from_winsock();
}

int posix_socket(int family, int type, int protocol) {
  return descriptor_of_socket(socket(family, type, protocol));
}

int posix_bind(int number, const struct sockaddr *address, socklen_t size) {
  return told(bind(descriptor_socket(number), address, size));
}

int posix_listen(int number, int backlog) {
  return told(listen(descriptor_socket(number), backlog));
}

/* What is accepted is as blocking as its listener, on Windows; POSIX leaves that open. */
int posix_accept(int number, struct sockaddr *address, socklen_t *size) {
  stream_flush();
  const struct descriptor *listener = descriptor_get(number);
  bool nonblocking = listener != NULL && listener->nonblocking;
  SOCKET made = accept(descriptor_socket(number), address, size);
  int error = made == INVALID_SOCKET ? WSAGetLastError() : 0;
  if (error == WSAECONNRESET || (error == WSAENOTCONN && listener != NULL)) {
    errno = ECONNABORTED; /* POSIX's name of a connection that was reset while it waited */
    return -1;
  }
  int accepted = descriptor_of_socket(made);
  if (accepted >= 0) descriptor_get(accepted)->nonblocking = nonblocking;
  return accepted;
}

int posix_connect(int number, const struct sockaddr *address, socklen_t size) {
  stream_flush();
  if (connect(descriptor_socket(number), address, size) == 0) return 0;
  (void)errors_from_winsock();
  if (errno == EWOULDBLOCK) errno = EINPROGRESS;
  return -1;
}

int posix_shutdown(int number, int how) {
  return told(shutdown(descriptor_socket(number), how));
}

int posix_getsockname(int number, struct sockaddr *address, socklen_t *size) {
  return told(getsockname(descriptor_socket(number), address, size));
}

int posix_getpeername(int number, struct sockaddr *address, socklen_t *size) {
  return told(getpeername(descriptor_socket(number), address, size));
}

/* --- octets ----------------------------------------------------------------------------------- */

ssize_t posix_send(int number, const void *octets, size_t count, int flags) {
  stream_flush();
  int sent = send(descriptor_socket(number), octets, (int)count, flags);
  return sent >= 0 ? sent : errors_from_winsock();
}

ssize_t posix_sendto(int number, const void *octets, size_t count, int flags,
                     const struct sockaddr *address, socklen_t size) {
  stream_flush();
  int sent = sendto(descriptor_socket(number), octets, (int)count, flags, address, size);
  return sent >= 0 ? sent : errors_from_winsock();
}

/* What Winsock tells otherwise: a datagram that was cut is an error there, a receive time-out has
 * an error of its own, and a reset that poll() was told of reads as an end. */
static ssize_t received(int number, int got, size_t room) {
  const struct descriptor *descriptor = descriptor_get(number);
  int error = got < 0 ? WSAGetLastError() : 0;
  if (got == 0 && room > 0 && descriptor != NULL) error = descriptor->reset;
  if (error == 0) return got;
  if (error == WSAEMSGSIZE) return (ssize_t)room;
  errno = errors_of_winsock(error);
  if (error == WSAETIMEDOUT && descriptor != NULL && descriptor->receive_times_out) errno = EAGAIN;
  return -1;
}

ssize_t posix_recv(int number, void *octets, size_t room, int flags) {
  stream_flush();
  return received(number, recv(descriptor_socket(number), octets, (int)room, flags), room);
}

ssize_t posix_recvfrom(int number, void *octets, size_t room, int flags, struct sockaddr *address,
                       socklen_t *size) {
  stream_flush();
  int got = recvfrom(descriptor_socket(number), octets, (int)room, flags, address, size);
  return received(number, got, room);
}
