/* Packets whose checksums are made right again after a change: so that the change itself has to be
 * told, and not only the checksum that it broke. */
#ifndef SOCKPROOF_TESTS_GOLDENS_REPAIR_H
#define SOCKPROOF_TESTS_GOLDENS_REPAIR_H

#include "proto/packet.h"

/* Writes the IPv4 header checksum and, where the datagram is whole, that of UDP, TCP or ICMP.
 * False: the headers cannot be read, and nothing was written. */
bool repair_checksums(enum link_type link_type, uint8_t *octets, size_t len);

#endif
