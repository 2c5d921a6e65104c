/* inet_aton() and its like, as functions of lwIP's. */
#ifndef TARGET_CORTEX_M3_INET_H
#define TARGET_CORTEX_M3_INET_H

#include <netinet/in.h>

#define inet_ntop(family, address, text, size) lwip_inet_ntop(family, address, text, size)
#define inet_pton(family, text, address) lwip_inet_pton(family, text, address)

#endif
