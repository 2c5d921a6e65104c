/* The same packets behind another link header, or with another IP header: nothing that anybody
 * says changes by it. */
#ifndef SOCKPROOF_TESTS_CAPTURES_DRESS_H
#define SOCKPROOF_TESTS_CAPTURES_DRESS_H

#include "trace/trace.h"

enum dress {
  DRESS_ETHERNET,
  DRESS_PADDED, /* to the 60 octets that Ethernet needs */
  DRESS_VLAN,
  DRESS_VLAN_TWICE,
  DRESS_NULL_BIG, /* LINK_NULL of a machine of the other byte order than the next one's */
  DRESS_NULL_LITTLE,
  DRESS_LOOP,
  DRESS_RAW,
  DRESS_IPV4, /* only for what is IPv4 throughout */
  DRESS_IPV6,
  DRESS_SLL,
  DRESS_SLL2,
  DRESS_OPTIONS, /* IPv4 with options (RFC 791), IPv6 with extension headers (RFC 8200) */
  DRESS_COUNT
};

const char *dress_name(enum dress dress); /* "vlan-twice" */

/* The trace is one of the plays': Ethernet, no header with options. NULL: the dress is not for its
 * version of IP. The caller destroys the result. */
struct trace *dress_trace(const struct trace *trace, enum dress dress);

#endif
