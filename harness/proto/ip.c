#include "proto/ip.h"

#include <string.h>

enum {
  V4_HEADER_LEN_MIN = 20,
  V4_CHECKSUM_OFFSET = 10,
  V4_DONT_FRAGMENT = 0x4000,
  V4_MORE_FRAGMENTS = 0x2000,
  V4_FRAGMENT_OFFSET_MASK = 0x1fff, /* in units of 8 octets */
  V6_HEADER_LEN = 40,
  V6_EXTENSION_LEN_MIN = 8,
  /* RFC 8200 section 4.1 names seven, one of them twice; a chain without end is an attack. Each
   * has 2048 octets at most, so that header_len_bytes cannot overflow. */
  V6_EXTENSIONS_MAX = 16,
  V6_HOP_BY_HOP = 0,
  V6_ROUTING = 43,
  V6_DESTINATION_OPTIONS = 60
};

static struct ip_address address_of(enum ip_family family, struct span octets) {
  struct ip_address address = {.family = family};
  if (octets.len > 0 && octets.len <= sizeof address.octets) {
    memcpy(address.octets, octets.bytes, octets.len);
  }
  return address;
}

static enum ip_decoded decode_v4(struct reader *reader, struct ip_header *header) {
  struct reader whole = *reader; /* for the checksum, and to see beyond the fixed part */

  header->header_len_bytes = (uint16_t)((reader_u8(reader) & 0x0f) * 4);
  if (header->header_len_bytes < V4_HEADER_LEN_MIN) return IP_MALFORMED;
  header->traffic_class = reader_u8(reader);
  header->total_len_bytes = reader_u16(reader);
  header->identification = reader_u16(reader);
  uint16_t fragment = reader_u16(reader);
  header->hop_limit = reader_u8(reader);
  header->protocol = reader_u8(reader);
  header->header_checksum = reader_u16(reader);
  header->source = address_of(IP_V4, reader_take(reader, 4));
  header->destination = address_of(IP_V4, reader_take(reader, 4));
  if (reader->failed) return IP_TRUNCATED;

  header->dont_fragment = (fragment & V4_DONT_FRAGMENT) != 0;
  header->more_fragments = (fragment & V4_MORE_FRAGMENTS) != 0;
  header->fragment_offset_bytes = (uint32_t)(fragment & V4_FRAGMENT_OFFSET_MASK) * 8;
  header->fragmented = header->more_fragments || header->fragment_offset_bytes != 0;

  /* Also a total length of 0, which offloading leaves in packets too long for the field. */
  if (header->total_len_bytes < header->header_len_bytes) return IP_MALFORMED;

  reader_skip(reader, (size_t)header->header_len_bytes - V4_HEADER_LEN_MIN);
  if (reader->failed) return IP_TRUNCATED;
  struct span octets = reader_take(&whole, header->header_len_bytes);
  header->header_checksum_valid = ip_checksum_fold(ip_checksum_add(0, octets)) == 0xffff;
  return IP_DECODED;
}

static bool is_extension(uint8_t protocol) {
  return protocol == V6_HOP_BY_HOP || protocol == V6_ROUTING ||
         protocol == V6_DESTINATION_OPTIONS || protocol == IP_PROTO_FRAGMENT;
}

/* RFC 8200 section 4.5, behind the next header: reserved, offset and flag, identification. */
static void decode_fragment_header(struct reader *reader, struct ip_header *header) {
  reader_skip(reader, 1);
  uint16_t fragment = reader_u16(reader);
  header->identification = reader_u32(reader);
  header->fragmented = true;
  header->more_fragments = (fragment & 1) != 0;
  header->fragment_offset_bytes = fragment & 0xfff8U; /* the low three bits are not its own */
}

/* One extension header; *end is set where no other can follow. */
static enum ip_decoded decode_extension(struct reader *reader, struct ip_header *header,
                                        bool *end) {
  bool is_fragment = header->protocol == IP_PROTO_FRAGMENT;
  uint32_t room = header->total_len_bytes - header->header_len_bytes;
  if (room < V6_EXTENSION_LEN_MIN) return IP_MALFORMED;

  header->protocol = reader_u8(reader);
  size_t len = V6_EXTENSION_LEN_MIN;
  if (is_fragment) {
    decode_fragment_header(reader, header);
  } else {
    len += (size_t)reader_u8(reader) * 8; /* stated in units of 8 octets beyond the first 8 */
    if (!reader->failed && len > room) return IP_MALFORMED;
    reader_skip(reader, len - 2);
  }
  if (reader->failed) return IP_TRUNCATED;

  header->header_len_bytes = (uint16_t)(header->header_len_bytes + len);
  /* What a later fragment begins with is the middle of something, whatever "next header" says. */
  *end = is_fragment && header->fragment_offset_bytes != 0;
  return IP_DECODED;
}

