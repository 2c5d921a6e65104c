#include "packets.h"

#include "proto/icmp.h"
#include "proto/link.h"
#include "proto/udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PACKET_MAX = 70000 };

struct packets packets_create(void) {
  struct packets packets = {.trace = trace_create(LINK_ETHERNET),
                            .time_ns = INT64_C(1800000000000000000),
                            .identification = 1,
                            .hop_limit = 64,
                            .partial_checksums = true};
  assert_non_null(packets.trace);
  return packets;
}

void packets_destroy(struct packets *packets) {
  trace_destroy(packets->trace);
}

struct endpoint at(const char *address, uint16_t port) {
  struct endpoint endpoint = {.port = port};
  assert_true(ip_address_parse(address, &endpoint.address));
  return endpoint;
}

static void add(struct packets *packets, struct span octets) {
  struct packet packet = {.time_ns = packets->time_ns,
                          .wire_len = (uint32_t)octets.len,
                          .bytes = span_part(octets, 0, octets.len - packets->cut)};
  struct err err;
  assert_int_equal(trace_add(packets->trace, &packet, &err), ERR_OK);
  packets->time_ns += 1000;
  packets->cut = 0;
}

static void add_ip(struct packets *packets, const struct ip_header *ip, struct span payload) {
  uint8_t *octets = malloc(PACKET_MAX);
  assert_non_null(octets);
  struct writer writer = writer_over(octets, PACKET_MAX);
  link_encode_ethernet(&writer, ip->version == IP_V4 ? LINK_ETHERTYPE_IPV4 : LINK_ETHERTYPE_IPV6);
  ip_encode(&writer, ip, payload.len);
  writer_span(&writer, payload);
  assert_false(writer.failed);
  add(packets, writer_written(&writer));
  free(octets);
}

void packets_ip(struct packets *packets, const struct ip_header *ip, struct span payload,
                size_t mtu) {
  struct ip_header header = *ip;
  header.identification = packets->identification++;
  header.hop_limit = packets->hop_limit;
  size_t header_len = ip->version == IP_V4 ? 20 : 48;
  if (mtu == 0 || payload.len + header_len <= mtu) {
    add_ip(packets, &header, payload);
    return;
  }
  size_t step = (mtu - header_len) / 8 * 8;
  for (size_t offset = 0; offset < payload.len; offset += step) {
    struct span part = span_part(payload, offset, step);
    header.fragmented = true;
    header.fragment_offset_bytes = (uint32_t)offset;
    header.more_fragments = offset + part.len < payload.len;
    add_ip(packets, &header, part);
  }
}

/* What a sender leaves in the checksum field where a device is to finish it. */
static void make_partial(const struct packets *packets, struct writer *writer,
                         const struct ip_header *ip, size_t offset) {
  if (!packets->partial_checksums) return;
  uint32_t sum =
      ip_checksum_pseudo(&ip->source, &ip->destination, ip->protocol, (uint32_t)writer->len);
  writer_patch_u16(writer, offset, ip_checksum_fold(sum));
}

static struct ip_header header_between(struct endpoint from, struct endpoint to, uint8_t protocol) {
  return (struct ip_header){.version = from.address.family,
                            .source = from.address,
                            .destination = to.address,
                            .protocol = protocol};
}

void packets_udp_fragments(struct packets *packets, struct endpoint from, struct endpoint to,
                           struct span payload, size_t mtu) {
  struct ip_header ip = header_between(from, to, IP_PROTO_UDP);
  uint8_t *octets = malloc(PACKET_MAX);
  assert_non_null(octets);
  struct writer writer = writer_over(octets, PACKET_MAX);
  udp_encode(&writer, &ip, from.port, to.port, payload);
  assert_false(writer.failed);
  make_partial(packets, &writer, &ip, UDP_CHECKSUM_OFFSET);
  packets_ip(packets, &ip, writer_written(&writer), mtu);
  free(octets);
}

void packets_udp(struct packets *packets, struct endpoint from, struct endpoint to,
                 struct span payload) {
  packets_udp_fragments(packets, from, to, payload, 0);
}

void packets_text(struct packets *packets, struct endpoint from, struct endpoint to,
                  const char *text) {
  packets_udp(packets, from, to, span_of_text(text));
}

void packets_ntp(struct packets *packets, struct endpoint from, struct endpoint to,
                 const struct ntp_message *message) {
  uint8_t octets[2048];
  struct writer writer = writer_over(octets, sizeof octets);
  ntp_encode(&writer, message);
  assert_false(writer.failed);
  packets_udp(packets, from, to, writer_written(&writer));
}

