#include "dress.h"

#include "proto/link.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
  BUFFER_LEN = 4096,
  ETHERNET_LEN_MIN = 60,
  V4_HEADER_LEN = 20,
  V4_CHECKSUM_OFFSET = 10,
  V6_HEADER_LEN = 40,
  V6_PAYLOAD_LEN_OFFSET = 4,
  V6_NEXT_OFFSET = 6,
  V6_DESTINATION_OPTIONS = 60
};

static const struct {
  const char *name;
  enum link_type link_type;
} DRESSES[DRESS_COUNT] = {
    [DRESS_ETHERNET] = {"ethernet", LINK_ETHERNET},
    [DRESS_PADDED] = {"padded", LINK_ETHERNET},
    [DRESS_VLAN] = {"vlan", LINK_ETHERNET},
    [DRESS_VLAN_TWICE] = {"vlan-twice", LINK_ETHERNET},
    [DRESS_NULL_BIG] = {"null-big-endian", LINK_NULL},
    [DRESS_NULL_LITTLE] = {"null-little-endian", LINK_NULL},
    [DRESS_LOOP] = {"loop", LINK_LOOP},
    [DRESS_RAW] = {"raw", LINK_RAW},
    [DRESS_IPV4] = {"ipv4", LINK_IPV4},
    [DRESS_IPV6] = {"ipv6", LINK_IPV6},
    [DRESS_SLL] = {"sll", LINK_LINUX_SLL},
    [DRESS_SLL2] = {"sll2", LINK_LINUX_SLL2},
    [DRESS_OPTIONS] = {"options", LINK_ETHERNET},
};

const char *dress_name(enum dress dress) {
  return DRESSES[dress].name;
}

static void write_cooked(struct writer *writer, enum dress dress, uint16_t ethertype) {
  enum { TO_US = 0, ARPHRD_ETHER = 1, ADDRESS_LEN = 6, ADDRESS_ROOM = 8 };
  if (dress == DRESS_SLL) {
    writer_u16(writer, TO_US);
    writer_u16(writer, ARPHRD_ETHER);
    writer_u16(writer, ADDRESS_LEN);
    writer_zeros(writer, ADDRESS_ROOM);
    writer_u16(writer, ethertype);
    return;
  }
  writer_u16(writer, ethertype);
  writer_u16(writer, 0);
  writer_u32(writer, 3); /* the interface's number */
  writer_u16(writer, ARPHRD_ETHER);
  writer_u8(writer, TO_US);
  writer_u8(writer, ADDRESS_LEN);
  writer_zeros(writer, ADDRESS_ROOM);
}

static void write_link(struct writer *writer, enum dress dress, uint16_t ethertype) {
  uint8_t family = ethertype == LINK_ETHERTYPE_IPV4 ? 2 : 30;
  switch (dress) {
    case DRESS_VLAN:
    case DRESS_VLAN_TWICE:
      link_encode_ethernet(writer,
                           dress == DRESS_VLAN ? LINK_ETHERTYPE_VLAN : LINK_ETHERTYPE_VLAN_SERVICE);
      writer_u16(writer, 0x2001);
      if (dress == DRESS_VLAN_TWICE) writer_u16(writer, LINK_ETHERTYPE_VLAN);
      if (dress == DRESS_VLAN_TWICE) writer_u16(writer, 7);
      writer_u16(writer, ethertype);
      break;
    case DRESS_NULL_BIG:
    case DRESS_LOOP:
      writer_u32(writer, family);
      break;
    case DRESS_NULL_LITTLE:
      writer_u32(writer, (uint32_t)family << 24);
      break;
    case DRESS_RAW:
    case DRESS_IPV4:
    case DRESS_IPV6:
      break;
    case DRESS_SLL:
    case DRESS_SLL2:
      write_cooked(writer, dress, ethertype);
      break;
    default:
      link_encode_ethernet(writer, ethertype);
      break;
  }
}

