#include "proto/link.h"

enum { SLL_ETHERTYPE_OFFSET = 14, SLL2_BEHIND_ETHERTYPE_LEN = 18, ETHERNET_ADDRESSES_LEN = 12 };

static enum ip_family version_of_ethertype(uint16_t ethertype) {
  if (ethertype == LINK_ETHERTYPE_IPV4) return IP_V4;
  if (ethertype == LINK_ETHERTYPE_IPV6) return IP_V6;
  return IP_NONE;
}

static uint16_t ethertype_of_version(enum ip_family version) {
  if (version == IP_V4) return LINK_ETHERTYPE_IPV4;
  if (version == IP_V6) return LINK_ETHERTYPE_IPV6;
  return 0;
}

static bool is_vlan_tag(uint16_t ethertype) {
  return ethertype == LINK_ETHERTYPE_VLAN || ethertype == LINK_ETHERTYPE_VLAN_SERVICE;
}

/* Behind a VLAN tag's type come the tag and then the next type; the packet's end bounds them. */
static void read_vlan_tags(struct reader *reader, struct link_header *header) {
  while (is_vlan_tag(header->ethertype) && !reader->failed) {
    reader_skip(reader, 2);
    header->ethertype = reader_u16(reader);
    header->vlan_count++;
  }
}

/* AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD and 30
 * on macOS. */
static enum ip_family version_of_address_family(uint32_t family) {
  switch (family) {
    case 2:
      return IP_V4;
    case 10:
    case 24:
    case 28:
    case 30:
      return IP_V6;
    default:
      return IP_NONE;
  }
}

static uint32_t swap_octets(uint32_t value) {
  return value >> 24 | (value >> 8 & 0xff00U) | (value << 8 & 0xff0000U) | value << 24;
}

/* No address family needs more than 16 bits, so a larger number was written in the other order. */
static enum ip_family read_address_family(struct reader *reader) {
  uint32_t family = reader_u32(reader);
  return version_of_address_family(family > 0xffff ? swap_octets(family) : family);
}

/* The version that the first four bits name; they stay unread. */
static enum ip_family peek_version(const struct reader *reader) {
  struct reader ahead = *reader;
  uint8_t version = reader_u8(&ahead) >> 4;
  return version == IP_V4 || version == IP_V6 ? (enum ip_family)version : IP_NONE;
}

static void read_ethertype_header(struct reader *reader, enum link_type type,
                                  struct link_header *header) {
  if (type == LINK_LINUX_SLL2) {
    header->ethertype = reader_u16(reader);
    reader_skip(reader, SLL2_BEHIND_ETHERTYPE_LEN);
  } else {
    reader_skip(reader, type == LINK_ETHERNET ? ETHERNET_ADDRESSES_LEN : SLL_ETHERTYPE_OFFSET);
    header->ethertype = reader_u16(reader);
  }
  read_vlan_tags(reader, header);
  header->version = version_of_ethertype(header->ethertype);
}

bool link_decode(struct reader *reader, enum link_type type, struct link_header *header) {
  *header = (struct link_header){0};
  if (!link_is_known((uint32_t)type)) return false;

  size_t start = reader->offset;
  switch (type) {
    case LINK_ETHERNET:
    case LINK_LINUX_SLL:
    case LINK_LINUX_SLL2:
      read_ethertype_header(reader, type, header);
      break;
    case LINK_NULL:
    case LINK_LOOP:
      header->version = read_address_family(reader);
      break;
    case LINK_RAW:
      header->version = peek_version(reader);
      break;
    case LINK_IPV4:
      header->version = IP_V4;
      break;
    case LINK_IPV6:
      header->version = IP_V6;
      break;
  }
  if (header->ethertype == 0) header->ethertype = ethertype_of_version(header->version);
  header->header_len_bytes = reader->offset - start;
  return !reader->failed;
}

bool link_is_known(uint32_t type) {
  switch (type) {
    case LINK_NULL:
    case LINK_ETHERNET:
    case LINK_RAW:
    case LINK_LOOP:
    case LINK_LINUX_SLL:
    case LINK_IPV4:
    case LINK_IPV6:
    case LINK_LINUX_SLL2:
      return true;
    default:
      return false;
  }
}

void link_encode_ethernet(struct writer *writer, uint16_t ethertype) {
  writer_zeros(writer, ETHERNET_ADDRESSES_LEN);
  writer_u16(writer, ethertype);
}
