#include "run/play/shared_capture.h"

#include "proto/icmp.h"
#include "proto/link.h"

static bool has_port(const struct shared_ports *ports, uint16_t port) {
  for (size_t i = 0; i < ports->count; i++) {
    if (ports->list[i] == port) return true;
  }
  return false;
}

void shared_ports_add(struct shared_ports *ports, uint16_t port) {
  if (port == 0 || has_port(ports, port) || ports->count == SHARED_PORTS_MAX) return;
  ports->list[ports->count++] = port;
}

void shared_capture_filter(const struct shared_ports *ports, struct text *filter) {
  text_append(filter, "icmp or icmp6 or (ip[6:2] & 0x3fff != 0) or ip6 proto 44");
  for (size_t i = 0; i < ports->count; i++) {
    text_appendf(filter, " or port %u", (unsigned)ports->list[i]);
  }
}

/* Both transports begin with their ports. What is too short to tell is not ours. */
static bool ports_concern(const struct shared_ports *ports, struct reader *reader) {
  uint16_t source_port = reader_u16(reader);
  uint16_t destination_port = reader_u16(reader);
  return !reader->failed && (has_port(ports, source_port) || has_port(ports, destination_port));
}

static bool quote_concerns(const struct shared_ports *ports, struct span quote) {
  struct reader reader = reader_over(quote);
  struct ip_header ip;
  return ip_decode(&reader, &ip) != IP_MALFORMED && ports_concern(ports, &reader);
}

static bool fragment_concerns(struct shared_ports *ports, const struct ip_header *ip,
                              struct reader *reader) {
  if (ip->fragment_offset_bytes == 0) {
    if (!ports_concern(ports, reader)) return false;
    ports->fragmented[ports->fragmented_count++ % SHARED_FRAGMENTED_MAX] = ip->identification;
    return true;
  }
  size_t known = ports->fragmented_count < SHARED_FRAGMENTED_MAX ? ports->fragmented_count
                                                                 : SHARED_FRAGMENTED_MAX;
  for (size_t i = 0; i < known; i++) {
    if (ports->fragmented[i] == ip->identification) return true;
  }
  return false;
}

bool shared_capture_concerns(struct shared_ports *ports, enum link_type link_type,
                             struct span packet) {
  struct reader reader = reader_over(packet);
  struct link_header link;
  struct ip_header ip;
  if (!link_decode(&reader, link_type, &link) || link.version == IP_NONE) return false;
  if (ip_decode(&reader, &ip) != IP_DECODED) return false;
  if (ip.fragmented) return fragment_concerns(ports, &ip, &reader);
  if (ip.protocol != IP_PROTO_ICMP && ip.protocol != IP_PROTO_ICMPV6) return true;
  struct icmp_message message;
  if (!icmp_decode(&reader, ip.version, &message)) return false;
  return message.is_error && quote_concerns(ports, message.quote);
}
