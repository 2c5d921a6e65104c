/* The socket calls of the recipe: lwIP's for lwIP's sockets, the system's for all other
 * descriptors.
 * __wrap_ and __real_ are the linker's (--wrap). */
#include "stack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <lwip/sockets.h>

enum { READY_NOTES = 4 };

ssize_t __real_read(int descriptor, void *octets, size_t len);
ssize_t __real_write(int descriptor, const void *octets, size_t len);
ssize_t __real_sendfile(int to, int from, off_t *offset, size_t count);
int __real_close(int descriptor);
int __real_fcntl(int descriptor, int command, ...);
int __real_fcntl64(int descriptor, int command, ...);

static int numbered(int number) {
  return number < 0 ? number : number + STACK_FIRST_SOCKET;
}

/* The harness sees no listen() and bind() of this stack's. */
static void tell_ready(int number, const char *transport) {
  struct sockaddr_storage at;
  socklen_t len = sizeof at;
  if (lwip_getsockname(number, (struct sockaddr *)&at, &len) != 0) return;
  unsigned port = at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&at)->sin6_port)
                                           : ntohs(((struct sockaddr_in *)&at)->sin_port);
  char line[32];
  int written = snprintf(line, sizeof line, "%s %u\n", transport, port);
  (void)!__real_write(READY_NOTES, line, (size_t)written);
}

static bool is_blocking(int descriptor, int flags) {
  return (flags & MSG_DONTWAIT) == 0 &&
         (lwip_fcntl(stack_number(descriptor), F_GETFL, 0) & O_NONBLOCK) == 0;
}

/* A blocking call waits where a signal can end it. False with errno: EINTR, or EAGAIN when the
 * socket's own time-out is over. */
static bool await(int descriptor, short events, int timeout_option) {
  struct timeval limit = {0};
  socklen_t len = sizeof limit;
  (void)lwip_getsockopt(stack_number(descriptor), SOL_SOCKET, timeout_option, &limit, &len);
  int limit_ms = (int)(limit.tv_sec * 1000 + limit.tv_usec / 1000);
  if (limit_ms == 0) return stack_await(descriptor, events);
  struct pollfd one = {.fd = descriptor, .events = events};
  int ready = stack_poll(&one, 1, limit_ms);
  if (ready == 0) errno = EAGAIN;
  return ready > 0;
}

static bool await_octets(int descriptor, int flags) {
  return !is_blocking(descriptor, flags) || await(descriptor, POLLIN, SO_RCVTIMEO);
}

int __wrap_socket(int domain, int type, int protocol) {
  /* lwIP takes every domain that is not AF_INET for AF_INET6. */
  if (domain != AF_INET && domain != AF_INET6) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  int number = lwip_socket(domain, type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC), protocol);
  if (number >= 0 && (type & SOCK_NONBLOCK) != 0) (void)lwip_fcntl(number, F_SETFL, O_NONBLOCK);
  return numbered(number);
}

int __wrap_bind(int descriptor, const struct sockaddr *at, socklen_t len) {
  int number = stack_number(descriptor), type = 0;
  socklen_t type_len = sizeof type;
  int status = lwip_bind(number, at, len);
  if (status == 0 && lwip_getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0 &&
      type == SOCK_DGRAM)
    tell_ready(number, "udp");
  return status;
}

int __wrap_listen(int descriptor, int backlog) {
  int status = lwip_listen(stack_number(descriptor), backlog);
  if (status == 0) tell_ready(stack_number(descriptor), "tcp");
  return status;
}

/* lwIP asks for the peer's name after it has taken the connection: one that was reset in between is
 * ENOTCONN here, which is no error of accept()'s (POSIX names ECONNABORTED). */
int __wrap_accept(int descriptor, struct sockaddr *from, socklen_t *len) {
  if (!await_octets(descriptor, 0)) return -1;
  int number = lwip_accept(stack_number(descriptor), from, len);
  if (number < 0 && errno == ENOTCONN) errno = ECONNABORTED;
  return numbered(number);
}

int __wrap_connect(int descriptor, const struct sockaddr *to, socklen_t len) {
  return lwip_connect(stack_number(descriptor), to, len);
}

int __wrap_shutdown(int descriptor, int how) {
  return lwip_shutdown(stack_number(descriptor), how);
}

int __wrap_getsockname(int descriptor, struct sockaddr *name, socklen_t *len) {
  return lwip_getsockname(stack_number(descriptor), name, len);
}

int __wrap_getpeername(int descriptor, struct sockaddr *name, socklen_t *len) {
  return lwip_getpeername(stack_number(descriptor), name, len);
}

