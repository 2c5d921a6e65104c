/* Internet Control Message Protocol, version 4 (RFC 792) and version 6 (RFC 4443): type, code and,
 * for an error, the packet that it is about. */
#ifndef SOCKPROOF_PROTO_ICMP_H
#define SOCKPROOF_PROTO_ICMP_H

#include "proto/ip.h"

enum { ICMP_HEADER_LEN = 8, ICMP_CHECKSUM_OFFSET = 2 };

/* Type and code of "port unreachable" in either version, the one that fixtures provoke most. */
enum {
  ICMP_TYPE_UNREACHABLE = 3,
  ICMP_CODE_PORT = 3,
  ICMPV6_TYPE_UNREACHABLE = 1,
  ICMPV6_CODE_PORT = 4
};

struct icmp_message {
  uint8_t type, code;
  uint16_t checksum;
  bool
      is_error; /* destination unreachable, time exceeded, packet too big, parameter problem, ... */
  uint32_t rest; /* the four octets behind the checksum */
  struct span
      quote; /* is_error: the start of the offending packet, from its IP header on; else the body */
};

/* False: fewer than 8 octets. Takes all that the reader has left: cut link padding off before. */
bool icmp_decode(struct reader *reader, enum ip_family version,
                 struct icmp_message *message) MUST_USE;

/* Writes an error about `quote` (the offending packet from its IP header on, as much as the caller
 * wants of it) with a valid checksum; the version and, in version 6, the addresses are those of
 * *ip. Its checksum is judged by ip_checksum_judge at ICMP_CHECKSUM_OFFSET. */
void icmp_encode_error(struct writer *writer, const struct ip_header *ip, uint8_t type,
                       uint8_t code, uint32_t rest, struct span quote);

/* "port-unreachable", "host-unreachable", ...; NULL where there is no short name. */
const char *icmp_name(enum ip_family version, uint8_t type, uint8_t code);

#endif
