#include <errno.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "capture/system.h"

void system_ignore_outgoing(int fd) {
  const int on = 1;
  (void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
}

const char system_sentinel_address[] = "127.255.255.254";

const char system_capture_right[] =
    "run it as root, or give it the right: setcap cap_net_raw+ep PROGRAM";

bool system_fill_random(void *octets, size_t len) {
  return getrandom(octets, len, 0) == (ssize_t)len;
}

bool system_loopback(char name[static SYSTEM_INTERFACE_MAX]) {
  memcpy(name, "lo", sizeof "lo");
  return true;
}

static bool act_on_cpu(bool (*act)(void *, unsigned), void *context, unsigned cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) {
    return errno == EINVAL; /* it has just gone offline: no packets come from it */
  }
  return act(context, cpu);
}

bool system_on_each_cpu(bool (*act)(void *context, unsigned cpu), void *context) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return false;
  bool all = true;
  for (unsigned cpu = 0; all && cpu < SYSTEM_CPUS_MAX; cpu++) {
    if (CPU_ISSET(cpu, &allowed)) all = act_on_cpu(act, context, cpu);
  }
  const int reason = errno;
  const bool restored = sched_setaffinity(0, sizeof allowed, &allowed) == 0;
  if (!all) errno = reason;
  return all && restored;
}
