/* Arrays that grow. */
#ifndef SOCKPROOF_TRACE_ARRAY_H
#define SOCKPROOF_TRACE_ARRAY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Makes room for `count` items of `item_bytes` in the array that the pointer at `items_at` points
 * to, whose capacity is *capacity. False: no memory; the array is then as it was. The array is the
 * caller's to free(). */
bool array_reserve(void *items_at, size_t *capacity, size_t count, size_t item_bytes) MUST_USE;

/* The same for an array of a known type; `items` is an lvalue of a pointer type. */
#define ARRAY_RESERVE(items, capacity, count) \
  array_reserve(&(items), &(capacity), (count), sizeof *(items))

#endif
