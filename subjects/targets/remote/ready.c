/* Says that the program can be talked to: the linker puts these two in the place of the system's
 * (--wrap), and what they note goes where the agent says. A program that no agent has started notes
 * nothing. */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int __real_bind(int descriptor, const struct sockaddr *at, socklen_t len);
int __real_listen(int descriptor, int backlog);
int __wrap_bind(int descriptor, const struct sockaddr *at, socklen_t len);
int __wrap_listen(int descriptor, int backlog);

static void tell_ready(int descriptor, const char *transport) {
  struct sockaddr_storage at;
  socklen_t len = sizeof at;
  const char *notes = getenv("SOCKPROOF_READY");
  char *end = NULL;
  long to = notes == NULL ? 0 : strtol(notes, &end, 10);
  if (notes == NULL || end == notes || *end != '\0' || to <= STDERR_FILENO || to > INT_MAX ||
      getsockname(descriptor, (struct sockaddr *)&at, &len) != 0)
    return;
  if (at.ss_family != AF_INET && at.ss_family != AF_INET6) return;
  unsigned port = at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&at)->sin6_port)
                                           : ntohs(((struct sockaddr_in *)&at)->sin_port);
  char line[32];
  int written = snprintf(line, sizeof line, "%s %u\n", transport, port);
  (void)!write((int)to, line, (size_t)written);
}

int __wrap_bind(int descriptor, const struct sockaddr *at, socklen_t len) {
  int status = __real_bind(descriptor, at, len), reason = errno, type = 0;
  socklen_t type_len = sizeof type;
  if (status == 0 && getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0 &&
      type == SOCK_DGRAM)
    tell_ready(descriptor, "udp");
  errno = reason;
  return status;
}

int __wrap_listen(int descriptor, int backlog) {
  int status = __real_listen(descriptor, backlog), reason = errno;
  if (status == 0) tell_ready(descriptor, "tcp");
  errno = reason;
  return status;
}
