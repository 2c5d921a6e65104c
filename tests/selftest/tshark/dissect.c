#include "dissect.h"

#include "proto/dns.h"
#include "proto/icmp.h"
#include "proto/link.h"
#include "proto/ntp.h"
#include "proto/tcp.h"
#include "proto/udp.h"

#include <inttypes.h>

#define NS_PER_S INT64_C(1000000000)

/* The numbers of tshark's *.checksum.status. It has none for a partial sum, and calls it bad. */
enum { STATUS_BAD = 0, STATUS_GOOD = 1, STATUS_UNVERIFIED = 2, STATUS_ABSENT = 3 };

/* What a message is looked at with. */
struct view {
  const struct ntp_ports *ntp;
  struct row *row;
  const struct ip_header *ip;
  bool whole; /* nothing of the IP payload was cut off, as a quoting ICMP error may */
};

bool ntp_ports_has(const struct ntp_ports *ntp, uint16_t port) {
  for (size_t i = 0; i < ntp->count; i++) {
    if (ntp->ports[i] == port) return true;
  }
  return false;
}

static void add_checksum_status(const struct view *view, enum column column, struct span segment,
                                size_t offset) {
  if (view->ip->fragmented || !view->whole) {
    row_add(view->row, column, "%d", STATUS_UNVERIFIED);
    return;
  }
  static const int STATUS[] = {[IP_CHECKSUM_VALID] = STATUS_GOOD,
                               [IP_CHECKSUM_PARTIAL] = STATUS_BAD,
                               [IP_CHECKSUM_ABSENT] = STATUS_ABSENT,
                               [IP_CHECKSUM_WRONG] = STATUS_BAD};
  row_add(view->row, column, "%d", STATUS[ip_checksum_judge(view->ip, segment, offset)]);
}

static void add_ntp_trailer(struct row *row, struct span trailer) {
  for (;;) {
    struct ntp_trailer_element element = ntp_trailer_next(&trailer);
    if (element.kind == NTP_TRAILER_END) return;
    if (element.kind == NTP_TRAILER_EXTENSION) {
      row_add(row, NTP_EXTENSION_TYPE, "0x%04x", element.type);
    } else if (element.kind == NTP_TRAILER_MAC) {
      row_add(row, NTP_KEY_ID, "%08" PRIx32, element.key_id);
    } else {
      row_add_any(row, NTP_EXTENSION_TYPE);
      row_add_any(row, NTP_KEY_ID);
    }
  }
}

static void dissect_ntp(const struct view *view, struct span payload) {
  struct ntp_message message;
  struct row *row = view->row;
  bool whole = ntp_decode(payload, &message);
  if (!whole || message.mode > NTP_MODE_BROADCAST) {
    /* Cut short, or a control message: not the header that the harness reads. */
    for (enum column column = NTP_LI; column <= NTP_XMT; column++) {
      row_add_any(row, column);
    }
    return;
  }
  row_add(row, NTP_LI, "%u", message.leap);
  row_add(row, NTP_VN, "%u", message.version);
  row_add(row, NTP_MODE_BITS, "%u", message.mode);
  row_add(row, NTP_STRATUM_OCTET, "%u", message.stratum);
  row_add(row, NTP_POLL_OCTET, "%u", message.poll);
  row_add(row, NTP_PRECISION_OCTET, "%u", message.precision);
  row_add(row, NTP_ROOT_DELAY_UNITS, "%" PRIu32, message.root_delay);
  row_add(row, NTP_ROOT_DISPERSION_UNITS, "%" PRIu32, message.root_dispersion);
  row_add(row, NTP_REFID, "%08" PRIx32, message.reference_id);
  row_add(row, NTP_REFTIME, "%016" PRIx64, message.reference);
  row_add(row, NTP_ORG, "%016" PRIx64, message.origin);
  row_add(row, NTP_REC, "%016" PRIx64, message.receive);
  row_add(row, NTP_XMT, "%016" PRIx64, message.transmit);
  add_ntp_trailer(row, message.trailer);
}

