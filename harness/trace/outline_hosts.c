#include "trace/outline_hosts.h"

#include "trace/array.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SLOTS_MIN = 64 };

/* The slot of the address, or the free one where it belongs. */
static uint32_t *find_slot(const struct outline_hosts *hosts, const struct ip_address *address) {
  size_t mask = hosts->slot_count - 1;
  uint64_t hash = XXH3_64bits(address->octets, sizeof address->octets);
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    uint32_t *slot = &hosts->slots[at];
    if (*slot == 0 || ip_address_equal(&hosts->list[*slot - 1], address)) return slot;
  }
}

static bool grow(struct outline_hosts *hosts) {
  size_t count = hosts->slot_count == 0 ? SLOTS_MIN : hosts->slot_count * 2;
  uint32_t *slots = calloc(count, sizeof *slots);
  if (slots == NULL) return false;
  free(hosts->slots);
  hosts->slots = slots;
  hosts->slot_count = count;
  for (size_t i = 0; i < hosts->count; i++)
    *find_slot(hosts, &hosts->list[i]) = (uint32_t)(i + 1);
  return true;
}

bool outline_hosts_find(const struct outline_hosts *hosts, const struct ip_address *address,
                        uint32_t *index) {
  if (hosts->slot_count == 0) return false;
  uint32_t slot = *find_slot(hosts, address);
  if (slot == 0) return false;
  *index = slot - 1;
  return true;
}

bool outline_hosts_add(struct outline_hosts *hosts, const struct ip_address *address,
                       uint32_t *index) {
  if (outline_hosts_find(hosts, address, index)) return true;
  if (hosts->count >= UINT32_MAX - 1) return false;
  if (hosts->count * 2 >= hosts->slot_count && !grow(hosts)) return false;
  if (!ARRAY_RESERVE(hosts->list, hosts->capacity, hosts->count + 1)) return false;
  *index = (uint32_t)hosts->count;
  hosts->list[hosts->count] = *address;
  *find_slot(hosts, address) = (uint32_t)++hosts->count;
  return true;
}

void outline_hosts_free(struct outline_hosts *hosts) {
  free(hosts->list);
  free(hosts->slots);
  *hosts = (struct outline_hosts){0};
}