static enum ip_decoded decode_v6(struct reader *reader, struct ip_header *header) {
  uint32_t first = reader_u32(reader);
  header->traffic_class = (uint8_t)(first >> 20);
  header->flow_label = first & 0xfffff;
  header->total_len_bytes = (uint32_t)V6_HEADER_LEN + reader_u16(reader);
  header->protocol = reader_u8(reader);
  header->hop_limit = reader_u8(reader);
  header->source = address_of(IP_V6, reader_take(reader, 16));
  header->destination = address_of(IP_V6, reader_take(reader, 16));
  if (reader->failed) return IP_TRUNCATED;
  header->header_len_bytes = V6_HEADER_LEN;
  header->header_checksum_valid = true;

  bool end = false;
  for (int count = 0; is_extension(header->protocol) && !end; count++) {
    if (count == V6_EXTENSIONS_MAX) return IP_MALFORMED;
    enum ip_decoded decoded = decode_extension(reader, header, &end);
    if (decoded != IP_DECODED) return decoded;
  }
  return IP_DECODED;
}

enum ip_decoded ip_decode(struct reader *reader, struct ip_header *header) {
  *header = (struct ip_header){0};
  struct reader ahead = *reader;
  uint8_t version = reader_u8(&ahead) >> 4;
  if (ahead.failed) return IP_TRUNCATED;

  if (version == IP_V4) {
    header->version = IP_V4;
    return decode_v4(reader, header);
  }
  if (version == IP_V6) {
    header->version = IP_V6;
    return decode_v6(reader, header);
  }
  return IP_MALFORMED;
}

static void encode_v4(struct writer *writer, const struct ip_header *header, size_t payload_len) {
  size_t total_len = V4_HEADER_LEN_MIN + payload_len;
  if (total_len > UINT16_MAX) {
    writer->failed = true;
    return;
  }
  size_t start = writer->len;
  uint32_t fragment = (header->fragment_offset_bytes / 8 & V4_FRAGMENT_OFFSET_MASK) |
                      (header->dont_fragment ? V4_DONT_FRAGMENT : 0U) |
                      (header->more_fragments ? V4_MORE_FRAGMENTS : 0U);
  writer_u8(writer, IP_V4 << 4 | V4_HEADER_LEN_MIN / 4);
  writer_u8(writer, header->traffic_class);
  writer_u16(writer, (uint16_t)total_len);
  writer_u16(writer, (uint16_t)header->identification);
  writer_u16(writer, (uint16_t)fragment);
  writer_u8(writer, header->hop_limit);
  writer_u8(writer, header->protocol);
  writer_u16(writer, 0);
  writer_span(writer, span_of(header->source.octets, 4));
  writer_span(writer, span_of(header->destination.octets, 4));
  if (writer->failed) return;

  uint32_t sum = ip_checksum_add(0, span_part(writer_written(writer), start, V4_HEADER_LEN_MIN));
  writer_patch_u16(writer, start + V4_CHECKSUM_OFFSET, (uint16_t)~ip_checksum_fold(sum));
}

static void encode_v6(struct writer *writer, const struct ip_header *header, size_t payload_len) {
  size_t stated_len = payload_len + (header->fragmented ? V6_EXTENSION_LEN_MIN : 0U);
  if (stated_len > UINT16_MAX) {
    writer->failed = true;
    return;
  }
  writer_u32(writer, (uint32_t)IP_V6 << 28 | (uint32_t)header->traffic_class << 20 |
                         (header->flow_label & 0xfffff));
  writer_u16(writer, (uint16_t)stated_len);
  writer_u8(writer, header->fragmented ? (uint8_t)IP_PROTO_FRAGMENT : header->protocol);
  writer_u8(writer, header->hop_limit);
  writer_span(writer, span_of(header->source.octets, 16));
  writer_span(writer, span_of(header->destination.octets, 16));
  if (!header->fragmented) return;

  writer_u8(writer, header->protocol);
  writer_u8(writer, 0);
  writer_u16(writer, (uint16_t)((header->fragment_offset_bytes & 0xfff8U) |
                                (header->more_fragments ? 1U : 0U)));
  writer_u32(writer, header->identification);
}

void ip_encode(struct writer *writer, const struct ip_header *header, size_t payload_len) {
  if (header->version == IP_V4) {
    encode_v4(writer, header, payload_len);
  } else if (header->version == IP_V6) {
    encode_v6(writer, header, payload_len);
  } else {
    writer->failed = true;
  }
}
