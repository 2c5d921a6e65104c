/* Transport endpoints, and the names that a case gives to those it knows. */
#ifndef SOCKPROOF_PROTO_ENDPOINT_H
#define SOCKPROOF_PROTO_ENDPOINT_H

#include "proto/ip.h"

struct endpoint {
  struct ip_address address;
  uint16_t port; /* 0 for ICMP */
};

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

/* What is spoken at an endpoint, as far as the dissector knows it. */
enum application {
  APPLICATION_PLAIN,
  APPLICATION_NTP,
  APPLICATION_DNS,
  APPLICATION_TIME,
  APPLICATION_HTTP,
  APPLICATION_LINES, /* text, cut at LF */
};
const char *application_name(enum application application); /* "plain", "ntp", "dns", ... */
bool application_parse(const char *name, enum application *application) MUST_USE;

enum { ENDPOINT_NAME_MAX = 16 };

/* An endpoint that the case knows. Its canonical port stands for the real one where a tier below
 * capture-private had to use another. */
struct named_endpoint {
  char name[ENDPOINT_NAME_MAX]; /* "peer", "peer2", "subject" */
  struct endpoint at;
  uint16_t canonical_port;
  enum application application;
  uint8_t protocol; /* IP_PROTO_TCP or IP_PROTO_UDP; 0: both, or it is not known */
};

#endif
