#include "run/play/shared_capture.h"

#include "proto/icmp.h"
#include "proto/link.h"

static bool is_place(const struct shared_place *place, const struct endpoint *at,
                     uint8_t protocol) {
  return endpoint_equal(&place->at, at) && (place->protocol == 0 || place->protocol == protocol);
}

static bool has_place(const struct shared_places *places, const struct endpoint *at,
                      uint8_t protocol) {
  for (size_t i = 0; i < places->count; i++) {
    if (is_place(&places->list[i], at, protocol)) return true;
  }
  return false;
}

void shared_places_add(struct shared_places *places, const struct endpoint *at, uint8_t protocol) {
  if (at->port == 0 || has_place(places, at, protocol) || places->count == SHARED_PLACES_MAX)
    return;
  places->list[places->count++] = (struct shared_place){*at, protocol};
}

void shared_capture_filter(const struct shared_places *places, struct text *filter) {
  text_append(filter, "icmp or icmp6 or (ip[6:2] & 0x3fff != 0) or ip6 proto 44");
  for (size_t i = 0; i < places->count; i++) {
    text_appendf(filter, " or port %u", (unsigned)places->list[i].at.port);
  }
}

/* Both transports begin with their ports. What is too short to tell is not ours. */
static bool ends_concern(const struct shared_places *places, const struct ip_header *ip,
                         struct reader *reader) {
  struct endpoint source = {.address = ip->source, .port = reader_u16(reader)};
  struct endpoint destination = {.address = ip->destination, .port = reader_u16(reader)};
  return !reader->failed && (has_place(places, &source, ip->protocol) ||
                             has_place(places, &destination, ip->protocol));
}

static bool quote_concerns(const struct shared_places *places, struct span quote) {
  struct reader reader = reader_over(quote);
  struct ip_header ip;
  return ip_decode(&reader, &ip) != IP_MALFORMED && ends_concern(places, &ip, &reader);
}

static bool is_of_datagram(const struct shared_fragmented *known, const struct ip_header *ip) {
  return known->identification == ip->identification && known->protocol == ip->protocol &&
         ip_address_equal(&known->source, &ip->source) &&
         ip_address_equal(&known->destination, &ip->destination);
}

static bool fragment_concerns(struct shared_places *places, const struct ip_header *ip,
                              struct reader *reader) {
  if (ip->fragment_offset_bytes == 0) {
    if (!ends_concern(places, ip, reader)) return false;
    places->fragmented[places->fragmented_count++ % SHARED_FRAGMENTED_MAX] =
        (struct shared_fragmented){ip->source, ip->destination, ip->identification, ip->protocol};
    return true;
  }
  size_t known = places->fragmented_count < SHARED_FRAGMENTED_MAX ? places->fragmented_count
                                                                  : SHARED_FRAGMENTED_MAX;
  for (size_t i = 0; i < known; i++) {
    if (is_of_datagram(&places->fragmented[i], ip)) return true;
  }
  return false;
}

bool shared_capture_concerns(struct shared_places *places, enum link_type link_type,
                             struct span packet) {
  struct reader reader = reader_over(packet);
  struct link_header link;
  struct ip_header ip;
  if (!link_decode(&reader, link_type, &link) || link.version == IP_NONE) return false;
  if (ip_decode(&reader, &ip) != IP_DECODED) return false;
  if (ip.fragmented) return fragment_concerns(places, &ip, &reader);
  if (ip.protocol != IP_PROTO_ICMP && ip.protocol != IP_PROTO_ICMPV6)
    return ends_concern(places, &ip, &reader);
  struct icmp_message message;
  if (!icmp_decode(&reader, ip.version, &message)) return false;
  return message.is_error && quote_concerns(places, message.quote);
}
