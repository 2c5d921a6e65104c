/* One packet, or several fragments put together, as one IP datagram. */
#ifndef SOCKPROOF_TRACE_DATAGRAM_H
#define SOCKPROOF_TRACE_DATAGRAM_H

#include "trace/conversation.h"

struct ip_datagram {
  struct ip_header ip; /* version IP_NONE: no IP header could be read */
  struct span payload; /* behind the IP header; all of the packet where there is none */
  size_t packet_index; /* of its first fragment */
  int64_t time_ns;
  struct octet_source first_source;   /* where `sources` is NULL: the one source of the payload */
  const struct octet_source *sources; /* several: fragments; NULL for a single packet */
  size_t source_count;
  const char *opaque; /* NULL, or why the payload must not be read as what the header calls it */
};

/* A view into the packet. */
void datagram_of(const struct trace *trace, size_t packet_index, struct ip_datagram *datagram);

/* The sources of payload[offset .. offset + len), written to `out` (room for
 * datagram_source_count()); their payload_offset counts from `offset`. Returns how many; never 0.
 */
size_t datagram_source_count(const struct ip_datagram *datagram);
size_t datagram_sources(const struct ip_datagram *datagram, size_t offset, size_t len,
                        struct octet_source *out);

#endif
