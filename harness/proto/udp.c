#include "proto/udp.h"

bool udp_decode(struct reader *reader, struct udp_header *header) {
  *header = (struct udp_header){
      .source_port = reader_u16(reader),
  };
  header->destination_port = reader_u16(reader);
  header->len_bytes = reader_u16(reader);
  header->checksum = reader_u16(reader);
  return !reader->failed && header->len_bytes >= UDP_HEADER_LEN;
}

void udp_encode(struct writer *writer, const struct ip_header *ip, uint16_t source_port,
                uint16_t destination_port, struct span payload) {
  if (payload.len > UINT16_MAX - UDP_HEADER_LEN) {
    writer->failed = true;
    return;
  }
  size_t start = writer->len;
  size_t len = UDP_HEADER_LEN + payload.len;
  writer_u16(writer, source_port);
  writer_u16(writer, destination_port);
  writer_u16(writer, (uint16_t)len);
  writer_u16(writer, 0);
  writer_span(writer, payload);
  if (writer->failed) return;

  uint32_t sum = ip_checksum_pseudo(&ip->source, &ip->destination, IP_PROTO_UDP, (uint32_t)len);
  sum = ip_checksum_add(sum, span_part(writer_written(writer), start, len));
  uint16_t checksum = (uint16_t)~ip_checksum_fold(sum);
  /* RFC 768: a computed zero is sent as all ones, its equal in one's complement. */
  writer_patch_u16(writer, start + UDP_CHECKSUM_OFFSET, checksum == 0 ? 0xffff : checksum);
}
