/* Traces made by hand: packets as a Linux loopback carries them, Ethernet header and all. */
#ifndef SOCKPROOF_TESTS_TRACE_PACKETS_H
#define SOCKPROOF_TESTS_TRACE_PACKETS_H

#include "proto/endpoint.h"
#include "proto/ntp.h"
#include "proto/tcp.h"
#include "trace/trace.h"

struct packets {
  struct trace *trace;
  int64_t time_ns;         /* of the next packet; goes on by 1 us a packet */
  uint32_t identification; /* of the next packet */
  uint8_t hop_limit;
  bool partial_checksums;  /* as loopback leaves them */
  size_t cut;              /* octets cut off the end of the next packet, once */
  struct span tcp_options; /* of every segment; the caller's */
};

struct packets packets_create(void);
void packets_destroy(struct packets *packets);

struct endpoint at(const char *address, uint16_t port);

/* One packet of an IP payload, or with mtu > 0 as many fragments as are needed. */
void packets_ip(struct packets *packets, const struct ip_header *ip, struct span payload,
                size_t mtu);
void packets_udp(struct packets *packets, struct endpoint from, struct endpoint to,
                 struct span payload);
void packets_udp_fragments(struct packets *packets, struct endpoint from, struct endpoint to,
                           struct span payload, size_t mtu);
void packets_text(struct packets *packets, struct endpoint from, struct endpoint to,
                  const char *text);
void packets_ntp(struct packets *packets, struct endpoint from, struct endpoint to,
                 const struct ntp_message *message);
/* An ICMP port unreachable from the host of `to`, about a datagram from `from` to `to`. */
void packets_port_unreachable(struct packets *packets, struct endpoint from, struct endpoint to,
                              struct span payload);

/* A TCP connection as its two ends see it. */
struct connection {
  struct packets *packets;
  struct endpoint ends[2]; /* initiator, responder */
  uint32_t sequence[2];    /* the next to send */
  uint32_t received[2];    /* what the other end's acknowledgements say */
};
struct connection connection_between(struct packets *packets, struct endpoint initiator,
                                     struct endpoint responder, uint32_t isn_initiator,
                                     uint32_t isn_responder);
/* One segment at the sequence number `sequence`; nothing of the connection changes. */
void connection_segment(const struct connection *connection, size_t from, uint32_t sequence,
                        uint32_t acknowledgement, uint8_t flags, struct span payload);
void connection_open(struct connection *connection);
/* Sends and moves on; the other end has not received it yet. */
void connection_send(struct connection *connection, size_t from, const char *text);
/* `by` receives all that was sent so far, and says so with a pure ACK where `ack`. */
void connection_receive(struct connection *connection, size_t by, bool ack);
void connection_fin(struct connection *connection, size_t from);
void connection_rst(struct connection *connection, size_t from);
void connection_close(struct connection *connection, size_t first);

/* A trace with the octet at `octet` of packet `index` changed by xor. */
struct trace *trace_with_octet(const struct trace *trace, size_t index, size_t octet, uint8_t bits);
struct trace *trace_without(const struct trace *trace, size_t index);

#endif
