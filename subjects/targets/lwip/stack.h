/* lwIP on the wire that the harness gives: descriptor 3 reads and writes Ethernet frames,
 * descriptor 4 takes lines that say which port is listened at. */
#ifndef TARGET_LWIP_STACK_H
#define TARGET_LWIP_STACK_H

#include <poll.h>
#include <stdbool.h>

/* Sockets of lwIP are numbered from here on, far from the system's own descriptors. */
enum { STACK_FIRST_SOCKET = 1000 };

static inline bool stack_has(int descriptor) {
  return descriptor >= STACK_FIRST_SOCKET;
}

static inline int stack_number(int descriptor) {
  return descriptor - STACK_FIRST_SOCKET;
}

/* Takes what lies on the wire. A kernel has done so before it wakes a program for another reason:
 * what came first is then seen first. */
void stack_catch_up(void);

/* poll(2) over descriptors of both kinds; a signal ends it with EINTR, as it ends the system's. */
int stack_poll(struct pollfd *list, nfds_t count, int timeout_ms);

/* Until lwIP's socket is ready (POLLIN, POLLOUT), or a signal comes whose handler does not ask for
 * the call to be made again (SA_RESTART): false with EINTR. */
bool stack_await(int descriptor, short events);

#endif