static void dissect_udp(const struct view *view, struct span segment) {
  struct reader reader = reader_over(segment);
  struct udp_header udp;
  if (!udp_decode(&reader, &udp)) return;
  struct row *row = view->row;
  row_add(row, UDP_SOURCE_PORT, "%u", udp.source_port);
  row_add(row, UDP_DESTINATION_PORT, "%u", udp.destination_port);
  row_add(row, UDP_LEN, "%u", udp.len_bytes);
  row_add(row, UDP_CHECKSUM, "0x%04x", udp.checksum);
  add_checksum_status(view, UDP_CHECKSUM_STATUS, segment, UDP_CHECKSUM_OFFSET);
  struct span payload = span_part(reader_rest(&reader), 0, (size_t)udp.len_bytes - UDP_HEADER_LEN);
  row_add_hex(row, UDP_PAYLOAD, payload);
  bool is_ntp =
      ntp_ports_has(view->ntp, udp.source_port) || ntp_ports_has(view->ntp, udp.destination_port);
  if (is_ntp && payload.len > 0) dissect_ntp(view, payload);
  bool is_dns = udp.source_port == DNS_PORT || udp.destination_port == DNS_PORT;
  if (is_dns && payload.len > 0) dissect_dns(payload, row);
}

static void dissect_tcp(const struct view *view, struct span segment) {
  struct reader reader = reader_over(segment);
  struct tcp_header tcp;
  struct row *row = view->row;
  if (!tcp_decode(&reader, &tcp)) {
    /* An ICMP error may quote no more than the ports. */
    if (!view->whole) row_add_any(row, TCP_SOURCE_PORT);
    if (!view->whole) row_add_any(row, TCP_DESTINATION_PORT);
    return;
  }
  row_add(row, TCP_SOURCE_PORT, "%u", tcp.source_port);
  row_add(row, TCP_DESTINATION_PORT, "%u", tcp.destination_port);
  row_add(row, TCP_SEQUENCE, "%" PRIu32, tcp.sequence);
  row_add(row, TCP_ACKNOWLEDGEMENT, "%" PRIu32, tcp.acknowledgement);
  row_add(row, TCP_HEADER_LEN, "%u", tcp.header_len_bytes);
  row_add(row, TCP_FLAGS, "0x%04x", tcp.flags);
  row_add(row, TCP_WINDOW, "%u", tcp.window);
  row_add(row, TCP_CHECKSUM, "0x%04x", tcp.checksum);
  add_checksum_status(view, TCP_CHECKSUM_STATUS, segment, TCP_CHECKSUM_OFFSET);
  row_add(row, TCP_URGENT_POINTER, "%u", tcp.urgent_pointer);
  row_add_hex(row, TCP_OPTIONS, tcp.options);
  struct span payload = reader_rest(&reader);
  row_add(row, TCP_LEN, "%zu", payload.len);
  row_add_hex(row, TCP_PAYLOAD, payload);
  bool is_dns = tcp.source_port == DNS_PORT || tcp.destination_port == DNS_PORT;
  /* One message in one segment; others tshark puts together. */
  uint16_t stated = reader_u16(&(struct reader){.source = payload});
  if (is_dns && payload.len > 0) {
    bool whole = payload.len == DNS_TCP_LENGTH_LEN + (size_t)stated;
    dissect_dns(span_part(payload, whole ? DNS_TCP_LENGTH_LEN : payload.len, payload.len), row);
  }
}

static void dissect_ip(struct view view, struct span octets);

static void dissect_icmp(const struct view *view, struct span segment) {
  struct reader reader = reader_over(segment);
  struct icmp_message icmp;
  enum ip_family version = view->ip->version;
  if (!icmp_decode(&reader, version, &icmp)) return;
  bool six = version == IP_V6;
  row_add(view->row, six ? ICMPV6_TYPE : ICMP_TYPE, "%u", icmp.type);
  row_add(view->row, six ? ICMPV6_CODE : ICMP_CODE, "%u", icmp.code);
  row_add(view->row, six ? ICMPV6_CHECKSUM : ICMP_CHECKSUM, "0x%04x", icmp.checksum);
  add_checksum_status(view, six ? ICMPV6_CHECKSUM_STATUS : ICMP_CHECKSUM_STATUS, segment,
                      ICMP_CHECKSUM_OFFSET);
  if (!icmp.is_error) return;
  dissect_ip(*view, icmp.quote);
}

