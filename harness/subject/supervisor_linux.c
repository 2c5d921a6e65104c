/* Seccomp user notification: a supervised call stops the subject's thread until it is answered
 * here. listen and bind are done on a duplicate of the subject's descriptor, so that their success
 * is known and not guessed. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "subject/supervisor_linux.h"

struct supervisor {
  uv_poll_t poll;
  int fd;
  struct supervisor_rules rules;
  struct seccomp_notif *request; /* the kernel's own idea of their size: made by libseccomp */
  struct seccomp_notif_resp *answer;
};

bool supervised_read(const struct supervised_call *call, uint64_t address, void *bytes,
                     size_t len) {
  const struct iovec here = {.iov_base = bytes, .iov_len = len};
  const struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = len};
  return process_vm_readv(call->thread, &here, 1, &there, 1, 0) == (ssize_t)len;
}

/* The process that a thread belongs to, by /proc; 0 where it does not say. */
static pid_t process_of(pid_t thread) {
  char path[64], line[128];
  long process = 0;
  snprintf(path, sizeof path, "/proc/%ld/status", (long)thread);
  FILE *status = fopen(path, "re");
  if (status == NULL) return 0;
  while (process == 0 && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, "Tgid:", 5) == 0) process = strtol(line + 5, NULL, 10);
  }
  fclose(status);
  return (pid_t)process;
}

/* A duplicate of the subject's descriptor; -1 with errno. */
static int duplicate(const struct supervised_call *call) {
  enum { PIDFD_OF_THREAD = 0200 }; /* PIDFD_THREAD, Linux 6.9 */
  int pidfd = (int)syscall(SYS_pidfd_open, call->thread, 0);
  if (pidfd < 0) pidfd = (int)syscall(SYS_pidfd_open, call->thread, PIDFD_OF_THREAD);
  if (pidfd < 0) pidfd = (int)syscall(SYS_pidfd_open, process_of(call->thread), 0);
  if (pidfd < 0) return -1;
  const int fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)call->args[0], 0);
  const int reason = errno;
  close(pidfd);
  errno = reason;
  return fd;
}

static int socket_option(int fd, int option) {
  int value = -1;
  socklen_t len = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 ? value : -1;
}

static bool is_internet(int fd) {
  const int domain = socket_option(fd, SO_DOMAIN);
  return domain == AF_INET || domain == AF_INET6;
}

static bool is_local(int fd) {
  return socket_option(fd, SO_DOMAIN) == AF_UNIX;
}

union internet_address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

/* A local socket without a path (an abstract or an unnamed one) is nobody's server here. */
static bool has_path(int fd, struct subject_socket *socket) {
  struct sockaddr_un at;
  socklen_t len = sizeof at;
  memset(&at, 0, sizeof at);
  if (getsockname(fd, (struct sockaddr *)&at, &len) != 0) return false;
  snprintf(socket->path, sizeof socket->path, "%.*s", (int)sizeof at.sun_path, at.sun_path);
  return socket->path[0] != '\0';
}

/* Whether the socket, after that call, can be talked to; false too for raw and ping sockets. */
static bool is_ready(int fd, bool listens, struct subject_socket *socket) {
  const int type = socket_option(fd, SO_TYPE);
  *socket = (struct subject_socket){0};
  if (is_local(fd)) return listens && has_path(fd, socket);
  socket->tcp = type == SOCK_STREAM;
  if (socket->tcp != listens) return false;
  if (!socket->tcp && (type != SOCK_DGRAM || socket_option(fd, SO_PROTOCOL) != IPPROTO_UDP))
    return false;
  union internet_address at;
  socklen_t len = sizeof at;
  memset(&at, 0, sizeof at);
  if (getsockname(fd, &at.any, &len) != 0) return false;
  const bool is_v4 = at.any.sa_family == AF_INET;
  socket->at = (struct endpoint){.address.family = is_v4 ? IP_V4 : IP_V6,
                                 .port = ntohs(is_v4 ? at.v4.sin_port : at.v6.sin6_port)};
  memcpy(socket->at.address.octets,
         is_v4 ? (const void *)&at.v4.sin_addr : (const void *)&at.v6.sin6_addr, is_v4 ? 4 : 16);
  return true;
}

