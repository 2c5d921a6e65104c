/* What the system's headers have and lwIP has not, gone before a recipe is compiled: it then does
 * as it does on any system without. */
#ifndef TARGET_LWIP_OPTIONS_H
#define TARGET_LWIP_OPTIONS_H

#include <netinet/in.h>

/* The address that a datagram was for is told of IPv4 alone, and only if lwIP was built for it
 * (LWIP_NETBUF_RECVINFO), as Debian's is not. */
#undef IP_PKTINFO
#undef IPV6_RECVPKTINFO
#undef IPV6_PKTINFO

#endif
