/* Packets as the harness's own decoders see them, one row each. */
#ifndef SOCKPROOF_TESTS_TSHARK_DISSECT_H
#define SOCKPROOF_TESTS_TSHARK_DISSECT_H

#include "row.h"
#include "trace/trace.h"

enum { NTP_PORTS_MAX = 16 };

/* The UDP ports at which NTP is spoken. */
struct ntp_ports {
  uint16_t ports[NTP_PORTS_MAX];
  size_t count;
};

bool ntp_ports_has(const struct ntp_ports *ntp, uint16_t port);

/* A DNS message of a datagram, or of a stream behind its length: dissect_dns.c. */
void dissect_dns(struct span message, struct row *row);

/* Fills the row, which is empty, from what was captured of one packet. */
void dissect_packet(enum link_type link_type, const struct packet *packet,
                    const struct ntp_ports *ntp, struct row *row);

#endif
