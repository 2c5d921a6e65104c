/* Which flow a packet belongs to: the one walk over a capture that all of its readings share, so
 * that flow n of one reading is flow n of the next. */
#ifndef SOCKPROOF_TRACE_OUTLINE_TABLE_H
#define SOCKPROOF_TRACE_OUTLINE_TABLE_H

#include "trace/outline_packet.h"

#include <stddef.h>

/* What of a TCP connection has to be known to tell a new one between the same ports, and to make
 * numbers relative. By side: the initiator's, the responder's. */
struct table_tcp {
  uint32_t base[2]; /* the sequence number of the first octet */
  uint32_t next[2]; /* behind the highest octet seen */
  bool started[2], syn_seen[2];
  bool syn_ack_seen, reset_seen;
};

struct table_flow {
  struct packet_key key; /* as its first packet had it */
  uint64_t hash;
  struct table_tcp tcp;
  uint64_t packets; /* so far */
};

struct outline_table {
  struct table_flow *flows; /* in the order of their first packets */
  size_t count, capacity;
  uint32_t *slots; /* index + 1 of the latest flow of a key; 0: free */
  size_t slot_count;
  size_t last; /* the flow of the packet before */
};

struct table_place {
  size_t flow;
  bool from_initiator;
  /* TCP: from where the sender would go on, and from where the other side would; modulo 2^32 */
  uint32_t sequence_step, acknowledgement_step;
};

/* Finds or makes the packet's flow and goes on by one packet. False: no memory. */
bool outline_table_take(struct outline_table *table, const struct outline_packet *packet,
                        struct table_place *place);
void outline_table_free(struct outline_table *table);

#endif
