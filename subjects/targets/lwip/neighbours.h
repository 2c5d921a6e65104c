/* Who is on the wire beside this stack and its peer: the fixtures' second address. */
#ifndef TARGET_LWIP_NEIGHBOURS_H
#define TARGET_LWIP_NEIGHBOURS_H

#include <lwip/netif.h>

/* The stack hears that one ask for it, and knows its hardware address from then on. What it sends
 * to a host that it does not know waits for that host's answer, and is lost where the program ends
 * before: an ICMP message to a stranger was. Its peer it asks for by itself, by which the peer in
 * turn knows it. Call it once the interface has its addresses, where lwIP's core may be called. */
void neighbours_introduce(struct netif *netif);

#endif
