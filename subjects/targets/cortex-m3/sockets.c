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

enum { END_LIMIT_MS = 3000 };

/* --- what the harness is told, and the end ---------------------------------------------------- */

/* It sees no listen() and bind() of this machine's. */
static void tell_ready(int descriptor, const char *transport) {
  struct sockaddr_storage at;
  socklen_t len = sizeof at;
  if (lwip_getsockname(descriptor, (struct sockaddr *)&at, &len) != 0) return;
  unsigned port = at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&at)->sin6_port)
                                           : ntohs(((struct sockaddr_in *)&at)->sin_port);
  char command[32];
  snprintf(command, sizeof command, "echo %s %u >&4", transport, port);
  (void)board_run(command);
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
  uint64_t limit_ms = board_elapsed_ms() + END_LIMIT_MS;
  while (is_at_work() && board_elapsed_ms() < limit_ms) {
    if (!board_turn()) board_sleep();
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
  uint64_t start_ms = board_elapsed_ms();
  for (;;) {
    bool turned = board_turn();
    int ready = 0;
    for (nfds_t i = 0; i < count; i++) {
      list[i].revents = events_of(&list[i]);
      ready += list[i].revents != 0;
    }
    if (ready > 0) return ready;
    if (timeout_ms >= 0 && board_elapsed_ms() - start_ms >= (uint64_t)timeout_ms) return 0;
    if (!turned) board_sleep();
  }
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

int accept(int descriptor, struct sockaddr *from, socklen_t *len) {
  (void)board_turn();
  return lwip_accept(descriptor, from, len);
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
  (void)board_turn();
  return lwip_recv(descriptor, octets, len, flags);
}

ssize_t recvfrom(int descriptor, void *octets, size_t len, int flags, struct sockaddr *from,
                 socklen_t *from_len) {
  (void)board_turn();
  return lwip_recvfrom(descriptor, octets, len, flags, from, from_len);
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags) {
  (void)board_turn();
  return lwip_recvmsg(descriptor, message, flags);
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