static void let_kernel_answer(struct supervisor *supervisor) {
  supervisor->answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

static void respond(const struct supervisor *supervisor) {
  /* Fails where the subject was killed meanwhile: then nobody waits for it. */
  (void)seccomp_notify_respond(supervisor->fd, supervisor->answer);
}

static bool still_waits(const struct supervisor *supervisor) {
  return seccomp_notify_id_valid(supervisor->fd, supervisor->request->id) == 0;
}

/* Does the subject's listen or bind on the duplicate. False: it is not for us to do. The bind of a
 * local socket is not: it makes a file, where the subject may and we may more. */
static bool act_for(struct supervisor *supervisor, const struct supervised_call *call, int fd) {
  struct sockaddr_storage at;
  const bool listens = strcmp(call->name, "listen") == 0;
  const uint64_t len = call->args[2] & UINT32_MAX;
  if (!is_internet(fd) && !(listens && is_local(fd))) return false;
  if (!listens && (len > sizeof at || !supervised_read(call, call->args[1], &at, (size_t)len)))
    return false; /* the kernel has the right error for this */
  if (!still_waits(supervisor)) return false;
  const int status = listens ? listen(fd, (int)call->args[1])
                             : bind(fd, (const struct sockaddr *)&at, (socklen_t)len);
  supervisor->answer->error = status == 0 ? 0 : -errno;
  return true;
}

static void answer_socket_call(struct supervisor *supervisor, const struct supervised_call *call) {
  struct subject_socket socket;
  const int fd = duplicate(call);
  const bool acted = fd >= 0 && act_for(supervisor, call, fd);
  if (!acted) let_kernel_answer(supervisor);
  respond(supervisor);
  if (acted && supervisor->answer->error == 0 &&
      is_ready(fd, strcmp(call->name, "listen") == 0, &socket))
    supervisor->rules.ready(supervisor->rules.context, &socket);
  if (fd >= 0) close(fd);
}

static void answer_clock_call(struct supervisor *supervisor, const struct supervised_call *call) {
  struct clock_attempt attempt;
  if (clock_call_sets(call, &attempt)) {
    attempt.answered_success = supervisor->rules.allow_set_clock;
    supervisor->answer->error = attempt.answered_success ? 0 : -EPERM;
    supervisor->rules.clock(supervisor->rules.context, &attempt);
  } else {
    let_kernel_answer(supervisor);
  }
  respond(supervisor);
}

/* The harness does it, in the sandbox: the subject itself never has the right. */
static void answer_host_name_call(struct supervisor *supervisor,
                                  const struct supervised_call *call) {
  char octets[SUBJECT_HOST_NAME_MAX];
  const int64_t len = (int32_t)(uint32_t)call->args[1]; /* the kernel takes an int */
  const bool is_read = len >= 0 && len <= SUBJECT_HOST_NAME_MAX &&
                       supervised_read(call, call->args[0], octets, (size_t)len);
  if (!still_waits(supervisor)) return; /* it was killed: nothing is to be done for it */
  const int reason =
      supervisor->rules.host_name(supervisor->rules.context, is_read ? octets : NULL, len);
  supervisor->answer->error = -reason;
  respond(supervisor);
}

/* The i386 way of calling bind and listen: one call, whose first argument says which, and whose
 * second points to the arguments, of 32 bits each. */
static bool unpack_socketcall(struct supervised_call *call) {
  enum { SOCKETCALL_BIND = 2, SOCKETCALL_LISTEN = 4 };
  uint32_t args[3] = {0};
  const bool listens = call->args[0] == SOCKETCALL_LISTEN;
  if (!listens && call->args[0] != SOCKETCALL_BIND) return false;
  call->name = listens ? "listen" : "bind";
  if (!supervised_read(call, call->args[1], args, (listens ? 2 : 3) * sizeof args[0])) return false;
  for (size_t i = 0; i < 3; i++)
    call->args[i] = args[i];
  return true;
}

static bool decode(const struct seccomp_notif *request, struct supervised_call *call) {
  call->thread = (pid_t)request->pid;
  call->is_64_bit = (request->data.arch & __AUDIT_ARCH_64BIT) != 0;
  call->name = NULL;
  for (size_t i = 0; i < 6; i++)
    call->args[i] = request->data.args[i];
  char *name = seccomp_syscall_resolve_num_arch(request->data.arch, request->data.nr);
  if (name == NULL) return false;
  const bool packed = strcmp(name, "socketcall") == 0;
  for (size_t i = 0; supervised_names[i] != NULL; i++) {
    if (strcmp(supervised_names[i], name) == 0) call->name = supervised_names[i];
  }
  free(name);
  return packed ? unpack_socketcall(call) : call->name != NULL;
}

/* All that were supervised have ended. The descriptor is readable for ever then, while the wait for
 * the main process's end may go on: it still closes what it had open. */
static bool nobody_is_left(int fd) {
  struct pollfd state = {.fd = fd, .events = POLLIN};
  return poll(&state, 1, 0) == 1 && (state.revents & POLLHUP) != 0;
}

static void on_notified(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  struct supervisor *supervisor = poll->data;
  struct supervised_call call;
  memset(supervisor->request, 0, sizeof *supervisor->request);
  memset(supervisor->answer, 0, sizeof *supervisor->answer);
  if (seccomp_notify_receive(supervisor->fd, supervisor->request) != 0) {
    /* Else who called was killed in between. */
    if (nobody_is_left(supervisor->fd)) uv_poll_stop(poll);
    return;
  }
  supervisor->answer->id = supervisor->request->id;
  if (!decode(supervisor->request, &call)) {
    let_kernel_answer(supervisor);
    respond(supervisor);
  } else if (strcmp(call.name, "listen") == 0 || strcmp(call.name, "bind") == 0) {
    answer_socket_call(supervisor, &call);
  } else if (strcmp(call.name, "sethostname") == 0) {
    answer_host_name_call(supervisor, &call);
  } else {
    answer_clock_call(supervisor, &call);
  }
}

static void on_closed(uv_handle_t *handle) {
  struct supervisor *supervisor = handle->data;
  seccomp_notify_free(supervisor->request, supervisor->answer);
  free(supervisor);
}

enum err_code supervisor_attach(uv_loop_t *loop, int notify_fd,
                                const struct supervisor_rules *rules,
                                struct supervisor **supervisor, struct err *err) {
  *supervisor = NULL;
  struct supervisor *made = calloc(1, sizeof *made);
  int status = made == NULL ? -ENOMEM : seccomp_notify_alloc(&made->request, &made->answer);
  if (status == 0) status = uv_poll_init(loop, &made->poll, notify_fd);
  if (status != 0) {
    if (made != NULL) seccomp_notify_free(made->request, made->answer);
    free(made);
    close(notify_fd);
    return err_set_errno(err, -status, "the subject's calls cannot be supervised");
  }
  made->fd = notify_fd;
  made->rules = *rules;
  made->poll.data = made;
  *supervisor = made;
  status = uv_poll_start(&made->poll, UV_READABLE, on_notified);
  if (status != 0) return err_set_errno(err, -status, "the subject's calls cannot be supervised");
  return ERR_OK;
}

void supervisor_close(struct supervisor *supervisor) {
  if (supervisor == NULL) return;
  uv_poll_stop(&supervisor->poll);
  close(supervisor->fd);
  uv_close((uv_handle_t *)&supervisor->poll, on_closed);
}
