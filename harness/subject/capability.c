/* The names of what a system can do. */
#include "subject/target.h"

#include <string.h>

static const struct {
  const char *name;
  unsigned bit;
} CAPABILITIES[] = {
    {"netdb", CAN_NETDB},
    {"resolve", CAN_RESOLVE},
    {"services", CAN_SERVICES},
    {"reverse", CAN_REVERSE},
    {"ipv6", CAN_IPV6},
    {"icmp-errors", CAN_ICMP_ERRORS},
    {"signals", CAN_SIGNALS},
    {"af-unix", CAN_AF_UNIX},
    {"sendfile", CAN_SENDFILE},
    {"files", CAN_FILES},
    {"stdin", CAN_STDIN},
    {"host-name", CAN_HOST_NAME},
    {"buffer-sizes", CAN_BUFFER_SIZES},
    {"second-address", CAN_SECOND_ADDRESS},
    {"shared-stack", CAN_SHARED_STACK},
    {"ipv6-off", CAN_IPV6_OFF},
    {"stop-signals", CAN_STOP_SIGNALS},
    {"closed-window", CAN_CLOSED_WINDOW},
};

enum { CAPABILITY_COUNT = sizeof CAPABILITIES / sizeof CAPABILITIES[0] };

const char *capability_name(unsigned capability) {
  for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
    if (CAPABILITIES[i].bit == capability) return CAPABILITIES[i].name;
  }
  return NULL;
}

bool capability_parse(const char *name, unsigned *capability) {
  for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
    if (strcmp(CAPABILITIES[i].name, name) != 0) continue;
    *capability = CAPABILITIES[i].bit;
    return true;
  }
  return false;
}

void capability_append_names(struct text *names) {
  for (size_t i = 0; i < CAPABILITY_COUNT; i++)
    text_appendf(names, "%s%s", i > 0 ? " " : "", CAPABILITIES[i].name);
}
