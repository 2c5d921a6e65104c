#include "trace/outline.h"

#include "trace/array.h"
#include "trace/outline_table.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
  /* A flow has blocks of some 64 packets until there are 4,096 of them; then of 128, and so on. */
  BLOCK_BITS_MIN = 6,
  BLOCKS_MAX = 4096,
  BLOCK_FACTOR_MAX = 16, /* no block is longer than so many times the mean */
  WINDOW = 3 /* packets whose digests decide whether a block ends: one alone may always recur */
};

/* Odd, so that multiplying by them loses nothing: the fractions of the square roots of 2 and 3. */
#define FACTOR_LOW UINT64_C(0x6a09e667f3bcc909)
#define FACTOR_HIGH UINT64_C(0xbb67ae8584caa73b)

/* What is being made of a flow, beside its public part. */
struct growing {
  uint64_t window[WINDOW]; /* digests of its last packets */
  struct outline_block open;
  uint32_t forced_ends;
};

struct outlining {
  struct outline *outline;
  struct outline_table table;
  struct growing *growing; /* by flow */
  size_t growing_capacity;
};

static uint64_t rotate(uint64_t value, unsigned bits) {
  return value << bits | value >> (64 - bits);
}

/* Who began a UDP flow is only who was captured first: the lesser end takes that place, so that one
 * packet less at its beginning does not turn all others round. */
static bool is_forth(const struct outline_packet *packet, const struct table_place *place) {
  if (packet->key.protocol != IP_PROTO_UDP) return place->from_initiator;
  struct packet_key both = packet_key_of_both_ways(&packet->key);
  return memcmp(&both, &packet->key, sizeof both) == 0;
}

