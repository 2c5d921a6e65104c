/* Where a TCP conversation turns, and its events in order.
 *
 * Let (x, y) be a cut: x octets of the initiator and y of the responder. The conversation turns
 * there when octet x was sent by somebody who had received y octets, and octet y by somebody who
 * had received x: every octet behind the cut was sent after all octets before it had arrived. The
 * acknowledgement numbers of the segments say so, whatever the clock says. An exchange in lock-step
 * has such a cut at each end of a message, however segments were cut; between two neighbouring cuts
 * there are octets of one direction, or of both at once. */
#include "base/text.h"
#include "trace/array.h"
#include "trace/tcp_flow.h"

#include <stdlib.h>
#include <string.h>

enum { NOTE_MAX = 400 };

/* A run of pieces of one direction. */
struct turn {
  size_t side;
  size_t first, count;
};

struct turns {
  struct turn *list;
  size_t count, capacity;
};

/* What the sender of the piece at `index` had received of the other direction; behind the last
 * piece nothing more is sent, so that nothing holds a turn back. */
static uint64_t received_before(const struct tcp_half *half, size_t index) {
  return index < half->count ? half->pieces[index].acknowledged : UINT64_MAX;
}

static uint64_t end_of(const struct tcp_half *half, size_t index) {
  return half->pieces[index].offset + half->pieces[index].bytes.len;
}

static bool append(struct turns *turns, size_t side, size_t first, size_t count) {
  if (count == 0) return true;
  struct turn *last = turns->count > 0 ? &turns->list[turns->count - 1] : NULL;
  if (last != NULL && last->side == side) {
    last->count += count;
    return true;
  }
  if (!ARRAY_RESERVE(turns->list, turns->capacity, turns->count + 1)) return false;
  turns->list[turns->count++] = (struct turn){side, first, count};
  return true;
}

/* From the cut at pieces at[0], at[1] on: the nearest cut behind it, where both sides sent at once.
 * Taking one more piece of a side may need more of the other, which was sent before it arrived. */
static void grow_to_cut(const struct tcp_flow *tcp, const size_t at[2], size_t to[2]) {
  to[0] = at[0] + 1;
  to[1] = at[1] + 1;
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t side = 0; side < 2; side++) {
      const struct tcp_half *half = &tcp->halves[side];
      uint64_t other_end = end_of(&tcp->halves[1 - side], to[1 - side] - 1);
      while (received_before(half, to[side]) < other_end) {
        to[side]++;
        changed = true;
      }
    }
  }
}

/* Who is told first where both sides sent at once: the one of whose octets the other had received
 * some; where neither had, the one that spoke last goes on. */
static size_t first_speaker(const struct tcp_flow *tcp, const size_t at[2],
                            const struct turns *turns) {
  for (size_t side = 0; side < 2; side++) {
    const struct tcp_half *other = &tcp->halves[1 - side];
    uint64_t begun = tcp->halves[side].pieces[at[side]].offset;
    if (received_before(other, at[1 - side]) > begun) return side;
  }
  return turns->count > 0 ? turns->list[turns->count - 1].side : TCP_INITIATOR;
}

static bool cut_into_turns(const struct tcp_flow *tcp, struct turns *turns) {
  const struct tcp_half *halves = tcp->halves;
  size_t at[2] = {0, 0};
  while (at[0] < halves[0].count || at[1] < halves[1].count) {
    bool alone = false;
    for (size_t side = 0; side < 2 && !alone; side++) {
      const struct tcp_half *half = &halves[side];
      if (at[side] == half->count) continue;
      /* Whether the other side had received this piece before it sent on. */
      alone = received_before(&halves[1 - side], at[1 - side]) >= end_of(half, at[side]);
      if (alone && !append(turns, side, at[side]++, 1)) return false;
    }
    if (alone) continue;

    size_t to[2];
    grow_to_cut(tcp, at, to);
    size_t first = first_speaker(tcp, at, turns);
    size_t second = 1 - first;
    if (!append(turns, first, at[first], to[first] - at[first])) return false;
    if (!append(turns, second, at[second], to[second] - at[second])) return false;
    at[0] = to[0];
    at[1] = to[1];
  }
  return true;
}

static bool join_stream(struct tcp_flow *tcp, size_t side, struct arena *arena) {
  const struct tcp_half *half = &tcp->halves[side];
  size_t len = 0;
  for (size_t i = 0; i < half->count; i++) {
    if (!half->pieces[i].missing) len += half->pieces[i].bytes.len;
  }
  uint8_t *octets = arena_alloc(arena, len);
  if (octets == NULL) return false;
  size_t at = 0;
  for (size_t i = 0; i < half->count; i++) {
    if (half->pieces[i].missing) continue;
    memcpy(octets + at, half->pieces[i].bytes.bytes, half->pieces[i].bytes.len);
    at += half->pieces[i].bytes.len;
  }
  tcp->streams[side] = span_of(octets, len);
  return true;
}

