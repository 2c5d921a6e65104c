#include "trace/datagram.h"

#include "proto/link.h"

static void make_opaque(struct ip_datagram *datagram, const char *why) {
  if (datagram->opaque == NULL) datagram->opaque = why;
}

static const char *why_malformed(enum ip_decoded decoded, bool cut) {
  if (decoded == IP_MALFORMED) return "malformed IP header";
  return cut ? "captured only in part" : "IP header is cut";
}

/* What of the packet is payload: bytes beyond the IP length are padding of the link. */
static void take_payload(struct ip_datagram *datagram, struct reader *reader, bool cut) {
  size_t stated = datagram->ip.total_len_bytes - datagram->ip.header_len_bytes;
  size_t there = reader_left(reader);
  if (there < stated)
    make_opaque(datagram, cut ? "captured only in part" : "shorter than its IP length");
  datagram->first_source.octet_offset = reader->offset;
  datagram->payload = reader_take(reader, there < stated ? there : stated);
  datagram->first_source.len = datagram->payload.len;
}

void datagram_of(const struct trace *trace, size_t packet_index, struct ip_datagram *datagram) {
  const struct packet *packet = trace_packet(trace, packet_index);
  bool cut = packet->bytes.len < packet->wire_len;
  *datagram = (struct ip_datagram){
      .payload = packet->bytes,
      .packet_index = packet_index,
      .time_ns = packet->time_ns,
      .first_source = {.packet_index = packet_index, .len = packet->bytes.len},
      .source_count = 1,
  };
  struct reader reader = reader_over(packet->bytes);
  struct link_header link;
  if (!link_decode(&reader, trace_packet_link_type(trace, packet_index), &link)) {
    make_opaque(datagram, cut ? "captured only in part" : "link header is cut");
    return;
  }
  if (link.version == IP_NONE) {
    bool nothing_there = cut && reader_left(&reader) == 0;
    make_opaque(datagram, nothing_there ? "captured only in part" : "not an IP packet");
    return;
  }
  struct ip_header ip;
  enum ip_decoded decoded = ip_decode(&reader, &ip);
  if (decoded != IP_DECODED || ip.version != link.version) {
    make_opaque(datagram, decoded == IP_DECODED ? "IP version is not the link header's"
                                                : why_malformed(decoded, cut));
    return;
  }
  datagram->ip = ip;
  take_payload(datagram, &reader, cut);
  /* A receiver drops it unread (RFC 1122 section 3.2.1.2). */
  if (!ip.header_checksum_valid) make_opaque(datagram, "wrong IPv4 header checksum");
}

size_t datagram_source_count(const struct ip_datagram *datagram) {
  return datagram->source_count;
}

size_t datagram_sources(const struct ip_datagram *datagram, size_t offset, size_t len,
                        struct octet_source *out) {
  const struct octet_source *sources =
      datagram->sources != NULL ? datagram->sources : &datagram->first_source;
  size_t count = 0;
  for (size_t i = 0; i < datagram->source_count; i++) {
    struct octet_source source = sources[i];
    size_t end = source.payload_offset + source.len;
    size_t from = source.payload_offset > offset ? source.payload_offset : offset;
    size_t to = end < offset + len ? end : offset + len;
    if (from >= to) continue;
    out[count++] =
        (struct octet_source){.payload_offset = from - offset,
                              .packet_index = source.packet_index,
                              .octet_offset = source.octet_offset + (from - source.payload_offset),
                              .len = to - from};
  }
  if (count == 0) {
    out[count++] = (struct octet_source){.packet_index = sources[0].packet_index,
                                         .octet_offset = sources[0].octet_offset + offset};
  }
  return count;
}
