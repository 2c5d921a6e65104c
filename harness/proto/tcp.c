#include "proto/tcp.h"

enum { TCP_OPTIONS_LEN_MAX = 40 }; /* the data offset has four bits: 15 words, 5 of them fixed */

bool tcp_decode(struct reader *reader, struct tcp_header *header) {
  *header = (struct tcp_header){0};
  header->source_port = reader_u16(reader);
  header->destination_port = reader_u16(reader);
  header->sequence = reader_u32(reader);
  header->acknowledgement = reader_u32(reader);
  header->header_len_bytes = (uint16_t)((reader_u8(reader) >> 4) * 4);
  header->flags = reader_u8(reader);
  header->window = reader_u16(reader);
  header->checksum = reader_u16(reader);
  header->urgent_pointer = reader_u16(reader);
  if (reader->failed || header->header_len_bytes < TCP_HEADER_LEN_MIN) return false;

  header->options = reader_take(reader, (size_t)header->header_len_bytes - TCP_HEADER_LEN_MIN);
  return !reader->failed;
}

void tcp_encode(struct writer *writer, const struct ip_header *ip, const struct tcp_header *header,
                struct span payload) {
  size_t options_len = (header->options.len + 3) / 4 * 4;
  if (header->options.len > TCP_OPTIONS_LEN_MAX ||
      payload.len > UINT32_MAX - TCP_HEADER_LEN_MIN - options_len) {
    writer->failed = true;
    return;
  }
  size_t start = writer->len;
  size_t header_len = TCP_HEADER_LEN_MIN + options_len;
  writer_u16(writer, header->source_port);
  writer_u16(writer, header->destination_port);
  writer_u32(writer, header->sequence);
  writer_u32(writer, header->acknowledgement);
  writer_u8(writer, (uint8_t)(header_len / 4 << 4));
  writer_u8(writer, header->flags);
  writer_u16(writer, header->window);
  writer_u16(writer, 0);
  writer_u16(writer, header->urgent_pointer);
  writer_span(writer, header->options);
  writer_zeros(writer, options_len - header->options.len); /* "end of option list" is 0 */
  writer_span(writer, payload);
  if (writer->failed) return;

  size_t len = header_len + payload.len;
  uint32_t sum = ip_checksum_pseudo(&ip->source, &ip->destination, IP_PROTO_TCP, (uint32_t)len);
  sum = ip_checksum_add(sum, span_part(writer_written(writer), start, len));
  writer_patch_u16(writer, start + TCP_CHECKSUM_OFFSET, (uint16_t)~ip_checksum_fold(sum));
}

int32_t tcp_sequence_diff(uint32_t a, uint32_t b) {
  return (int32_t)(a - b);
}
