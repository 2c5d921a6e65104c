#include "trace/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 8 };

bool array_reserve(void *items_at, size_t *capacity, size_t count, size_t item_bytes) {
  if (count <= *capacity) return true;
  size_t wanted = *capacity < CAPACITY_FIRST ? CAPACITY_FIRST : *capacity;
  while (wanted < count) {
    wanted = wanted > SIZE_MAX / 2 ? count : wanted * 2;
  }
  if (wanted > SIZE_MAX / item_bytes) return false;

  /* Copied, not cast: a pointer to another type must not be read through a void **. */
  void *items;
  memcpy(&items, items_at, sizeof items);
  void *grown = realloc(items, wanted * item_bytes);
  if (grown == NULL) return false;
  memcpy(items_at, &grown, sizeof grown);
  *capacity = wanted;
  return true;
}
