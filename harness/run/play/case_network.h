/* The network of a case: the loopback of its sandbox, or the wire to a stack of the subject's own.
 */
#ifndef SOCKPROOF_RUN_CASE_NETWORK_H
#define SOCKPROOF_RUN_CASE_NETWORK_H

#include "fixture/fixture.h"
#include "sandbox/sandbox.h"

/* False only where the addresses could not be read. */
bool case_network_of(const struct sandbox *sandbox, enum ip_family family,
                     struct network *network) MUST_USE;

/* A port that is free at this moment over TCP and UDP, for a server subject where the well-known
 * one is not ours; no other worker tries it. 0: none. */
uint16_t case_network_free_port(const struct network *network);

#endif
