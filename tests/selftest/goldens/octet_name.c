#include "octet_name.h"

#include "proto/icmp.h"
#include "proto/link.h"
#include "proto/ntp.h"
#include "proto/tcp.h"
#include "proto/udp.h"

#include <stdio.h>

enum { ETHERTYPE_AT = 12 };

/* Where a part of a header ends, and what it is. */
struct part {
  size_t end;
  const char *name;
};

static const struct part ETHERNET[] = {{6, "eth.dst"}, {12, "eth.src"}, {0, "eth.type"}};
static const struct part V4[] = {{1, "ip.version and header length"},
                                 {2, "ip.tos"},
                                 {4, "ip.total_len"},
                                 {6, "ip.id"},
                                 {8, "ip.flags and offset"},
                                 {9, "ip.ttl"},
                                 {10, "ip.protocol"},
                                 {12, "ip.checksum"},
                                 {16, "ip.src"},
                                 {20, "ip.dst"},
                                 {0, "ip.options"}};
static const struct part V6[] = {{1, "ipv6.version and class"},
                                 {2, "ipv6.class and flow"},
                                 {4, "ipv6.flow"},
                                 {6, "ipv6.payload_len"},
                                 {7, "ipv6.next"},
                                 {8, "ipv6.hop_limit"},
                                 {24, "ipv6.src"},
                                 {40, "ipv6.dst"},
                                 {0, "ipv6.extension"}};
static const struct part UDP[] = {{2, "udp.src_port"},
                                  {4, "udp.dst_port"},
                                  {6, "udp.len"},
                                  {8, "udp.checksum"},
                                  {0, "udp.payload"}};
static const struct part TCP[] = {{2, "tcp.src_port"}, {4, "tcp.dst_port"},  {8, "tcp.seq"},
                                  {12, "tcp.ack"},     {13, "tcp.offset"},   {14, "tcp.flags"},
                                  {16, "tcp.window"},  {18, "tcp.checksum"}, {20, "tcp.urgent"},
                                  {0, "tcp.options"}};
static const struct part ICMP[] = {
    {1, "icmp.type"}, {2, "icmp.code"}, {4, "icmp.checksum"}, {8, "icmp.rest"}, {0, "icmp.quote"}};

static const char *name_in(const struct part *parts, size_t octet) {
  while (parts->end != 0 && octet >= parts->end) {
    parts++;
  }
  return parts->name;
}

static bool is_ntp(const struct canonical_head *head, const struct udp_header *udp) {
  for (size_t i = 0; i < head->endpoint_count; i++) {
    uint16_t port = head->endpoints[i].at.port;
    bool meant = port == udp->source_port || port == udp->destination_port;
    if (meant && head->endpoints[i].application == APPLICATION_NTP) return true;
  }
  return false;
}

static void name_ntp(size_t octet, char name[static OCTET_NAME_MAX]) {
  for (enum ntp_field field = 0; field < NTP_FIELD_COUNT; field++) {
    const struct ntp_field_place *place = ntp_field_place(field);
    if (octet * 8 >= place->bit_offset && octet * 8 < place->bit_offset + place->bit_width) {
      snprintf(name, OCTET_NAME_MAX, "ntp.%s", octet == 0 ? "first octet" : place->name);
      return;
    }
  }
  snprintf(name, OCTET_NAME_MAX, "ntp.trailer+%zu", octet - NTP_HEADER_LEN);
}

static void name_udp(const struct canonical_head *head, struct reader *reader, size_t octet,
                     char name[static OCTET_NAME_MAX]) {
  struct udp_header udp;
  snprintf(name, OCTET_NAME_MAX, "%s", name_in(UDP, octet));
  if (!udp_decode(reader, &udp) || octet < UDP_HEADER_LEN) return;
  /* What is too short for a message is told as octets. */
  if (is_ntp(head, &udp) && reader_left(reader) >= NTP_HEADER_LEN) {
    name_ntp(octet - UDP_HEADER_LEN, name);
  } else {
    snprintf(name, OCTET_NAME_MAX, "udp.payload+%zu", octet - UDP_HEADER_LEN);
  }
}

static void name_tcp(struct reader *reader, size_t octet, char name[static OCTET_NAME_MAX]) {
  struct tcp_header tcp;
  snprintf(name, OCTET_NAME_MAX, "%s", name_in(TCP, octet));
  if (tcp_decode(reader, &tcp) && octet >= tcp.header_len_bytes) {
    snprintf(name, OCTET_NAME_MAX, "tcp.payload+%zu", octet - tcp.header_len_bytes);
  }
}

static void name_transport(const struct ip_header *ip, const struct canonical_head *head,
                           struct reader *reader, size_t octet, char name[static OCTET_NAME_MAX]) {
  bool icmp = ip->protocol == IP_PROTO_ICMP || ip->protocol == IP_PROTO_ICMPV6;
  if (octet + ip->header_len_bytes >= ip->total_len_bytes) {
    snprintf(name, OCTET_NAME_MAX, "behind the IP packet");
  } else if (ip->fragment_offset_bytes != 0) {
    snprintf(name, OCTET_NAME_MAX, "ip.fragment+%zu", ip->fragment_offset_bytes + octet);
  } else if (ip->protocol == IP_PROTO_UDP) {
    name_udp(head, reader, octet, name);
  } else if (ip->protocol == IP_PROTO_TCP) {
    name_tcp(reader, octet, name);
  } else {
    snprintf(name, OCTET_NAME_MAX, "%s", icmp ? name_in(ICMP, octet) : "ip.payload");
  }
}

static void name_link(enum link_type type, const struct link_header *link, size_t octet,
                      char name[static OCTET_NAME_MAX]) {
  const char *text = "link header";
  if (type == LINK_ETHERNET) text = name_in(ETHERNET, octet);
  if (type == LINK_ETHERNET && octet >= ETHERTYPE_AT && octet + 2 < link->header_len_bytes) {
    text = "eth.vlan";
  }
  snprintf(name, OCTET_NAME_MAX, "%s", text);
}

void octet_name(const struct trace *trace, const struct canonical_head *head, size_t packet_index,
                size_t octet, char name[static OCTET_NAME_MAX]) {
  struct reader reader = reader_over(trace_packet(trace, packet_index)->bytes);
  struct link_header link;
  struct ip_header ip;
  snprintf(name, OCTET_NAME_MAX, "octet %zu of the packet", octet);
  if (!link_decode(&reader, trace_packet_link_type(trace, packet_index), &link)) return;
  if (octet < link.header_len_bytes) {
    name_link(trace_packet_link_type(trace, packet_index), &link, octet, name);
    return;
  }
  octet -= link.header_len_bytes;
  if (ip_decode(&reader, &ip) != IP_DECODED) return;
  if (octet < ip.header_len_bytes) {
    snprintf(name, OCTET_NAME_MAX, "%s", name_in(ip.version == IP_V6 ? V6 : V4, octet));
    return;
  }
  name_transport(&ip, head, &reader, octet - ip.header_len_bytes, name);
}

bool octet_transport(const struct trace *trace, size_t packet_index, size_t *offset) {
  struct reader reader = reader_over(trace_packet(trace, packet_index)->bytes);
  struct link_header link;
  struct ip_header ip;
  if (!link_decode(&reader, trace_packet_link_type(trace, packet_index), &link)) return false;
  if (ip_decode(&reader, &ip) != IP_DECODED || ip.fragment_offset_bytes != 0) return false;
  *offset = reader.offset;
  return ip.protocol == IP_PROTO_UDP || ip.protocol == IP_PROTO_TCP;
}
