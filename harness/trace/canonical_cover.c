/* Which octets of the capture are compared, and how: see canonical_octet_cover. */
#include "trace/array.h"
#include "trace/canonical_build.h"

#include "proto/link.h"
#include "proto/udp.h"
#include "trace/datagram.h"
#include "trace/policies.h"

#include <stdlib.h>
#include <string.h>

enum { ALL_BITS = 0xff, V6_HEADER_LEN = 40, ETHERTYPE_LEN = 2, SLL2_HEADER_LEN = 20 };

static void add_range(struct canonical *canonical, const struct cover_range *range) {
  if (range->len == 0) return;
  if (!ARRAY_RESERVE(canonical->covers, canonical->cover_capacity, canonical->cover_count + 1)) {
    canonical->failed = true;
    return;
  }
  canonical->covers[canonical->cover_count++] = *range;
}

/* --- payload ---------------------------------------------------------------------------------- */

static enum octet_cover cover_of_policy(enum field_policy policy) {
  static const enum octet_cover COVERS[] = {[POLICY_EXACT] = OCTET_EXACT,
                                            [POLICY_VERIFY] = OCTET_VERIFIED,
                                            [POLICY_BIND] = OCTET_BOUND,
                                            [POLICY_IGNORE] = OCTET_IGNORED};
  return COVERS[policy];
}

static enum octet_cover cover_of_field(const struct canonical_field *field) {
  return field->checked_only ? OCTET_IGNORED : cover_of_policy(field->policy);
}

/* Fields smaller than an octet lie within one. */
static uint8_t bits_of(const struct canonical_field *field) {
  size_t first = field->bit_offset % 8;
  if (first + field->bit_len > 8 || field->bit_len >= 8) return ALL_BITS;
  return (uint8_t)(((1U << field->bit_len) - 1) << (8 - first - field->bit_len));
}

static void cover_field(struct canonical *canonical, struct canonical_field *field,
                        const struct octet_source *sources, size_t source_count) {
  size_t from = field->bit_offset / 8;
  size_t to = (field->bit_offset + field->bit_len + 7) / 8;
  for (size_t i = 0; i < source_count; i++) {
    const struct octet_source *source = &sources[i];
    size_t first = source->payload_offset > from ? source->payload_offset : from;
    size_t end = source->payload_offset + source->len;
    size_t last = end < to ? end : to;
    if (first >= last) continue;
    size_t offset = source->octet_offset + (first - source->payload_offset);
    if (field->packet_index == SIZE_MAX) {
      field->packet_index = source->packet_index;
      field->octet_offset = offset;
    }
    add_range(canonical, &(struct cover_range){.packet = (uint32_t)source->packet_index,
                                               .offset = (uint32_t)offset,
                                               .len = (uint32_t)(last - first),
                                               .cover = (uint8_t)cover_of_field(field),
                                               .bits = bits_of(field),
                                               .variable = field->value.variable});
  }
}

/* The form outlives the conversation. */
static const struct octet_source *keep_sources(struct canonical *canonical,
                                               const struct octet_source *sources, size_t count) {
  struct octet_source *kept = arena_alloc(canonical->arena, count * sizeof *kept);
  if (kept == NULL) {
    canonical->failed = true;
    return NULL;
  }
  memcpy(kept, sources, count * sizeof *kept);
  return kept;
}

void cover_fields(struct canonical *canonical, struct canonical_event *event,
                  const struct octet_source *sources, size_t source_count) {
  const struct octet_source *kept =
      source_count > 1 ? keep_sources(canonical, sources, source_count) : NULL;
  for (size_t i = 0; i < event->count; i++) {
    struct canonical_field *field = &event->fields[i];
    if (field->bit_len == 0) continue;
    cover_field(canonical, field, sources, source_count);
    field->sources = kept;
    field->source_count = kept == NULL ? 0 : source_count;
  }
}

/* --- headers ---------------------------------------------------------------------------------- */

/* What the conversation knows of a packet. */
struct packet_role {
  bool alone;    /* the only packet of its flow */
  bool brings;   /* stream octets or a FIN, for the first time */
  bool resets;   /* what it carries nobody reads */
  uint8_t marks; /* TCP flags that made an event: clearing them is told */
};

