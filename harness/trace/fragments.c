#include "trace/fragments.h"

#include "trace/array.h"

#include <stdlib.h>
#include <string.h>

enum {
  PENDING_MAX = 64, /* unfinished datagrams at one time; a host keeps far fewer */
  DATAGRAM_LEN_MAX = 65535,
  FRAGMENT_UNIT = 8 /* all but the last carry a multiple of this */
};

struct piece {
  uint32_t offset;
  struct ip_datagram fragment;
};

struct pending {
  struct piece *pieces; /* by offset */
  size_t count, capacity;
  size_t received; /* octets */
  size_t reach;    /* the end of the piece that lies furthest behind */
  size_t total;    /* known once the last fragment was seen */
  bool total_known;
  const char *broken; /* NULL, or why it can never be joined */
};

struct fragments {
  struct arena *arena;
  struct pending pending[PENDING_MAX]; /* the oldest first */
  size_t count;
};

struct fragments *fragments_create(struct arena *arena) {
  struct fragments *fragments = calloc(1, sizeof *fragments);
  if (fragments != NULL) fragments->arena = arena;
  return fragments;
}

void fragments_destroy(struct fragments *fragments) {
  if (fragments == NULL) return;
  for (size_t i = 0; i < fragments->count; i++) {
    free(fragments->pending[i].pieces);
  }
  free(fragments);
}

static bool same_datagram(const struct ip_header *a, const struct ip_header *b) {
  return a->version == b->version && a->identification == b->identification &&
         a->protocol == b->protocol && ip_address_equal(&a->source, &b->source) &&
         ip_address_equal(&a->destination, &b->destination);
}

static struct pending *find(struct fragments *fragments, const struct ip_header *ip) {
  for (size_t i = 0; i < fragments->count; i++) {
    if (same_datagram(&fragments->pending[i].pieces[0].fragment.ip, ip)) {
      return &fragments->pending[i];
    }
  }
  return NULL;
}

static void forget(struct fragments *fragments, size_t index) {
  free(fragments->pending[index].pieces);
  fragments->count--;
  memmove(&fragments->pending[index], &fragments->pending[index + 1],
          (fragments->count - index) * sizeof fragments->pending[0]);
}

/* Takes the pieces as they are: joined, or with `opaque` said why they could not be. */
static enum err_code take_out(struct fragments *fragments, size_t index, const char *opaque,
                              struct ip_datagram *whole, struct err *err) {
  const struct pending *pending = &fragments->pending[index];
  uint8_t *octets = arena_alloc(fragments->arena, pending->received);
  struct octet_source *sources = arena_alloc(fragments->arena, pending->count * sizeof *sources);
  if (octets == NULL || sources == NULL) {
    return err_set(err, ERR_LIMIT, "no memory to join %zu IP fragments", pending->count);
  }
  size_t at = 0;
  size_t first = 0; /* captured first */
  for (size_t i = 0; i < pending->count; i++) {
    const struct ip_datagram *fragment = &pending->pieces[i].fragment;
    sources[i] = fragment->first_source;
    sources[i].payload_offset = at;
    if (fragment->payload.len > 0)
      memcpy(octets + at, fragment->payload.bytes, fragment->payload.len);
    at += fragment->payload.len;
    if (fragment->packet_index < pending->pieces[first].fragment.packet_index) first = i;
  }
  *whole = pending->pieces[0].fragment; /* the header of offset 0 is the datagram's */
  whole->packet_index = pending->pieces[first].fragment.packet_index;
  whole->time_ns = pending->pieces[first].fragment.time_ns;
  whole->payload = span_of(octets, at);
  whole->sources = sources;
  whole->source_count = pending->count;
  whole->opaque = opaque;
  forget(fragments, index);
  return ERR_OK;
}

static enum err_code take_out_oldest(struct fragments *fragments, struct ip_datagram *whole,
                                     struct err *err) {
  const char *broken = fragments->pending[0].broken;
  return take_out(fragments, 0, broken != NULL ? broken : "fragments are missing", whole, err);
}

/* Where in the order of offsets; overlapping ones break the datagram (RFC 8200 section 4.5), but
 * the same fragment again does not. */
static bool insert(struct pending *pending, const struct ip_datagram *fragment) {
  struct piece piece = {.offset = fragment->ip.fragment_offset_bytes, .fragment = *fragment};
  size_t at = pending->count;
  while (at > 0 && pending->pieces[at - 1].offset >= piece.offset) {
    at--;
  }
  if (at < pending->count) {
    const struct piece *next = &pending->pieces[at];
    if (next->offset == piece.offset && span_equal(next->fragment.payload, fragment->payload)) {
      return true;
    }
    if (piece.offset + fragment->payload.len > next->offset) pending->broken = "fragments overlap";
  }
  if (at > 0) {
    const struct piece *previous = &pending->pieces[at - 1];
    if (previous->offset + previous->fragment.payload.len > piece.offset) {
      pending->broken = "fragments overlap";
    }
  }
  if (!ARRAY_RESERVE(pending->pieces, pending->capacity, pending->count + 1)) return false;
  memmove(&pending->pieces[at + 1], &pending->pieces[at],
          (pending->count - at) * sizeof pending->pieces[0]);
  pending->pieces[at] = piece;
  pending->count++;
  pending->received += fragment->payload.len;
  return true;
}

static void check_bounds(struct pending *pending, const struct ip_datagram *fragment) {
  size_t end = fragment->ip.fragment_offset_bytes + fragment->payload.len;
  if (end > DATAGRAM_LEN_MAX) pending->broken = "fragments exceed 65535 octets";
  if (fragment->ip.more_fragments) {
    if (fragment->payload.len % FRAGMENT_UNIT != 0) {
      pending->broken = "a fragment's length is not a multiple of 8";
    }
  } else {
    pending->total = end;
    pending->total_known = true;
  }
  if (end > pending->reach) pending->reach = end;
  if (pending->total_known && pending->reach > pending->total) {
    pending->broken = "a fragment lies behind the last one";
  }
}

enum err_code fragments_add(struct fragments *fragments, const struct ip_datagram *fragment,
                            struct ip_datagram *whole, bool *done, struct err *err) {
  *done = false;
  struct pending *pending = find(fragments, &fragment->ip);
  if (pending == NULL && fragments->count == PENDING_MAX) {
    enum err_code code = take_out_oldest(fragments, whole, err);
    if (code != ERR_OK) return code;
    *done = true;
  }
  if (pending == NULL) {
    pending = &fragments->pending[fragments->count];
    *pending = (struct pending){0};
    if (!insert(pending, fragment)) return err_set(err, ERR_LIMIT, "no memory for IP fragments");
    fragments->count++;
  } else if (!insert(pending, fragment)) {
    return err_set(err, ERR_LIMIT, "no memory for IP fragments");
  }
  check_bounds(pending, fragment);

  bool complete =
      pending->broken == NULL && pending->total_known && pending->received == pending->total;
  if (*done || !complete) return ERR_OK;
  *done = true;
  return take_out(fragments, (size_t)(pending - fragments->pending), NULL, whole, err);
}

enum err_code fragments_leftover(struct fragments *fragments, struct ip_datagram *whole, bool *done,
                                 struct err *err) {
  *done = fragments->count > 0;
  return *done ? take_out_oldest(fragments, whole, err) : ERR_OK;
}
