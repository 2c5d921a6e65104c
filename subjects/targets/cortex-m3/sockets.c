/* The names of POSIX over lwIP's functions. Each call lets lwIP have a turn first: a program that
 * never waits is told what has come all the same. */
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lwip/priv/tcp_priv.h>

enum { END_LIMIT_MS = 2000 };

/* --- what the harness is told, and the end ---------------------------------------------------- */

/* It sees no listen() and bind() of this machine's. */
static void tell_ready(int descriptor, const char *transport) {
  struct sockaddr_storage at;
  socklen_t len = sizeof at;
  if (lwip_getsockname(descriptor, (struct sockaddr *)&at, &len) != 0) return;
  unsigned port = at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&at)->sin6_port)
                                           : ntohs(((struct sockaddr_in *)&at)->sin_port);
  char told[16];
  snprintf(told, sizeof told, "%s %u\n", transport, port);
  serial_say(told);
}

/* A kernel goes on with what a program has left: it sends the rest, and answers the other end's
 * FIN. Here the machine would end with its program. */
static bool is_at_work(void) {
  bool found = false;
  for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
    found = found || pcb->state != CLOSED;
  return found;
}

void stack_finish(void) {
  for (int i = 0; i < MEMP_NUM_NETCONN; i++)
    (void)lwip_close(BOARD_FIRST_SOCKET + i);
  uint64_t start_ns = board_elapsed_ns();
  for (;;) {
    bool turned = board_turn();
    uint32_t left_ms = board_left_ms(start_ns, END_LIMIT_MS);
    if (!is_at_work() || left_ms == 0) return;
    if (!turned) board_sleep(left_ms);
  }
}

/* --- waiting ---------------------------------------------------------------------------------- */

static short events_of(const struct pollfd *polled) {
  struct pollfd one = *polled;
  if (polled->fd < 0) return 0;
  if (polled->fd < 3) return polled->events & (POLLIN | POLLOUT); /* as of a file */
  if (polled->fd < BOARD_FIRST_SOCKET)
    return pipe_events(polled->fd) & (polled->events | POLLNVAL | POLLERR | POLLHUP);
  if (lwip_fcntl(polled->fd, F_GETFL, 0) < 0) return POLLNVAL; /* lwip_poll() does not look */
  return lwip_poll(&one, 1, 0) > 0 ? one.revents : 0;
}

int poll(struct pollfd *list, nfds_t count, int timeout_ms) {
  uint64_t start_ns = board_elapsed_ns();
  unsigned handled = signals_seen().all;
  for (;;) {
    uint32_t left_ms =
        timeout_ms < 0 ? BOARD_FOREVER : board_left_ms(start_ns, (uint32_t)timeout_ms);
    bool turned = board_turn();
    int ready = 0;
    for (nfds_t i = 0; i < count; i++) {
      list[i].revents = events_of(&list[i]);
      ready += list[i].revents != 0;
    }
    if (ready > 0) return ready;
    if (signals_seen().all != handled) {
      errno = EINTR;
      return -1;
    }
    if (left_ms == 0) return 0;
    if (!turned) board_sleep(left_ms);
  }
}

static bool is_blocking(int descriptor, int flags) {
  return (flags & MSG_DONTWAIT) == 0 && (lwip_fcntl(descriptor, F_GETFL, 0) & O_NONBLOCK) == 0;
}

/* A call that may wait does so here, where a signal can end it. False with errno: EINTR, or EAGAIN
 * when the socket's own time-out is over. */
static bool await_octets(int descriptor) {
  struct timeval limit = {0};
  socklen_t len = sizeof limit;
  (void)lwip_getsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, &len);
  int limit_ms = (int)(limit.tv_sec * 1000 + limit.tv_usec / 1000);
  unsigned ending = signals_seen().ending;
  struct pollfd one = {.fd = descriptor, .events = POLLIN};
  int ready;
  do
    ready = poll(&one, 1, limit_ms == 0 ? -1 : limit_ms);
  while (ready < 0 && limit_ms == 0 && signals_seen().ending == ending);
  if (ready == 0) errno = EAGAIN;
  return ready > 0;
}

