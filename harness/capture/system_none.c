/* Systems whose loopback has one queue, or does not say which CPU a thread runs on. */
#include "capture/system.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* The BSDs give their loopback this one address alone. */
const char system_sentinel_address[] = "127.0.0.1";

const char system_capture_right[] =
    "run it as root, or make /dev/bpf (or /dev/bpf0, /dev/bpf1, ...) readable to you";

/* Not getentropy or getrandom: they are in another header on each system, and not on all. */
bool system_fill_random(void *octets, size_t len) {
  FILE *file = fopen("/dev/urandom", "r");
  if (file == NULL) return false;
  const bool filled = fread(octets, len, 1, file) == 1;
  fclose(file);
  if (!filled) errno = EIO;
  return filled;
}

bool system_loopback(char name[static SYSTEM_INTERFACE_MAX]) {
  struct ifaddrs *list = NULL;
  if (getifaddrs(&list) != 0) return false;
  const struct ifaddrs *at = list;
  while (at != NULL && ((at->ifa_flags & IFF_LOOPBACK) == 0 || (at->ifa_flags & IFF_UP) == 0 ||
                        strlen(at->ifa_name) >= SYSTEM_INTERFACE_MAX))
    at = at->ifa_next;
  if (at != NULL) memcpy(name, at->ifa_name, strlen(at->ifa_name) + 1);
  freeifaddrs(list);
  if (at == NULL) errno = ENXIO;
  return at != NULL;
}

void system_ignore_outgoing(int fd) {
  (void)fd;
}

bool system_on_each_cpu(bool (*act)(void *context, unsigned cpu), void *context) {
  return act(context, 0);
}