struct headers {
  struct build *build;
  struct packet_role *roles;
  uint32_t packet;
};

static void verified(const struct headers *headers, size_t offset, size_t len, uint8_t bits) {
  add_range(headers->build->canonical, &(struct cover_range){.packet = headers->packet,
                                                             .offset = (uint32_t)offset,
                                                             .len = (uint32_t)len,
                                                             .cover = OCTET_VERIFIED,
                                                             .bits = bits,
                                                             .variable = NO_VARIABLE});
}

/* The flags that tell how the connection closed: by a reset whatever FIN came before it, or by
 * FINs; none where a rule ignores it. */
static uint8_t closing_flags(const struct canonical_head *head, const struct trace_flow *flow) {
  if (policy_for(head, "tcp.close", POLICY_EXACT) == POLICY_IGNORE) return 0;
  for (size_t e = 0; e < flow->event_count; e++) {
    if (flow->events[e].kind == EVENT_RST) return TCP_RST;
  }
  return TCP_FIN;
}

static void note_role(struct packet_role *roles, const struct trace_flow *flow,
                      const struct trace_event *event, uint8_t closing) {
  struct packet_role *role = &roles[event->packet_index];
  role->alone = flow->counters.packets == 1;
  if (event->kind == EVENT_OPEN) role->marks |= TCP_SYN;
  if (event->kind == EVENT_RST) role->resets = true;
  if (event->kind == EVENT_RST) role->marks |= closing & TCP_RST;
  if (event->kind == EVENT_FIN) role->marks |= closing & TCP_FIN;
  if (event->kind == EVENT_FIN) role->brings = true;
  for (size_t i = 0; event->kind == EVENT_DATA && i < event->source_count; i++) {
    struct packet_role *bringer = &roles[event->sources[i].packet_index];
    bringer->brings = true;
    bringer->marks |= TCP_SYN | TCP_RST; /* setting either makes the octets vanish */
  }
}

/* RFC 8200: what is not under the pseudo-header's sum is verified by what a change would do:
 * another version or length makes the packet malformed, fragments that do not fit are told as
 * missing. */
static void cover_v6(const struct headers *headers, size_t at, const struct ip_header *ip) {
  verified(headers, at, 1, 0xf0);
  verified(headers, at + 4, 3, ALL_BITS);
  verified(headers, at + 8, 32, ALL_BITS);
  if (!ip->fragmented || ip->header_len_bytes != V6_HEADER_LEN + 8) return;
  size_t fragment = at + V6_HEADER_LEN;
  verified(headers, fragment, 1, ALL_BITS);
  verified(headers, fragment + 2, 1, ALL_BITS);
  verified(headers, fragment + 3, 1, 0xf9); /* two bits are reserved */
  if (ip->more_fragments || ip->fragment_offset_bytes != 0) {
    verified(headers, fragment + 4, 4, ALL_BITS);
  }
}

/* A port decides which flow the packet belongs to; but nothing tells that of a lone packet. */
static void cover_ports(const struct headers *headers, size_t at, const struct ip_header *ip,
                        struct span segment) {
  const struct canonical_head *head = &headers->build->canonical->head;
  for (size_t side = 0; side < 2; side++) {
    struct endpoint end = {.address = side == 0 ? ip->source : ip->destination};
    end.port = (uint16_t)(segment.bytes[side * 2] << 8 | segment.bytes[side * 2 + 1]);
    enum octet_cover cover = headers->roles[headers->packet].alone ? OCTET_IGNORED : OCTET_BOUND;
    for (size_t i = 0; i < head->endpoint_count; i++) {
      if (endpoint_equal(&head->endpoints[i].at, &end)) cover = OCTET_EXACT;
    }
    add_range(headers->build->canonical, &(struct cover_range){.packet = headers->packet,
                                                               .offset = (uint32_t)(at + side * 2),
                                                               .len = 2,
                                                               .cover = (uint8_t)cover,
                                                               .bits = ALL_BITS,
                                                               .variable = NO_VARIABLE});
  }
}

/* A checksum has several values that are right: the full sum, the partial one, and none at all over
 * UDP and version 4 (RFC 768). Where another of them differs in one octet only, a change of that
 * octet may be no mistake. */
