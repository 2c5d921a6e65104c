/* Internet Control Message Protocol, version 4 (RFC 792) and version 6 (RFC 4443): type, code and,
 * for an error, the packet that it is about. */
#ifndef SOCKPROOF_PROTO_ICMP_H
#define SOCKPROOF_PROTO_ICMP_H

#include "proto/ip.h"

struct icmp_message {
  uint8_t type, code;
  uint16_t checksum;
  bool
      is_error; /* destination unreachable, time exceeded, packet too big, parameter problem, ... */
  uint32_t rest; /* the four octets behind the checksum */
  struct span
      quote; /* is_error: the start of the offending packet, from its IP header on; else the body */
};

bool icmp_decode(struct reader *reader, enum ip_family version,
                 struct icmp_message *message) MUST_USE;

/* "port-unreachable", "host-unreachable", ...; NULL where there is no short name. */
const char *icmp_name(enum ip_family version, uint8_t type, uint8_t code);

#endif
