#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = _Alignof(max_align_t), BLOCK_LEN = 64 * 1024 };

/* Memory comes in blocks, so that a million small allocations are not a million calls of malloc. */
struct block {
  struct block *next;
  size_t len, used;
  _Alignas(max_align_t) uint8_t bytes[];
};

struct arena {
  struct block *blocks; /* the newest first; only it is allocated from */
  size_t max_bytes;
  size_t held_bytes; /* in all blocks */
  size_t used_bytes; /* handed out */
};

struct arena *arena_create(size_t max_bytes) {
  struct arena *arena = calloc(1, sizeof *arena);
  if (arena != NULL) arena->max_bytes = max_bytes;
  return arena;
}

void arena_destroy(struct arena *arena) {
  if (arena == NULL) return;
  for (struct block *block = arena->blocks; block != NULL;) {
    struct block *next = block->next;
    free(block);
    block = next;
  }
  free(arena);
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static struct block *arena_grow(struct arena *arena, size_t need_bytes) {
  size_t left = arena->max_bytes - arena->held_bytes;
  if (need_bytes > left) return NULL;
  size_t len = need_bytes > BLOCK_LEN ? need_bytes : smaller(BLOCK_LEN, left);
  if (len > PTRDIFF_MAX - sizeof(struct block)) return NULL; /* no object is larger */

  struct block *block = calloc(1, sizeof *block + len);
  if (block == NULL) return NULL;
  block->len = len;
  block->next = arena->blocks;
  arena->blocks = block;
  arena->held_bytes += len;
  return block;
}

void *arena_alloc(struct arena *arena, size_t size_bytes) {
  /* Every size is rounded up, the empty one too: each result is a pointer of its own. */
  size_t wanted = size_bytes == 0 ? 1 : size_bytes;
  if (wanted > SIZE_MAX - (ALIGNMENT - 1)) return NULL;
  size_t need = (wanted + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

  struct block *block = arena->blocks;
  if (block == NULL || need > block->len - block->used) block = arena_grow(arena, need);
  if (block == NULL) return NULL;

  void *memory = block->bytes + block->used;
  block->used += need;
  arena->used_bytes += need;
  return memory;
}

char *arena_text(struct arena *arena, const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = arena_alloc(arena, size);
  if (copy != NULL) memcpy(copy, text, size);
  return copy;
}

char *arena_format(struct arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int len = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (len < 0) return NULL;

  char *text = arena_alloc(arena, (size_t)len + 1);
  if (text == NULL) return NULL;
  va_start(arguments, format);
  (void)vsnprintf(text, (size_t)len + 1, format, arguments);
  va_end(arguments);
  return text;
}

struct span arena_span(struct arena *arena, struct span bytes) {
  uint8_t *copy = arena_alloc(arena, bytes.len);
  if (copy == NULL) return (struct span){NULL, 0};
  if (bytes.len > 0) memcpy(copy, bytes.bytes, bytes.len);
  return span_of(copy, bytes.len);
}

size_t arena_used_bytes(const struct arena *arena) {
  return arena->used_bytes;
}