static void add_v4(struct row *row, const struct ip_header *ip) {
  char text[IP_ADDRESS_TEXT_MAX];
  row_add(row, IP_HEADER_LEN, "%u", ip->header_len_bytes);
  row_add(row, IP_DSFIELD, "0x%02x", ip->traffic_class);
  row_add(row, IP_LEN, "%" PRIu32, ip->total_len_bytes);
  row_add(row, IP_ID, "0x%04" PRIx32, ip->identification);
  row_add(row, IP_DONT_FRAGMENT, "%d", ip->dont_fragment);
  row_add(row, IP_MORE_FRAGMENTS, "%d", ip->more_fragments);
  row_add(row, IP_FRAGMENT_OFFSET, "%" PRIu32, ip->fragment_offset_bytes / 8);
  row_add(row, IP_TTL, "%u", ip->hop_limit);
  row_add(row, IP_PROTO, "%u", ip->protocol);
  row_add(row, IP_CHECKSUM, "0x%04x", ip->header_checksum);
  row_add(row, IP_CHECKSUM_STATUS, "%d", ip->header_checksum_valid ? STATUS_GOOD : STATUS_BAD);
  row_add(row, IP_SOURCE, "%s", ip_address_text(&ip->source, text));
  row_add(row, IP_DESTINATION, "%s", ip_address_text(&ip->destination, text));
}

static void add_v6(struct row *row, const struct ip_header *ip) {
  enum { FIXED_HEADER_LEN = 40 };
  char text[IP_ADDRESS_TEXT_MAX];
  row_add(row, IPV6_CLASS, "0x%08x", ip->traffic_class);
  row_add(row, IPV6_FLOW, "0x%06" PRIx32, ip->flow_label);
  row_add(row, IPV6_PAYLOAD_LEN, "%" PRIu32, ip->total_len_bytes - FIXED_HEADER_LEN);
  if (ip->header_len_bytes == FIXED_HEADER_LEN) {
    row_add(row, IPV6_NEXT, "%u", ip->protocol);
  } else {
    row_add_any(row, IPV6_NEXT); /* ours is the one behind all extension headers */
  }
  row_add(row, IPV6_HOP_LIMIT, "%u", ip->hop_limit);
  row_add(row, IPV6_SOURCE, "%s", ip_address_text(&ip->source, text));
  row_add(row, IPV6_DESTINATION, "%s", ip_address_text(&ip->destination, text));
  if (!ip->fragmented) return;
  row_add(row, IPV6_FRAGMENT_NEXT, "%u", ip->protocol);
  row_add(row, IPV6_FRAGMENT_OFFSET, "%" PRIu32, ip->fragment_offset_bytes / 8);
  row_add(row, IPV6_FRAGMENT_MORE, "%d", ip->more_fragments);
  row_add(row, IPV6_FRAGMENT_ID, "0x%08" PRIx32, ip->identification);
}

static void dissect_ip(struct view view, struct span octets) {
  struct reader reader = reader_over(octets);
  struct ip_header ip;
  if (ip_decode(&reader, &ip) != IP_DECODED) return;
  view.ip = &ip;
  row_add(view.row, IP_VERSION, "%d", (int)ip.version);
  if (ip.version == IP_V6) {
    add_v6(view.row, &ip);
  } else {
    add_v4(view.row, &ip);
  }
  if (ip.fragment_offset_bytes > 0) return;
  size_t stated_len = (size_t)ip.total_len_bytes - ip.header_len_bytes;
  struct span segment = span_part(reader_rest(&reader), 0, stated_len);
  view.whole = segment.len == stated_len;
  switch (ip.protocol) {
    case IP_PROTO_UDP:
      dissect_udp(&view, segment);
      break;
    case IP_PROTO_TCP:
      dissect_tcp(&view, segment);
      break;
    case IP_PROTO_ICMP:
    case IP_PROTO_ICMPV6:
      dissect_icmp(&view, segment);
      break;
    default:
      break;
  }
}

void dissect_packet(enum link_type link_type, const struct packet *packet,
                    const struct ntp_ports *ntp, struct row *row) {
  row_add(row, FRAME_TIME, "%" PRId64 ".%09" PRId64, packet->time_ns / NS_PER_S,
          packet->time_ns % NS_PER_S);
  row_add(row, FRAME_LEN, "%" PRIu32, packet->wire_len);
  row_add(row, FRAME_CAPTURED, "%zu", packet->bytes.len);
  struct reader reader = reader_over(packet->bytes);
  struct link_header link;
  if (!link_decode(&reader, link_type, &link)) return;
  if (link_type == LINK_ETHERNET && link.vlan_count == 0) {
    row_add(row, ETH_TYPE, "0x%04x", link.ethertype);
  } else {
    row_add_any(row, ETH_TYPE);
  }
  if (link.version == IP_NONE) return;
  dissect_ip((struct view){.ntp = ntp, .row = row}, reader_rest(&reader));
}