int __wrap_getsockopt(int descriptor, int level, int option, void *value, socklen_t *len) {
  return lwip_getsockopt(stack_number(descriptor), level, option, value, len);
}

int __wrap_setsockopt(int descriptor, int level, int option, const void *value, socklen_t len) {
  return lwip_setsockopt(stack_number(descriptor), level, option, value, len);
}

/* --- what sends ------------------------------------------------------------------------------- */

static bool is_stream(int number) {
  int type = 0;
  socklen_t len = sizeof type;
  return lwip_getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

/* All, or what went before a signal, a time-out or an error. */
static ssize_t send_in_parts(int descriptor, const char *octets, size_t len, int flags) {
  size_t sent = 0;
  while (sent < len && await(descriptor, POLLOUT, SO_SNDTIMEO)) {
    ssize_t part =
        lwip_send(stack_number(descriptor), octets + sent, len - sent, flags | MSG_DONTWAIT);
    if (part < 0 && errno != EAGAIN && errno != EWOULDBLOCK) break;
    if (part > 0) sent += (size_t)part;
  }
  return sent > 0 || len == 0 ? (ssize_t)sent : -1;
}

ssize_t __wrap_send(int descriptor, const void *octets, size_t len, int flags) {
  int number = stack_number(descriptor);
  flags &= ~MSG_NOSIGNAL;
  if (is_blocking(descriptor, flags) && is_stream(number))
    return send_in_parts(descriptor, octets, len, flags);
  return lwip_send(number, octets, len, flags);
}

ssize_t __wrap_sendto(int descriptor, const void *octets, size_t len, int flags,
                      const struct sockaddr *to, socklen_t to_len) {
  return lwip_sendto(stack_number(descriptor), octets, len, flags & ~MSG_NOSIGNAL, to, to_len);
}

ssize_t __wrap_sendmsg(int descriptor, const struct msghdr *message, int flags) {
  return lwip_sendmsg(stack_number(descriptor), message, flags & ~MSG_NOSIGNAL);
}

ssize_t __wrap_write(int descriptor, const void *octets, size_t len) {
  return stack_has(descriptor) ? __wrap_send(descriptor, octets, len, 0)
                               : __real_write(descriptor, octets, len);
}

/* lwIP has no such call. */
ssize_t __wrap_sendfile(int to, int from, off_t *offset, size_t count) {
  if (!stack_has(to)) return __real_sendfile(to, from, offset, count);
  errno = EINVAL;
  return -1;
}

/* --- what receives ---------------------------------------------------------------------------- */

ssize_t __wrap_recv(int descriptor, void *octets, size_t len, int flags) {
  return await_octets(descriptor, flags) ? lwip_recv(stack_number(descriptor), octets, len, flags)
                                         : -1;
}

ssize_t __wrap_recvfrom(int descriptor, void *octets, size_t len, int flags, struct sockaddr *from,
                        socklen_t *from_len) {
  return await_octets(descriptor, flags)
             ? lwip_recvfrom(stack_number(descriptor), octets, len, flags, from, from_len)
             : -1;
}

ssize_t __wrap_recvmsg(int descriptor, struct msghdr *message, int flags) {
  return await_octets(descriptor, flags) ? lwip_recvmsg(stack_number(descriptor), message, flags)
                                         : -1;
}

ssize_t __wrap_read(int descriptor, void *octets, size_t len) {
  if (!stack_has(descriptor)) return __real_read(descriptor, octets, len);
  return await_octets(descriptor, 0) ? lwip_read(stack_number(descriptor), octets, len) : -1;
}

/* --- what concerns every descriptor ----------------------------------------------------------- */

int __wrap_poll(struct pollfd *list, nfds_t count, int timeout_ms) {
  return stack_poll(list, count, timeout_ms);
}

int __wrap_close(int descriptor) {
  return stack_has(descriptor) ? lwip_close(stack_number(descriptor)) : __real_close(descriptor);
}

int __wrap_fcntl(int descriptor, int command, ...) {
  va_list rest;
  va_start(rest, command);
  int argument = va_arg(rest, int);
  va_end(rest);
  if (!stack_has(descriptor)) return __real_fcntl(descriptor, command, argument);
  if (command == F_GETFD || command == F_SETFD) return 0; /* no program is executed */
  return lwip_fcntl(stack_number(descriptor), command, argument);
}

/* The same for what is built with large files. */
int __wrap_fcntl64(int descriptor, int command, ...) {
  va_list rest;
  va_start(rest, command);
  int argument = va_arg(rest, int);
  va_end(rest);
  return stack_has(descriptor) ? __wrap_fcntl(descriptor, command, argument)
                               : __real_fcntl64(descriptor, command, argument);
}