void packets_port_unreachable(struct packets *packets, struct endpoint from, struct endpoint to,
                              struct span payload) {
  uint8_t quote[1024];
  struct writer quoted = writer_over(quote, sizeof quote);
  struct ip_header ip = header_between(from, to, IP_PROTO_UDP);
  ip.hop_limit = 64;
  ip_encode(&quoted, &ip, payload.len + UDP_HEADER_LEN);
  udp_encode(&quoted, &ip, from.port, to.port, payload);
  assert_false(quoted.failed);

  bool v4 = from.address.family == IP_V4;
  uint8_t octets[2048];
  struct writer writer = writer_over(octets, sizeof octets);
  struct ip_header back = header_between(to, from, v4 ? IP_PROTO_ICMP : IP_PROTO_ICMPV6);
  icmp_encode_error(&writer, &back, v4 ? 3 : 1, v4 ? 3 : 4, 0, writer_written(&quoted));
  assert_false(writer.failed);
  packets_ip(packets, &back, writer_written(&writer), 0);
}

struct connection connection_between(struct packets *packets, struct endpoint initiator,
                                     struct endpoint responder, uint32_t isn_initiator,
                                     uint32_t isn_responder) {
  return (struct connection){.packets = packets,
                             .ends = {initiator, responder},
                             .sequence = {isn_initiator, isn_responder},
                             .received = {isn_responder, isn_initiator}};
}

void connection_segment(const struct connection *connection, size_t from, uint32_t sequence,
                        uint32_t acknowledgement, uint8_t flags, struct span payload) {
  struct endpoint source = connection->ends[from];
  struct endpoint destination = connection->ends[1 - from];
  struct ip_header ip = header_between(source, destination, IP_PROTO_TCP);
  struct tcp_header header = {.source_port = source.port,
                              .destination_port = destination.port,
                              .sequence = sequence,
                              .acknowledgement = acknowledgement,
                              .flags = flags,
                              .window = 65535,
                              .options = connection->packets->tcp_options};
  uint8_t *octets = malloc(PACKET_MAX);
  assert_non_null(octets);
  struct writer writer = writer_over(octets, PACKET_MAX);
  tcp_encode(&writer, &ip, &header, payload);
  assert_false(writer.failed);
  make_partial(connection->packets, &writer, &ip, TCP_CHECKSUM_OFFSET);
  packets_ip(connection->packets, &ip, writer_written(&writer), 0);
  free(octets);
}

static void send_now(struct connection *connection, size_t from, uint8_t flags,
                     struct span payload) {
  connection_segment(connection, from, connection->sequence[from], connection->received[from],
                     flags, payload);
  connection->sequence[from] += (uint32_t)payload.len;
  if ((flags & (TCP_SYN | TCP_FIN)) != 0) connection->sequence[from]++;
}

void connection_open(struct connection *connection) {
  struct span nothing = {NULL, 0};
  connection_segment(connection, 0, connection->sequence[0], 0, TCP_SYN, nothing);
  connection->sequence[0]++;
  connection_receive(connection, 1, false);
  send_now(connection, 1, TCP_SYN | TCP_ACK, nothing);
  connection_receive(connection, 0, true);
}

void connection_send(struct connection *connection, size_t from, const char *text) {
  send_now(connection, from, TCP_ACK | TCP_PSH, span_of_text(text));
}

void connection_receive(struct connection *connection, size_t by, bool ack) {
  connection->received[by] = connection->sequence[1 - by];
  if (ack) send_now(connection, by, TCP_ACK, (struct span){NULL, 0});
}

void connection_fin(struct connection *connection, size_t from) {
  send_now(connection, from, TCP_FIN | TCP_ACK, (struct span){NULL, 0});
}

void connection_rst(struct connection *connection, size_t from) {
  send_now(connection, from, TCP_RST | TCP_ACK, (struct span){NULL, 0});
}

void connection_close(struct connection *connection, size_t first) {
  connection_fin(connection, first);
  connection_receive(connection, 1 - first, false);
  connection_fin(connection, 1 - first);
  connection_receive(connection, first, true);
}

static struct trace *copy_but(const struct trace *trace, size_t left_out, size_t index,
                              size_t octet, uint8_t bits) {
  struct trace *copy = trace_create(trace_link_type(trace));
  assert_non_null(copy);
  for (size_t i = 0; i < trace_count(trace); i++) {
    if (i == left_out) continue;
    struct packet packet = *trace_packet(trace, i);
    uint8_t *octets = malloc(packet.bytes.len + 1);
    assert_non_null(octets);
    memcpy(octets, packet.bytes.bytes, packet.bytes.len);
    if (i == index) octets[octet] ^= bits;
    packet.bytes = span_of(octets, packet.bytes.len);
    struct err err;
    assert_int_equal(trace_add(copy, &packet, &err), ERR_OK);
    free(octets);
  }
  return copy;
}

struct trace *trace_with_octet(const struct trace *trace, size_t index, size_t octet,
                               uint8_t bits) {
  return copy_but(trace, SIZE_MAX, index, octet, bits);
}

struct trace *trace_without(const struct trace *trace, size_t index) {
  return copy_but(trace, index, SIZE_MAX, 0, 0);
}