static void cover_checksum(const struct headers *headers, size_t at, size_t offset,
                           const struct ip_header *ip, struct span segment) {
  uint16_t stated = (uint16_t)(segment.bytes[offset] << 8 | segment.bytes[offset + 1]);
  uint32_t pseudo =
      ip_checksum_pseudo(&ip->source, &ip->destination, ip->protocol, (uint32_t)segment.len);
  uint32_t sum = ip_checksum_add(pseudo, span_part(segment, 0, offset));
  sum = ip_checksum_add(sum, span_part(segment, offset + 2, SIZE_MAX));
  uint16_t full = (uint16_t)~ip_checksum_fold(sum);
  bool has_none = ip->version == IP_V4 && ip->protocol == IP_PROTO_UDP;
  const uint16_t right[] = {
      full,
      full == 0 ? UINT16_MAX : full, /* the same in one's complement */
      ip_checksum_fold(pseudo),
      has_none ? 0 : stated,
  };
  bool sure[2] = {true, true};
  for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
    uint16_t change = right[i] ^ stated;
    if (change == 0) continue;
    if ((change & 0x00ff) == 0) sure[0] = false;
    if ((change & 0xff00) == 0) sure[1] = false;
  }
  for (size_t i = 0; i < 2; i++) {
    if (sure[i]) verified(headers, at + offset + i, 1, ALL_BITS);
  }
}

static void cover_tcp(const struct headers *headers, size_t at) {
  const struct packet_role *role = &headers->roles[headers->packet];
  if (role->brings) verified(headers, at + 4, 4, ALL_BITS); /* sequence number */
  if (!role->resets || role->brings) verified(headers, at + 12, 1, 0xf0);
  if (role->marks != 0) verified(headers, at + 13, 1, role->marks);
}

/* The header behind IP's, where the whole segment is in this packet or in fragments from it on. */
static void cover_transport(const struct headers *headers, size_t at,
                            const struct ip_datagram *datagram) {
  const struct ip_header *ip = &datagram->ip;
  struct span segment = datagram->payload;
  bool fragmented = ip->more_fragments;
  if (ip->fragment_offset_bytes != 0 || segment.len < UDP_HEADER_LEN) return;
  if (ip->protocol == IP_PROTO_ICMP || ip->protocol == IP_PROTO_ICMPV6) {
    if (!fragmented) verified(headers, at, segment.len, ALL_BITS);
    return;
  }
  size_t checksum = ip->protocol == IP_PROTO_UDP ? UDP_CHECKSUM_OFFSET : TCP_CHECKSUM_OFFSET;
  bool is_tcp = ip->protocol == IP_PROTO_TCP && segment.len >= TCP_HEADER_LEN_MIN;
  if (ip->protocol != IP_PROTO_UDP && !is_tcp) return;
  cover_ports(headers, at, ip, segment);
  if (is_tcp) {
    cover_tcp(headers, at);
  } else {
    verified(headers, at + 4, 2, ALL_BITS); /* length */
  }
  if (fragmented) return; /* the sum is over more than this */
  cover_checksum(headers, at, checksum, ip, segment);
  if (ip_checksum_judge(ip, segment, checksum) != IP_CHECKSUM_VALID) return;
  size_t header_len = is_tcp ? (size_t)(segment.bytes[12] >> 4) * 4 : UDP_HEADER_LEN;
  if (header_len > segment.len) header_len = segment.len;
  verified(headers, at, checksum, ALL_BITS);
  verified(headers, at + checksum + 2, header_len - checksum - 2, ALL_BITS);
}

/* The ethertype, where the link header has one: with another the packet is not this one's IP. */
static void cover_link(const struct headers *headers, size_t ip_at) {
  switch (trace_packet_link_type(headers->build->trace, headers->packet)) {
    case LINK_ETHERNET:
    case LINK_LINUX_SLL:
      verified(headers, ip_at - ETHERTYPE_LEN, ETHERTYPE_LEN, ALL_BITS);
      break;
    case LINK_LINUX_SLL2:
      if (ip_at == SLL2_HEADER_LEN) verified(headers, 0, ETHERTYPE_LEN, ALL_BITS);
      break;
    default:
      break;
  }
}

