/* The addresses of an outline, each once: found by hashing, as a server's capture has many. */
#ifndef SOCKPROOF_TRACE_OUTLINE_HOSTS_H
#define SOCKPROOF_TRACE_OUTLINE_HOSTS_H

#include "proto/ip.h"

#include <stddef.h>

struct outline_hosts {
  struct ip_address *list; /* in the order in which they were added */
  size_t count, capacity;
  uint32_t *slots; /* index + 1; 0: free */
  size_t slot_count;
};

bool outline_hosts_find(const struct outline_hosts *hosts, const struct ip_address *address,
                        uint32_t *index);
/* Finds or adds it. False: no memory. */
bool outline_hosts_add(struct outline_hosts *hosts, const struct ip_address *address,
                       uint32_t *index);
void outline_hosts_free(struct outline_hosts *hosts);

#endif
