#include "trace/outline_table.h"

#include "proto/tcp.h"
#include "trace/array.h"

#include <stdlib.h>
#include <string.h>

/* Odd, and as good as any: the fraction of the golden ratio. */
#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

enum { SLOTS_MIN = 1024 };

static uint64_t hash_of_end(const uint8_t address[16], uint16_t port) {
  uint64_t words[2];
  memcpy(words, address, sizeof words);
  uint64_t mixed = (words[0] + port * FACTOR) * FACTOR;
  return (mixed ^ mixed >> 32 ^ words[1]) * FACTOR;
}

/* The same from both ends. */
static uint64_t hash_of(const struct packet_key *key) {
  uint64_t source = hash_of_end(key->source, key->source_port);
  uint64_t destination = hash_of_end(key->destination, key->destination_port);
  uint64_t both = (source ^ destination) + (source + destination) * 31 + key->protocol;
  return both ^ both >> 32;
}

static bool is_same_way(const struct packet_key *a, const struct packet_key *b) {
  return memcmp(a, b, sizeof *a) == 0;
}

static bool is_other_way(const struct packet_key *a, const struct packet_key *b) {
  return a->source_port == b->destination_port && a->destination_port == b->source_port &&
         a->protocol == b->protocol && a->family == b->family &&
         memcmp(a->source, b->destination, sizeof a->source) == 0 &&
         memcmp(a->destination, b->source, sizeof a->source) == 0;
}

static bool joins(const struct table_flow *flow, const struct packet_key *key,
                  bool *from_initiator) {
  *from_initiator = is_same_way(&flow->key, key);
  return *from_initiator || is_other_way(&flow->key, key);
}

/* The slot of the key's latest flow, or the free one where it belongs. */
static uint32_t *find_slot(const struct outline_table *table, const struct packet_key *key,
                           uint64_t hash, bool *from_initiator) {
  size_t mask = table->slot_count - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    uint32_t *slot = &table->slots[at];
    if (*slot == 0) return slot;
    const struct table_flow *flow = &table->flows[*slot - 1];
    if (flow->hash == hash && joins(flow, key, from_initiator)) return slot;
  }
}

/* Twice as many slots: of flows with one key, the latest is put in last and stays. */
static bool grow(struct outline_table *table) {
  size_t count = table->slot_count == 0 ? SLOTS_MIN : table->slot_count * 2;
  uint32_t *slots = calloc(count, sizeof *slots);
  if (slots == NULL) return false;
  free(table->slots);
  table->slots = slots;
  table->slot_count = count;
  for (size_t i = 0; i < table->count; i++) {
    bool from_initiator;
    *find_slot(table, &table->flows[i].key, table->flows[i].hash, &from_initiator) =
        (uint32_t)(i + 1);
  }
  return true;
}

static bool add_flow(struct outline_table *table, const struct packet_key *key, uint64_t hash,
                     uint32_t *slot) {
  if (table->count >= UINT32_MAX - 1) return false;
  if (!ARRAY_RESERVE(table->flows, table->capacity, table->count + 1)) return false;
  table->flows[table->count] = (struct table_flow){.key = *key, .hash = hash};
  *slot = (uint32_t)++table->count;
  return true;
}

/* A SYN on ports that had a connection before begins another one; as the conversation of a small
 * trace has it (tcp_flow_is_over_for). */
static bool begins_another(const struct table_flow *flow, const struct outline_packet *packet,
                           bool from_initiator) {
  const struct table_tcp *tcp = &flow->tcp;
  if ((packet->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN) return false;
  if ((packet->oddities & PACKET_WRONG_CHECKSUM) != 0) return false;
  size_t side = from_initiator ? 0 : 1;
  if (tcp->syn_seen[side]) return tcp->base[side] != packet->sequence + 1;
  bool unanswered =
      tcp->syn_seen[1 - side] && !tcp->syn_ack_seen && !tcp->started[side] && !tcp->reset_seen;
  return !unanswered;
}

static void start(struct table_tcp *tcp, size_t side, uint32_t base) {
  tcp->base[side] = tcp->next[side] = base;
  tcp->started[side] = true;
}

static void follow_tcp(struct table_tcp *tcp, const struct outline_packet *packet, size_t side,
                       struct table_place *place) {
  bool syn = (packet->flags & TCP_SYN) != 0;
  uint32_t first = packet->sequence + (syn ? 1 : 0);
  if (!tcp->started[side]) start(tcp, side, first);
  place->sequence_step = first - tcp->next[side];
  place->acknowledgement_step = 0;
  if ((packet->flags & TCP_ACK) != 0) {
    if (!tcp->started[1 - side]) start(tcp, 1 - side, packet->acknowledgement);
    place->acknowledgement_step = packet->acknowledgement - tcp->next[1 - side];
  }
  if ((packet->oddities & PACKET_WRONG_CHECKSUM) != 0) return; /* its receiver drops it */
  if (syn) {
    start(tcp, side, first);
    tcp->syn_seen[side] = true;
    tcp->syn_ack_seen = tcp->syn_ack_seen || (packet->flags & TCP_ACK) != 0;
  }
  if ((packet->flags & TCP_RST) != 0) tcp->reset_seen = true;
  uint32_t fin = (packet->flags & TCP_FIN) != 0 ? 1 : 0;
  uint32_t end = first + (uint32_t)packet->payload.len + fin;
  if (tcp_sequence_diff(end, tcp->next[side]) > 0) tcp->next[side] = end;
}

bool outline_table_take(struct outline_table *table, const struct outline_packet *packet,
                        struct table_place *place) {
  const struct packet_key *key = &packet->key;
  size_t index = table->last;
  if (index >= table->count || !joins(&table->flows[index], key, &place->from_initiator)) {
    if (table->count * 2 >= table->slot_count && !grow(table)) return false;
    uint64_t hash = hash_of(key);
    place->from_initiator = true;
    uint32_t *slot = find_slot(table, key, hash, &place->from_initiator);
    if (*slot == 0) place->from_initiator = true;
    if (*slot == 0 && !add_flow(table, key, hash, slot)) return false;
    index = *slot - 1;
  }
  struct table_flow *flow = &table->flows[index];
  if (key->protocol == IP_PROTO_TCP && flow->packets > 0 &&
      begins_another(flow, packet, place->from_initiator)) {
    bool ignored;
    uint32_t *slot = find_slot(table, key, flow->hash, &ignored);
    if (!add_flow(table, key, flow->hash, slot)) return false;
    index = table->count - 1;
    flow = &table->flows[index];
    place->from_initiator = true;
  }
  flow->packets++;
  place->flow = table->last = index;
  place->sequence_step = place->acknowledgement_step = 0;
  if (key->protocol == IP_PROTO_TCP) {
    follow_tcp(&flow->tcp, packet, place->from_initiator ? 0 : 1, place);
  }
  return true;
}

void outline_table_free(struct outline_table *table) {
  free(table->flows);
  free(table->slots);
  *table = (struct outline_table){0};
}
