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

/* --- holes ------------------------------------------------------------------------------------ */

/* The first packet that acknowledges so many octets; SIZE_MAX: none does. */
static size_t packet_that_acknowledges(const struct tcp_half *other, uint64_t octets) {
  size_t packet = SIZE_MAX;
  for (size_t i = 0; i < other->count; i++) {
    const struct tcp_piece *piece = &other->pieces[i];
    if (piece->acknowledged >= octets && piece->packet_index < packet) {
      packet = piece->packet_index;
    }
  }
  return packet;
}

/* What had been sent before that packet. */
static uint64_t sent_before(const struct tcp_half *half, size_t packet) {
  uint64_t sent = 0;
  for (size_t i = 0; i < half->count; i++) {
    if (half->pieces[i].packet_index < packet && piece_end(&half->pieces[i]) > sent) {
      sent = piece_end(&half->pieces[i]);
    }
  }
  return sent;
}

/* In an exchange in turns, what is missing was sent after all that the other side had sent before
 * it showed that it had received it. */
static struct tcp_piece missing_piece(const struct tcp_half *half, const struct tcp_half *other,
                                      size_t at, uint64_t from, uint64_t to) {
  const struct tcp_piece *before = at > 0 ? &half->pieces[at - 1] : NULL;
  const struct tcp_piece *after = at < half->count ? &half->pieces[at] : NULL;
  size_t received = packet_that_acknowledges(other, to);
  size_t shown = after != NULL ? after->packet_index : received;
  if (shown == SIZE_MAX && before != NULL) shown = before->packet_index;
  uint64_t acknowledged = sent_before(other, received < shown ? received : shown);
  if (after != NULL && acknowledged > after->acknowledged) acknowledged = after->acknowledged;
  if (before != NULL && acknowledged < before->acknowledged) acknowledged = before->acknowledged;
  const struct tcp_piece *near = after != NULL ? after : before;
  return (struct tcp_piece){.offset = from,
                            .bytes = {NULL, (size_t)(to - from)},
                            .acknowledged = acknowledged,
                            .packet_index = shown == SIZE_MAX ? 0 : shown,
                            .time_ns = near == NULL ? 0 : near->time_ns,
                            .hop_limit = near == NULL ? 1 : near->hop_limit,
                            .missing = true};
}

bool tcp_half_fill_holes(struct tcp_half *half, const struct tcp_half *other) {
  uint64_t expected = 0;
  for (size_t at = 0; at <= half->count; at++) {
    bool last = at == half->count;
    uint64_t next = !last ? half->pieces[at].offset : half->fin_seen ? half->fin_offset : expected;
    if (next > expected) {
      struct tcp_piece piece = missing_piece(half, other, at, expected, next);
      if (!insert(half, at, &piece)) return false;
      if (last) return true;
      at++;
    }
    if (!last) expected = piece_end(&half->pieces[at]);
  }
  return true;
}
