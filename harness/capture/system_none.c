/* Systems whose loopback has one queue, or does not say which CPU a thread runs on. */
#include "capture/system.h"

void system_ignore_outgoing(int fd) {
  (void)fd;
}

bool system_on_each_cpu(bool (*act)(void *context, unsigned cpu), void *context) {
  return act(context, 0);
}