static void cover_packet(const struct headers *headers) {
  const struct trace *trace = headers->build->trace;
  struct ip_datagram datagram;
  datagram_of(trace, headers->packet, &datagram);
  if (datagram.opaque != NULL) return; /* what it shows is an event of its own */
  size_t payload_at = datagram.first_source.octet_offset;
  size_t ip_at = payload_at - datagram.ip.header_len_bytes;
  cover_link(headers, ip_at);
  if (datagram.ip.version == IP_V4) {
    verified(headers, ip_at, datagram.ip.header_len_bytes, ALL_BITS);
  } else {
    cover_v6(headers, ip_at, &datagram.ip);
  }
  cover_transport(headers, payload_at, &datagram);
}

void cover_headers(struct build *build) {
  size_t count = trace_count(build->trace);
  struct headers headers = {.build = build, .roles = calloc(count + 1, sizeof *headers.roles)};
  if (headers.roles == NULL) {
    build->canonical->failed = true;
    return;
  }
  for (size_t i = 0; i < conversation_flow_count(build->conversation); i++) {
    const struct trace_flow *flow = conversation_flow(build->conversation, i);
    uint8_t closing = closing_flags(&build->canonical->head, flow);
    for (size_t e = 0; e < flow->event_count; e++) {
      note_role(headers.roles, flow, &flow->events[e], closing);
    }
  }
  for (size_t i = 0; i < count; i++) {
    headers.packet = (uint32_t)i;
    cover_packet(&headers);
  }
  free(headers.roles);
}

/* --- asking ----------------------------------------------------------------------------------- */

static int compare_ranges(const void *a, const void *b) {
  const struct cover_range *x = a;
  const struct cover_range *y = b;
  if (x->packet != y->packet) return x->packet < y->packet ? -1 : 1;
  if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
  return 0;
}

void cover_sort(struct canonical *canonical) {
  if (canonical->cover_count == 0) return;
  qsort(canonical->covers, canonical->cover_count, sizeof *canonical->covers, compare_ranges);
}

static size_t first_range(const struct canonical *canonical, size_t packet_index) {
  size_t low = 0;
  size_t high = canonical->cover_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (canonical->covers[middle].packet < packet_index) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static enum octet_cover resolved(const struct canonical *canonical,
                                 const struct cover_range *range) {
  enum octet_cover cover = (enum octet_cover)range->cover;
  bool useless = cover == OCTET_BOUND && range->variable != NO_VARIABLE &&
                 canonical->variables[range->variable].uses < 2;
  return useless ? OCTET_IGNORED : cover;
}

static unsigned strength_of(enum octet_cover cover) {
  static const unsigned STRENGTHS[] = {[OCTET_EXACT] = 4,
                                       [OCTET_VERIFIED] = 3,
                                       [OCTET_BOUND] = 2,
                                       [OCTET_IGNORED] = 1,
                                       [OCTET_COUNTED] = 0};
  return STRENGTHS[cover];
}

static enum octet_cover ask(const struct canonical *canonical, size_t packet_index, size_t octet,
                            uint8_t *bits) {
  enum octet_cover best = OCTET_COUNTED;
  *bits = 0;
  for (size_t i = first_range(canonical, packet_index); i < canonical->cover_count; i++) {
    const struct cover_range *range = &canonical->covers[i];
    if (range->packet != packet_index || range->offset > octet) break;
    if (octet - range->offset >= range->len) continue;
    enum octet_cover cover = resolved(canonical, range);
    if (strength_of(cover) > strength_of(best)) best = cover;
    if (strength_of(cover) >= strength_of(OCTET_BOUND)) *bits |= range->bits;
  }
  return best;
}

enum octet_cover canonical_octet_cover(const struct canonical *canonical, size_t packet_index,
                                       size_t octet) {
  uint8_t bits;
  return ask(canonical, packet_index, octet, &bits);
}

uint8_t canonical_octet_bits(const struct canonical *canonical, size_t packet_index, size_t octet) {
  uint8_t bits;
  (void)ask(canonical, packet_index, octet, &bits);
  return bits;
}
