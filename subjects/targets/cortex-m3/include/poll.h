/* poll(), as POSIX has it and newlib has not; the numbers are lwIP's, which needs no translation.
 */
#ifndef TARGET_CORTEX_M3_POLL_H
#define TARGET_CORTEX_M3_POLL_H

#define POLLIN 0x1
#define POLLOUT 0x2
#define POLLERR 0x4
#define POLLNVAL 0x8
#define POLLRDNORM 0x10
#define POLLRDBAND 0x20
#define POLLPRI 0x40
#define POLLWRNORM 0x80
#define POLLWRBAND 0x100
#define POLLHUP 0x200

typedef unsigned int nfds_t;

struct pollfd {
  int fd;
  short events;
  short revents;
};

int poll(struct pollfd *list, nfds_t count, int timeout_ms);

#endif