/* What is odd about the pieces of a turn; NULL: nothing. */
static const char *oddity(const struct tcp_half *half, const struct turn *turn,
                          struct arena *arena) {
  struct text note = TEXT_INIT(NOTE_MAX);
  bool contradicted = false;
  for (size_t i = turn->first; i < turn->first + turn->count; i++) {
    const struct tcp_piece *piece = &half->pieces[i];
    contradicted = contradicted || piece->contradicted;
    if (!piece->missing) continue;
    text_appendf(&note, "%shole of %zu octets before octet %llu of the stream",
                 note.len > 0 ? ", " : "", piece->bytes.len, (unsigned long long)end_of(half, i));
  }
  if (contradicted) {
    text_appendf(&note, "%sretransmitted with other octets", note.len > 0 ? ", " : "");
  }
  const char *copy = note.len > 0 ? arena_text(arena, text_chars(&note)) : NULL;
  text_free(&note);
  return copy;
}

static bool describe_turn(const struct tcp_flow *tcp, const struct turn *turn, size_t stream_at,
                          struct trace_event *event, struct arena *arena) {
  const struct tcp_half *half = &tcp->halves[turn->side];
  const struct tcp_piece *first = &half->pieces[turn->first];
  struct octet_source *sources = arena_alloc(arena, turn->count * sizeof *sources);
  if (sources == NULL) return false;
  size_t len = 0;
  size_t count = 0;
  for (size_t i = 0; i < turn->count; i++) {
    const struct tcp_piece *piece = &first[i];
    if (piece->missing) continue;
    sources[count++] =
        (struct octet_source){len, piece->packet_index, piece->octet_offset, piece->bytes.len};
    len += piece->bytes.len;
    if (piece->checksum != IP_CHECKSUM_VALID) event->checksum = piece->checksum;
  }
  event->from_initiator = turn->side == TCP_INITIATOR;
  event->time_ns = first->time_ns;
  event->packet_index = first->packet_index;
  event->hop_limit = first->hop_limit;
  event->stream_offset = first->offset;
  event->payload = span_part(tcp->streams[turn->side], stream_at, len);
  event->sources = sources;
  if (count == 0) sources[count++] = (struct octet_source){.packet_index = first->packet_index};
  event->source_count = count;
  event->note = oddity(half, turn, arena);
  return true;
}

/* How the FIN stands to the octets of both directions. */
static void judge_fin(const struct tcp_flow *tcp, struct trace_event *event, struct arena *arena) {
  size_t side = event->from_initiator ? TCP_INITIATOR : TCP_RESPONDER;
  const struct tcp_half *half = &tcp->halves[side];
  const struct tcp_half *other = &tcp->halves[1 - side];
  uint64_t end = half->count > 0 ? end_of(half, half->count - 1) : 0;
  if (half->fin_offset < end) {
    event->note = arena_format(arena, "%llu octets sent behind the FIN",
                               (unsigned long long)(end - half->fin_offset));
  }
  /* The FIN takes a sequence number of its own: acknowledged, it makes one octet more. */
  event->peer_went_on =
      other->count > 0 && other->pieces[other->count - 1].acknowledged > half->fin_offset;
}

/* Merges the turns into the events that the segments left, which are in the order of packets. */
static bool merge(struct flow_entry *flow, const struct turns *turns, struct arena *arena) {
  struct trace_event *marks = flow->events;
  size_t mark_count = flow->flow.event_count;
  flow->events = NULL;
  flow->event_capacity = 0;
  flow->flow.event_count = 0;
  size_t mark = 0;
  size_t stream_at[2] = {0, 0};
  bool good = true;
  for (size_t i = 0; good && i <= turns->count; i++) {
    const struct turn *turn = i < turns->count ? &turns->list[i] : NULL;
    size_t packet =
        turn == NULL ? SIZE_MAX : flow->tcp->halves[turn->side].pieces[turn->first].packet_index;
    for (; good && mark < mark_count && marks[mark].packet_index < packet; mark++) {
      struct trace_event *event = flow_entry_add(flow, marks[mark].kind);
      good = event != NULL;
      if (!good) break;
      *event = marks[mark];
      if (event->kind == EVENT_FIN) judge_fin(flow->tcp, event, arena);
    }
    if (!good || turn == NULL) break;
    struct trace_event *event = flow_entry_add(flow, EVENT_DATA);
    good = event != NULL && describe_turn(flow->tcp, turn, stream_at[turn->side], event, arena);
    if (good) stream_at[turn->side] += event->payload.len;
  }
  free(marks);
  return good;
}

enum err_code tcp_flow_finish(struct flow_entry *flow, struct arena *arena, struct err *err) {
  struct tcp_flow *tcp = flow->tcp;
  struct turns turns = {NULL, 0, 0};
  bool good = tcp_half_fill_holes(&tcp->halves[TCP_INITIATOR], &tcp->halves[TCP_RESPONDER]) &&
              tcp_half_fill_holes(&tcp->halves[TCP_RESPONDER], &tcp->halves[TCP_INITIATOR]) &&
              join_stream(tcp, TCP_INITIATOR, arena) && join_stream(tcp, TCP_RESPONDER, arena) &&
              cut_into_turns(tcp, &turns) && merge(flow, &turns, arena);
  free(turns.list);
  if (good) return ERR_OK;
  return err_set(err, ERR_LIMIT,
                 "the TCP streams of this trace do not fit the 256 MiB that they may take");
}