static uint64_t digest_of(const struct outline_packet *packet, const struct table_place *place) {
  uint64_t steps = (uint64_t)place->sequence_step << 32 | place->acknowledgement_step;
  uint64_t marks = (uint64_t)packet->payload.len << 32 | (uint64_t)packet->flags << 16 |
                   (uint64_t)packet->oddities << 8 | (is_forth(packet, place) ? 1 : 2);
  uint64_t shape = rotate(steps * FACTOR_LOW, 29) ^ marks * FACTOR_HIGH;
  /* Not as the hash's seed: a seed of a long payload costs more than the hash. */
  uint64_t said =
      packet->payload.len > 0 ? XXH3_64bits(packet->payload.bytes, packet->payload.len) : 0;
  uint64_t both = (shape ^ rotate(said, 32)) * FACTOR_LOW + said;
  return both ^ both >> 29;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static bool ends_block(uint64_t mark, unsigned bits) {
  return mark >> (64 - bits) == 0;
}

/* FACTOR_LOW to the power of `exponent`. */
static uint64_t power(uint32_t exponent) {
  uint64_t result = 1;
  for (uint64_t base = FACTOR_LOW; exponent > 0; exponent >>= 1, base *= base) {
    if ((exponent & 1) != 0) result *= base;
  }
  return result;
}

/* A block's digest is a polynomial of its packets', so that two joined have the digest that one
 * would have had. */
static void join_blocks(struct outline_block *block, const struct outline_block *next) {
  block->digest = block->digest * power(next->packets) + next->digest;
  block->packets += next->packets;
  block->mark = next->mark;
}

void outline_coarsen(struct outline_flow *flow, unsigned bits) {
  if (bits <= flow->block_bits) return;
  flow->block_bits = bits;
  size_t kept = 0;
  for (size_t i = 0; i < flow->block_count; i++) {
    struct outline_block block = flow->blocks[i];
    while (!ends_block(block.mark, bits) && i + 1 < flow->block_count) {
      join_blocks(&block, &flow->blocks[++i]);
    }
    flow->blocks[kept++] = block;
  }
  flow->block_count = kept;
}

/* Longer blocks from now on: what ends at no block of these is open again. */
static void lengthen_blocks(struct outline_flow *flow, struct growing *growing) {
  outline_coarsen(flow, flow->block_bits + 1);
  struct outline_block *last = &flow->blocks[flow->block_count - 1];
  if (ends_block(last->mark, flow->block_bits)) return;
  join_blocks(last, &growing->open);
  growing->open = *last;
  flow->block_count--;
}

static bool close_block(struct outline_flow *flow, struct growing *growing, uint64_t mark) {
  growing->open.mark = mark;
  if (flow->block_count >= BLOCKS_MAX) lengthen_blocks(flow, growing);
  if (!ends_block(mark, flow->block_bits)) return true;
  if (!ARRAY_RESERVE(flow->blocks, flow->block_capacity, flow->block_count + 1)) return false;
  flow->blocks[flow->block_count++] = growing->open;
  growing->open = (struct outline_block){0};
  return true;
}

/* Where packets say the same for ever, no content ends a block: then the count does, and its own
 * bits say which of these ends stay when blocks are joined. */
static uint64_t mark_of_forced_end(struct outline_flow *flow, struct growing *growing) {
  unsigned zeros = flow->block_bits;
  for (uint32_t count = ++growing->forced_ends; (count & 1) == 0 && zeros < 63; count >>= 1)
    zeros++;
  return UINT64_C(1) << (63 - zeros);
}

static bool add_to_block(struct outline_flow *flow, struct growing *growing, uint64_t digest,
                         uint64_t offset, uint64_t number) {
  struct outline_block *open = &growing->open;
  if (open->packets == 0) *open = (struct outline_block){.offset = offset, .first_packet = number};
  open->digest = open->digest * FACTOR_LOW + digest;
  open->packets++;
  uint64_t mark = digest;
  for (size_t i = 0; i < WINDOW; i++)
    mark = rotate(mark, 13) * FACTOR_HIGH + growing->window[i];
  mark *= FACTOR_LOW;
  memmove(growing->window + 1, growing->window, (WINDOW - 1) * sizeof growing->window[0]);
  growing->window[0] = digest;
  if (ends_block(mark, flow->block_bits)) return close_block(flow, growing, mark);
  if (open->packets >> flow->block_bits < BLOCK_FACTOR_MAX) return true;
  return close_block(flow, growing, mark_of_forced_end(flow, growing));
}

/* --- flows ------------------------------------------------------------------------------------ */

static bool intern(struct outline *outline, enum ip_family family, const uint8_t octets[16],
                   uint32_t *index) {
  struct ip_address address = {.family = family};
  memcpy(address.octets, octets, sizeof address.octets);
  return outline_hosts_add(&outline->hosts, &address, index);
}

static enum transport transport_of(uint8_t protocol) {
  if (protocol == IP_PROTO_TCP) return TRANSPORT_TCP;
  return protocol == IP_PROTO_UDP ? TRANSPORT_UDP : TRANSPORT_OTHER;
}

struct packet_key outline_flow_key(const struct outline *outline, const struct outline_flow *flow) {
  struct packet_key key = {.source_port = flow->ports[0],
                           .destination_port = flow->ports[1],
                           .family = (uint8_t)flow->family};
  if (flow->transport == TRANSPORT_TCP) key.protocol = IP_PROTO_TCP;
  if (flow->transport == TRANSPORT_UDP) key.protocol = IP_PROTO_UDP;
  memcpy(key.source, outline->hosts.list[flow->addresses[0]].octets, sizeof key.source);
  memcpy(key.destination, outline->hosts.list[flow->addresses[1]].octets, sizeof key.destination);
  return key;
}

static bool begin_flow(struct outlining *outlining, const struct packet_key *key, uint64_t offset) {
  struct outline *outline = outlining->outline;
  if (!ARRAY_RESERVE(outline->flows, outline->capacity, outline->count + 1) ||
      !ARRAY_RESERVE(outlining->growing, outlining->growing_capacity, outline->count + 1))
    return false;
  struct outline_flow *flow = &outline->flows[outline->count];
  *flow = (struct outline_flow){.transport = transport_of(key->protocol),
                                .family = (enum ip_family)key->family,
                                .ports = {key->source_port, key->destination_port},
                                .first_offset = offset,
                                .block_bits = BLOCK_BITS_MIN,
                                .first_packet = outline->packets};
  outlining->growing[outline->count++] = (struct growing){0};
  return intern(outline, flow->family, key->source, &flow->addresses[0]) &&
         intern(outline, flow->family, key->destination, &flow->addresses[1]);
}

static bool take(struct outlining *outlining, const struct captured *captured) {
  struct outline *outline = outlining->outline;
  struct outline_packet packet;
  struct table_place place;
  outline_packet_of(captured, &packet);
  if (!outline_table_take(&outlining->table, &packet, &place)) return false;
  if (place.flow == outline->count && !begin_flow(outlining, &packet.key, captured->offset)) {
    return false;
  }
  struct outline_flow *flow = &outline->flows[place.flow];
  uint64_t digest = digest_of(&packet, &place);
  flow->digest.low = (rotate(flow->digest.low, 29) ^ digest) * FACTOR_LOW;
  flow->digest.high = rotate(flow->digest.high + digest, 31) * FACTOR_HIGH;
  flow->packets++;
  flow->octets += captured->packet.bytes.len;
  flow->last_offset = captured->offset;
  uint64_t number = outline->packets++;
  outline->octets += captured->packet.bytes.len;
  return add_to_block(flow, &outlining->growing[place.flow], digest, captured->offset, number);
}

/* What is left open becomes the last block; a flow of one block needs none. */
static bool finish(struct outlining *outlining) {
  for (size_t i = 0; i < outlining->outline->count; i++) {
    struct outline_flow *flow = &outlining->outline->flows[i];
    struct growing *growing = &outlining->growing[i];
    if (flow->block_count > 0 && growing->open.packets > 0 && !close_block(flow, growing, 0))
      return false;
  }
  return true;
}

enum err_code outline_of(struct capture_file *file, struct outline **outline, struct err *err) {
  *outline = NULL;
  struct outlining outlining = {.outline = calloc(1, sizeof *outlining.outline)};
  bool room = outlining.outline != NULL;
  bool more = room;
  enum err_code code = ERR_OK;
  while (more && room && code == ERR_OK) {
    struct captured captured;
    code = capture_file_next(file, &captured, &more, err);
    if (code == ERR_OK && more) room = take(&outlining, &captured);
  }
  if (code == ERR_OK && room) room = finish(&outlining);
  if (code == ERR_OK && !room) {
    code = err_set(err, ERR_LIMIT, "%s: no memory for its flows", capture_file_name(file));
  }
  outline_table_free(&outlining.table);
  free(outlining.growing);
  if (code == ERR_OK) {
    *outline = outlining.outline;
  } else {
    outline_destroy(outlining.outline);
  }
  return code;
}

void outline_destroy(struct outline *outline) {
  if (outline == NULL) return;
  for (size_t i = 0; i < outline->count; i++)
    free(outline->flows[i].blocks);
  free(outline->flows);
  outline_hosts_free(&outline->hosts);
  free(outline);
}
