#include "trace/tcp_half.h"

#include "trace/array.h"

#include <stdlib.h>
#include <string.h>

void tcp_half_start(struct tcp_half *half, uint32_t base) {
  half->started = true;
  half->base = base;
}

void tcp_half_free(struct tcp_half *half) {
  free(half->pieces);
  half->pieces = NULL;
}

int64_t tcp_half_offset(const struct tcp_half *half, uint32_t sequence) {
  uint32_t highest = half->base + (uint32_t)half->highest;
  return (int64_t)half->highest + tcp_sequence_diff(sequence, highest);
}

static uint64_t piece_end(const struct tcp_piece *piece) {
  return piece->offset + piece->bytes.len;
}

/* The part of `piece` from stream offset `from` to `to`. */
static struct tcp_piece piece_part(const struct tcp_piece *piece, uint64_t from, uint64_t to) {
  struct tcp_piece part = *piece;
  size_t skipped = (size_t)(from - piece->offset);
  part.offset = from;
  part.octet_offset += skipped;
  part.bytes = span_part(piece->bytes, skipped, (size_t)(to - from));
  return part;
}

static bool insert(struct tcp_half *half, size_t at, const struct tcp_piece *piece) {
  if (!ARRAY_RESERVE(half->pieces, half->capacity, half->count + 1)) return false;
  memmove(&half->pieces[at + 1], &half->pieces[at], (half->count - at) * sizeof half->pieces[0]);
  half->pieces[at] = *piece;
  half->count++;
  return true;
}

static void compare_overlap(struct tcp_piece *old, const struct tcp_piece *piece) {
  uint64_t from = old->offset > piece->offset ? old->offset : piece->offset;
  uint64_t to = piece_end(old) < piece_end(piece) ? piece_end(old) : piece_end(piece);
  if (from >= to) return;
  struct tcp_piece kept = piece_part(old, from, to);
  struct tcp_piece again = piece_part(piece, from, to);
  if (!span_equal(kept.bytes, again.bytes)) old->contradicted = true;
}

/* The first piece that ends behind `offset`. Most segments come in order: from the end. */
static size_t position(const struct tcp_half *half, uint64_t offset) {
  size_t at = half->count;
  while (at > 0 && piece_end(&half->pieces[at - 1]) > offset) {
    at--;
  }
  return at;
}

enum err_code tcp_half_take(struct tcp_half *half, const struct tcp_piece *piece,
                            enum tcp_taken *taken, struct err *err) {
  uint64_t end = piece_end(piece);
  uint64_t from = piece->offset; /* everything of the piece before it is dealt with */
  bool in_order = piece->offset >= half->highest;
  bool found_new = false;
  for (size_t at = position(half, from); from < end; at++) {
    bool last = at == half->count;
    uint64_t gap_end = last || half->pieces[at].offset > end ? end : half->pieces[at].offset;
    if (gap_end > from) {
      struct tcp_piece part = piece_part(piece, from, gap_end);
      if (!insert(half, at, &part)) return err_set(err, ERR_LIMIT, "no memory for a TCP stream");
      found_new = true;
      from = gap_end;
    } else {
      compare_overlap(&half->pieces[at], piece);
      from = piece_end(&half->pieces[at]);
    }
  }
  if (end > half->highest) half->highest = end;
  *taken = !found_new ? TCP_TAKEN_NOTHING : in_order ? TCP_TAKEN_NEXT : TCP_TAKEN_OUT_OF_ORDER;
  return ERR_OK;
}
