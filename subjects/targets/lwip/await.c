/* Waiting for lwIP's sockets and the system's descriptors at once. A thread waits for the first
 * kind and tells it by a descriptor of the second, so that the recipe's thread sleeps in the
 * system's own poll, where a signal finds it. */
#include "stack.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <lwip/sockets.h>

int __real_poll(struct pollfd *list, nfds_t count, int timeout_ms);
int __real_close(int descriptor);
ssize_t __real_read(int descriptor, void *octets, size_t len);

struct watch {
  struct pollfd *list; /* lwIP's sockets; the last one ends the watch */
  nfds_t count;
  int tell; /* an eventfd */
  int ender;
  pthread_t thread;
};

static void *watch_sockets(void *context) {
  struct watch *watch = context;
  const uint64_t one = 1;
  (void)lwip_poll(watch->list, watch->count, -1);
  if (write(watch->tell, &one, sizeof one) < 0) abort();
  return NULL;
}

/* A datagram to itself, which no wire sees. */
static void end_watch(int ender) {
  struct sockaddr_in own;
  socklen_t len = sizeof own;
  (void)lwip_getsockname(ender, (struct sockaddr *)&own, &len);
  (void)lwip_sendto(ender, "", 1, 0, (struct sockaddr *)&own, len);
}

static int make_ender(void) {
  struct sockaddr_in own = {.sin_family = AF_INET};
  own.sin_addr.s_addr = inet_addr("203.0.113.2");
  int ender = lwip_socket(AF_INET, SOCK_DGRAM, 0);
  if (ender >= 0) (void)lwip_bind(ender, (struct sockaddr *)&own, sizeof own);
  return ender;
}

/* *split has lwIP's sockets first, then the system's descriptors; each at its place of `list`. */
static nfds_t take_kind(const struct pollfd *list, nfds_t count, bool of_stack,
                        struct pollfd *taken) {
  nfds_t found = 0;
  for (nfds_t i = 0; i < count; i++) {
    if (stack_has(list[i].fd) != of_stack) continue;
    taken[found] = list[i];
    taken[found].revents = 0;
    if (of_stack) taken[found].fd = stack_number(list[i].fd);
    found++;
  }
  return found;
}

static int put_back(struct pollfd *list, nfds_t count, const struct pollfd *sockets,
                    const struct pollfd *others) {
  int ready = 0;
  for (nfds_t i = 0; i < count; i++) {
    list[i].revents = stack_has(list[i].fd) ? (sockets++)->revents : (others++)->revents;
    ready += list[i].revents != 0;
  }
  return ready;
}

/* The list has room for one more. Signals are for the recipe's own thread. */
static void start_watch(struct watch *watch) {
  watch->ender = make_ender();
  watch->tell = eventfd(0, EFD_CLOEXEC);
  if (watch->ender < 0 || watch->tell < 0) abort();
  watch->list[watch->count++] = (struct pollfd){.fd = watch->ender, .events = POLLIN};
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (pthread_create(&watch->thread, NULL, watch_sockets, watch) != 0) abort();
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* errno stays what it is. */
static void stop_watch(struct watch *watch, bool has_told) {
  int reason = errno;
  if (!has_told) end_watch(watch->ender);
  pthread_join(watch->thread, NULL);
  (void)lwip_close(watch->ender);
  (void)__real_close(watch->tell);
  errno = reason;
}

/* Both lists have room for one more. */
static int wait_for_both(struct watch *watch, struct pollfd *others, nfds_t other_count,
                         int timeout_ms) {
  start_watch(watch);
  others[other_count] = (struct pollfd){.fd = watch->tell, .events = POLLIN};
  int ready = __real_poll(others, other_count + 1, timeout_ms);
  stop_watch(watch, ready > 0 && others[other_count].revents != 0);
  return ready;
}

bool stack_await(int descriptor, short events) {
  struct pollfd list[2] = {{.fd = stack_number(descriptor), .events = events}};
  if (lwip_poll(list, 1, 0) != 0) return true;
  struct watch watch = {.list = list, .count = 1};
  start_watch(&watch);
  /* The system itself makes a read again, where it makes no poll again. */
  uint64_t told;
  bool ready = __real_read(watch.tell, &told, sizeof told) == (ssize_t)sizeof told;
  stop_watch(&watch, ready);
  return ready;
}

static bool is_ready(struct pollfd *sockets, nfds_t own_count, struct pollfd *others,
                     nfds_t other_count) {
  bool other = other_count > 0 && __real_poll(others, other_count, 0) > 0;
  stack_catch_up();
  return lwip_poll(sockets, own_count, 0) != 0 || other;
}

int stack_poll(struct pollfd *list, nfds_t count, int timeout_ms) {
  struct pollfd *sockets = calloc(2 * (count + 1), sizeof *sockets);
  if (sockets == NULL) return -1;
  struct pollfd *others = sockets + count + 1;
  struct watch watch = {.list = sockets, .count = take_kind(list, count, true, sockets)};
  nfds_t other_count = take_kind(list, count, false, others);
  int ready = 0;
  nfds_t own_count = watch.count;
  if (own_count == 0) {
    ready = __real_poll(others, other_count, timeout_ms);
  } else if (!is_ready(sockets, own_count, others, other_count) && timeout_ms != 0) {
    ready = wait_for_both(&watch, others, other_count, timeout_ms);
    stack_catch_up();
    if (ready >= 0) (void)lwip_poll(sockets, own_count, 0);
  }
  if (ready >= 0) ready = put_back(list, count, sockets, others);
  int reason = errno;
  free(sockets);
  errno = reason;
  return ready;
}
