/* What a machine that goes on from its saved state is told of the moment in which it wakes, over a
 * port of its own: it sends NOW_QUESTION, and has this in answer, as often as it likes. With
 * NOW_OVER it tells that it has done all it was woken for, and can be switched off as it is. Any
 * other octets that it sends are for people to read. */
#ifndef SOCKPROOF_LINUX_S390X_SYSTEM_NOW_H
#define SOCKPROOF_LINUX_S390X_SYSTEM_NOW_H

#include <stdint.h>

enum {
  NOW_QUESTION = 5,
  NOW_OVER = 4,
  NOW_CHANCE_OCTETS = 64,
  NOW_FOLDER_MAX = 4096,
  NOW_NAME_MAX = 72
};

/* Numbers are in network order. */
struct now {
  uint64_t clock_ns; /* since 1970 */
  uint32_t uid, gid; /* of whoever started it, who owns the files it is to see */
  uint32_t ipv6_off; /* not 0: the network that it is in has no IPv6 */
  uint8_t chance[NOW_CHANCE_OCTETS];
  char folder[NOW_FOLDER_MAX], host_name[NOW_NAME_MAX];
};

#endif
