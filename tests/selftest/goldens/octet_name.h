/* What an octet of a captured packet is, for a person: "ip.ttl", "ntp.root_delay". */
#ifndef SOCKPROOF_TESTS_GOLDENS_OCTET_NAME_H
#define SOCKPROOF_TESTS_GOLDENS_OCTET_NAME_H

#include "trace/canonical.h"

enum { OCTET_NAME_MAX = 64 };

/* The head says where NTP is spoken. */
void octet_name(const struct trace *trace, const struct canonical_head *head, size_t packet_index,
                size_t octet, char name[static OCTET_NAME_MAX]);

/* Where the UDP or TCP header of the packet begins. False: it has none. */
bool octet_transport(const struct trace *trace, size_t packet_index, size_t *offset);

#endif
