/* One arena a case: memory that is given back all at once, with a maximum. */
#ifndef SOCKPROOF_BASE_ARENA_H
#define SOCKPROOF_BASE_ARENA_H

#include "base/err.h"
#include "base/span.h"

struct arena;

/* NULL when there is no memory. An arena never holds more than `max_bytes`. */
struct arena *arena_create(size_t max_bytes);
void arena_destroy(struct arena *arena); /* NULL is fine */

/* Zeroed and aligned for any object; NULL when the maximum is met or memory is short. Owned by the
 * arena. */
void *arena_alloc(struct arena *arena, size_t size_bytes) MUST_USE;
char *arena_text(struct arena *arena, const char *text) MUST_USE;
char *arena_format(struct arena *arena, const char *format, ...) MUST_USE PRINTF_LIKE(2, 3);
struct span arena_span(struct arena *arena, struct span bytes) MUST_USE; /* {NULL, 0} on failure */
size_t arena_used_bytes(const struct arena *arena);

#endif