/* After a call that did not wait: whether it is to be made again. */
static bool is_to_wait(ssize_t status, int descriptor, int flags) {
  return status < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) &&
         is_blocking(descriptor, flags) && await_octets(descriptor);
}

/* --- the calls -------------------------------------------------------------------------------- */

int socket(int domain, int type, int protocol) {
  /* lwIP takes every domain that is not AF_INET for AF_INET6. */
  if (domain == AF_INET || domain == AF_INET6) return lwip_socket(domain, type, protocol);
  errno = EAFNOSUPPORT;
  return -1;
}

int bind(int descriptor, const struct sockaddr *at, socklen_t len) {
  int type = 0;
  socklen_t type_len = sizeof type;
  int status = lwip_bind(descriptor, at, len);
  if (status == 0 && lwip_getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0 &&
      type == SOCK_DGRAM)
    tell_ready(descriptor, "udp");
  return status;
}

int listen(int descriptor, int backlog) {
  int status = lwip_listen(descriptor, backlog);
  if (status == 0) tell_ready(descriptor, "tcp");
  return status;
}

/* lwIP asks for the peer's name after it has taken the connection: one that was reset in between is
 * ENOTCONN here, which is no error of accept()'s (POSIX names ECONNABORTED). */
int accept(int descriptor, struct sockaddr *from, socklen_t *len) {
  (void)board_turn();
  if (is_blocking(descriptor, 0) && !await_octets(descriptor)) return -1;
  int taken = lwip_accept(descriptor, from, len);
  if (taken < 0 && errno == ENOTCONN) errno = ECONNABORTED;
  return taken;
}

int connect(int descriptor, const struct sockaddr *to, socklen_t len) {
  (void)board_turn();
  return lwip_connect(descriptor, to, len);
}

int shutdown(int descriptor, int how) {
  return lwip_shutdown(descriptor, how);
}

int getsockname(int descriptor, struct sockaddr *name, socklen_t *len) {
  return lwip_getsockname(descriptor, name, len);
}

int getpeername(int descriptor, struct sockaddr *name, socklen_t *len) {
  return lwip_getpeername(descriptor, name, len);
}

int getsockopt(int descriptor, int level, int option, void *value, socklen_t *len) {
  (void)board_turn();
  return lwip_getsockopt(descriptor, level, option, value, len);
}

int setsockopt(int descriptor, int level, int option, const void *value, socklen_t len) {
  return lwip_setsockopt(descriptor, level, option, value, len);
}

ssize_t send(int descriptor, const void *octets, size_t len, int flags) {
  (void)board_turn();
  return lwip_send(descriptor, octets, len, flags);
}

ssize_t sendto(int descriptor, const void *octets, size_t len, int flags, const struct sockaddr *to,
               socklen_t to_len) {
  (void)board_turn();
  return lwip_sendto(descriptor, octets, len, flags, to, to_len);
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
  (void)board_turn();
  return lwip_sendmsg(descriptor, message, flags);
}

ssize_t recv(int descriptor, void *octets, size_t len, int flags) {
  return recvfrom(descriptor, octets, len, flags, NULL, NULL);
}

ssize_t recvfrom(int descriptor, void *octets, size_t len, int flags, struct sockaddr *from,
                 socklen_t *from_len) {
  ssize_t status;
  (void)board_turn();
  do
    status = lwip_recvfrom(descriptor, octets, len, flags | MSG_DONTWAIT, from, from_len);
  while (is_to_wait(status, descriptor, flags));
  return status;
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags) {
  ssize_t status;
  (void)board_turn();
  do
    status = lwip_recvmsg(descriptor, message, flags | MSG_DONTWAIT);
  while (is_to_wait(status, descriptor, flags));
  return status;
}

/* A file or a pipe never holds up who reads it here, so that O_NONBLOCK changes nothing. */
int fcntl(int descriptor, int command, ...) {
  va_list rest;
  va_start(rest, command);
  int argument = va_arg(rest, int);
  va_end(rest);
  if (command == F_GETFD || command == F_SETFD) return 0; /* no program is executed */
  if (descriptor >= BOARD_FIRST_SOCKET) return lwip_fcntl(descriptor, command, argument);
  return 0;
}