/* Three of no operation and the end of the list. */
static void write_v4_options(struct writer *writer, struct span ip) {
  static const uint8_t OPTIONS[] = {1, 1, 1, 0};
  size_t start = writer->len;
  size_t header_len = V4_HEADER_LEN + sizeof OPTIONS;
  uint16_t total_len = (uint16_t)(ip.len + sizeof OPTIONS);
  writer_u8(writer, (uint8_t)(IP_V4 << 4 | header_len / 4));
  writer_u8(writer, ip.bytes[1]);
  writer_u16(writer, total_len);
  writer_span(writer, span_part(ip, 4, V4_HEADER_LEN - 4));
  writer_span(writer, span_of(OPTIONS, sizeof OPTIONS));
  writer_patch_u16(writer, start + V4_CHECKSUM_OFFSET, 0);
  struct span header = span_part(writer_written(writer), start, header_len);
  writer_patch_u16(writer, start + V4_CHECKSUM_OFFSET,
                   (uint16_t)~ip_checksum_fold(ip_checksum_add(0, header)));
  writer_span(writer, span_part(ip, V4_HEADER_LEN, ip.len));
}

/* Hop-by-hop options and destination options, each of 8 octets of padding, stand first. */
static void write_v6_extensions(struct writer *writer, struct span ip) {
  uint8_t next = ip.bytes[V6_NEXT_OFFSET];
  static const uint8_t PADDING[6] = {1, 4};
  writer_span(writer, span_part(ip, 0, V6_PAYLOAD_LEN_OFFSET));
  writer_u16(writer, (uint16_t)(ip.len - V6_HEADER_LEN + 16));
  writer_u8(writer, 0);
  writer_span(writer, span_part(ip, V6_NEXT_OFFSET + 1, V6_HEADER_LEN - V6_NEXT_OFFSET - 1));
  writer_u8(writer, V6_DESTINATION_OPTIONS);
  writer_u8(writer, 0);
  writer_span(writer, span_of(PADDING, sizeof PADDING));
  writer_u8(writer, next);
  writer_u8(writer, 0);
  writer_span(writer, span_of(PADDING, sizeof PADDING));
  writer_span(writer, span_part(ip, V6_HEADER_LEN, ip.len));
}

static void write_packet(struct writer *writer, enum dress dress, struct span octets) {
  struct span ip = span_part(octets, LINK_ETHERNET_HEADER_LEN, octets.len);
  bool v6 = ip.bytes[0] >> 4 == IP_V6;
  write_link(writer, dress, v6 ? LINK_ETHERTYPE_IPV6 : LINK_ETHERTYPE_IPV4);
  if (dress == DRESS_OPTIONS && v6) {
    write_v6_extensions(writer, ip);
  } else if (dress == DRESS_OPTIONS) {
    write_v4_options(writer, ip);
  } else {
    writer_span(writer, ip);
  }
  if (dress == DRESS_PADDED && writer->len < ETHERNET_LEN_MIN) {
    writer_zeros(writer, ETHERNET_LEN_MIN - writer->len);
  }
}

static bool suits(enum dress dress, struct span octets) {
  bool v6 = octets.bytes[LINK_ETHERNET_HEADER_LEN] >> 4 == IP_V6;
  return !(dress == DRESS_IPV4 && v6) && !(dress == DRESS_IPV6 && !v6);
}

struct trace *dress_trace(const struct trace *trace, enum dress dress) {
  for (size_t i = 0; i < trace_count(trace); i++) {
    if (!suits(dress, trace_packet(trace, i)->bytes)) return NULL;
  }
  struct trace *dressed = trace_create(DRESSES[dress].link_type);
  assert_non_null(dressed);
  for (size_t i = 0; i < trace_count(trace); i++) {
    struct packet packet = *trace_packet(trace, i);
    uint8_t octets[BUFFER_LEN];
    struct writer writer = writer_over(octets, sizeof octets);
    write_packet(&writer, dress, packet.bytes);
    assert_false(writer.failed);
    packet.bytes = writer_written(&writer);
    packet.wire_len = (uint32_t)packet.bytes.len;
    struct err err;
    assert_int_equal(trace_add(dressed, &packet, &err), ERR_OK);
  }
  return dressed;
}
